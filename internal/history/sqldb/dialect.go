// Package sqldb is the SQL of a history: one implementation for every database, with a small Dialect for what they do differently. Packages
// sqlite and postgres open a database and hand it in.
//
// Limits: a run is stored in one transaction, and runs are stored one at a time, by all services together, because the report log is one. What
// is stored of a listener is brought up to date in the order in which runs are stored; an imported run that is older than what is known of a
// listener goes into the log, and leaves that as it is.
package sqldb

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pressly/goose/v3"

	"github.com/portseal/portseal/internal/history"
)

// Dialect is what a database does in its own way.
type Dialect struct {
	Name     string // of the database, for people
	Goose    goose.Dialect
	Text     string // the type of text that sorts by its octets
	Bytes    string // the type of octets
	ID       string // of a column that numbers the rows, and never gives a number twice
	Numbered bool   // arguments are $1, $2, ... and not ?
	Lock     string // keeps other writers out of the log, for the rest of a transaction; empty where a transaction that writes does
	// LockLedger keeps other writers out of the ledger, likewise.
	LockLedger string
	Size       string // asks for the octets that the database takes
	// Kind is ErrTaken for a unique key that is in use and ErrBusy for what can be tried again; nil for anything else.
	Kind func(error) error
}

// words puts the dialect's own words into a migration.
func (d Dialect) words(text string) string {
	return strings.NewReplacer("{text}", d.Text, "{bytes}", d.Bytes, "{id}", d.ID).Replace(text)
}

// args puts the dialect's marks for arguments into a query, which has them as question marks, and no other question mark.
func (d Dialect) args(query string) string {
	if !d.Numbered || !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// Fault says what could not be done, and gives the error the kind that callers tell apart.
func (d Dialect) Fault(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, history.ErrNotFound)
	}
	if kind := d.Kind(err); kind != nil {
		return fmt.Errorf("%s: %w (%w)", what, kind, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// text is what every text column can hold: PostgreSQL refuses NUL, and what is no UTF-8.
func text(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
