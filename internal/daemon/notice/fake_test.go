package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// memory is a history in memory: what a test says that it shows, and an outbox.
type memory struct {
	history.Outbox // what no test asks is nil

	mu           sync.Mutex
	down         bool
	findings     []history.Finding
	certificates []history.Certificate
	runs         []history.Run
	notices      []history.Notice
	claimed      map[int64]time.Time
	known        map[string]time.Time
	beforeTell   func()
}

var errDown = errors.New("no answer")

func (s *memory) locked() (func(), error) {
	s.mu.Lock()
	if s.down {
		return s.mu.Unlock, errDown
	}
	return s.mu.Unlock, nil
}

func (s *memory) Findings(_ context.Context, q history.FindingQuery) ([]history.Finding, string, error) {
	unlock, err := s.locked()
	defer unlock()
	return slices.DeleteFunc(slices.Clone(s.findings), func(f history.Finding) bool {
		return f.Closed != nil && !q.Closed || q.ID != "" && q.ID != f.ID || q.Endpoint != "" && q.Endpoint != f.Endpoint
	}), "", err
}

func (s *memory) Certificates(context.Context, string) ([]history.Certificate, error) {
	unlock, err := s.locked()
	defer unlock()
	return s.certificates, err
}

func (s *memory) List(_ context.Context, q history.RunQuery) ([]history.Run, string, error) {
	unlock, err := s.locked()
	defer unlock()
	return slices.DeleteFunc(slices.Clone(s.runs), func(r history.Run) bool {
		return r.Started.Before(q.Since) || q.Schedule != "" && r.Schedule != q.Schedule || q.States != nil && !slices.Contains(q.States, r.State)
	}), "", err
}

func (s *memory) Tell(_ context.Context, t history.Telling) error {
	if before := s.beforeTell; before != nil {
		s.beforeTell = nil
		before()
	}
	unlock, err := s.locked()
	defer unlock()
	if err != nil {
		return err
	}
	after := maps.Clone(s.known)
	for _, k := range t.Forget {
		if _, ok := after[k]; !ok {
			return history.ErrTaken
		}
		delete(after, k)
	}
	for _, k := range t.Remember {
		if _, ok := after[k]; ok {
			return history.ErrTaken
		}
		after[k] = t.At
	}
	s.known = after
	if t.Notice != nil {
		n := *t.Notice
		n.ID = int64(len(s.notices) + 1)
		s.notices = append(s.notices, n)
	}
	return nil
}

func (s *memory) Remembered(_ context.Context, _, prefix string) (map[string]time.Time, error) {
	unlock, err := s.locked()
	defer unlock()
	out := maps.Clone(s.known)
	maps.DeleteFunc(out, func(k string, _ time.Time) bool { return !strings.HasPrefix(k, prefix) })
	return out, err
}

func (s *memory) DueNotices(_ context.Context, at time.Time, _ int) ([]history.Notice, error) {
	unlock, err := s.locked()
	defer unlock()
	due := slices.DeleteFunc(slices.Clone(s.notices), func(n history.Notice) bool {
		return n.Done != nil || n.Next.After(at) || s.claimed[n.ID].After(at)
	})
	slices.SortStableFunc(due, func(a, b history.Notice) int { return a.Next.Compare(b.Next) })
	return due, err
}

func (s *memory) ClaimNotice(_ context.Context, id int64, now, until time.Time) (bool, error) {
	unlock, err := s.locked()
	defer unlock()
	if s.notices[id-1].Done != nil || s.claimed[id].After(now) {
		return false, err
	}
	s.claimed[id] = until
	return true, err
}

func (s *memory) PutNotice(_ context.Context, n history.Notice) error {
	unlock, err := s.locked()
	defer unlock()
	s.notices[n.ID-1] = n
	delete(s.claimed, n.ID)
	return err
}

// messages are all that was stored for a receiver.
func (s *memory) messages(t *testing.T, receiver string) (out []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.notices {
		if n.Receiver == receiver {
			var m Message
			require.NoError(t, json.Unmarshal(n.Body, &m))
			out = append(out, m)
		}
	}
	return out
}

// service is a notifier with its history, its estate and a clock that a test sets.
type service struct {
	*Notifier
	store *memory
	at    time.Time
	log   bytes.Buffer
	sends []string // receiver and id, in their order
}

func begin(receivers ...*estate.Notice) *service {
	s := &service{store: &memory{known: map[string]time.Time{}, claimed: map[int64]time.Time{}}, at: time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC)}
	for _, r := range receivers {
		if r.On == nil {
			r.On = estate.NoticeEvents()
		}
		r.Least = max(r.Least, report.Low)
	}
	e := &estate.Estate{Name: "prodplex", Notices: receivers}
	s.Notifier = New(Config{Store: s.store, Estate: func() *estate.Estate { return e }, Tool: "portseal test", Host: "here.example.com",
		Log: slog.New(slog.NewTextHandler(&s.log, nil)), Now: func() time.Time { return s.at }})
	return s
}

// find opens a finding; end closes all of a rule.
func (s *service) find(rule, endpoint string, severity report.Severity) *history.Finding {
	s.store.findings = append(s.store.findings, history.Finding{Opened: s.at, Finding: report.Finding{ID: rule, Endpoint: endpoint, Severity: severity,
		Title: "title of " + rule, Detail: "detail"}})
	return &s.store.findings[len(s.store.findings)-1]
}

func (s *service) end(rule string) {
	for i, f := range s.store.findings {
		if f.ID == rule && f.Closed == nil {
			at := s.at
			s.store.findings[i].Closed = &at
		}
	}
}

// run is a run of a schedule that ended now.
func (s *service) run(id string, state history.State) history.Run {
	return history.Run{ID: id, Estate: "prodplex", State: state, Schedule: "nightly", Started: s.at, Finished: &s.at, Verdict: report.Fail}
}

func findingOf(detail, endpoint string) history.Finding {
	return history.Finding{Finding: report.Finding{ID: "A", Severity: report.High, Endpoint: endpoint, Title: detail, Detail: detail}}
}
