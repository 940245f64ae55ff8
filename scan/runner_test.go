package scan_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asks is a probe that puts its rounds of questions one after the other, and derives the state "open" from any answer.
type asks struct {
	rounds [][]scan.Question
	derive func()
}

func (asks) Name() string { return "asks" }

func (a asks) Next(_ scan.Target, log *scan.Log) []scan.Question {
	for _, round := range a.rounds {
		_ = round[0]
		if left := slices.DeleteFunc(slices.Clone(round), func(q scan.Question) bool { return log.Asked(q.ID) }); len(left) > 0 {
			return left
		}
	}
	return nil
}

func (a asks) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	if a.derive != nil {
		a.derive()
	}
	for _, x := range log.All() {
		if x.Connected() {
			o.State = scan.StateOpen
		}
	}
}

// line is a question that says "hello" and takes the answer for complete at want octets; 0 waits for the end.
func line(id string, want int) scan.Question {
	return scan.Question{ID: id, Send: []byte("hello"), Enough: func(b []byte) (scan.End, bool) {
		return scan.EndCut, want > 0 && len(b) >= want
	}}
}

func lines(n, want int) []scan.Question {
	var out []scan.Question
	for i := range n {
		out = append(out, line(fmt.Sprintf("q%d", i), want))
	}
	return out
}

func runner(rounds ...[]scan.Question) *scan.Runner {
	return &scan.Runner{Timeout: time.Minute, Stages: func(scan.Plan) scan.Stages { return scan.Stages{{asks{rounds: rounds}}} }}
}

func target(id string, addr netip.AddrPort) scan.Target {
	return scan.Target{ID: id, Host: "localhost", Address: addr.Addr(), Port: addr.Port()}
}

// run returns the observations by target, in no order.
func run(ctx context.Context, r *scan.Runner, targets ...scan.Target) (map[string]scan.Observation, error) {
	out := map[string]scan.Observation{}
	err := r.Run(ctx, targets, func(o scan.Observation) { out[o.ID] = o })
	return out, err
}

// crowd answers every connection once as many as want are open at the same time, and remembers the most that it has seen.
type crowd struct {
	want      int64
	open, max atomic.Int64
	full      chan struct{}
	once      sync.Once
}

func newCrowd(want int) *crowd { return &crowd{want: int64(want), full: make(chan struct{})} }

func (c *crowd) serve(ctx context.Context, conn *net.TCPConn) {
	n := c.open.Add(1)
	for seen := c.max.Load(); n > seen && !c.max.CompareAndSwap(seen, n); seen = c.max.Load() {
	}
	if n == c.want {
		// Whoever is allowed in beyond the bound is given a moment to come. A slow machine can only make this miss a fault.
		time.AfterFunc(50*time.Millisecond, func() { c.once.Do(func() { close(c.full) }) })
	}
	select {
	case <-c.full:
	case <-ctx.Done():
	}
	_, _ = conn.Write([]byte("answer"))
	_, _ = io.Copy(io.Discard, conn) // until the client's FIN
	c.open.Add(-1)
}

// TestPaceBounds: as many connections as the pace allows are open at one time, and never one more.
func TestPaceBounds(t *testing.T) {
	for name, c := range map[string]struct {
		pace  scan.Pace
		ports int
		most  int
	}{
		"per port":            {scan.Pace{PerPort: 3, PerAddress: 50}, 1, 3},
		"per address":         {scan.Pace{PerPort: 3, PerAddress: 5}, 3, 5},
		"in the whole run":    {scan.Pace{PerPort: 9, PerAddress: 8, All: 4}, 5, 4},
		"gentle, one port":    {scan.Pace{PerPort: 1, PerAddress: 2, All: 64}, 1, 1},
		"gentle, three ports": {scan.Pace{PerPort: 1, PerAddress: 2, All: 64}, 3, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := newCrowd(c.most)
			perPort := make([]*crowd, c.ports)
			var targets []scan.Target
			for i := range c.ports {
				perPort[i] = newCrowd(1)
				s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
					port := perPort[i]
					n := port.open.Add(1)
					defer port.open.Add(-1)
					for seen := port.max.Load(); n > seen && !port.max.CompareAndSwap(seen, n); seen = port.max.Load() {
					}
					all.serve(ctx, conn)
				})
				targets = append(targets, target(fmt.Sprint(i), s.Addr()))
			}
			r := runner(lines(12, 6))
			r.Pace = c.pace
			got, err := run(context.Background(), r, targets...)
			require.NoError(t, err)
			assert.EqualValues(t, c.most, all.max.Load())
			for _, p := range perPort {
				assert.LessOrEqual(t, p.max.Load(), int64(c.pace.PerPort))
			}
			for _, o := range got {
				assert.Equal(t, 12, o.Cost.Connections)
				assert.Len(t, o.Evidence, 12)
			}
		})
	}
}

