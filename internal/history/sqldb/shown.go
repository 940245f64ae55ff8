package sqldb

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/report"
)

// Where a certificate stands in what an endpoint presents.
const (
	asLeaf  = 1
	asChain = 2
	asNamed = 3 // anywhere else: in the path to an anchor, or cut out of an answer
)

// show stores how a look left an endpoint, and which certificates that names.
func (a *adding) show(ctx context.Context, tx conn, row *listenerRow, l *look) error {
	if row.shown == l.shown {
		return nil
	}
	look, err := docOf(l.endpoint)
	if err != nil {
		return err
	}
	doc, err := a.packer.pack(look)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO shown (listener, run, sum, doc) VALUES (?, ?, ?, ?)
		ON CONFLICT (listener) DO UPDATE SET run = excluded.run, sum = excluded.sum, doc = excluded.doc`, row.id, l.shown.run, []byte(l.shown.sum), doc)
	row.shown = l.shown
	if err != nil || !life.Known(l.endpoint.State) {
		return err
	}
	if _, err := tx.exec(ctx, "DELETE FROM presented WHERE listener = ?", row.id); err != nil {
		return err
	}
	for _, p := range places(l.endpoint) {
		id, known := a.certificates[p.sha256]
		if !known {
			continue // a report may name more than it holds
		}
		if _, err := tx.exec(ctx, "INSERT INTO presented (listener, certificate, place) VALUES (?, ?, ?)", row.id, id, p.place); err != nil {
			return err
		}
	}
	return nil
}

// place is a certificate that an endpoint names.
type place struct {
	sha256 string
	place  int
}

func places(e *report.Endpoint) []place {
	var out []place
	add := func(p place) {
		if p.sha256 != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, p := range e.Presented {
		add(place{p.Leaf, asLeaf})
		for _, sum := range p.Sent {
			if sum != p.Leaf {
				add(place{sum, asChain})
			}
		}
	}
	named := func(sum string) {
		if !slices.Contains(out, place{sum, asLeaf}) && !slices.Contains(out, place{sum, asChain}) {
			add(place{sum, asNamed})
		}
	}
	for _, c := range e.Chains {
		for _, sum := range c.Path {
			named(sum)
		}
	}
	for _, x := range e.Evidence {
		for _, c := range x.Cut {
			named(c.SHA256)
		}
	}
	return out
}

// Shown is how the last run that looked left these endpoints.
func (s *Store) Shown(ctx context.Context, estate string, ids []string) (map[string]history.Shown, error) {
	out := map[string]history.Shown{}
	err := s.look(ctx, "the last looks at endpoints of "+strconv.Quote(estate), func(tx conn) error {
		for some := range slices.Chunk(ids, argumentsAtOnce) {
			if err := shownSome(ctx, tx, estate, some, out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func shownSome(ctx context.Context, tx conn, estate string, ids []string, out map[string]history.Shown) error {
	marks, args := in(ids)
	args = append([]any{text(estate)}, args...)
	err := tx.each(ctx, "SELECT l.endpoint, s.run, s.doc FROM listener l JOIN shown s ON s.listener = l.id WHERE l.estate = ? AND l.endpoint IN "+marks, args,
		func(scan func(...any) error) error {
			var id string
			var packed []byte
			var shown history.Shown
			if err := scan(&id, &shown.Run, &packed); err != nil {
				return err
			}
			doc, err := unpack(packed)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(doc, &shown.Endpoint); err != nil {
				return err
			}
			out[id] = shown
			return nil
		})
	if err != nil {
		return err
	}
	return tx.each(ctx, `SELECT l.endpoint, c.doc FROM listener l JOIN presented p ON p.listener = l.id JOIN certificate c ON c.id = p.certificate
		WHERE l.estate = ? AND l.endpoint IN `+marks+" ORDER BY p.place, c.id", args,
		func(scan func(...any) error) error {
			var id string
			var doc []byte
			var c report.Certificate
			if err := scan(&id, &doc); err != nil {
				return err
			}
			if err := json.Unmarshal(doc, &c); err != nil {
				return err
			}
			shown := out[id]
			if named(shown.Endpoint, c.SHA256) {
				shown.Certificates = append(shown.Certificates, c)
				out[id] = shown
			}
			return nil
		})
}

// named says whether an endpoint names a certificate: one that a look could not assess keeps those of the look before, which it does not.
func named(e report.Endpoint, sha256 string) bool {
	return slices.ContainsFunc(places(&e), func(p place) bool { return p.sha256 == sha256 })
}
