package profile

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// verdict is what a check gave for one endpoint.
type verdict struct {
	outcome  report.Outcome
	why      string   // absent for a plain pass
	observed string   // of a failed one
	evidence []string // exchange ids
}

func pass(why string) verdict { return verdict{outcome: report.OutcomePass, why: why} }

func unknown(why string) verdict { return verdict{outcome: report.OutcomeNotAssessed, why: why} }

func notApplicable(why string) verdict {
	return verdict{outcome: report.OutcomeNotApplicable, why: why}
}

func failed(observed string, evidence []string) verdict {
	return verdict{outcome: report.OutcomeFail, why: observed, observed: observed, evidence: evidence}
}

// worst joins the verdicts of several things that are judged alike, as of several certificates: a failure counts before what is not
// known, and that before a pass. Without any it is none.
func worst(all []verdict, none verdict) verdict {
	for _, outcome := range []report.Outcome{report.OutcomeFail, report.OutcomeNotAssessed, report.OutcomePass, report.OutcomeNotApplicable} {
		var out verdict
		for _, v := range all {
			if v.outcome != outcome {
				continue
			}
			if out.outcome == "" {
				out = v
				continue
			}
			out.why = joined(out.why, v.why)
			out.observed = joined(out.observed, v.observed)
			out.evidence = append(slices.Clone(out.evidence), v.evidence...)
		}
		if out.outcome != "" {
			return out
		}
	}
	return none
}

// joined writes two sentences as one; the same one is written once.
func joined(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case b == "" || strings.Contains(a, b):
		return a
	}
	return a + "; " + b
}

// fewWords lists names, and how many more there are.
func fewWords(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + countOf(len(names)-most, "more")
	}
	return strings.Join(names, ", ")
}

// ofResult turns what a set check found into a verdict. Openness says why something is not known.
func ofResult(r result, there string, evidence []string, openness string, platform string) verdict {
	note := ""
	if len(r.dropped) > 0 {
		note = fewWords(r.dropped) + " not asked: " + platform + " has none of it"
	}
	var words []string
	if len(r.bad) > 0 {
		words = append(words, there+" and should not be: "+fewWords(r.bad))
	}
	if len(r.missing) > 0 {
		words = append(words, "missing: "+strings.Join(r.missing, ", "))
	}
	switch {
	case len(words) > 0:
		v := failed(strings.Join(words, "; "), evidence)
		v.why = joined(v.why, note)
		return v
	case len(r.open) > 0:
		return unknown(joined("not known: "+fewWords(r.open)+" ("+openness+")", note))
	case !r.left:
		return notApplicable("cannot be met there: " + note)
	}
	return pass(note)
}
