package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
)

func database() historytest.Database {
	return historytest.Database{
		Open: func(ctx context.Context, file string) (history.Store, error) { return Open(ctx, file) },
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

func TestSuite(t *testing.T) { historytest.Run(t, database()) }
