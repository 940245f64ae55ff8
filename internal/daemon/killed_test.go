package daemon

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/internal/history/verify"
)

// The variables that make the test binary a service that TestKilled kills.
const (
	childEstate   = "PORTSEAL_TEST_ESTATE"
	childDatabase = "PORTSEAL_TEST_DATABASE"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEstate) == "" {
		goleak.VerifyTestMain(m)
		return
	}
	if err := child(os.Getenv(childEstate), os.Getenv(childDatabase)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child is a service that begins with a run, and says on stdout when it listens.
func child(estate, database string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // should nobody kill it
	defer cancel()
	c, err := baseConfig()
	if err != nil {
		return err
	}
	c.Estate, c.State, c.RunAtStart, c.Log = estate, filepath.Dir(estate), true, slog.New(slog.DiscardHandler)
	c.Listening = func(Address) { fmt.Println("listens") }
	if c.Store, err = open.History(ctx, open.Where{DB: database}); err != nil {
		return err
	}
	return Serve(ctx, c)
}

// TestKilled kills services in the middle of what they do. What each of them had begun is over or is taken up by the next one, and the history
// is whole at every time.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "history.db") },
		"postgres": func(t *testing.T) string { return historytest.StartPostgres(t).New(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const kills = 50
			k := &killing{estate: config(t).Estate, database: database(t), seen: map[string]bool{}}
			var err error
			k.store, err = open.History(t.Context(), open.Where{DB: k.database})
			require.NoError(t, err)
			defer func() { require.NoError(t, k.store.Close()) }()
			whole := k.oneRun(t)
			for range kills {
				k.kill(t, rand.N(whole*3/2))
				k.look(t)
			}
			k.oneRun(t)
			k.account(t)
		})
	}
}

// killing is what the services that are killed share.
type killing struct {
	estate, database string
	store            history.Store
	seen             map[string]bool // ids of runs
}

// start starts a service and waits until it listens.
func (k *killing) start(t *testing.T) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$") // the test binary itself
	cmd.Env = append(os.Environ(), childEstate+"="+k.estate, childDatabase+"="+k.database)
	var faults strings.Builder
	cmd.Stderr = &faults
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		require.NoError(t, err, "%s", faults.String())
	}
	require.Equal(t, "listens\n", line)
	return func() {
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
		require.Empty(t, faults.String())
	}
}

// oneRun lets a service come to the end of its run, and says how long that takes once it listens.
func (k *killing) oneRun(t *testing.T) time.Duration {
	t.Helper()
	before := len(k.runs(t, history.Finished))
	kill := k.start(t)
	began := time.Now()
	require.Eventually(t, func() bool {
		return len(k.runs(t, history.Finished)) > before && len(k.runs(t, history.Running)) == 0 && len(k.waiting(t)) == 0
	}, 2*time.Minute, time.Millisecond)
	took := time.Since(began)
	kill()
	return took
}

func (k *killing) kill(t *testing.T, after time.Duration) {
	t.Helper()
	kill := k.start(t)
	time.Sleep(after)
	kill()
}

func (k *killing) runs(t *testing.T, states ...history.State) []history.Run {
	t.Helper()
	all, more, err := k.store.List(t.Context(), history.RunQuery{States: states, Page: history.Page{Limit: 1000}})
	require.NoError(t, err)
	require.Empty(t, more)
	return all
}

func (k *killing) waiting(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(k.estate), "runs", "*"))
	require.NoError(t, err)
	return files
}

// look is that of somebody who comes after a kill.
func (k *killing) look(t *testing.T) {
	t.Helper()
	got, err := verify.History(t.Context(), k.store, history.Verifying{})
	require.NoError(t, err)
	require.Empty(t, got.Problems)
	now := map[string]bool{}
	for _, r := range k.runs(t) {
		require.False(t, now[r.ID], "%s is there twice", r.ID)
		now[r.ID] = true
	}
	for id := range k.seen {
		require.True(t, now[id], "%s is lost", id)
	}
	k.seen = now
}

// account settles what became of all runs.
func (k *killing) account(t *testing.T) {
	t.Helper()
	k.look(t)
	finished := k.runs(t, history.Finished)
	assert.Len(t, k.runs(t, history.Finished, history.Failed), len(k.seen), "none is left as running")
	for _, r := range k.runs(t, history.Failed) {
		assert.Equal(t, "the service was killed in the middle of it", r.Message)
	}
	spans, err := k.store.Spans(t.Context(), "e", "SYSA/web")
	require.NoError(t, err)
	looks := 0
	for _, s := range spans {
		looks += s.Runs
	}
	assert.Equal(t, len(finished), looks, "each finished run has looked once")
	for _, r := range finished {
		_, err := k.store.Report(t.Context(), r.ID)
		require.NoError(t, err)
	}
	t.Logf("%d runs: %d finished, %d killed", len(k.seen), len(finished), len(k.seen)-len(finished))
}
