package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/sqldb"
)

func database() historytest.Database {
	return historytest.Database{
		Open: openStore,
		New:  func(t testing.TB) string { return filepath.Join(t.TempDir(), "history ?#%.db") },
		Verify: func(ctx context.Context, store history.Store, o history.Verifying) (*history.Verified, error) {
			empty, err := Memory(ctx)
			if err != nil {
				return nil, err
			}
			result, err := store.(*sqldb.Store).Verify(ctx, empty, o)
			return result, errors.Join(err, empty.Close())
		},
		Columns: func(t testing.TB, file, table string) (out []string) {
			db, err := pool(file, 1, "rw", nil)
			require.NoError(t, err)
			defer db.Close()
			rows, err := db.QueryContext(t.Context(), "SELECT name FROM pragma_table_info(?) ORDER BY name", table)
			require.NoError(t, err)
			defer rows.Close()
			for name := ""; rows.Next(); out = append(out, name) {
				require.NoError(t, rows.Scan(&name))
			}
			return out
		},
		Kills:     50,
		Unchecked: "PRAGMA foreign_keys = OFF; ",
		Another:   func(column string) string { return column + " + 100" },
		Octets:    func(text string) string { return "CAST('" + text + "' AS BLOB)" },
		Longer:    func(column string) string { return "CAST(" + column + " || ' ' AS BLOB)" },
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
	t.Run("pages", func(t *testing.T) { // SQLite then has no room, as on a full disk: SQLITE_FULL
		file := filepath.Join(t.TempDir(), "history.db")
		testDiskFull(t, file, map[string]string{"max_page_count": "150"}, func() {})
	})
	if dir, enlarge := smallDisk(t); dir != "" {
		t.Run("disk", func(t *testing.T) { testDiskFull(t, filepath.Join(dir, "history.db"), nil, enlarge) })
	}
}

func testDiskFull(t *testing.T, file string, pragmas map[string]string, enlarge func()) {
	small, err := open(t.Context(), file, pragmas)
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
		t.Helper()
		runs, _, err := store.List(t.Context(), history.RunQuery{Page: history.Page{Limit: 1000}})
		require.NoError(t, err)
		assert.Len(t, runs, stored)
		result, err := database().Verify(t.Context(), store, history.Verifying{})
		require.NoError(t, err)
		assert.Empty(t, result.Problems)
	}
	check(small)
	require.NoError(t, small.Close())
	enlarge()
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

func TestAFileForOthersIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	store, err := Open(t.Context(), file)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	for _, mode := range []os.FileMode{0o644, 0o660, 0o602} {
		require.NoError(t, os.Chmod(file, mode))
		_, err = Open(t.Context(), file)
		require.ErrorContains(t, err, "run: chmod 600 "+file)
	}
	require.NoError(t, os.Chmod(file, 0o640))
	store, err = Open(t.Context(), file)
	require.NoError(t, err)
	require.NoError(t, store.Close())
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
