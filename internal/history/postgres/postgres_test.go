package postgres

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/internal/history/verify"
)

func database(server *historytest.Postgres) historytest.Database {
	return historytest.Database{
		Open: openStore,
		New:  server.New,
		Exec: func(t testing.TB, address, statement string, args ...any) {
			t.Helper()
			for n := range args {
				statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", n+1), 1)
			}
			server.Exec(t, address, statement, args...)
		},
		Verify: verify.History,
		Columns: func(t testing.TB, address, table string) (out []string) {
			conn, err := pgx.Connect(t.Context(), address)
			require.NoError(t, err)
			defer func() { _ = conn.Close(t.Context()) }()
			rows, err := conn.Query(t.Context(), "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema()", table)
			require.NoError(t, err)
			out, err = pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err)
			slices.Sort(out)
			return out
		},
		Kills:     12,
		Unchecked: "SET session_replication_role = replica; ",
		Numbered:  " OVERRIDING SYSTEM VALUE",
		Another:   func(string) string { return "DEFAULT" },
		Octets:    func(text string) string { return "convert_to('" + text + "', 'UTF8')" },
		Longer:    func(column string) string { return column + " || convert_to(' ', 'UTF8')" },
		Settle:    "VACUUM", // autovacuum does it within a minute of a run
	}
}

func TestMain(m *testing.M) { os.Exit(historytest.Main(m, openStore)) }

func openStore(ctx context.Context, address string) (history.Store, error) { return Open(ctx, address) }

func TestSuite(t *testing.T) { historytest.Run(t, database(historytest.StartPostgres(t))) }

// A server that goes down while a service runs makes its database busy; when it is back the service goes on, and nothing is lost.
func TestServerDownAndBack(t *testing.T) {
	server := historytest.StartPostgres(t)
	store, err := Open(t.Context(), server.New(t))
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	add := func(n int) error {
		rep := historytest.Report(n, 3)
		_, err := store.Add(t.Context(), historytest.Doc(t, rep), history.Run{}, history.Storing{Origin: "o", At: rep.Run.Finished})
		return err
	}
	require.NoError(t, add(0))
	server.Stop()
	for range 3 { // connections that were open, and new ones
		err = add(1)
		require.ErrorIs(t, err, history.ErrBusy)
		require.NotContains(t, err.Error(), server.Secret())
	}
	require.ErrorIs(t, store.Ping(t.Context()), history.ErrBusy)
	server.Start(t)
	require.NoError(t, add(1))
	require.NoError(t, add(1), "it is there")
	runs, _, err := store.List(t.Context(), history.RunQuery{})
	require.NoError(t, err)
	require.Len(t, runs, 2)
	result, err := verify.History(t.Context(), store, history.Verifying{})
	require.NoError(t, err)
	require.Empty(t, result.Problems)
}

// What a server refuses is said, without the password.
func TestRefusals(t *testing.T) {
	server := historytest.StartPostgres(t)
	for what, want := range map[string]string{
		server.Address("nosuch"): "nosuch",
		strings.Replace(server.Address("postgres"), "portseal:", "portseal:wrong", 1): "password authentication failed",
		strings.Replace(server.Address("postgres"), "portseal:", "eve:", 1):           "eve",
	} {
		_, err := Open(t.Context(), what)
		require.ErrorContains(t, err, want)
		require.ErrorAs(t, err, &history.Refused{})
		require.NotErrorIs(t, err, history.ErrBusy)
		require.NotContains(t, err.Error(), server.Secret())
		require.NotContains(t, err.Error(), "%3A")
	}
	address := server.New(t)
	server.Exec(t, address, "CREATE ROLE reader LOGIN PASSWORD 'reader'")
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword("reader", "reader")
	_, err = Open(t.Context(), u.String())
	require.ErrorContains(t, err, "permission denied")
}
