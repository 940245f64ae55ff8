package kept

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Findings are the faults of the policies; rings are all of the run's. What systems share is found once, and says whose it is.
func (s Set) Findings(rings []*certchain.Ring) []report.Finding {
	type fault struct {
		id, detail string
		at         report.Location
	}
	if s.Report == nil {
		return nil
	}
	var out []report.Finding
	at, of := map[fault]int{}, map[int][]string{}
	missing := s.Missing()
	for _, p := range s.Report.Systems {
		if slices.Contains(missing, p.System) {
			continue
		}
		var files []syntax.Source
		for _, path := range p.Files {
			files = append(files, s.texts[path])
		}
		sources, problems := Sources(p.System, files)
		in := &lint.Input{Policy: attls.Load(sources), Problems: problems, Release: attls.Release(p.ZOSRelease), System: LintSystem(p, rings)}
		for _, f := range lint.Run(in) {
			key := fault{f.ID, f.Detail, *f.Location}
			i, known := at[key]
			if !known {
				i = len(out)
				at[key], out = i, append(out, f)
			}
			of[i] = append(of[i], p.System)
		}
	}
	for i, names := range of {
		if len(names) > 1 {
			out[i].Detail += "; it is the policy of " + strings.Join(names, ", ")
		}
	}
	return out
}

// Sources are the policy files that a system's files lead to; a main file of Policy Agent among them leads to the others.
func Sources(system string, files []syntax.Source) ([]syntax.Source, []syntax.Problem) {
	return syntax.FollowAll(files, func(_, name string) (syntax.Source, error) {
		return syntax.Source{}, fmt.Errorf("%s is not among the attls files of system %s", name, system)
	})
}

// LintSystem is what is known of a system, as far as policies are judged by it. Rings named RING@SYSTEM are that system's alone.
func LintSystem(p report.PolicySystem, rings []*certchain.Ring) *lint.System {
	out := &lint.System{Name: p.System}
	for _, l := range p.Listeners {
		out.Listeners = append(out.Listeners, lint.Listener{Name: l.Name, Role: l.Role, Expect: l.Expect, StartTLS: l.StartTLS, Ports: l.Ports,
			Job: l.Jobname})
	}
	for _, r := range rings {
		_, of, own := strings.Cut(r.Name, "@")
		if r.Listing == nil || !r.Listing.Whole || own && of != p.System {
			continue
		}
		owner, name, _ := strings.Cut(r.Listing.Ring, "/")
		ring := lint.Ring{Owner: owner, Name: name}
		for _, e := range r.PersonalEntries() {
			if e.OnRing != certchain.Yes { // it may be one of those that the listing has and no file proves: they are counted below
				continue
			}
			ring.Labels = append(ring.Labels, e.Label)
			ring.Default = ring.Default || e.Default == certchain.Yes
		}
		for _, l := range r.UnprovenPersonal() {
			ring.Labels = append(ring.Labels, l.Label)
			ring.Default = ring.Default || l.Default == certchain.Yes
		}
		ring.Personal = len(ring.Labels)
		out.Rings = append(out.Rings, ring)
	}
	return out
}
