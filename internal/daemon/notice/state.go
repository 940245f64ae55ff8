package notice

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// state is what the history shows now.
type state struct {
	open   map[subject]history.Finding
	ending []Certificate
}

// tellState compares what the history shows with what each receiver knows. A receiver that cannot be told keeps no other from it.
func (n *Notifier) tellState(ctx context.Context, run *history.Run) error {
	e := n.Estate()
	if len(e.Notices) == 0 {
		return nil
	}
	n.telling.Lock()
	defer n.telling.Unlock()
	var faults []error
	for _, to := range e.Notices {
		faults = append(faults, n.tell(ctx, func(ctx context.Context) (history.Telling, error) {
			return n.news(ctx, to, n.message(to, e.Name, n.Now().UTC(), run))
		}))
	}
	return errors.Join(faults...)
}

// news is what one receiver does not know, with the message where there is something that it wants to be told. What it knows is read before
// what there is: of what another service tells between, the store refuses to be told again.
func (n *Notifier) news(ctx context.Context, to *estate.Notice, m *Message) (history.Telling, error) {
	t := history.Telling{Estate: m.Estate, At: m.Made}
	findings, err := n.Store.Remembered(ctx, m.Estate, prefix(aboutFinding, to.Name))
	if err != nil {
		return t, err
	}
	levels, err := n.Store.Remembered(ctx, m.Estate, prefix(aboutExpiring, to.Name))
	if err != nil {
		return t, err
	}
	is, err := n.read(ctx, m.Estate, m.Made)
	if err != nil {
		return t, err
	}
	d := compare(is.open, beliefs(findings), to.Least, m.Made)
	for _, b := range d.remember {
		t.Remember = append(t.Remember, b.key(to.Name))
	}
	for _, b := range d.forget {
		t.Forget = append(t.Forget, b.key(to.Name))
	}
	if slices.Contains(to.On, estate.NoticeNew) {
		m.opened(d.opened)
	}
	if slices.Contains(to.On, estate.NoticeResolved) {
		if err := n.resolved(ctx, m, d.resolved); err != nil {
			return t, err
		}
	}
	m.Counts.Held = d.held
	if slices.Contains(to.On, estate.NoticeExpiring) {
		m.expiring(is.ending, levels, &t)
	}
	if err := n.worksAgain(ctx, m, &t); err != nil || len(m.Events) == 0 {
		return t, err
	}
	t.Notice, err = m.notice()
	return t, err
}

// read asks the history.
func (n *Notifier) read(ctx context.Context, name string, now time.Time) (is state, err error) {
	var all []history.Finding
	for q := (history.FindingQuery{Estate: name, Page: history.Page{Limit: 1000}}); ; {
		some, next, err := n.Store.Findings(ctx, q)
		if err != nil {
			return is, err
		}
		all = append(all, some...)
		if q.After = next; next == "" {
			break
		}
	}
	certificates, err := n.Store.Certificates(ctx, name)
	return state{open: subjects(all), ending: ending(certificates, now)}, err
}

// worksAgain forgets that runs of a schedule failed or were missed once one was stored: the next that does is news.
func (n *Notifier) worksAgain(ctx context.Context, m *Message, t *history.Telling) error {
	if m.Run == nil || m.Run.Schedule == "" {
		return nil
	}
	for _, s := range []history.State{history.Failed, history.Missed} {
		k := key(aboutRun, m.Receiver, s, m.Run.Schedule, "")
		known, err := n.Store.Remembered(ctx, m.Estate, k)
		if err != nil {
			return err
		}
		if _, told := known[k]; told {
			t.Forget = append(t.Forget, k)
		}
	}
	return nil
}

// resolved adds findings that are no longer open, those that are listed with what the history has of them.
func (n *Notifier) resolved(ctx context.Context, m *Message, all []told) error {
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.endpoint, b.endpoint), cmp.Compare(a.rule, b.rule), cmp.Compare(a.item, b.item),
			cmp.Compare(a.nth, b.nth))
	})
	if m.Counts.Resolved = len(all); len(all) > 0 {
		m.has(estate.NoticeResolved, report.Info)
	}
	for _, x := range all[:min(len(all), mostListed)] {
		q := history.FindingQuery{Estate: m.Estate, Endpoint: x.endpoint, ID: x.rule, Closed: true, Page: history.Page{Limit: 1000}}
		lives, _, err := n.Store.Findings(ctx, q)
		if err != nil {
			return err
		}
		was := history.Finding{Finding: report.Finding{ID: x.rule, Endpoint: x.endpoint, Item: x.item, Title: x.rule}}
		for _, f := range lives {
			s := subjectOf(f)
			if s.nth = x.nth; s == x.subject && f.Closed != nil && (was.Closed == nil || f.Closed.After(*was.Closed)) {
				was = f
			}
		}
		was.Severity = x.severity
		m.Resolved = append(m.Resolved, shown(was))
	}
	return nil
}
