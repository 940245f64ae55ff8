package replay

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// signatureOnly is what no look at a report can show.
func signatureOnly(files bool) []string {
	out := []string{
		"who made the report, with which program, and what it was told to do: tool, operator, run id, arguments, what fails the run, pace, budgets, scope, " +
			"profiles, step, baseline; that it was not cut short after its last answer; the clock",
		"that the bytes came from the addresses that the report names, at the times that it names",
		"that the run was not made again until it gave this result; a log of runs shows that ('portseal report log')",
	}
	if !files {
		out = append(out, "that what the run was given (expectations, key rings, waivers, announced changes, profiles of its own, facts about policies, parameters and connections) is what the files "+
			"said whose digests are listed; --estate compares them")
	}
	return out
}

// unchecked notes what could not be checked.
func (r *result) unchecked(what, why string) {
	r.Unchecked = append(r.Unchecked, report.CheckNote{What: what, Why: why})
}

// profiles notes what of the report's profiles is taken as it is.
func (r *result) profiles(rep *report.Report) {
	for _, p := range rep.Profiles {
		if !profile.Genuine(p) {
			r.unchecked("what profile "+p.ID+" asks", "it is not what this version of portseal has under that name")
		}
	}
}

// unkept are the stored findings about policies that the report could not keep: they are taken as they are.
func (r *result) unkept(rep *report.Report, policies kept.Set) []report.Finding {
	missing := policies.Missing()
	if len(missing) == 0 {
		return nil
	}
	files := map[string]bool{}
	for _, p := range rep.Policies.Systems {
		if slices.Contains(missing, p.System) {
			for _, f := range p.Files {
				files[f] = true
			}
		}
	}
	ids := map[string]bool{}
	for _, rule := range lint.Catalogue() {
		ids[rule.ID] = true
	}
	var out []report.Finding
	for _, f := range rep.Findings {
		if ids[f.ID] && f.Location != nil && files[f.Location.File] {
			f.Waived = nil
			out = append(out, f)
			r.unchecked("finding "+f.ID+" at "+fmt.Sprintf("%s:%d", f.Location.File, f.Location.Line), "the policy file is too large for the report to keep")
		}
	}
	if len(out) == 0 {
		r.unchecked("the policies of "+fmt.Sprint(missing), "they are too large for the report to keep")
	}
	return out
}

// baseline is the report that a step or a drift was compared with, when it is the one that was given.
func (r *result) baseline(rep, given *report.Report, d *differ) *report.Report {
	what, pointer, named := comparison(rep)
	switch {
	case what == "" && given != nil:
		r.unchecked("the baseline that was given", "the report says that it was compared with none")
	case what == "":
	case given == nil:
		r.unchecked(what, "it comes of a comparison with an earlier report, which is needed to judge it again: want --baseline")
	case named == nil || given.Digest != named.Digest:
		d.add(pointer+"/digest", shown(named), shown(given.Digest))
	case evidence.Verify(given) != nil:
		d.add(pointer, shown(named), "the baseline's own digest is wrong")
	case rejudged(rep) && rep.Drift != nil:
		r.unchecked(what, "the report was judged by other profiles after it had been compared")
	default:
		return given
	}
	return nil
}

// comparison says what of a report comes of a comparison with an earlier one, where it stands, and which report that was; "" for nothing.
func comparison(rep *report.Report) (what, pointer string, baseline *report.Baseline) {
	switch {
	case rep.Phase != nil && rep.Phase.Name == report.PhaseBackout:
		return "the step " + rep.Phase.Name, "/phase/baseline", rep.Phase.Baseline
	case rep.Drift != nil:
		return "the drift", "/drift/baseline", &rep.Drift.Baseline
	}
	return "", "", nil
}

// since makes the drift of a report anew. Nil without a baseline or a drift. What was announced is taken from the report.
func since(rep, baseline *report.Report) func(*report.Report) *report.Drift {
	if baseline == nil || rep.Drift == nil {
		return nil
	}
	return func(now *report.Report) *report.Drift {
		return diff.Since(rep.Drift.Baseline.Path, baseline, now, diff.Announced(rep.Drift))
	}
}

