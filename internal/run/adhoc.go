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
	StartTLS   string // empty or "none": TLS at once; "auto": by port, else by what the listener says
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
	t := scan.Target{ID: id, Host: s.Host, Port: port, ServerName: a.ServerName, Plan: plan.AdHoc(a.Depth)}
	switch {
	case a.ServerName == "none" || a.ServerName == "" && s.IsAddress():
		t.ServerName = ""
	case a.ServerName == "":
		t.ServerName = s.Host
	}
	switch a.StartTLS {
	case "", "none":
	case "auto":
		kind, known := starttls.ForPort(port)
		t.StartTLS, t.Plan.DetectStartUp = kind, !known && a.Depth != scan.Hello && a.Depth != scan.Connect
	default:
		t.StartTLS = a.StartTLS
	}
	return t
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
