package runs

import (
	"context"
	"crypto/tls"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/internal/history/verify"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/report"
)

// opened is a history of an address; it is closed with the test.
func opened(t *testing.T, address string) history.Store {
	t.Helper()
	s, err := open.History(t.Context(), open.Where{DB: address})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// clean says that the history is what its log says.
func clean(t *testing.T, s history.Store) {
	t.Helper()
	got, err := verify.History(t.Context(), s, history.Verifying{})
	require.NoError(t, err)
	require.Empty(t, got.Problems)
}

// TestSharedDatabase lets two services with the same estate share a database, night after night: each due time is begun once, and none is
// noted as missed.
func TestSharedDatabase(t *testing.T) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "history.db") },
		"postgres": func() string { return historytest.StartPostgres(t).New(t) },
	} {
		t.Run(name, func(t *testing.T) {
			const nights = 5
			a := listener(t, serves(t, tls.VersionTLS12, tls.VersionTLS13))
			file, database := filepath.Join(t.TempDir(), "estate.yaml"), address()
			require.NoError(t, os.WriteFile(file, []byte("name: real\nschedules: [{name: nightly, cron: \"0 2 * * *\", probes: quick}]\nsystems:\n"+
				"  - {name: SYSA, host: 127.0.0.1, listeners: [{name: web, role: generic, port: "+strconv.Itoa(int(a.addr.Port()))+", expect: tls}]}\n"), 0o600))
			var offset atomic.Int64
			almost := func(night int) { // it is a moment before a due time
				at := time.Date(2030, 1, 1+night, 1, 59, 59, 0, time.UTC)
				offset.Store(int64(time.Until(at)))
			}
			almost(0)
			store := opened(t, database)
			for range 2 {
				along(t, Config{Store: opened(t, database), File: file, Now: func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }})
			}
			for night := range nights {
				almost(night)
				require.Eventually(t, func() bool {
					all := runsOf(t, store)
					return len(all) > night && all[len(all)-1].State == history.Finished
				}, time.Minute, 20*time.Millisecond)
			}
			time.Sleep(2 * lookEvery) // the slower one has looked, too
			all := runsOf(t, store)
			require.Len(t, all, nights)
			for night, r := range all {
				assert.Equal(t, history.Finished, r.State)
				require.NotNil(t, r.Due)
				assert.Equal(t, time.Date(2030, 1, 1+night, 2, 0, 0, 0, time.UTC), r.Due.UTC())
			}
			clean(t, store)
		})
	}
}

// TestServerDownInRun takes PostgreSQL away while listeners are looked at, until the run is over: it is kept, and stored once when the server is back.
func TestServerDownInRun(t *testing.T) {
	server := historytest.StartPostgres(t)
	store := opened(t, server.New(t))
	var once sync.Once
	a, config := listener(t, serves(t, tls.VersionTLS12)), serves(t, tls.VersionTLS12, tls.VersionTLS13)
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		once.Do(server.Stop)
		return nil, nil
	}
	b := tlstest.Bad(t, badserver.TLS(config)).Addr()
	file := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte(twoSystems(a.addr, b)), 0o600))
	var stored atomic.Int32
	r := along(t, Config{Store: store, File: file, Stored: func(context.Context, history.Run, *report.Report) { stored.Add(1) }})
	var id string
	require.Eventually(t, func() bool {
		var err error
		id, err = r.Start(t.Context(), control.Request{})
		return err == nil
	}, time.Minute, 5*time.Millisecond)
	require.Eventually(t, func() bool { return r.Status().Waiting == 1 }, time.Minute, 5*time.Millisecond)
	assert.NotContains(t, r.Status().Database, server.Secret())
	server.Start(t)
	require.Eventually(t, func() bool { return r.Status().Waiting == 0 }, time.Minute, 5*time.Millisecond)
	all := runsOf(t, store)
	require.Len(t, all, 1)
	assert.Equal(t, id, all[0].ID)
	assert.Equal(t, history.Finished, all[0].State, all[0].Message)
	assert.EqualValues(t, 1, stored.Load())
	clean(t, store)
}
