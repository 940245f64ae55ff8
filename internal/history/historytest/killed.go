package historytest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// The variables that make a test binary the child of testKilled.
const (
	childAddress = "PORTSEAL_TEST_HISTORY"
	childFrom    = "PORTSEAL_TEST_HISTORY_FROM"
)

// Main runs the tests of a package that runs the suite, or is the child that one of them kills. It returns the exit code.
func Main(m *testing.M, open func(ctx context.Context, address string) (history.Store, error)) int {
	address := os.Getenv(childAddress)
	if address == "" {
		return m.Run()
	}
	if err := writeOn(address, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// childListeners is how many listeners the child's reports have: enough that a write takes a while.
const childListeners = 60

// writeOn adds run after run, each with other findings, and says on stdout which are stored, until it is killed.
func writeOn(address string, open func(ctx context.Context, address string) (history.Store, error)) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // should nobody kill it
	defer cancel()
	store, err := open(ctx, address)
	if err != nil {
		return err
	}
	from, err := strconv.Atoi(os.Getenv(childFrom))
	if err != nil {
		return err
	}
	for n := from; ; n++ {
		if err := writeRun(ctx, store, n); err != nil {
			return err
		}
		fmt.Println("stored", n)
	}
}

func writeRun(ctx context.Context, store history.Store, n int) error {
	rep := childReport(n)
	doc, err := seal(rep)
	if err != nil {
		return err
	}
	r := history.Run{ID: rep.Run.ID, Estate: Estate, State: history.Running, Trigger: history.BySchedule, Started: rep.Run.Started}
	if err := store.Begin(ctx, r); err != nil {
		return err
	}
	_, err = store.Add(ctx, doc, r, storing(rep, childChange(n)))
	if err == nil && n%5 == 4 {
		_, err = store.Prune(ctx, Night(n-3), storing(rep))
	}
	return err
}

func childReport(n int) *report.Report {
	return Report(n, childListeners, changed(n%childListeners), finds(finding("SUITE-UNEXPECTED", report.High, Listener(n%childListeners), fmt.Sprint("night ", n))))
}

func childChange(n int) report.Change {
	return report.Change{Kind: report.StateChanged, Severity: report.High, Endpoint: Listener(0), New: fmt.Sprint(n)}
}

// testKilled kills a process that stores runs, again and again, at whatever it is about to do. What it said was stored is there, and what was
// being stored is there whole or not at all.
func testKilled(t *testing.T, s *suite) {
	const kills = 12
	next, finished := 0, 0
	for kill := range kills {
		stored := s.killed(t, next, kill)
		next, finished = s.afterKill(t, next, stored)
	}
	assert.Positive(t, finished, "no child came to store anything")
	whole(t, s)
}

// killed starts a child and kills it some time after it has stored a run or two. It returns the last run that the child said was stored.
func (s *suite) killed(t *testing.T, from, kill int) (stored int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$") // the test binary itself
	child.Env = append(os.Environ(), childAddress+"="+s.address, fmt.Sprintf("%s=%d", childFrom, from))
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	var faults strings.Builder
	child.Stderr = &faults
	require.NoError(t, child.Start())
	said := make(chan int)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "stored %d", &n); err == nil {
				said <- n
			}
		}
	}()
	stored = from - 1
	for range 1 + kill%2 { // runs that it may store
		n, running := <-said
		if !running {
			break
		}
		stored = n
	}
	moment := time.After(time.Duration(kill*kill*31%250) * time.Millisecond) // anywhere in what it does next
	for killed, running := false, true; running; {
		var n int
		select {
		case n, running = <-said:
			stored = max(stored, n)
		case <-moment:
			require.False(t, killed)
			killed = true
			require.NoError(t, child.Process.Kill())
		}
	}
	_ = child.Wait() // it was killed
	require.Empty(t, faults.String())
	return stored
}

// afterKill looks whether all is there, as someone who comes after the one that was killed, and returns the next run to make and how many are
// finished.
func (s *suite) afterKill(t *testing.T, from, stored int) (next, finished int) {
	t.Helper()
	ctx := t.Context()
	next = stored + 1
	for n := from; n <= stored+1; n++ {
		r, err := s.Run(ctx, run(n).ID)
		if n == stored+1 && errors.Is(err, history.ErrNotFound) {
			break
		}
		require.NoError(t, err)
		next = n + 1
		if n == stored+1 && r.State == history.Running {
			break
		}
		require.Equal(t, history.Finished, r.State)
		got, err := s.Report(ctx, r.ID)
		if !errors.Is(err, history.ErrPruned) {
			require.NoError(t, err)
			want, err := seal(childReport(n))
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
	_, err := s.Abandon(ctx, Night(next+1), Night(next+1))
	require.NoError(t, err)
	runs, more, err := s.List(ctx, history.RunQuery{States: []history.State{history.Finished}, Page: history.Page{Limit: 1000}})
	require.NoError(t, err)
	require.Empty(t, more)
	changes, more, err := s.Changes(ctx, Estate, "", "", history.Page{Limit: 1000})
	require.NoError(t, err)
	require.Empty(t, more)
	require.Len(t, changes, len(runs), "of each run, once")
	spans, err := s.Spans(ctx, Estate, Listener(1))
	require.NoError(t, err)
	looks := 0
	for _, span := range spans {
		looks += span.Runs
	}
	require.Equal(t, len(runs), looks)
	open := s.openFindings(t)
	require.Len(t, open, 1)
	require.True(t, strings.HasSuffix(open[0], runs[0].ID), "%s is of the last run, %s", open[0], runs[0].ID)
	whole(t, s)
	return next, len(runs)
}
