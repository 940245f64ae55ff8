// Package prepare makes an estate ready for a run: the file with all that it names, the profiles that its listeners are judged by, the
// expectations and targets of the listeners that are looked at, and how fast. The commands and the service prepare their runs here, so that
// a scheduled run asks what 'portseal verify' asks.
//
// Limits: flags and reports are its callers'. Hosts are resolved when a run is compiled, so each run has the addresses of its own time.
package prepare

import (
	"context"
	"errors"
	"net/netip"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
)

// Inputs says where else than in the places that the estate file names inputs are.
type Inputs struct {
	Keyrings []estate.RingFile // for rings, in the place of what the file says
	Folder   string            // with a folder a system; empty for none
}

// Loaded is an estate file that was read with everything that it names.
type Loaded struct {
	Estate   *estate.Estate
	Profiles []report.Profile // that its listeners name

	ids map[string]string // of the profiles, by the listeners' name
}

// Load reads an estate file. The error has every fault of every file.
func Load(path string, in Inputs) (*Loaded, error) {
	e, err := estate.Load(path, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Profiles: profile.Names(),
		Keyrings: in.Keyrings, Inputs: in.Folder})
	if err != nil {
		return nil, err
	}
	l := &Loaded{Estate: e}
	l.Profiles, l.ids, err = ProfilesOf(e)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Check finds what Load cannot: what only shows when expectations are made. Nothing is resolved.
func (l *Loaded) Check() error {
	_, err := expect.Compile(l.Estate, expect.Options{Profiles: l.ids})
	return err
}

// Look is what a run looks at, and from where.
type Look struct {
	Vantage            string
	Source             netip.Addr // of connections; the zero value leaves it to the machine
	Depth              scan.Depth
	Systems, Listeners []string // globs; none selects all
}

// Compile makes the expectations and targets, and resolves hosts. The error says which selection matches nothing.
func (l *Loaded) Compile(ctx context.Context, look Look) (*expect.Compiled, error) {
	return expect.Compile(l.Estate, expect.Options{Vantage: look.Vantage, Depth: look.Depth, Systems: look.Systems, Listeners: look.Listeners,
		IsLocal: scan.IsLocal, Source: look.source, Resolve: Resolver(ctx), Profiles: l.ids})
}

// source is the address that a connection will come from.
func (l Look) source(to netip.AddrPort) netip.Addr {
	if l.Source.IsValid() {
		return l.Source
	}
	from, _ := scan.SourceFor(to)
	return from
}

// Resolver finds the addresses of an estate's hosts.
func Resolver(ctx context.Context) func(host string) ([]netip.Addr, error) {
	return func(host string) ([]netip.Addr, error) {
		addresses, failure := scan.Resolve(ctx, host)
		if failure != nil {
			return nil, failure
		}
		return addresses, nil
	}
}

// Work is the run of what was compiled. The listeners are shown the client certificates of those names, and everywhere are profiles that judge
// every listener, beside those that the estate names.
func (l *Loaded) Work(c *expect.Compiled, clients []string, everywhere []report.Profile) (run.Work, error) {
	w := run.FromEstate(c)
	w.Present(clients)
	return w, w.UseProfiles(l.Profiles, everywhere)
}

// Depth is how deep the probes of that name look.
func Depth(word string) scan.Depth { return probes.Depth(word) }

// ProfilesOf reads the profiles that the listeners of an estate name, and gives the id of each by the listeners' name for it.
func ProfilesOf(e *estate.Estate) ([]report.Profile, map[string]string, error) {
	var out []report.Profile
	var faults []error
	ids := map[string]string{}
	for _, s := range e.Systems {
		for _, l := range s.Listeners {
			if _, known := ids[l.Profile]; known || l.Profile == "" {
				continue
			}
			p, err := profileOf(l)
			ids[l.Profile] = p.ID
			if err != nil {
				faults = append(faults, err)
				continue
			}
			out = append(out, p)
		}
	}
	return out, ids, errors.Join(faults...)
}

func profileOf(l *estate.Listener) (report.Profile, error) {
	if l.ProfileFile != nil {
		return profile.Own(l.ProfileFile.Path, l.ProfileFile.Data)
	}
	return profile.Named(l.Profile)
}
