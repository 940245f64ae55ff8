package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/history"
)

// Tell stores a notice with the memory of what it tells, in one transaction. Keys are taken in their order, so that two that tell the same wait for each other.
func (s *Store) Tell(ctx context.Context, t history.Telling) error {
	return s.change(ctx, "remember what is told", func(tx conn) error {
		if err := forget(ctx, tx, t); err != nil {
			return err
		}
		if err := remember(ctx, tx, t); err != nil || t.Notice == nil {
			return err
		}
		return addNotice(ctx, tx, *t.Notice)
	})
}

func forget(ctx context.Context, tx conn, t history.Telling) error {
	for some := range slices.Chunk(distinct(t.Forget), argumentsAtOnce) {
		marks, args := in(some)
		n, err := tx.exec(ctx, "DELETE FROM told WHERE estate = ? AND key IN "+marks, append([]any{text(t.Estate)}, args...)...)
		if err != nil {
			return err
		}
		if int(n) != len(some) {
			return fmt.Errorf("%d of %d things are told no more: %w", len(some)-int(n), len(some), history.ErrTaken)
		}
	}
	return nil
}

func remember(ctx context.Context, tx conn, t history.Telling) error {
	for some := range slices.Chunk(distinct(t.Remember), argumentsAtOnce/3) {
		var args []any
		for _, key := range some {
			args = append(args, text(t.Estate), key, micros(t.At))
		}
		rows := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(some)), ", ")
		n, err := tx.exec(ctx, "INSERT INTO told (estate, key, at) VALUES "+rows+" ON CONFLICT (estate, key) DO NOTHING", args...)
		if err != nil {
			return err
		}
		if int(n) != len(some) {
			return fmt.Errorf("%d of %d things are told already: %w", len(some)-int(n), len(some), history.ErrTaken)
		}
	}
	return nil
}

// distinct are the keys as the database has them, sorted, each once.
func distinct(keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = text(key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Remembered are the keys of what was told that begin with a prefix.
func (s *Store) Remembered(ctx context.Context, estate, prefix string) (map[string]time.Time, error) {
	out, prefix := map[string]time.Time{}, text(prefix)
	err := s.reader().each(ctx, "SELECT key, at FROM told WHERE estate = ? AND substr(key, 1, ?) = ?",
		[]any{text(estate), utf8.RuneCountInString(prefix), prefix}, func(scan func(...any) error) error {
			var key string
			var at int64
			err := scan(&key, &at)
			out[key] = moment(at)
			return err
		})
	return out, s.fault("what was told", err)
}
