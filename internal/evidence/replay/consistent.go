package replay

import (
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// consistent finds what contradicts itself among the things that nothing else is derived from: times, costs, counts, scope.
func (d *differ) consistent(rep *report.Report) {
	d.run(rep)
	d.arguments(rep)
	d.again(rep)
	d.scope(rep)
	d.declared(rep)
	d.inputs(rep)
	for i := range rep.Endpoints {
		d.endpoint(rep, i)
	}
}

func (d *differ) notBefore(pointer string, at, limit time.Time, what string) {
	if at.Before(limit) {
		d.add(pointer, stamp(at), "not before "+stamp(limit)+", "+what)
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (d *differ) run(rep *report.Report) {
	run := rep.Run
	d.notBefore("/run/finished", run.Finished, run.Started, "when the run started")
	earlier := 0
	var sources []string
	for i, e := range rep.Endpoints {
		if e.Confirmed == nil && e.Started.Before(run.Started) {
			earlier++
		}
		if e.Finished.After(run.Finished) {
			d.add(fmt.Sprintf("/endpoints/%d/finished", i), stamp(e.Finished), "not after "+stamp(run.Finished)+", when the run finished")
		}
		if source := e.Look().Source; source != "" && !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	slices.Sort(sources)
	if !slices.Equal(sources, run.SourceAddresses) {
		d.add("/run/source_addresses", shown(run.SourceAddresses), shown(sources))
	}
	if earlier != run.Resumed {
		d.add("/run/resumed", fmt.Sprint(run.Resumed), fmt.Sprintf("%d: so many endpoints were looked at before the run started", earlier))
	}
	if rep.Drift != nil && run.PreviousDigest != rep.Drift.Baseline.Digest {
		d.add("/run/previous_digest", shown(run.PreviousDigest), shown(rep.Drift.Baseline.Digest)+", that of the baseline")
	}
	for i, e := range rep.Endpoints {
		if unfinished(e) && run.Complete {
			d.add("/run/complete", "true", fmt.Sprintf("false: endpoint %d (%s) was interrupted", i, e.ID))
			return
		}
	}
}

// inputs wants the files of rings and policies to be among the files that the run read.
func (d *differ) inputs(rep *report.Report) {
	read := map[string]bool{}
	for _, in := range rep.Run.Inputs {
		read[in.SHA256] = true
	}
	for i, k := range rep.Keyrings {
		for n, f := range k.Files {
			if !read[f.SHA256] {
				d.add(fmt.Sprintf("/keyrings/%d/files/%d/sha256", i, n), shown(f.SHA256), "the digest of a file among the inputs")
			}
		}
	}
	if rep.Policies == nil {
		return
	}
	for i, f := range rep.Policies.Files {
		if !read[f.SHA256] {
			d.add(fmt.Sprintf("/policies/files/%d/sha256", i), shown(f.SHA256), "the digest of a file among the inputs")
		}
	}
}

// unfinished says whether an interruption kept an endpoint from being looked at in full.
func unfinished(e report.Endpoint) bool {
	return slices.ContainsFunc(e.NotTested, func(n scan.NotTested) bool {
		return n.Question == scan.TheRest && n.Why == scan.Interrupted || n.Question == scan.All && n.Why == scan.NotBegun
	})
}

func (d *differ) scope(rep *report.Report) {
	s := rep.Run.Scope
	if s.Selected > s.Declared {
		d.add("/run/scope/selected", fmt.Sprint(s.Selected), fmt.Sprintf("at most %d, which are declared", s.Declared))
	}
	if s.Selected != len(rep.Endpoints) {
		d.add("/run/scope/selected", fmt.Sprint(s.Selected), fmt.Sprintf("%d endpoints", len(rep.Endpoints)))
	}
	here, expected := map[string]bool{}, map[string]bool{}
	for i, e := range rep.Endpoints {
		if here[e.ID] {
			d.add(fmt.Sprintf("/endpoints/%d/id", i), shown(e.ID), "another id: it stands twice")
		}
		here[e.ID] = true
		if i > 0 && e.ID < rep.Endpoints[i-1].ID {
			d.add(fmt.Sprintf("/endpoints/%d/id", i), shown(e.ID), "another place: endpoints are sorted by id")
		}
	}
	for i, x := range rep.Expectations {
		expected[x.Endpoint] = true
		if !here[x.Endpoint] {
			d.add("/endpoints/-", nothing, fmt.Sprintf("the endpoint %s, which expectation %d is of", x.Endpoint, i))
		}
	}
	for i, e := range rep.Endpoints {
		if len(rep.Expectations) > 0 && !expected[e.ID] {
			d.add("/expectations/-", nothing, fmt.Sprintf("an expectation of endpoint %d, %s", i, e.ID))
		}
	}
	for i, one := range s.Skipped {
		if !here[one.ID] {
			d.add(fmt.Sprintf("/run/scope/skipped/%d", i), shown(one.ID), "an endpoint of the report")
		}
	}
}
