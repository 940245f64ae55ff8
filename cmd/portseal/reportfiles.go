package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// readFiles compiles the estate again as the run did: with its flags, the addresses that it dialled and those that it dialled from.
func (f *checkFlags) readFiles(doc []byte) (*report.Report, error) {
	if f.estate == "" {
		return nil, nil
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, usageError(err)
	}
	was := flagsOf(rep.Run.Arguments)
	given, err := estate.ParseRingFiles(was["keyring"])
	if err != nil {
		return nil, usageError(err)
	}
	e, err := estate.Load(f.estate, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Profiles: profile.Names(),
		Keyrings: given, Inputs: strings.Join(was["inputs"], "")})
	if err != nil {
		return nil, usageError(err)
	}
	everywhere, inputs, err := loadProfiles(was["profile"])
	if err != nil {
		return nil, usageError(err)
	}
	named, ids, err := prepare.ProfilesOf(e)
	if err != nil {
		return nil, usageError(err)
	}
	systems, listeners := was["system"], was["listener"]
	if rep.Phase != nil {
		systems = nil
		if listeners, err = phase.Listeners(e, rep.Phase.Name, rep.Phase.System); err != nil {
			return nil, usageError(err)
		}
	}
	seen := networkOf(rep)
	compiled, err := expect.Compile(e, expect.Options{Vantage: rep.Run.Vantage, Depth: prepare.Depth(rep.Run.Probes), Systems: systems, Listeners: listeners,
		IsLocal: seen.isLocal, Source: seen.source, Resolve: seen.resolve, Profiles: ids})
	if err != nil {
		return nil, usageError(err)
	}
	if said := was["expect"]; len(said) > 0 && rep.Phase == nil {
		_, input, err := readAnnounced(said[len(said)-1])
		if err != nil {
			return nil, usageError(err)
		}
		compiled.Inputs = append(compiled.Inputs, *input)
	}
	work := run.FromEstate(compiled)
	work.Inputs = append(work.Inputs, inputs...)
	if err := work.UseProfiles(named, everywhere); err != nil {
		return nil, usageError(err)
	}
	return run.Given(work), nil
}

// flagsOf reads the arguments of a report: --NAME=VALUE.
func flagsOf(arguments []string) map[string][]string {
	out := map[string][]string{}
	for _, a := range arguments {
		if name, value, ok := strings.Cut(strings.TrimPrefix(a, "--"), "="); ok && strings.HasPrefix(a, "--") {
			out[name] = append(out[name], value)
		}
	}
	return out
}

// seenNetwork is what a run knew of the network, as its report tells.
type seenNetwork struct {
	hosts   map[string][]netip.Addr
	sources map[netip.AddrPort]netip.Addr
	own     []netip.Addr
}

func networkOf(rep *report.Report) seenNetwork {
	d := seenNetwork{hosts: map[string][]netip.Addr{}, sources: map[netip.AddrPort]netip.Addr{}}
	for _, e := range rep.Endpoints {
		address, err := netip.ParseAddr(e.Target.Address)
		if err != nil {
			continue
		}
		if !slices.Contains(d.hosts[e.Target.Host], address) {
			d.hosts[e.Target.Host] = append(d.hosts[e.Target.Host], address)
		}
		if from, err := netip.ParseAddr(e.Look().Source); err == nil {
			d.sources[netip.AddrPortFrom(address, e.Target.Port)] = from
		}
	}
	for _, s := range rep.Run.SourceAddresses {
		if own, err := netip.ParseAddr(s); err == nil {
			d.own = append(d.own, own)
		}
	}
	return d
}

func (d seenNetwork) isLocal(a netip.Addr) bool { return a.IsLoopback() || slices.Contains(d.own, a) }

func (d seenNetwork) source(to netip.AddrPort) netip.Addr {
	if from, ok := d.sources[to]; ok {
		return from
	}
	if len(d.own) > 0 {
		return d.own[0]
	}
	return netip.Addr{}
}

func (d seenNetwork) resolve(host string) ([]netip.Addr, error) {
	if addresses := d.hosts[host]; len(addresses) > 0 {
		return slices.Clone(addresses), nil
	}
	return nil, fmt.Errorf("the report has no address of %s", host)
}
