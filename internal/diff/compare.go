package diff

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// Compare returns how now differs from old. Both are taken as they are; neither is changed.
func Compare(old, now *report.Report) *report.Drift {
	c := &comparison{old: sideOf(old), now: sideOf(now), seen: map[gap]map[string]bool{}}
	c.listeners()
	c.rings()
	c.estateFindings()
	c.profiles()
	c.queryMonitor()
	c.installed()
	return &report.Drift{Baseline: Identity(old, ""), Changes: c.sorted(), NotCompared: c.gaps()}
}

// Identity is what says which report one is. The path is where the caller read it.
func Identity(rep *report.Report, path string) report.Baseline {
	return report.Baseline{Path: path, RunID: rep.Run.ID, Estate: rep.Run.Estate, Finished: rep.Run.Finished, Digest: rep.Digest}
}

// InCommon says whether two reports have anything to do with each other: an endpoint that both looked at. One that looked at none is compared with any.
func InCommon(old, now *report.Report) bool {
	if len(old.Endpoints) == 0 || len(now.Endpoints) == 0 {
		return true
	}
	ids := map[string]bool{}
	for _, e := range old.Endpoints {
		ids[e.ID] = true
	}
	return slices.ContainsFunc(now.Endpoints, func(e report.Endpoint) bool { return ids[e.ID] })
}

// side is one of the two reports, indexed.
type side struct {
	rep          *report.Report
	expectations map[string]*report.Expectation
	certificates map[string]*report.Certificate
	findings     map[string][]report.Finding // by endpoint
	rules        map[string]bool
	inputs       map[string]bool // paths
	whole        bool            // it is about all of an estate: what it does not have is not there
	moved        bool            // it was judged as of another time than its own
}

func sideOf(rep *report.Report) *side {
	s := &side{rep: rep, expectations: map[string]*report.Expectation{}, certificates: map[string]*report.Certificate{},
		findings: map[string][]report.Finding{}, rules: map[string]bool{}, inputs: map[string]bool{}}
	for i := range rep.Expectations {
		s.expectations[rep.Expectations[i].Endpoint] = &rep.Expectations[i]
	}
	for i := range rep.Certificates {
		s.certificates[rep.Certificates[i].SHA256] = &rep.Certificates[i]
	}
	for _, f := range rep.Findings {
		s.findings[f.Endpoint] = append(s.findings[f.Endpoint], f)
	}
	for _, id := range rep.Rules {
		s.rules[id] = true
	}
	for _, in := range rep.Run.Inputs {
		s.inputs[in.Path] = true
	}
	run := rep.Run
	s.whole = run.Estate != "" && run.Scope.Selected >= run.Scope.Declared
	s.moved = run.JudgedAt.Before(run.Started) || run.JudgedAt.After(run.Finished)
	return s
}

// comparison collects what Compare finds.
type comparison struct {
	old, now *side
	changes  []report.Change
	seen     map[gap]map[string]bool // where, of what was not compared
}

// gap is a reason why something was not compared.
type gap struct{ what, why string }

// The reasons.
const (
	onlyOld = "only the baseline says"
	onlyNow = "only the newer report says"
)

func (c *comparison) add(kind, endpoint, what, old, now string) {
	change := report.Change{Kind: kind, Endpoint: endpoint, What: what, Old: old, New: now}
	change.Severity = assess.ChangeSeverity(change)
	c.changes = append(c.changes, change)
}

// skip notes what was not compared, and where: at an endpoint, of a system, a key ring or a file. Empty stands for the estate.
func (c *comparison) skip(where, what, why string) {
	g := gap{what, why}
	if c.seen[g] == nil {
		c.seen[g] = map[string]bool{}
	}
	if where != "" {
		c.seen[g][where] = true
	}
}

// skipUnless notes a question that one of the reports does not answer. It is true when both do.
func (c *comparison) skipUnless(old, now bool, where, what string) bool {
	switch {
	case old && !now:
		c.skip(where, what, onlyOld)
	case now && !old:
		c.skip(where, what, onlyNow)
	}
	return old && now
}

// differs adds a change of two values that are known.
func (c *comparison) differs(kind, endpoint, what, old, now string) {
	if old != now {
		c.add(kind, endpoint, what, old, now)
	}
}

// sorted returns the changes in the order of their kinds within an endpoint.
func (c *comparison) sorted() []report.Change {
	order := map[string]int{}
	for i, k := range report.ChangeKinds() {
		order[k.Name] = i
	}
	slices.SortStableFunc(c.changes, func(a, b report.Change) int {
		return cmp.Or(cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.What, b.What),
			cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New))
	})
	return slices.Compact(c.changes)
}

// gaps returns what was not compared, sorted, each reason once.
func (c *comparison) gaps() []report.NotCompared {
	var out []report.NotCompared
	for g, where := range c.seen {
		n := report.NotCompared{What: g.what, Why: g.why}
		for name := range where {
			n.Where = append(n.Where, name)
		}
		slices.Sort(n.Where)
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b report.NotCompared) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
	})
	return out
}