// TestBudget: no dial beyond it, and what was not asked is said.
func TestBudget(t *testing.T) {
	s := tlstest.Bad(t, badserver.Banner("answer"))
	r := runner(lines(3, 6), lines(9, 6)[3:])
	r.Pace = scan.Pace{MaxConnections: 5, PerPort: 2}
	got, err := run(context.Background(), r, target("x", s.Addr()))
	require.NoError(t, err, "a budget is no failure of the run")
	o := got["x"]
	assert.Equal(t, 5, o.Cost.Connections)
	assert.Len(t, o.Evidence, 5)
	assert.EqualValues(t, 5, s.Stats().Connections)
	assert.Equal(t, []scan.NotTested{{Question: scan.TheRest, Why: "the budget of 5 connections was used up"}}, o.NotTested)
	assert.False(t, o.Interrupted)
}

// TestBudgetCountsRepeatedDials: a connect that is tried again is a dial like any other.
func TestBudgetCountsRepeatedDials(t *testing.T) {
	s := closesAfter(t, 1)
	r := runner(lines(1, 6), lines(3, 6)[1:])
	r.Pace = scan.Pace{MaxConnections: 3, PerPort: 1}
	r.Retries = 5
	got, err := run(context.Background(), r, target("x", s))
	require.NoError(t, err)
	o := got["x"]
	assert.Equal(t, 3, o.Cost.Connections)
	require.Len(t, o.Evidence, 3, "the failed dials stay on record")
	assert.Equal(t, scan.KindRefused, o.Evidence[2].Failure.Kind)
}

// closesAfter answers n connections, and stops listening before it answers the last.
func closesAfter(t *testing.T, n int64) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range n {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if i == n-1 {
				_ = l.Close()
			}
			_, _ = conn.Write([]byte("answer"))
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return netip.MustParseAddrPort(l.Addr().String())
}

// TestLeftAlone: an address that stops accepting is dialled a few times more, and then no more in this run, on any port.
func TestLeftAlone(t *testing.T) {
	failing := closesAfter(t, 1)
	open := tlstest.Bad(t, badserver.Banner("answer"))
	r := runner(lines(1, 6), lines(2, 6)[1:], lines(3, 6)[2:])
	r.Pace = scan.Pace{All: 1, PerPort: 1} // one target after the other
	r.Retries = 1
	var paused []string
	r.Paused = func(t scan.Target, why *scan.Failure, wait time.Duration) {
		paused = append(paused, t.ID+" "+string(why.Kind)+" "+wait.String())
	}
	var order []string
	var got []scan.Observation
	require.NoError(t, r.Run(context.Background(), []scan.Target{target("a", failing), target("b", open.Addr()), target("c", failing)},
		func(o scan.Observation) { got = append(got, o); order = append(order, o.ID) }))
	require.Equal(t, []string{"a", "b", "c"}, order)
	assert.Equal(t, []string{"a refused 500ms"}, paused)

	a := got[0]
	assert.Equal(t, scan.StateOpen, a.State, "what was found is kept")
	assert.Equal(t, 3, a.Cost.Connections, "one answered, one refused, one try more")
	assert.Zero(t, open.Stats().Connections)
	for i, o := range got {
		require.Len(t, o.NotTested, 1)
		assert.Equal(t, scan.TheRest, o.NotTested[0].Question)
		assert.Contains(t, o.NotTested[0].Why, "127.0.0.1 stopped accepting connections during the run (connection refused): it was left alone")
		if i > 0 {
			assert.Zero(t, o.Cost.Connections)
			assert.Empty(t, o.Evidence, "what was not dialled is no evidence")
		}
	}
}

// TestClosedFromTheStart is no distress: the port was never open.
func TestClosedFromTheStart(t *testing.T) {
	s, err := badserver.Listen(badserver.Silent())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	open := tlstest.Bad(t, badserver.Banner("answer"))
	r := runner(lines(2, 6))
	r.Pace = scan.Pace{All: 1}
	r.Retries = 3
	got, err := run(context.Background(), r, target("a", s.Addr()), target("b", open.Addr()))
	require.NoError(t, err)
	assert.Equal(t, 2, got["a"].Cost.Connections, "a closed port is not knocked on again")
	assert.Equal(t, 2, got["b"].Cost.Connections)
}

// TestInterrupted: what was found is kept, targets not begun are said to be skipped, and silent peers hold nothing up.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var accepted atomic.Int64
	s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		if accepted.Add(1) == 1 {
			_, _ = conn.Write([]byte("answer"))
			_, _ = io.Copy(io.Discard, conn)
			return
		}
		cancel()
		<-ctx.Done() // silent
	})
	r := runner(lines(1, 6), lines(4, 6)[1:])
	r.Pace = scan.Pace{All: 1}
	r.Timeout = time.Hour
	began := time.Now()
	got, err := run(ctx, r, target("a", s.Addr()), target("b", s.Addr()), target("c", s.Addr()))
	require.ErrorIs(t, err, scan.ErrInterrupted)
	assert.Less(t, time.Since(began), 30*time.Second, "about a second; this bound is for slow machines")

	require.Len(t, got, 3)
	a := got["a"]
	assert.Equal(t, scan.StateOpen, a.State)
	require.Len(t, a.Evidence, 1, "an answer that portseal cut short is evidence of nothing")
	assert.Equal(t, "answer", string(a.Evidence[0].Received))
	assert.Equal(t, []scan.NotTested{{Question: scan.TheRest, Why: "the run was interrupted"}}, a.NotTested)
	assert.True(t, a.Interrupted)
	for _, id := range []string{"b", "c"} {
		assert.True(t, got[id].Interrupted)
		assert.Equal(t, scan.StateSkipped, got[id].State)
		assert.Zero(t, got[id].Cost.Connections)
		assert.Equal(t, "all", got[id].NotTested[0].Question)
	}
}

