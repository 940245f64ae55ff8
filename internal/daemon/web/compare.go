package web

import (
	"context"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// compared is a comparison of two reports.
type compared struct {
	before, after string // digests
	drift         *report.Drift
}

// compare says what changed between two runs.
func (s *shelf) compare(ctx context.Context, before, after *history.Run) (*report.Drift, error) {
	same := func(c *compared) bool { return c.before == before.Digest && c.after == after.Digest }
	find := func() *report.Drift {
		s.mu.Lock()
		defer s.mu.Unlock()
		if c := use(s.drift, same); c != nil {
			return c.drift
		}
		return nil
	}
	if d := find(); d != nil {
		return d, nil
	}
	s.read.Lock() // one at a time: a comparison needs two whole reports
	defer s.read.Unlock()
	if d := find(); d != nil {
		return d, nil
	}
	old, err := s.whole(ctx, before.ID)
	if err != nil {
		return nil, err
	}
	now, err := s.whole(ctx, after.ID)
	if err != nil {
		return nil, err
	}
	drift := diff.Compare(old, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drift = keep(s.drift, &compared{before.Digest, after.Digest, drift})
	return drift, nil
}
