package sqldb

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// putCertificates stores the certificates of a report that are new, and notes the rows of all.
func (a *adding) putCertificates(ctx context.Context, tx conn) error {
	var sums []string
	for _, c := range a.rep.Certificates {
		if id, known := a.known.certificates[c.SHA256]; known {
			a.certificates[c.SHA256] = id
		} else {
			sums = append(sums, text(c.SHA256))
		}
	}
	for some := range slices.Chunk(sums, argumentsAtOnce) {
		marks, args := in(some)
		err := tx.each(ctx, "SELECT id, sha256 FROM certificate WHERE sha256 IN "+marks, args, func(scan func(...any) error) error {
			var id int64
			var sum string
			err := scan(&id, &sum)
			a.certificates[sum] = id
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, c := range a.rep.Certificates {
		if _, known := a.certificates[c.SHA256]; known {
			continue
		}
		doc, err := json.Marshal(c)
		if err != nil {
			return err
		}
		var id int64
		err = tx.row(ctx, "INSERT INTO certificate (sha256, not_after, doc) VALUES (?, ?, ?) RETURNING id", text(c.SHA256), micros(c.NotAfter), doc).Scan(&id)
		if err != nil {
			return err
		}
		a.certificates[c.SHA256] = id
	}
	maps.Copy(a.known.certificates, a.certificates)
	return nil
}

// holds says that a key ring holds a certificate.
type holds struct {
	ring        string
	certificate int64
}

// keyrings brings what the estate's key rings hold up to date.
func (a *adding) keyrings(ctx context.Context, tx conn) error {
	if !a.current {
		return nil
	}
	now, named := map[holds]bool{}, map[string]bool{}
	for _, ring := range a.rep.Keyrings {
		name := text(ring.Name)
		named[name] = true
		sums := slices.Concat(ring.Anchors, ring.Personal)
		for _, e := range ring.Entries {
			sums = append(sums, e.Certificate)
		}
		for _, sum := range sums {
			if id, known := a.certificates[sum]; known {
				now[holds{name, id}] = true
			}
		}
	}
	before := map[holds]bool{}
	err := tx.each(ctx, "SELECT name, certificate FROM keyring WHERE estate = ?", []any{text(a.run.Estate)}, func(scan func(...any) error) error {
		var h holds
		err := scan(&h.ring, &h.certificate)
		before[h] = true
		return err
	})
	if err != nil {
		return err
	}
	for h := range before {
		if now[h] || !named[h.ring] && !a.decides() {
			continue
		}
		if _, err := tx.exec(ctx, "DELETE FROM keyring WHERE estate = ? AND name = ? AND certificate = ?", text(a.run.Estate), h.ring, h.certificate); err != nil {
			return err
		}
	}
	for h := range now {
		if before[h] {
			continue
		}
		if _, err := tx.exec(ctx, "INSERT INTO keyring (estate, name, certificate) VALUES (?, ?, ?)", text(a.run.Estate), h.ring, h.certificate); err != nil {
			return err
		}
	}
	return nil
}

// Certificates are those of the last looks and the last rings, by end.
func (s *Store) Certificates(ctx context.Context, estate string) (out []history.Certificate, err error) {
	err = s.look(ctx, "certificates of "+strconv.Quote(estate), func(tx conn) error {
		rows := map[int64]*history.Certificate{}
		name := []any{text(estate)}
		err := tx.each(ctx, `SELECT p.certificate, p.place, l.endpoint FROM listener l JOIN presented p ON p.listener = l.id
			WHERE l.estate = ? AND p.place <> 3 ORDER BY l.endpoint`, name,
			func(scan func(...any) error) error {
				var id int64
				var at int
				var endpoint string
				if err := scan(&id, &at, &endpoint); err != nil {
					return err
				}
				c := rowOf(rows, id)
				if at == asLeaf {
					c.Endpoints = append(c.Endpoints, endpoint)
				} else {
					c.Chains = append(c.Chains, endpoint)
				}
				return nil
			})
		if err != nil {
			return err
		}
		err = tx.each(ctx, "SELECT certificate, name FROM keyring WHERE estate = ? ORDER BY name", name, func(scan func(...any) error) error {
			var id int64
			var ring string
			err := scan(&id, &ring)
			c := rowOf(rows, id)
			c.Keyrings = append(c.Keyrings, ring)
			return err
		})
		if err != nil {
			return err
		}
		out, err = fill(ctx, tx, rows)
		return err
	})
	return out, err
}

func rowOf(rows map[int64]*history.Certificate, id int64) *history.Certificate {
	if rows[id] == nil {
		rows[id] = &history.Certificate{}
	}
	return rows[id]
}

// fill reads the certificates of rows, and puts them in order.
func fill(ctx context.Context, tx conn, rows map[int64]*history.Certificate) ([]history.Certificate, error) {
	for some := range slices.Chunk(slices.Sorted(maps.Keys(rows)), argumentsAtOnce) {
		marks, args := in(some)
		err := tx.each(ctx, "SELECT id, doc FROM certificate WHERE id IN "+marks, args, func(scan func(...any) error) error {
			var id int64
			var doc []byte
			if err := scan(&id, &doc); err != nil {
				return err
			}
			return json.Unmarshal(doc, &rows[id].Certificate)
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]history.Certificate, 0, len(rows))
	for _, c := range rows {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(x, y history.Certificate) int { return compareCertificates(x.Certificate, y.Certificate) })
	return out, nil
}

func compareCertificates(x, y report.Certificate) int {
	if c := x.NotAfter.Compare(y.NotAfter); c != 0 {
		return c
	}
	if x.SHA256 < y.SHA256 {
		return -1
	}
	return 1
}
