package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/portseal/portseal/internal/history"
)

// The ledger is for what no report says what the log is for reports. The audit log, users, tokens, waivers and runs without a report change in one
// transaction with an entry that says how a row is now, or that it is gone; so all of them can be made once more from the entries. Each entry's sum is
// over the sum before it too, and the log's record of a run has the sum that was the last then: whoever changes an entry must change the log.

// entry is one entry of the ledger: a row as it is from now on.
type entry struct {
	Adopted bool           `json:"adopted,omitempty"` // it was there before there was a ledger
	Deed    *history.Deed  `json:"deed,omitempty"`
	User    *history.User  `json:"user,omitempty"`
	Token   *history.Token `json:"token,omitempty"`
	Waiver  *estateWaiver  `json:"waiver,omitempty"`
	Run     *history.Run   `json:"run,omitempty"` // without a report
	Gone    *gone          `json:"gone,omitempty"`
	Mark    string         `json:"mark,omitempty"` // of a user or token: see markOf
}

// estateWaiver is a waiver with the estate that it is for.
type estateWaiver struct {
	Estate string `json:"estate"`
	history.Waiver
}

// gone is what was removed: a user with all tokens, or one token.
type gone struct {
	User  string `json:"user,omitempty"`
	Token int64  `json:"token,omitempty"`
}

// markOf stands for a secret that is stored: it tells whether it is still the same. What is stored is itself a hash, of a password with its salt or of
// a token, that cannot be guessed.
func markOf(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// ledgerHead is the end of a ledger.
type ledgerHead struct {
	seq int64
	sum [sha256.Size]byte
}

// next is the head with one more entry.
func (h ledgerHead) next(doc []byte) ledgerHead {
	return ledgerHead{h.seq + 1, sha256.Sum256(append(h.sum[:], doc...))}
}

// String is the head as a record of the log holds it: empty where there is no entry.
func (h ledgerHead) String() string {
	if h.seq == 0 {
		return ""
	}
	return fmt.Sprintf("%d %x", h.seq, h.sum)
}

func headOf(ctx context.Context, c conn) (h ledgerHead, err error) {
	var sum []byte
	err = c.row(ctx, "SELECT seq, sum FROM ledger ORDER BY seq DESC LIMIT 1").Scan(&h.seq, &sum)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	copy(h.sum[:], sum)
	return h, err
}

// noted runs a change of what no report says, and enters it in the ledger, in one transaction.
func (s *Store) noted(ctx context.Context, what string, change func(tx conn) ([]entry, error)) error {
	return s.change(ctx, what, func(tx conn) error {
		if s.dialect.LockLedger != "" { // first of all, so that two changes cannot wait for each other
			if _, err := tx.exec(ctx, s.dialect.LockLedger); err != nil {
				return err
			}
		}
		entries, err := change(tx)
		if err != nil {
			return err
		}
		return enter(ctx, tx, entries)
	})
}

// oneNoted runs a statement that must be about one row, and notes what it does.
func (s *Store) oneNoted(ctx context.Context, what string, as entry, query string, args ...any) error {
	return s.noted(ctx, what, func(tx conn) ([]entry, error) {
		n, err := tx.exec(ctx, query, args...)
		if err == nil && n == 0 {
			err = sql.ErrNoRows
		}
		return []entry{as}, err
	})
}

// enter writes entries behind all others.
func enter(ctx context.Context, tx conn, entries []entry) error {
	head, err := headOf(ctx, tx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		doc, err := json.Marshal(e)
		if err != nil {
			return err
		}
		head = head.next(doc)
		if _, err := tx.exec(ctx, "INSERT INTO ledger (seq, doc, sum) VALUES (?, ?, ?)", head.seq, doc, head.sum[:]); err != nil {
			return err
		}
	}
	return nil
}

// adopt enters what is there already.
func adopt(ctx context.Context, tx conn) error {
	var entries []entry
	for _, read := range []func(context.Context, conn) ([]entry, error){deedEntries, userEntries, tokenEntries, waiverEntries, runEntries} {
		some, err := read(ctx, tx)
		if err != nil {
			return err
		}
		entries = append(entries, some...)
	}
	for i := range entries {
		entries[i].Adopted = true
	}
	return enter(ctx, tx, entries)
}

// entriesOf makes an entry of each row.
func entriesOf(ctx context.Context, tx conn, query string, scan func(scan func(...any) error) (entry, error)) (out []entry, err error) {
	err = tx.each(ctx, query, nil, func(columns func(...any) error) error {
		e, err := scan(columns)
		out = append(out, e)
		return err
	})
	return out, err
}

func deedEntries(ctx context.Context, tx conn) ([]entry, error) {
	return entriesOf(ctx, tx, "SELECT "+deedColumns+" FROM deed ORDER BY seq", func(scan func(...any) error) (entry, error) {
		d, err := scanDeed(scan)
		return entry{Deed: &d}, err
	})
}

func userEntries(ctx context.Context, tx conn) ([]entry, error) {
	return entriesOf(ctx, tx, "SELECT "+userColumns+" FROM account ORDER BY name", func(scan func(...any) error) (entry, error) {
		u, err := scanUser(scan)
		return userEntry(u), err
	})
}

func tokenEntries(ctx context.Context, tx conn) ([]entry, error) {
	return entriesOf(ctx, tx, "SELECT "+tokenColumns+" FROM token ORDER BY id", func(scan func(...any) error) (entry, error) {
		t, err := scanToken(scan)
		return tokenEntry(t), err
	})
}

func waiverEntries(ctx context.Context, tx conn) ([]entry, error) {
	return entriesOf(ctx, tx, "SELECT estate, "+waiverColumns+" FROM waiver ORDER BY id", func(scan func(...any) error) (entry, error) {
		w, err := scanEstateWaiver(scan)
		return entry{Waiver: w}, err
	})
}

func runEntries(ctx context.Context, tx conn) ([]entry, error) {
	return entriesOf(ctx, tx, "SELECT "+runColumns+" FROM run WHERE "+withoutReport+" ORDER BY seq", func(scan func(...any) error) (entry, error) {
		r, err := scanRun(scan)
		return entry{Run: &r}, err
	})
}

// withoutReport is true of the rows of runs that ended without one.
const withoutReport = "state IN ('missed', 'failed', 'cancelled') AND record IS NULL AND digest = ''"

func userEntry(u history.User) entry {
	is := history.User{Name: text(u.Name), Role: text(u.Role), Made: moment(micros(u.Made)), Disabled: u.Disabled}
	return entry{User: &is, Mark: markOf([]byte(u.Hash))}
}

func tokenEntry(t history.Token) entry {
	is := history.Token{ID: t.ID, Name: text(t.Name), User: text(t.User), Role: text(t.Role), Made: moment(micros(t.Made))}
	if t.Expires != nil {
		end := moment(micros(*t.Expires))
		is.Expires = &end
	}
	return entry{Token: &is, Mark: markOf(t.Key[:])}
}
