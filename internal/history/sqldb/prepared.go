package sqldb

import (
	"context"
	"database/sql"
	"errors"
)

// longest is the longest statement that is prepared, in octets: longer ones hold a list of values, each time of another length.
const longest = 1000

// prepared is a transaction that prepares each statement once. It is for one goroutine.
type prepared struct {
	*sql.Tx
	statements map[string]*sql.Stmt
}

// statement is nil where the query is to be run as it is.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	is := p.statements[query]
	if is != nil || len(query) > longest {
		return is, nil
	}
	is, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = is
	}
	return is, err
}

// ExecContext is the transaction's.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	is, err := p.statement(ctx, query)
	if err != nil || is == nil {
		return p.Tx.ExecContext(ctx, query, args...)
	}
	return is.ExecContext(ctx, args...)
}

// QueryContext is the transaction's.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	is, err := p.statement(ctx, query)
	if err != nil || is == nil {
		return p.Tx.QueryContext(ctx, query, args...)
	}
	return is.QueryContext(ctx, args...)
}

// QueryRowContext is the transaction's.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	is, err := p.statement(ctx, query)
	if err != nil || is == nil {
		return p.Tx.QueryRowContext(ctx, query, args...)
	}
	return is.QueryRowContext(ctx, args...)
}

// close lets go of the statements.
func (p *prepared) close() (err error) {
	for _, is := range p.statements {
		err = errors.Join(err, is.Close())
	}
	return err
}
