package run

import (
	"context"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// inTurn looks at the targets that First picks, and at the others when Proceed, shown what the first ones came to, says so. Where it does not,
// the others are not dialled, as in a run that was interrupted.
func inTurn(ctx context.Context, w Work, s Settings) ([]report.Endpoint, error) {
	var first, rest []scan.Target
	for _, t := range w.Targets {
		if s.First != nil && s.First(t.ID) {
			first = append(first, t)
		} else {
			rest = append(rest, t)
		}
	}
	if len(first) == 0 || len(rest) == 0 {
		return look(ctx, w, w.Targets, s)
	}
	one, done := s, 0
	if s.Done != nil {
		one.Done = func(o scan.Observation, n, _ int) { s.Done(o, done+n, len(w.Targets)) }
	}
	endpoints, err := look(ctx, w, first, one)
	if err == nil {
		rep, err := assemble(w, s, endpoints, false)
		if err != nil {
			return nil, err
		}
		if !s.Proceed(rep) {
			over, end := context.WithCancel(ctx)
			end()
			ctx = over
		}
	}
	done = len(first)
	more, err := look(ctx, w, rest, one)
	return slices.Concat(endpoints, more), err
}
