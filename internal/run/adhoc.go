package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/internal/target"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/starttls"
)

// AdHoc is how targets are looked at that no estate file names.
type AdHoc struct {
	ServerName string // empty: the host when it is a name; "none": no SNI
	StartTLS   string // empty: TLS at once, unless nmap's output knows better; "none": at once; "auto": by nmap's output, by port, else by what the listener says
	Depth      scan.Depth
}

// Targets resolves the specs, each host once, and returns a target for each port and address.
func (a AdHoc) Targets(ctx context.Context, specs []target.Spec) []scan.Target {
	type answer struct {
		addresses []netip.Addr
		failure   *scan.Failure
	}
	known := map[string]answer{}
	var out []scan.Target
	for _, s := range specs {
		found, ok := known[s.Host]
		if !ok {
			found.addresses, found.failure = scan.Resolve(ctx, s.Host)
			if found.failure != nil {
				found.addresses = []netip.Addr{{}}
			}
			known[s.Host] = found
		}
		for _, port := range s.Ports {
			for _, address := range found.addresses {
				t := a.target(s, port)
				t.Address, t.Failure = address, found.failure
				if len(found.addresses) > 1 {
					t.ID += "@" + address.String()
				}
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b scan.Target) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(out, func(a, b scan.Target) bool { return a.ID == b.ID })
}

func (a AdHoc) target(s target.Spec, port uint16) scan.Target {
	id := s.Host + ":" + strconv.Itoa(int(port))
	if strings.Contains(s.Host, ":") {
		id = "[" + s.Host + "]:" + strconv.Itoa(int(port))
	}
	name := s.ServerName
	if name == "" && !s.IsAddress() {
		name = s.Host
	}
	switch a.ServerName {
	case "":
	case "none":
		name = ""
	default:
		name = a.ServerName
	}
	t := scan.Target{ID: id, Host: s.Host, Port: port, ServerName: name, Plan: plan.AdHoc(a.Depth)}
	t.StartTLS, t.Plan.DetectStartUp = a.startUp(s, port)
	return t
}

// startUp is the kind of a port's start-up: what the user says, else what nmap's output is sure of; or it is to be found out.
func (a AdHoc) startUp(s target.Spec, port uint16) (kind string, detect bool) {
	_, known := starttls.Lookup(s.StartTLS)
	switch byPort := a.StartTLS == "auto"; {
	case !byPort && a.StartTLS != "" && a.StartTLS != target.AtOnce:
		return a.StartTLS, false
	case a.StartTLS == target.AtOnce, s.StartTLS == target.AtOnce:
		return "", false
	case known:
		return s.StartTLS, false
	case byPort:
		kind, known := starttls.ForPort(port)
		return kind, !known && a.Depth != scan.Hello && a.Depth != scan.Connect
	}
	return "", false
}

// LoadRings reads rings that are given without an estate.
func LoadRings(given []estate.RingFile) (Work, error) {
	var w Work
	var faults []error
	for _, g := range given {
		ring, problems, err := keyring.Load(g.Spec())
		if err != nil {
			faults = append(faults, fmt.Errorf("--keyring %s: %w", g.Name, err))
			continue
		}
		ring.Name = g.Name
		w.Rings = append(w.Rings, ring)
		w.Inputs = append(w.Inputs, ringInputs(ring)...)
		for _, p := range problems {
			if p.Kind == keyring.PrivateKey {
				w.PrivateKeys = append(w.PrivateKeys, assess.RingProblem{Keyring: g.Name, Location: report.Location{File: p.File, Line: p.Line}, Detail: p.Detail})
			}
		}
	}
	return w, errors.Join(faults...)
}

func ringInputs(r *certchain.Ring) []report.Input {
	var out []report.Input
	for _, s := range r.Sources {
		out = append(out, report.Input{Path: s.Path, Kind: "ring", SHA256: s.SHA256})
	}
	return out
}
