package notice

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// How much of one text a message has, in columns.
const (
	nameWidth   = 200
	detailWidth = 500
)

// message begins a message.
func (n *Notifier) message(to *estate.Notice, name string, now time.Time, run *history.Run) *Message {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	m := &Message{Schema: Schema, ID: hex.EncodeToString(id[:]), Made: now.Truncate(time.Second), Estate: name, Receiver: to.Name, Severity: report.Info,
		Tool: n.Tool}
	if run == nil {
		return m
	}
	m.Run = &Run{ID: run.ID, State: string(run.State), Schedule: run.Schedule, By: text.Cut(run.By, nameWidth), Due: run.Due, Started: run.Started,
		Finished: run.Finished, Verdict: run.Verdict, Message: text.Cut(run.Message, detailWidth)}
	return m
}

// has notes that the message tells of something.
func (m *Message) has(event string, s report.Severity) {
	if !slices.Contains(m.Events, event) {
		m.Events = append(m.Events, event)
	}
	m.Severity = max(m.Severity, s)
}

// opened adds new findings.
func (m *Message) opened(all []told) {
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(report.CompareFindings(a.is.Finding, b.is.Finding), cmp.Compare(a.nth, b.nth))
	})
	m.Counts.New = len(all)
	for i, x := range all {
		m.has(estate.NoticeNew, x.severity)
		if m.Counts.NewBySeverity == nil {
			m.Counts.NewBySeverity = map[string]int{}
		}
		m.Counts.NewBySeverity[x.severity.String()]++
		if i >= mostListed {
			continue
		}
		f := shown(*x.is)
		f.Again = x.state == again
		if x.was != report.SeverityUnknown {
			f.Was = x.was.String()
		}
		m.New = append(m.New, f)
	}
}

// shown is a finding as a message has it.
func shown(f history.Finding) Finding {
	out := Finding{ID: f.ID, Severity: f.Severity, Endpoint: text.Cut(f.Endpoint, nameWidth), Item: text.Cut(f.Item, nameWidth),
		Title: text.Cut(f.Title, nameWidth), Detail: text.Cut(f.Detail, detailWidth), Expected: text.Cut(f.Expected, detailWidth),
		Observed: text.Cut(f.Observed, detailWidth), Closed: f.Closed}
	if !f.Opened.IsZero() {
		out.Opened = &f.Opened
	}
	return out
}

// level is the number of days before its end that a certificate is told of; 0 when it has ended, false while it has more than 30.
func level(left time.Duration) (int, bool) {
	if left < 0 { // its last moment is still within: RFC 5280 section 4.1.2.5
		return 0, true
	}
	levels := []int{1, 7, 14, 30}
	i := slices.IndexFunc(levels, func(days int) bool { return left <= time.Duration(days)*24*time.Hour })
	if i < 0 {
		return 0, false
	}
	return levels[i], true
}

// ending are the certificates that have few days left or none, the first to end first.
func ending(all []history.Certificate, now time.Time) (out []Certificate) {
	for _, c := range all {
		left := c.NotAfter.Sub(now)
		at, soon := level(left)
		if !soon || c.NotAfter.IsZero() {
			continue
		}
		out = append(out, Certificate{SHA256: c.SHA256, Subject: text.Cut(c.Subject, nameWidth), Issuer: text.Cut(c.Issuer, nameWidth), NotAfter: c.NotAfter,
			Days: wholeDays(left), Level: at, Endpoints: some(slices.Concat(c.Endpoints, c.Chains)), Keyrings: some(c.Keyrings)})
	}
	slices.SortStableFunc(out, func(a, b Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
	return out
}

// wholeDays are the days that are over, or left.
func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	if d < 0 {
		return -int((-d + day - 1) / day)
	}
	return int(d / day)
}

// some are the first names of a list.
func some(names []string) (out []string) {
	for _, name := range names[:min(len(names), mostListed)] {
		out = append(out, text.Cut(name, nameWidth))
	}
	return out
}

// expiring adds the certificates of which the receiver does not know yet that they have so few days left.
func (m *Message) expiring(all []Certificate, known map[string]time.Time, t *history.Telling) {
	bad := map[int]report.Severity{0: report.High, 1: report.High, 7: report.Medium, 14: report.Low, 30: report.Low}
	for _, c := range all {
		k := key(aboutExpiring, m.Receiver, c.SHA256, c.Level)
		if _, yes := known[k]; yes {
			continue
		}
		t.Remember = append(t.Remember, k)
		m.has(estate.NoticeExpiring, bad[c.Level])
		if m.Counts.Expiring++; m.Counts.Expiring <= mostListed {
			m.Expiring = append(m.Expiring, c)
		}
	}
}

// notice is the message on its way.
func (m *Message) notice() (*history.Notice, error) {
	m.Title = m.title()
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return &history.Notice{Receiver: m.Receiver, Key: m.ID, Body: body, Made: m.Made, Next: m.Made}, nil
}
