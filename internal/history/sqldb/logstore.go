package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history/parts"
)

// logStore is a report log's store in the database. It has one reader, or is part of a transaction that writes.
type logStore struct {
	store *Store
	keep  func(ctx context.Context, tx conn, doc runlog.Doc) error // stores a report; nil where the log is only looked at

	bound bool       // it is part of a transaction that was begun
	one   sync.Mutex // one look at a time

	query sync.Mutex // one query at a time: a transaction has one connection
	ctx   context.Context
	tx    conn
}

// within is the store as a part of a transaction that was begun.
func (s *Store) within(ctx context.Context, tx conn, keep func(context.Context, conn, runlog.Doc) error) *logStore {
	return &logStore{store: s, keep: keep, bound: true, ctx: ctx, tx: tx}
}

// Update runs change in the transaction that the store is part of.
func (l *logStore) Update(ctx context.Context, change func() error) error {
	if l.keep == nil {
		return errors.New("the log of a history is written by the history alone")
	}
	if l.store.dialect.Lock != "" {
		if _, err := l.tx.exec(ctx, l.store.dialect.Lock); err != nil {
			return err
		}
	}
	return change()
}

// View runs look on one state of the database.
func (l *logStore) View(ctx context.Context, look func() error) error {
	if l.bound {
		return look()
	}
	l.one.Lock()
	defer l.one.Unlock()
	return l.store.look(ctx, "read the report log", func(tx conn) error {
		l.ctx, l.tx = ctx, tx
		return look()
	})
}

// Checkpoint reads the head of the log.
func (l *logStore) Checkpoint() (note []byte, err error) {
	l.query.Lock()
	defer l.query.Unlock()
	err = l.tx.row(l.ctx, "SELECT note FROM log_head WHERE id = 1").Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return note, err
}

// recordsAtOnce is how many records are read with one query: between two, the connection is free.
const recordsAtOnce = 1000

// Records reads all records. A gap in their numbers is passed over: the records behind it then are not what was logged at their place, and
// Check says so.
func (l *logStore) Records() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		last := int64(-1)
		for {
			lines, end, err := l.records(last)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, line := range lines {
				if !yield(line, nil) {
					return
				}
			}
			if len(lines) < recordsAtOnce {
				return
			}
			last = end
		}
	}
}

func (l *logStore) records(after int64) (lines [][]byte, end int64, err error) {
	l.query.Lock()
	defer l.query.Unlock()
	err = l.tx.each(l.ctx, "SELECT idx, line FROM log_record WHERE idx > ? ORDER BY idx LIMIT ?", []any{after, recordsAtOnce},
		func(scan func(...any) error) error {
			var line []byte
			err := scan(&end, &line)
			lines = append(lines, line)
			return err
		})
	return lines, end, err
}

// ReadHashes reads stored hashes.
func (l *logStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	l.query.Lock()
	defer l.query.Unlock()
	out := make([]tlog.Hash, len(indexes))
	at := map[int64][]int{}
	for i, x := range indexes {
		at[x] = append(at[x], i)
	}
	found := 0
	take := func(scan func(...any) error) error {
		var idx int64
		var hash []byte
		if err := scan(&idx, &hash); err != nil {
			return err
		}
		if len(at[idx]) > 0 && len(hash) != tlog.HashSize {
			return fmt.Errorf("%w: hash %d has %d octets", runlog.ErrDamaged, idx, len(hash))
		}
		for _, i := range at[idx] {
			out[i] = tlog.Hash(hash)
			found++
		}
		return nil
	}
	var err error
	if len(indexes) > recordsAtOnce { // a whole log
		err = l.tx.each(l.ctx, "SELECT idx, hash FROM log_hash", nil, take)
	} else if len(indexes) > 0 {
		marks, args := in(indexes)
		err = l.tx.each(l.ctx, "SELECT idx, hash FROM log_hash WHERE idx IN "+marks, args, take)
	}
	if err == nil && found < len(indexes) {
		err = fmt.Errorf("%w: %d hashes are missing", runlog.ErrDamaged, len(indexes)-found)
	}
	return out, err
}

// Report reads a stored report. What is read is unpacked while others read.
func (l *logStore) Report(digest string) ([]byte, error) {
	doc, _, err := l.join(parts.NewJoiner(unpacking(l.parts)), digest)
	return doc, err
}

// join puts a stored report together.
func (l *logStore) join(j *parts.Joiner, digest string) (doc []byte, sum [sha256.Size]byte, err error) {
	l.query.Lock()
	own, err := ownOf(l.ctx, l.tx, digest)
	l.query.Unlock()
	if errors.Is(err, sql.ErrNoRows) {
		return nil, sum, fmt.Errorf("report %q: %w", digest, fs.ErrNotExist)
	}
	if err != nil {
		return nil, sum, err
	}
	doc, sum, err = j.Join(own)
	return doc, sum, damaged(err)
}

// parts reads parts, packed as they are stored.
func (l *logStore) parts(hashes []parts.Hash) (map[parts.Hash][]byte, error) {
	l.query.Lock()
	defer l.query.Unlock()
	return getParts(l.ctx, l.tx, hashes)
}

// Reports lists the digests of all stored reports.
func (l *logStore) Reports() (out []string, err error) {
	l.query.Lock()
	defer l.query.Unlock()
	err = l.tx.each(l.ctx, "SELECT digest FROM report ORDER BY digest", nil, func(scan func(...any) error) error {
		digest := ""
		err := scan(&digest)
		out = append(out, digest)
		return err
	})
	return out, err
}

// CutOff removes what lies behind the first size records. Nothing ever does, unless someone put it there: an add is one transaction.
func (l *logStore) CutOff(size int64) (int, error) {
	n, err := l.tx.exec(l.ctx, "DELETE FROM log_record WHERE idx >= ?", size)
	return int(n), err
}

// Append adds one record.
func (l *logStore) Append(record []byte, h runlog.Hashes, report runlog.Doc, checkpoint []byte) error {
	next := int64(0)
	if err := l.tx.row(l.ctx, "SELECT coalesce(max(idx), -1) + 1 FROM log_record").Scan(&next); err != nil {
		return err
	}
	if _, err := l.tx.exec(l.ctx, "INSERT INTO log_record (idx, line) VALUES (?, ?)", next, record); err != nil {
		return err
	}
	for i, hash := range h.Hashes {
		const put = "INSERT INTO log_hash (idx, hash) VALUES (?, ?) ON CONFLICT (idx) DO UPDATE SET hash = excluded.hash"
		if _, err := l.tx.exec(l.ctx, put, h.At+int64(i), hash[:]); err != nil {
			return err
		}
	}
	const head = "INSERT INTO log_head (id, note) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET note = excluded.note"
	if _, err := l.tx.exec(l.ctx, head, checkpoint); err != nil {
		return err
	}
	if report.Digest == "" {
		return nil
	}
	return l.keep(l.ctx, l.tx, report)
}

// in is a list of arguments in a query.
func in[T any](values []T) (marks string, args []any) {
	args = make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return "(?" + strings.Repeat(", ?", max(len(values)-1, 0)) + ")", args
}