// older checks what can be checked of a report that does not hold what it was judged by.
func older(rep *report.Report, known judge.Certificates, r *result, d *differ) error {
	r.unchecked("facts and verdicts", "cannot be judged again: the report has no run.fail_on, so it is of a program that did not embed what it judged by")
	if len(rep.Plans) > 0 {
		d.add("/run/fail_on", nothing, "a severity: a report with plans has it")
	}
	store := evidence.StoreOf(rep.Certificates)
	for i, e := range rep.Endpoints {
		if _, err := evidence.Restore(e.Evidence, store); err != nil {
			d.add(fmt.Sprintf("/endpoints/%d/evidence", i), "exchanges", err.Error())
		}
	}
	d.consistent(rep)
	return d.values("/certificates", rep.Certificates, judge.List(known))
}

// wordsOf lists what rests on the scanner's word, with how often it occurs.
func wordsOf(rep *report.Report) []report.CheckNote {
	count := map[string]int{}
	for _, e := range rep.Endpoints {
		if e.State == scan.StateSkipped && len(e.Evidence) == 0 {
			count["skipped"]++
		}
		if e.Failure != nil && e.Failure.Stage == scan.StageResolve {
			count["resolve"]++
		}
		if e.Confirmed != nil {
			count["confirmed"]++
		}
		for _, x := range e.Evidence {
			words(x, count)
		}
	}
	for _, c := range rep.Revocation {
		switch {
		case c.By == report.ByCRL && c.Status != "":
			count["list"]++
		case c.By != report.ByStaple && c.Status == "" && len(c.DER) == 0 && c.Failure != nil && c.Failure.Stage != report.RevocationSource:
			count["unanswered"]++
		}
	}
	for _, w := range rep.Waivers {
		if w.Service != nil {
			count["service"]++
		}
	}
	out := []report.CheckNote{}
	for _, n := range []struct{ key, what, why string }{
		{"failure", "connections that failed", "a refused or silent port sends no byte"},
		{"end", "answers that ended by close, reset or silence", "TCP ends are not among the bytes"},
		{"preamble", "start-ups before TLS", "of the dialogue only the peer's side is kept"},
		{"after", "what a peer did after a handshake, and alerts under TLS 1.3", "it is encrypted under keys that nobody keeps"},
		{"client", "client certificates that were presented under TLS 1.3", "they are encrypted under keys that nobody keeps"},
		{"incomplete", "handshakes that a library gave up", "the bytes do not show why"},
		{"resolve", "names that did not resolve", "the resolver's answer is not kept"},
		{"confirmed", "endpoints that were looked at again and showed what an earlier run had found", "the evidence of that look is not kept: it is the earlier one's that is checked"},
		{"service", "waivers that were made with the service", "they stand in no file of the estate: who made them is in its history and its audit log"},
		{"list", "certificates that were looked up in a list of revoked ones", "of a list only its digest, number and times are kept, and the entry that was found"},
		{"unanswered", "responders and lists that gave no answer, or none that can be read", "what came is not kept"},
		{"skipped", "endpoints that were not dialled", "the reason is the estate's and the vantage's"},
	} {
		if count[n.key] > 0 {
			out = append(out, report.CheckNote{What: n.what, Why: n.why, Count: count[n.key]})
		}
	}
	return append(out, report.CheckNote{What: "source ports and addresses, times, durations, octets over a start-up", Why: "they are measured, and only checked against each other"})
}

func words(x scan.Exchange, count map[string]int) {
	if x.Failure != nil {
		count["failure"]++
	}
	if x.End == scan.EndClose || x.End == scan.EndReset || x.End == scan.EndTimeout {
		count["end"]++
	}
	if len(x.Preamble) > 0 {
		count["preamble"]++
	}
	if h := x.Handshake; h != nil {
		if h.After != "" || h.Alert != nil && len(x.Secret) > 0 {
			count["after"]++
		}
		if h.ClientCertificate != "" && len(x.Secret) > 0 {
			count["client"]++
		}
		if h.Completed == scan.Unknown {
			count["incomplete"]++
		}
	}
}
