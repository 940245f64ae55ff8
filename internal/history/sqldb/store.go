package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
)

// Store is a history in a database.
type Store struct {
	dialect Dialect
	write   *sql.DB
	read    *sql.DB
	reports chan struct{} // holds one for each report that is being put together
}

// reportsAtOnce is how many reports are put together at a time. Each holds a connection for seconds when it is large: whoever asks for many
// must not take all of them, which the runs need too.
const reportsAtOnce = 2

var _ history.Store = (*Store)(nil)

// New returns the history of a database, whose schema it brings up to date. What writes goes through the one pool, what only reads through the
// other; they may be the same. Close closes both.
func New(ctx context.Context, d Dialect, write, read *sql.DB) (*Store, error) {
	s := &Store{dialect: d, write: write, read: read, reports: make(chan struct{}, reportsAtOnce)}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends all use of the database.
func (s *Store) Close() error {
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping says whether the database answers: not only the connection, but a question.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.fault("ask the database", s.reader().row(ctx, "SELECT 1").Scan(&one))
}

// Size is what the history takes, in octets.
func (s *Store) Size(ctx context.Context) (size int64, err error) {
	return size, s.fault("ask for the size", s.reader().row(ctx, s.dialect.Size).Scan(&size))
}

// Log is the report log. It can be checked, and can prove; reports are added by Add, with all that belongs to them.
func (s *Store) Log() *runlog.Log { return runlog.New(&logStore{store: s}) }

func (s *Store) fault(what string, err error) error { return s.dialect.Fault(what, err) }

// querier is a pool, or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// conn asks in the dialect of its database.
type conn struct {
	querier
	dialect Dialect
}

func (s *Store) reader() conn { return conn{s.read, s.dialect} }
func (s *Store) writer() conn { return conn{s.write, s.dialect} }

func (c conn) row(ctx context.Context, query string, args ...any) *sql.Row {
	return c.QueryRowContext(ctx, c.dialect.args(query), args...)
}

// exec returns how many rows a statement was about.
func (c conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.ExecContext(ctx, c.dialect.args(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// each calls take for every row that a query gives.
func (c conn) each(ctx context.Context, query string, args []any, take func(scan func(...any) error) error) error {
	rows, err := c.QueryContext(ctx, c.dialect.args(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// change runs what writes in one transaction: all of it counts, or none.
func (s *Store) change(ctx context.Context, what string, do func(conn) error) error {
	return s.fault(what, inTransaction(ctx, s.write, nil, func(tx *sql.Tx) error { return do(conn{tx, s.dialect}) }))
}

// prepared is change for what runs the same statements very often.
func (s *Store) prepared(ctx context.Context, what string, do func(conn) error) error {
	return s.fault(what, inTransaction(ctx, s.write, nil, func(tx *sql.Tx) error {
		p := &prepared{tx, map[string]*sql.Stmt{}}
		return errors.Join(do(conn{p, s.dialect}), p.close())
	}))
}

// look runs what reads on one state of the database.
func (s *Store) look(ctx context.Context, what string, do func(conn) error) error {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return s.fault(what, inTransaction(ctx, s.read, options, func(tx *sql.Tx) error { return do(conn{tx, s.dialect}) }))
}

func inTransaction(ctx context.Context, db *sql.DB, options *sql.TxOptions, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if undone := tx.Rollback(); undone != nil && !errors.Is(undone, sql.ErrTxDone) {
			return fmt.Errorf("%w; and to take it back failed: %w", err, undone)
		}
		return err
	}
	if err := tx.Commit(); !errors.Is(err, sql.ErrTxDone) || ctx.Err() == nil {
		return err
	}
	return ctx.Err() // which took it back
}

// micros is a time as the database keeps it.
func micros(t time.Time) int64 { return t.UnixMicro() }

func moment(n int64) time.Time { return time.UnixMicro(n).UTC() }

// maybe is a time that may be absent.
func maybe(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMicro()
}

func maybeMoment(n sql.NullInt64) *time.Time {
	if !n.Valid {
		return nil
	}
	t := moment(n.Int64)
	return &t
}
