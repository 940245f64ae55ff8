package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
)

func database(server *historytest.Postgres) historytest.Database {
	return historytest.Database{
		Open: func(ctx context.Context, address string) (history.Store, error) { return Open(ctx, address) },
		New:  server.New,
		Exec: func(t testing.TB, address, statement string, args ...any) {
			t.Helper()
			for n := range args {
				statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", n+1), 1)
			}
			server.Exec(t, address, statement, args...)
		},
	}
}

func TestSuite(t *testing.T) { historytest.Run(t, database(historytest.StartPostgres(t))) }
