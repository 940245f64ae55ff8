package sqldb

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/history"
)

// where collects the conditions of a query.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(wanted bool, condition string, args ...any) {
	if wanted {
		w.conditions, w.args = append(w.conditions, condition), append(w.args, args...)
	}
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// Limits of pages.
const (
	pageLimit = 100
	pageMost  = 1000
)

// before begins a page of a list, newest first by a number, and returns how long it is.
func (w *where) before(column string, p history.Page) (limit int, err error) {
	if p.After != "" {
		number, err := cursor(p)
		if err != nil {
			return 0, err
		}
		w.and(true, column+" < ?", number)
	}
	return length(p), nil
}

func length(p history.Page) int {
	if p.Limit <= 0 {
		return pageLimit
	}
	return min(p.Limit, pageMost)
}

// cursor is the number in a cursor. One that was never handed out finds nothing.
func cursor(p history.Page) (int64, error) {
	n, err := strconv.ParseInt(p.After, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor %q: want one that a page before ended with: %w", p.After, history.ErrNotFound)
	}
	return n, nil
}

// page cuts off the item that was read to see whether there are more, and returns the cursor for them.
func page[T any](items []T, limit int, cursor func(T) string) ([]T, string) {
	if len(items) <= limit {
		return items, ""
	}
	return items[:limit], cursor(items[limit-1])
}
