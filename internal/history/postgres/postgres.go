// Package postgres keeps a history in PostgreSQL, from version 15 on, for services on several machines.
//
// What is stored is on the server's disk when a write returns. The tables are made in the first schema of the user's search path.
//
// Limits: a pooler in front of the server must keep a session together (pgbouncer: pool_mode=session). A password comes from the address, from
// PGPASSWORD or from the file of PGPASSFILE, as libpq takes it (PostgreSQL: "Environment Variables", "The Password File"); it is in no error.
package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqldb"
)

// oldest is the first version that is supported, as server_version_num has it.
const oldest = 150000

// Limits of the pool.
const (
	connections = 10
	idle        = 5 * time.Minute
	toConnect   = 10 * time.Second // where the address says nothing
)

// Open opens the history in the database of an address: postgres://USER@HOST:PORT/DATABASE, with libpq's parameters. A database without one is made
// one.
func Open(ctx context.Context, address string) (*sqldb.Store, error) {
	return open(ctx, address, false)
}

// OpenExisting opens the history in a database that has one; one that has none is fs.ErrNotExist, and stays as it is.
func OpenExisting(ctx context.Context, address string) (*sqldb.Store, error) {
	return open(ctx, address, true)
}

func open(ctx context.Context, address string, existing bool) (*sqldb.Store, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	name := Name(config)
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(durable))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(idle)
	err = checkVersion(ctx, db)
	if err == nil && existing {
		err = checkExists(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("history %s: %w", name, err), db.Close())
	}
	store, err := sqldb.New(ctx, dialect(), db, db)
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", name, err)
	}
	return store, nil
}

// parse reads an address. What is wrong with one is not said in its own words: they could hold the password.
func parse(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, history.Refused{Err: errors.New("the address of the database cannot be read (not shown: it may hold a password): want postgres://USER@HOST:PORT/DATABASE, " +
			"letters that mean something in a URL written as %40 and so on, and libpq's parameters behind a question mark")}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = toConnect
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "portseal"
	}
	return config, nil
}

// Name is a database as messages may show it.
func Name(config *pgx.ConnConfig) string {
	u := url.URL{Scheme: "postgres", User: url.User(config.User), Host: net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), Path: "/" + config.Database}
	if len(config.Host) > 0 && config.Host[0] == '/' { // a folder with a socket
		u.Host, u.RawQuery = "", "host="+config.Host
	}
	return u.String()
}

// durable makes a session wait for the disk, whatever the server's default is.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')")
	return err
}

func checkVersion(ctx context.Context, db *sql.DB) error {
	var number int
	var version string
	err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_version')").Scan(&number, &version)
	if fault, is := errors.AsType[*pgconn.PgError](err); is && (strings.HasPrefix(fault.Code, "28") || fault.Code == "3D000") {
		return history.Refused{Err: dialect().Fault("connect", err)} // invalid_authorization_specification and its kind, invalid_catalog_name
	}
	if err != nil {
		return dialect().Fault("connect", err)
	}
	if number < oldest {
		return history.Refused{Err: fmt.Errorf("PostgreSQL %s is too old: want %d or later", version, oldest/10000)}
	}
	return nil
}

// checkExists looks for the table that is made first of a history.
func checkExists(ctx context.Context, db *sql.DB) error {
	var there bool
	err := db.QueryRowContext(ctx, "SELECT to_regclass('schema_version') IS NOT NULL").Scan(&there)
	if err != nil {
		return dialect().Fault("look for its tables", err)
	}
	if !there {
		return noHistory{}
	}
	return nil
}

// noHistory is fs.ErrNotExist of a database, which is no file.
type noHistory struct{}

// Error says what is missing.
func (noHistory) Error() string {
	return "the database has no tables of portseal in the schemas of the user's search path"
}

// Is makes it what callers know.
func (noHistory) Is(target error) bool { return target == fs.ErrNotExist }

func dialect() sqldb.Dialect {
	return sqldb.Dialect{
		Name: "PostgreSQL", Goose: goose.DialectPostgres,
		Text: `TEXT COLLATE "C"`, Bytes: "BYTEA", ID: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", Numbered: true,
		Lock: "LOCK TABLE log_head IN EXCLUSIVE MODE", LockLedger: "LOCK TABLE ledger IN EXCLUSIVE MODE",
		Size: `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind = 'r' AND n.nspname = current_schema()`,
		Kind: kind,
	}
}

// kind goes by PostgreSQL's error codes ("PostgreSQL Error Codes", appendix A).
func kind(err error) error {
	var fault *pgconn.PgError
	if errors.As(err, &fault) {
		switch fault.Code {
		case "23505": // unique_violation
			return history.ErrTaken
		case "40001", "40P01", "55P03", // serialization_failure, deadlock_detected, lock_not_available
			"53300", "57P01", "57P02", "57P03": // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
			return history.ErrBusy
		}
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	var unreachable *pgconn.ConnectError
	var broken net.Error
	if errors.As(err, &unreachable) || errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) {
		return history.ErrBusy
	}
	return nil
}
