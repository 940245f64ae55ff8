package runs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// canaryFirst lets the canary system be looked at before all others, which are dialled only when it was assessed and shows nothing new that
// would fail the run.
func (r *Runs) canaryFirst(ctx context.Context, j *job, w run.Work, s *run.Settings) {
	if j.canary == "" {
		return
	}
	ids := map[string]bool{}
	for _, x := range w.Expectations {
		if x.System == j.canary {
			ids[x.Endpoint] = true
		}
	}
	r.locked(func() { j.progress.Phase = phaseCanary })
	s.First = func(id string) bool { return ids[id] }
	s.Proceed = func(rep *report.Report) bool {
		was, err := r.findingsOf(ctx, j.bases, ids)
		if err != nil {
			j.refused = fmt.Sprintf("canary %s: what it showed before is not known (%v); nothing else was looked at", j.canary, err)
			return false
		}
		if why := objections(rep, ids, was); len(why) > 0 {
			j.refused = fmt.Sprintf("canary %s: %s; nothing else was looked at", j.canary, listed(why))
			return false
		}
		r.locked(func() { j.progress.Phase = phaseScanning })
		return true
	}
}

// what names a finding among those of an estate.
func what(f report.Finding) string { return strings.TrimSpace(f.Endpoint + " " + f.ID + " " + f.Item) }

// findingsOf is how severe the findings were that the last runs that looked at these endpoints have about them.
func (r *Runs) findingsOf(ctx context.Context, bases []base, ids map[string]bool) (map[string]report.Severity, error) {
	out := map[string]report.Severity{}
	for _, b := range bases {
		if !slices.ContainsFunc(b.ids(), func(id string) bool { return ids[id] }) {
			continue
		}
		rep, err := r.report(ctx, b.run.ID)
		if err != nil {
			return nil, err
		}
		for _, f := range rep.Findings {
			if b.owns[f.Endpoint] && ids[f.Endpoint] && f.Waived == nil {
				out[what(f)] = max(out[what(f)], f.Severity)
			}
		}
	}
	return out, nil
}

// objections is what speaks against going on.
func objections(rep *report.Report, ids map[string]bool, was map[string]report.Severity) []string {
	var out []string
	assessed := []scan.State{scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed}
	skipped := map[string]bool{} // by what the estate file says, not by this run
	for _, s := range rep.Run.Scope.Skipped {
		skipped[s.ID] = true
	}
	for _, e := range rep.Endpoints {
		if ids[e.ID] && !skipped[e.ID] && !slices.Contains(assessed, e.State) {
			out = append(out, fmt.Sprintf("%s was not assessed (%s)", e.ID, e.State))
		}
	}
	for _, f := range rep.Findings {
		if ids[f.Endpoint] && !f.Inconclusive && f.Waived == nil && f.Severity >= failOn && f.Severity > was[what(f)] {
			out = append(out, fmt.Sprintf("%s is new (%s)", what(f), f.Severity))
		}
	}
	return out
}

// listed names the first of many.
func listed(words []string) string {
	const most = 5
	if more := len(words) - most; more > 0 {
		words = append(words[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}
