package api

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/history"
)

// A cursor is where a page ended, with a mark of the question that it belongs to: one of another list, or of other filters, is refused. The mark
// keeps no secret, and guards against mistakes alone.
const markSize = 6

const (
	usualLimit = 100
	mostLimit  = 1000
)

func pageParams() []param {
	return []param{textParam("cursor", "Where the page begins: next of the page before has it."),
		numberParam("limit", "How many there are on a page, at most.", 1, mostLimit, usualLimit)}
}

func (c *call) limit() int { return one(c.query, "limit", usualLimit) }

// question is what a cursor belongs to: the request without its place in the list.
func (c *call) question() (string, url.Values) {
	q, _ := url.ParseQuery(c.URL.RawQuery) // it was read before
	q.Del("cursor")
	filters := url.Values{}
	for name, all := range q {
		if name != "limit" {
			filters[name] = all
		}
	}
	return c.URL.EscapedPath() + "?" + filters.Encode(), q
}

func mark(question, inner string) string {
	sum := sha256.Sum256([]byte(question + "\x00" + inner))
	return string(sum[:markSize])
}

// after is where the page begins; empty for the first.
func (c *call) after() (string, error) {
	cursor := one(c.query, "cursor", "")
	if cursor == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	question, _ := c.question()
	if err != nil || len(raw) <= markSize || string(raw[:markSize]) != mark(question, string(raw[markSize:])) {
		return "", noCursor()
	}
	return string(raw[markSize:]), nil
}

func noCursor() error {
	return bad([]Fault{{"query", "cursor", "it belongs to no page of this list with these parameters; want that of next, or none to begin again"}})
}

// next is the path of the page after one; empty after the last.
func (c *call) next(inner string) string {
	if inner == "" {
		return ""
	}
	question, q := c.question()
	q.Set("cursor", base64.RawURLEncoding.EncodeToString([]byte(mark(question, inner)+inner)))
	return c.URL.EscapedPath() + "?" + q.Encode()
}

// page asks the store for a page.
func page[T any](c *call, ask func(history.Page) ([]T, string, error)) (items []T, next string, err error) {
	after, err := c.after()
	if err != nil {
		return nil, "", err
	}
	items, inner, err := ask(history.Page{After: after, Limit: c.limit()})
	if after != "" && errors.Is(err, history.ErrNotFound) {
		err = noCursor()
	}
	if items == nil {
		items = []T{}
	}
	return items, c.next(inner), err
}

// cut cuts a page out of a whole list. The key of an item is its own, and the cursor that of the last one shown.
func cut[T any](c *call, all []T, key func(T) string) (items []T, next string, err error) {
	return page(c, func(p history.Page) ([]T, string, error) {
		rest := all
		if p.After != "" {
			i := slices.IndexFunc(all, func(t T) bool { return key(t) == p.After })
			if i < 0 {
				return nil, "", history.ErrNotFound
			}
			rest = all[i+1:]
		}
		if len(rest) <= p.Limit {
			return rest, "", nil
		}
		return rest[:p.Limit], key(rest[p.Limit-1]), nil
	})
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
