package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a history in memory, for tests of the clock: it has no more of history.Store than runs need.
type memory struct {
	history.Store
	mu      sync.Mutex
	runs    []*history.Run
	alive   map[string]time.Time
	docs    map[string][]byte
	changes map[string][]report.Change
	adds    map[string]int
	waivers []history.Waiver
	down    error
	full    error         // of what is to be written
	slow    time.Duration // a report takes to be stored
	prunes  []time.Time
}

func newMemory() *memory {
	return &memory{alive: map[string]time.Time{}, docs: map[string][]byte{}, changes: map[string][]report.Change{}, adds: map[string]int{}}
}

func (m *memory) lock() func() { m.mu.Lock(); return m.mu.Unlock }

func (m *memory) break_(err error) { defer m.lock()(); m.down = err }

func (m *memory) fill(err error) { defer m.lock()(); m.full = err }

func (m *memory) find(id string) *history.Run {
	for _, r := range m.runs {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (m *memory) Ping(context.Context) error { defer m.lock()(); return m.down }

func (m *memory) Begin(_ context.Context, r history.Run) error {
	defer m.lock()()
	if m.down != nil || m.full != nil {
		return cmp.Or(m.down, m.full)
	}
	for _, have := range m.runs {
		sameDue := r.Due != nil && have.Due != nil && have.Due.Equal(*r.Due) && have.Schedule == r.Schedule && have.Estate == r.Estate
		both := r.State == history.Running && have.State == history.Running && have.Estate == r.Estate && have.Schedule == r.Schedule
		if sameDue || both {
			return fmt.Errorf("begin: %w", history.ErrTaken)
		}
	}
	r.Seq = int64(len(m.runs) + 1)
	m.runs, m.alive[r.ID] = append(m.runs, &r), r.Started
	return nil
}

func (m *memory) Alive(_ context.Context, id string, at time.Time) error {
	defer m.lock()()
	if m.down != nil || m.full != nil {
		return cmp.Or(m.down, m.full)
	}
	if r := m.find(id); r == nil || r.State != history.Running {
		return history.ErrNotFound
	}
	m.alive[id] = at
	return nil
}

func (m *memory) Abandon(ctx context.Context, since, at time.Time) (out []history.Run, err error) {
	defer m.lock()()
	for _, r := range m.runs {
		if r.State == history.Running && m.alive[r.ID].Before(since) {
			r.State, r.Finished, r.Message = history.Failed, &at, "gone"
			out = append(out, *r)
		}
	}
	return out, cmp.Or(m.down, ctx.Err())
}

func (m *memory) End(_ context.Context, id string, state history.State, message string, at time.Time) error {
	defer m.lock()()
	if m.down != nil || m.full != nil {
		return cmp.Or(m.down, m.full)
	}
	r := m.find(id)
	if r == nil || r.State != history.Running {
		return history.ErrNotFound
	}
	r.State, r.Message, r.Finished = state, message, &at
	return nil
}

func (m *memory) Add(_ context.Context, doc []byte, begun history.Run, s history.Storing) (*history.Run, error) {
	time.Sleep(m.slow)
	defer m.lock()()
	if m.down != nil || m.full != nil {
		return nil, cmp.Or(m.down, m.full)
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	m.adds[rep.Run.ID]++
	r := m.find(rep.Run.ID)
	if r == nil {
		return nil, errors.New("it was not begun")
	}
	finished := rep.Run.Finished
	r.State, r.Finished, r.Verdict, r.Digest, r.Message = history.Finished, &finished, rep.Summary.Verdict, rep.Digest, begun.Message
	m.docs[r.ID], m.changes[r.ID] = doc, s.Changes
	out := *r
	return &out, nil
}

func (m *memory) Run(_ context.Context, id string) (*history.Run, error) {
	defer m.lock()()
	if r := m.find(id); r != nil {
		out := *r
		return &out, m.down
	}
	return nil, history.ErrNotFound
}

func (m *memory) List(_ context.Context, q history.RunQuery) (out []history.Run, next string, err error) {
	defer m.lock()()
	for _, r := range slices.Backward(m.runs) {
		if (q.Estate == "" || q.Estate == r.Estate) && (len(q.States) == 0 || slices.Contains(q.States, r.State)) && (q.Schedule == "" || q.Schedule == r.Schedule) {
			out = append(out, *r)
		}
	}
	if q.Limit > 0 {
		out = out[:min(len(out), q.Limit)]
	}
	return out, "", m.down
}

func (m *memory) Report(_ context.Context, id string) ([]byte, error) {
	defer m.lock()()
	if doc := m.docs[id]; doc != nil {
		return doc, m.down
	}
	return nil, history.ErrNotFound
}

func (m *memory) Last(ctx context.Context, estate string, narrowed bool) (*history.Run, error) {
	all, _, err := m.List(ctx, history.RunQuery{Estate: estate, States: []history.State{history.Finished}})
	for _, r := range all {
		if narrowed || !r.Narrowed {
			return &r, err
		}
	}
	return nil, history.ErrNotFound
}

func (m *memory) LastDue(_ context.Context, estate, schedule string) (last time.Time, err error) {
	defer m.lock()()
	for _, r := range m.runs {
		if r.Due != nil && r.Schedule == schedule && r.Estate == estate && r.Due.After(last) {
			last = *r.Due
		}
	}
	return last, m.down
}

func (m *memory) Listeners(_ context.Context, estate string) ([]history.Listener, error) {
	defer m.lock()()
	last := map[string]string{}
	for _, r := range m.runs {
		if r.Estate != estate || m.docs[r.ID] == nil {
			continue
		}
		rep, err := reportjson.Decode(m.docs[r.ID])
		if err != nil {
			return nil, err
		}
		for _, e := range rep.Endpoints {
			if e.State != scan.StateSkipped {
				last[e.ID] = r.ID
			}
		}
	}
	var out []history.Listener
	for id, r := range last {
		out = append(out, history.Listener{Estate: estate, ID: id, LastRun: r})
	}
	return out, m.down
}

func (m *memory) Shown(context.Context, string, []string) (map[string]history.Shown, error) {
	defer m.lock()()
	return nil, m.down
}

func (m *memory) Waivers(context.Context, string) ([]history.Waiver, error) {
	defer m.lock()()
	return m.waivers, m.down
}

func (m *memory) Prune(_ context.Context, before time.Time, _ history.Storing) (int, error) {
	defer m.lock()()
	m.prunes = append(m.prunes, before)
	return 0, m.down
}

// told are the runs as "SCHEDULE STATE DUE: MESSAGE", in their order.
func (m *memory) told() []string {
	defer m.lock()()
	var out []string
	for _, r := range m.runs {
		line := r.Schedule + " " + string(r.State)
		if r.Due != nil {
			line += " " + r.Due.Format("02 15:04")
		}
		if r.Message != "" {
			line += ": " + r.Message
		}
		out = append(out, line)
	}
	return out
}

// world is a service whose clock tests set and whose runs take as long as tests say.
type world struct {
	*Runs
	store  *memory
	file   string
	offset atomic.Int64  // of the clock on the wall, in nanoseconds
	takes  time.Duration // a run
	dials  []time.Time   // when targets were looked at
	broken atomic.Bool   // a run breaks down
	stop   func()
}

const oneListener = "\nsystems:\n  - {name: SYSA, host: 127.0.0.1, listeners: [{name: web, role: generic, port: 1, expect: any}]}\n" +
	"  - {name: SYSB, host: 127.0.0.1, listeners: [{name: web, role: generic, port: 2, expect: any}]}\n"

func newWorld(t *testing.T, store *memory, estate string) *world {
	t.Helper()
	w := &world{store: store, file: filepath.Join(t.TempDir(), "estate.yaml"), takes: time.Minute}
	w.write(t, estate)
	w.open(t, t.TempDir())
	return w
}

func (w *world) write(t *testing.T, estate string) {
	t.Helper()
	require.NoError(t, os.WriteFile(w.file, []byte("name: test\n"+estate+oneListener), 0o600))
}

// open makes the service; begin lets it run.
func (w *world) open(t *testing.T, folder string) {
	t.Helper()
	var err error
	w.Runs, err = New(Config{Store: w.store, File: w.file, Folder: folder, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now: func() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }, Runner: scan.Runner{Vantage: "local"}})
	require.NoError(t, err)
	w.do = w.make
}

func (w *world) begin(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Runs.Run(ctx) }()
	w.stop = func() {
		cancel()
		require.NoError(t, <-done)
	}
}

// make is a run: a second for each target.
func (w *world) make(ctx context.Context, work run.Work, s run.Settings) (*report.Report, error) {
	if w.broken.Load() {
		panic("index out of range")
	}
	rep := &report.Report{Schema: report.Schema, Run: report.Run{ID: s.ID, Estate: work.Estate, Started: time.Now().UTC(), Probes: s.Probes, PreviousDigest: s.Previous,
		Scope: work.Scope}, Waivers: work.Waivers, Expectations: work.Expectations}
	for i, t := range work.Targets {
		o := scan.Observation{ID: t.ID, State: scan.StateTLS}
		if ctx.Err() == nil {
			w.dials = append(w.dials, time.Now())
			select {
			case <-ctx.Done():
			case <-time.After(w.takes / time.Duration(len(work.Targets))):
			}
		}
		if ctx.Err() != nil {
			o.State, o.Interrupted = scan.StateSkipped, true
		}
		rep.Endpoints = append(rep.Endpoints, report.Endpoint{Observation: o})
		s.Done(o, i+1, len(work.Targets))
	}
	rep.Run.Finished, rep.Run.Complete = time.Now().UTC(), ctx.Err() == nil
	rep.Summary.Verdict = report.Pass
	if err := evidence.Seal(rep); err != nil {
		return nil, err
	}
	if !rep.Run.Complete {
		return rep, scan.ErrInterrupted
	}
	return rep, nil
}
