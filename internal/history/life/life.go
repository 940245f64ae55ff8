// Package life decides which findings a run opens, keeps and closes.
//
// A finding is closed by a look that could have found it and did not: a question that was not asked, or got no answer, closes nothing. So a
// frugal look every night leaves open what the thorough look of Sunday found, until the next thorough one, unless the frugal one answers the
// same question.
//
// Limits: which question a rule asks is known for those that internal/diff knows; the others are taken to ask what the run's probes ask. What
// the findings of one rule about one thing are, one by one, is told by their words: of two whose words changed at once, either may go on as
// the other.
package life

import (
	"reflect"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Open is a finding that was open before a run.
type Open struct {
	ID      int64
	Finding report.Finding
	Probes  string // of the run that found it last; empty where that run could not say what the endpoint is
}

// Look is a run, as it bears on findings.
type Look struct {
	Report  *report.Report
	Looked  map[string]*report.Endpoint // the endpoints whose state of before this run replaces
	Gone    map[string]bool             // endpoints that the estate no longer has
	Whole   bool                        // it was about the whole estate, and was not cut short
	Changes []report.Change             // since the run before
}

// Kept is a finding that was found again.
type Kept struct {
	ID      int64
	Finding report.Finding // as it was found now
	Changed bool           // it says something else than before
}

// Outcome is what becomes of the findings.
type Outcome struct {
	Opened []report.Finding
	Kept   []Kept
	Closed []int64
}

// Probes is what is to be remembered of a run for a finding of it: see Open.
func (l *Look) Probes(f report.Finding) string {
	if f.Endpoint != "" {
		if e := l.Looked[f.Endpoint]; e == nil || !Known(e.State) {
			return ""
		}
	}
	return l.Report.Run.Probes
}

// key is what findings must share to be the same one later.
type key struct{ endpoint, rule, item, file string }

func keyOf(f report.Finding) key {
	k := key{endpoint: f.Endpoint, rule: f.ID, item: f.Item}
	if f.Location != nil {
		k.file = f.Location.File
	}
	return k
}

// Judge says what becomes of the findings. The order of what it returns is that of what it got.
func Judge(open []Open, l Look) Outcome {
	found := map[key][]report.Finding{}
	var keys []key
	for _, f := range l.Report.Findings {
		k := keyOf(f)
		if found[k] == nil {
			keys = append(keys, k)
		}
		found[k] = append(found[k], f)
	}
	before := map[key][]Open{}
	var old []key
	for _, o := range open {
		k := keyOf(o.Finding)
		if before[k] == nil {
			old = append(old, k)
		}
		before[k] = append(before[k], o)
	}
	var out Outcome
	closed := l.closedByChanges()
	rules := map[string]bool{}
	for _, id := range l.Report.Rules {
		rules[id] = true
	}
	for _, k := range old {
		left := out.match(before[k], found, k)
		for _, o := range left {
			shown := l.Looked[o.Finding.Endpoint] != nil && closed[change{o.Finding.Endpoint, o.Finding.ID}]
			if shown || l.closes(o, rules) {
				out.Closed = append(out.Closed, o.ID)
			}
		}
	}
	for _, k := range keys {
		out.Opened = append(out.Opened, found[k]...)
	}
	return out
}

// match finds the findings that go on: those in the same words first, then one for one. What was found and matches is taken out of found.
func (out *Outcome) match(before []Open, found map[key][]report.Finding, k key) (left []Open) {
	now := found[k]
	for _, o := range before {
		at := slices.IndexFunc(now, func(f report.Finding) bool { return f.Detail == o.Finding.Detail && f.Observed == o.Finding.Observed })
		if at < 0 {
			left = append(left, o)
			continue
		}
		out.keep(o, now[at])
		now = slices.Delete(slices.Clone(now), at, at+1)
	}
	for len(left) > 0 && len(now) > 0 {
		out.keep(left[0], now[0])
		left, now = left[1:], now[1:]
	}
	found[k] = now
	return left
}

func (out *Outcome) keep(o Open, f report.Finding) {
	out.Kept = append(out.Kept, Kept{o.ID, f, !reflect.DeepEqual(o.Finding, f)})
}

type change struct{ endpoint, rule string }

// closedByChanges are the findings of which a comparison of two runs has shown that they are no longer found.
func (l *Look) closedByChanges() map[change]bool {
	out := map[change]bool{}
	for _, c := range l.Changes {
		if c.Kind == report.FindingClosed && c.Endpoint != "" {
			out[change{c.Endpoint, c.What}] = true
		}
	}
	return out
}

// closes says whether the run could have found an open finding that it did not find.
func (l *Look) closes(o Open, rules map[string]bool) bool {
	f := o.Finding
	if f.Endpoint == "" {
		depends := slices.Contains([]string{assess.WaiverUnused, assess.HostInconsistent}, f.ID)
		return l.Whole && rules[f.ID] && l.judges(f) && (!depends || covers(l.Report.Run.Probes, o.Probes))
	}
	e := l.Looked[f.Endpoint]
	switch {
	case l.Gone[f.Endpoint]:
		return true
	case e == nil || e.State == scan.StateSkipped:
		return false
	case o.Probes == "": // it said that the state was not known, or rests on that
		return true
	case !Known(e.State) || !rules[f.ID] || !l.judges(f):
		return false
	case e.State == scan.StateClosed && l.expects(f.Endpoint) == report.ExpectClosed:
		return true
	}
	if yes, known := diff.Answers(f.ID, l.Report, e); known {
		return yes
	}
	return covers(l.Report.Run.Probes, o.Probes) && clean(f.ID, e)
}

// judges says whether the profile whose item a finding is about judged the run; there may be none.
func (l *Look) judges(f report.Finding) bool {
	profile, _, _ := strings.Cut(f.Item, "/")
	return f.Item == "" || slices.ContainsFunc(l.Report.Profiles, func(p report.Profile) bool { return p.ID == profile })
}

func (l *Look) expects(endpoint string) string {
	for _, x := range l.Report.Expectations {
		if x.Endpoint == endpoint {
			return x.Expect
		}
	}
	return ""
}

// clean says whether nothing went wrong in a look that a rule may have needed.
func clean(rule string, e *report.Endpoint) bool {
	switch family, _, _ := strings.Cut(rule, "-"); family {
	case "CERT", "CHAIN", "RING":
		return len(e.Presented) > 0
	}
	return !slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return x.Failure != nil })
}

// covers says whether probes ask at least what others ask.
func covers(now, then string) bool {
	depths := []string{"quick", "standard", "deep"}
	is, was := slices.Index(depths, now), slices.Index(depths, then)
	return now == then || is >= 0 && was >= 0 && is > was
}

// Known says whether a look found out what the endpoint is.
func Known(s scan.State) bool {
	switch s {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed:
		return true
	}
	return false
}
