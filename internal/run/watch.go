package run

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Watch makes the run, and then looks again at what does not hold, every so often, until all holds or the time is up: for the
// change window, when a policy has just been installed and agents are being restarted. What holds is not dialled again. Each round's
// report goes to view; the last one is returned.
func Watch(ctx context.Context, w Work, s Settings, wait, every time.Duration, view func(rep *report.Report)) (*report.Report, error) {
	s.start()
	s.begin(w)
	deadline := time.Now().Add(wait)
	endpoints, err := look(ctx, w, w.Targets, s)
	for {
		if err != nil && !errors.Is(err, scan.ErrInterrupted) {
			return nil, err
		}
		if s.revocation(ctx, w, endpoints) && err == nil {
			err = scan.ErrInterrupted
		}
		rep, sealErr := assemble(w, s, endpoints, err == nil)
		if sealErr != nil {
			return nil, sealErr
		}
		if err != nil || holds(rep) {
			return rep, err
		}
		view(rep)
		again := failing(w.Targets, rep, s.FailOn)
		left := time.Until(deadline)
		if left <= 0 || len(again) == 0 {
			return rep, nil
		}
		select {
		case <-ctx.Done():
			return rep, nil // every endpoint was looked at; only the waiting was cut short
		case <-time.After(min(every, left)):
		}
		var fresh []report.Endpoint
		fresh, err = look(ctx, w, again, s)
		s.rounds++
		endpoints = replace(endpoints, fresh, &s.spent)
	}
}

// holds says whether there is nothing left to wait for.
func holds(rep *report.Report) bool {
	if rep.Phase != nil {
		return rep.Phase.Verdict == report.Go
	}
	return rep.Summary.Verdict == report.Pass
}

// failing returns the targets that have a check of the run's phase that is not ok. Without a phase, those that have a finding that fails the run, or something that was not assessed. What a file says, which
// a finding with a location is about, does not change by looking at the port again.
func failing(targets []scan.Target, rep *report.Report, failOn report.Severity) []scan.Target {
	var out []scan.Target
	for _, t := range targets {
		if rep.Phase != nil {
			if t.Skip == "" && slices.ContainsFunc(rep.Phase.Checks, func(c report.PhaseCheck) bool { return c.Endpoint == t.ID && c.Result != report.CheckOK }) {
				out = append(out, t)
			}
			continue
		}
		if slices.ContainsFunc(rep.Findings, func(f report.Finding) bool {
			return f.Endpoint == t.ID && f.Location == nil && f.Waived == nil && (f.Inconclusive || f.Severity >= failOn)
		}) && t.Skip == "" {
			out = append(out, t)
		}
	}
	return out
}

// replace puts fresh observations in the place of older ones, unless the fresh one was interrupted.
func replace(old, fresh []report.Endpoint, spent *int) []report.Endpoint {
	out := slices.Clone(old)
	for _, f := range fresh {
		i := slices.IndexFunc(out, func(e report.Endpoint) bool { return e.ID == f.ID })
		if f.State == scan.StateSkipped {
			*spent += f.Look().Cost.Connections
			continue
		}
		*spent += out[i].Look().Cost.Connections
		out[i] = f
	}
	return out
}
