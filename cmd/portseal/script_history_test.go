package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"github.com/portseal/portseal/internal/history/historytest"
)

// TestHistoryInPostgres runs the script of the history once more, with a PostgreSQL server.
func TestHistoryInPostgres(t *testing.T) {
	server := historytest.StartPostgres(t)
	one, other := server.New(t), server.New(t)
	testscript.Run(t, testscript.Params{
		Files: []string{filepath.Join("..", "..", "testdata", "script", "history.txtar")},
		Setup: func(env *testscript.Env) error {
			if err := setUpScript(env); err != nil {
				return err
			}
			env.Setenv("DB", one)
			env.Setenv("PRUNED", other)
			return nil
		},
		Cmds: scriptCommands(),
	})
}

func behind(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 0, "behind STATEMENT")
	driver, address := "pgx", ts.Getenv("DB")
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, address = "sqlite", file
	}
	db, err := sql.Open(driver, address)
	ts.Check(err)
	defer db.Close()
	_, err = db.ExecContext(context.Background(), strings.Join(args, " "))
	ts.Check(err)
}
