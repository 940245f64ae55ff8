// Package sqlite keeps a history in one SQLite file, by a driver in pure Go.
//
// What is stored is on the disk when a write returns (WAL, synchronous=FULL). Writers take turns, in this process and between processes; who
// reads waits for nobody.
//
// Limits: a file on a network is as safe as its locks are, and WAL needs one machine: several services that share a history on several
// machines need PostgreSQL. Beside the file stand FILE-wal and FILE-shm while it is open: a copy of the file alone is no copy.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqldb"
)

// patience is how long a writer waits for another, in milliseconds.
const patience = "30000"

// Open opens the history in a file, which it makes, for its owner alone, where there is none.
func Open(ctx context.Context, file string) (*sqldb.Store, error) {
	return open(ctx, file, nil)
}

// open takes more pragmas, for tests.
func open(ctx context.Context, file string, more map[string]string) (*sqldb.Store, error) {
	if err := prepare(file); err != nil {
		return nil, history.Refused{Err: fmt.Errorf("history %s: %w", file, err)}
	}
	write, err := pool(file, 1, "rwc", more)
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", file, err)
	}
	if err := ours(ctx, write); err != nil {
		return nil, errors.Join(fmt.Errorf("history %s: %w", file, err), write.Close())
	}
	// At least 4, so that a page is not kept waiting by a long look at the log.
	read, err := pool(file, max(4, runtime.GOMAXPROCS(0)), "rw", more)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("history %s: %w", file, err), write.Close())
	}
	store, err := sqldb.New(ctx, dialect(), write, read)
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", file, err)
	}
	return store, nil
}

// Memory opens an empty history that no file has, and that is gone when it is closed.
func Memory(ctx context.Context) (*sqldb.Store, error) {
	connector, err := sqlite.NewConnector("file::memory:?_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)&_pragma=synchronous(OFF)")
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1) // each connection has a database of its own
	db.SetMaxIdleConns(1)
	return sqldb.New(ctx, dialect(), db, db)
}

// strangers is what others must not do with the file: read it, and write it. Its group may read it, as those do who make backups.
const strangers = 0o027

// prepare makes the file, readable by its owner alone: SQLite gives FILE-wal and FILE-shm the same permissions.
func prepare(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("it is no ordinary file")
	case runtime.GOOS != "windows" && info.Mode().Perm()&strangers != 0:
		err = fmt.Errorf("others can get at it (mode %#o), and it has password hashes; run: chmod 600 %s", info.Mode().Perm(), file)
	}
	return errors.Join(err, f.Close())
}

// ours refuses the database of another program: what is made first of a history is the table of its version.
func ours(ctx context.Context, db *sql.DB) error {
	var tables, versions int
	err := db.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(name = 'schema_version'), 0) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").
		Scan(&tables, &versions)
	if err == nil && tables > 0 && versions == 0 {
		return history.Refused{Err: errors.New("the file is a database of another program: want a new file, or a history")}
	}
	if fault, is := errors.AsType[*sqlite.Error](err); is && fault.Code() == lib.SQLITE_NOTADB {
		err = history.Refused{Err: err}
	}
	return dialect().Fault("open it", err)
}

// pool opens connections of one kind to a file.
func pool(file string, most int, mode string, more map[string]string) (*sql.DB, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	pragmas := map[string]string{"busy_timeout": patience, "journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON", "trusted_schema": "OFF",
		"journal_size_limit": "67108864"} // FILE-wal becomes as small again after a large report
	maps.Copy(pragmas, more)
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}}
	for name, value := range pragmas {
		q.Add("_pragma", name+"("+value+")") // the driver puts busy_timeout first
	}
	address := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	connector, err := sqlite.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

func dialect() sqldb.Dialect {
	return sqldb.Dialect{
		Name: "SQLite", Goose: goose.DialectSQLite3,
		Text: "TEXT", Bytes: "BLOB", ID: "INTEGER PRIMARY KEY AUTOINCREMENT",
		Size: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
		Kind: kind,
	}
}

func kind(err error) error {
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return nil
	}
	switch fault.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return history.ErrTaken
	}
	switch fault.Code() & 0xff { // the primary code: https://www.sqlite.org/rescode.html
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return history.ErrBusy
	}
	return nil
}
