package junit

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/limits"
)

// name is what the run was about.
func name(rep *report.Report) string { return cmp.Or(rep.Run.Estate, "scan") }

// threshold is the severity from which on findings fail the run; in reports that do not say, medium.
func threshold(rep *report.Report) report.Severity {
	if rep.Run.FailOn == "never" {
		return report.Critical + 1
	}
	if s, err := report.ParseSeverity(rep.Run.FailOn); err == nil {
		return s
	}
	return report.Medium
}

// suites are the run's, and one an endpoint, in the report's order; then those of endpoints that there are only findings about.
func suites(rep *report.Report) []suite {
	own, rest := facts.Split(rep)
	index := facts.Of(rep)
	all := []suite{{}}
	for i := range rep.Endpoints {
		e := &rep.Endpoints[i]
		all = append(all, suite{name: e.ID, host: cmp.Or(e.Target.Host, e.Target.Address), started: e.Look().Started,
			took: time.Duration(e.Look().Cost.DurationMS) * time.Millisecond, cases: cases(class(rep, e.ID), index.Expectation(e.ID), own[e.ID], threshold(rep), len(rep.Profiles) > 0)})
	}
	lost := map[string][]*report.Finding{}
	var estate []*report.Finding
	for _, f := range rest {
		if f.Endpoint == "" {
			estate = append(estate, f)
		} else {
			lost[f.Endpoint] = append(lost[f.Endpoint], f)
		}
	}
	all[0] = ofRun(rep, estate)
	for _, id := range slices.Sorted(maps.Keys(lost)) {
		all = append(all, suite{name: id, started: rep.Run.Started, cases: cases(class(rep, id), index.Expectation(id), lost[id], threshold(rep), false)})
	}
	return all
}

// class names the class of an endpoint's cases: Jenkins takes what stands before the last dot for a package.
func class(rep *report.Report, endpoint string) string { return name(rep) + "." + endpoint }

// ofRun is the suite about the whole run.
func ofRun(rep *report.Report, findings []*report.Finding) suite {
	l := limits.Of(rep)
	s := suite{name: name(rep), started: rep.Run.Started, took: rep.Run.Finished.Sub(rep.Run.Started), said: append(l.Shows, "Scope: "+l.Scope())}
	for _, p := range [][2]string{{"portseal.version", rep.Tool.Version}, {"portseal.run", rep.Run.ID}, {"portseal.verdict", string(rep.Summary.Verdict)},
		{"portseal.digest", rep.Digest}} {
		if p[1] != "" {
			s.properties = append(s.properties, p)
		}
	}
	for _, skipped := range l.Skipped {
		s.said = append(s.said, skipped.ID+" was skipped: "+skipped.Reason)
	}
	for _, gap := range l.NotTested {
		s.said = append(s.said, "Not tested: "+gap.Question+": "+gap.Why+": "+strings.Join(gap.Endpoints, ", "))
	}
	whole := testcase{class: name(rep), name: "complete"}
	if !rep.Run.Complete {
		whole.fault = &problem{kind: "incomplete", message: "the run was cut short"}
	}
	s.cases = append(s.cases, whole)
	var ids []string
	byID := map[string][]*report.Finding{}
	for _, f := range findings {
		if byID[f.ID] == nil {
			ids = append(ids, f.ID)
		}
		byID[f.ID] = append(byID[f.ID], f)
	}
	for _, id := range ids {
		s.cases = append(s.cases, judged(testcase{class: name(rep), name: id}, byID[id], threshold(rep), false))
	}
	return s
}