// TestPanic: in whatever place a probe panics, it is that target's failure, its connection is closed, and the run goes on.
func TestPanic(t *testing.T) {
	s := tlstest.Bad(t, badserver.Banner("answer"))
	broken := line("bad", 0)
	broken.Enough = func([]byte) (scan.End, bool) { panic("no such message") }
	for name, bad := range map[string]asks{
		"Derive": {rounds: [][]scan.Question{lines(1, 6)}, derive: func() { panic("no such message") }},
		"Enough": {rounds: [][]scan.Question{append(lines(2, 6), broken)}},
		"Next":   {rounds: [][]scan.Question{lines(1, 6), {}}}, // Next looks at the first of an empty round
	} {
		t.Run(name, func(t *testing.T) {
			good := asks{rounds: [][]scan.Question{lines(2, 6)}}
			r := &scan.Runner{Timeout: time.Minute, Pace: scan.Pace{All: 1}, Stages: func(p scan.Plan) scan.Stages {
				if p.Depth == scan.Deep {
					return scan.Stages{{bad}}
				}
				return scan.Stages{{good}}
			}}
			first := target("a", s.Addr())
			first.Plan.Depth = scan.Deep
			got, err := run(context.Background(), r, first, target("b", s.Addr()))
			require.NoError(t, err)
			assert.Equal(t, scan.StateError, got["a"].State)
			require.NotNil(t, got["a"].Failure)
			assert.Contains(t, got["a"].Failure.Message, "portseal failed on what this target sent")
			assert.NotEmpty(t, got["a"].Evidence, "what it sent is kept")
			assert.Positive(t, got["a"].Cost.Connections)
			assert.Equal(t, scan.StateOpen, got["b"].State, "its port is free again")
			assert.Len(t, got["b"].Evidence, 2)
		})
	}
}

// TestEndsWithFIN: a listener that has more to say than was asked for sees an orderly end, and no reset.
func TestEndsWithFIN(t *testing.T) {
	ends := make(chan error, 16)
	s := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
		if _, err := conn.Write(make([]byte, 64<<10)); err != nil {
			ends <- err
			return
		}
		_, err := io.Copy(io.Discard, conn) // nil at the client's FIN, ECONNRESET at its RST
		ends <- err
	})
	_, err := run(context.Background(), runner(lines(8, 6)), target("x", s.Addr()))
	require.NoError(t, err)
	for range 8 {
		assert.NoError(t, <-ends)
	}
}

// TestEndlessAnswer is cut at the cap, for the record and for the wire.
func TestEndlessAnswer(t *testing.T) {
	const most = 256 << 10
	s := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
		for chunk := make([]byte, 32<<10); ; {
			if _, err := conn.Write(chunk); err != nil {
				return
			}
		}
	})
	got, err := run(context.Background(), runner(lines(2, 0)), target("x", s.Addr()))
	require.NoError(t, err)
	o := got["x"]
	for _, x := range o.Evidence {
		assert.Equal(t, scan.EndCut, x.End)
		assert.Len(t, x.Received, most)
	}
	assert.Equal(t, 2*most, o.Cost.BytesReceived)
}

// TestTimeout: a peer that drips is heard until the limit of its connection, and silence is an end of its own.
func TestTimeout(t *testing.T) {
	s := tlstest.Bad(t, badserver.Drips([]byte("drip drip drip drip"), 10*time.Millisecond))
	one := target("x", s.Addr())
	one.Timeout = 200 * time.Millisecond // the target's goes before the runner's minute
	got, err := run(context.Background(), runner(lines(1, 0)), one)
	require.NoError(t, err)
	assert.Equal(t, scan.EndTimeout, got["x"].Evidence[0].End)
}

// TestSkippedAndFailed targets are reported, and not dialled.
func TestSkippedAndFailed(t *testing.T) {
	s := tlstest.Bad(t, badserver.Banner("answer"))
	skipped, failed := target("skipped", s.Addr()), target("failed", s.Addr())
	skipped.Skip = "another vantage looks at it"
	failed.Failure = &scan.Failure{Stage: scan.StageResolve, Kind: scan.KindRefused, Message: "the name does not exist"}
	got, err := run(context.Background(), runner(lines(1, 6)), skipped, failed)
	require.NoError(t, err)
	assert.Equal(t, scan.StateSkipped, got["skipped"].State)
	assert.Equal(t, []scan.NotTested{{Question: "all", Why: skipped.Skip}}, got["skipped"].NotTested)
	assert.Equal(t, scan.StateError, got["failed"].State)
	assert.Equal(t, failed.Failure, got["failed"].Failure)
	assert.Zero(t, s.Stats().Connections)
}
