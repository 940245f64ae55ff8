package notice

import (
	"context"
	"errors"
	"slices"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// tellRun tells of a run that failed or was missed: of each that somebody began, and of those of a schedule once a day until one is stored.
func (n *Notifier) tellRun(ctx context.Context, run history.Run) error {
	event, severity := estate.NoticeFailed, report.High
	if run.State == history.Missed {
		event, severity = estate.NoticeMissed, report.Medium
	}
	n.telling.Lock()
	defer n.telling.Unlock()
	var faults []error
	for _, to := range n.Estate().Notices {
		if !slices.Contains(to.On, event) {
			continue
		}
		faults = append(faults, n.tell(ctx, func(ctx context.Context) (history.Telling, error) {
			now := n.Now().UTC()
			t := history.Telling{Estate: run.Estate, At: now}
			own := run.ID
			if run.Schedule != "" {
				own = ""
			}
			k := key(aboutRun, to.Name, run.State, run.Schedule, own)
			known, err := n.Store.Remembered(ctx, run.Estate, k)
			if err != nil {
				return t, err
			}
			last, told := known[k]
			if told && (own != "" || recent(last, now)) {
				return t, nil
			}
			m := n.message(to, run.Estate, now, &run)
			m.has(event, severity)
			if told {
				t.Forget = []string{k}
				q := history.RunQuery{Estate: run.Estate, States: []history.State{run.State}, Schedule: run.Schedule, Since: last, Page: history.Page{Limit: 1000}}
				others, _, err := n.Store.List(ctx, q)
				if err != nil {
					return t, err
				}
				m.Counts.Untold = len(slices.DeleteFunc(others, func(r history.Run) bool { return r.ID == run.ID || !r.Started.After(last) }))
			}
			t.Remember = []string{k}
			t.Notice, err = m.notice()
			return t, err
		}))
	}
	return errors.Join(faults...)
}
