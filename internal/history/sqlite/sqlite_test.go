package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
)

func database() historytest.Database {
	return historytest.Database{
		Open: openStore,
		New:  func(t testing.TB) string { return filepath.Join(t.TempDir(), "history ?#%.db") },
		Exec: func(t testing.TB, file, statement string, args ...any) {
			t.Helper()
			db, err := pool(file, 1, "rw", nil)
			require.NoError(t, err)
			defer db.Close()
			_, err = db.ExecContext(t.Context(), statement, args...)
			require.NoError(t, err)
		},
	}
}

func TestMain(m *testing.M) { os.Exit(historytest.Main(m, openStore)) }

func openStore(ctx context.Context, file string) (history.Store, error) { return Open(ctx, file) }

func TestSuite(t *testing.T) { historytest.Run(t, database()) }

// A disk that is full loses what is being stored, and nothing else.
func TestDiskFull(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	small, err := open(t.Context(), file, map[string]string{"max_page_count": "150"}) // SQLite then has no room, as on a full disk: SQLITE_FULL
	require.NoError(t, err)
	stored := 0
	for {
		rep := historytest.Report(stored, 20)
		_, err := small.Add(t.Context(), historytest.Doc(t, rep), history.Run{}, history.Storing{Origin: "o", At: rep.Run.Finished})
		if err != nil {
			require.ErrorContains(t, err, "full")
			break
		}
		stored++
	}
	require.Positive(t, stored)
	check := func(store history.Store) {
		runs, _, err := store.List(t.Context(), history.RunQuery{Page: history.Page{Limit: 1000}})
		require.NoError(t, err)
		assert.Len(t, runs, stored)
		result, err := store.Log().Check(t.Context(), runlog.Checking{})
		require.NoError(t, err)
		assert.Empty(t, result.Problems)
	}
	check(small)
	require.NoError(t, small.Close())
	large, err := Open(t.Context(), file)
	require.NoError(t, err)
	check(large)
	rep := historytest.Report(stored, 20)
	_, err = large.Add(t.Context(), historytest.Doc(t, rep), history.Run{}, history.Storing{At: rep.Run.Finished})
	require.NoError(t, err, "with room it goes on")
	stored++
	check(large)
	require.NoError(t, large.Close())
}

func TestAnotherProgramsDatabaseIsLeftAlone(t *testing.T) {
	db := database()
	file := filepath.Join(t.TempDir(), "places.sqlite")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	db.Exec(t, file, "CREATE TABLE bookmark (url TEXT)")
	_, err := Open(t.Context(), file)
	require.ErrorContains(t, err, "another program")
}

// Another process that writes is waited for; one that never ends makes the database busy.
func TestBusy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	store, err := open(t.Context(), file, map[string]string{"busy_timeout": "50"})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	other, err := pool(file, 1, "rw", nil)
	require.NoError(t, err)
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.ErrorIs(t, store.AddDeed(t.Context(), history.Deed{What: "login"}), history.ErrBusy)
	_, _, err = store.Deeds(t.Context(), history.Page{})
	require.NoError(t, err, "who reads waits for nobody")
	require.NoError(t, tx.Rollback())
	require.NoError(t, store.AddDeed(t.Context(), history.Deed{What: "login"}))
}
