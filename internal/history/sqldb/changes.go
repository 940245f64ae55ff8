package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// changes stores those since the run before.
func (a *adding) changes(ctx context.Context, tx conn) error {
	docs, err := docsOf(a.with.Changes)
	if err != nil {
		return err
	}
	for i, c := range a.with.Changes {
		_, err = tx.exec(ctx, "INSERT INTO change (estate, run, endpoint, at, doc) VALUES (?, ?, ?, ?, ?)",
			text(a.run.Estate), text(a.run.ID), text(c.Endpoint), micros(*a.run.Finished), docs[i])
		if err != nil {
			return err
		}
	}
	return nil
}

// Changes are those of one run, or of one endpoint, or of all, newest first. The cursor is the number of the last one.
func (s *Store) Changes(ctx context.Context, estate, run, endpoint string, p history.Page) (out []history.Change, next string, err error) {
	w := &where{}
	w.and(true, "estate = ?", text(estate))
	w.and(run != "", "run = ?", text(run))
	w.and(endpoint != "", "endpoint = ?", text(endpoint))
	limit, err := w.before("id", p)
	if err != nil {
		return nil, "", err
	}
	type numbered struct {
		id     string
		change history.Change
	}
	var rows []numbered
	err = s.reader().each(ctx, "SELECT id, run, at, doc FROM change"+w.text()+" ORDER BY id DESC LIMIT ?", append(w.args, limit+1),
		func(scan func(...any) error) error {
			var r numbered
			var at int64
			var doc []byte
			if err := scan(&r.id, &r.change.Run, &at, &doc); err != nil {
				return err
			}
			r.change.At = moment(at)
			err := json.Unmarshal(doc, &r.change.Change)
			rows = append(rows, r)
			return err
		})
	rows, next = page(rows, limit, func(r numbered) string { return r.id })
	for _, r := range rows {
		out = append(out, r.change)
	}
	return out, next, s.fault("changes of "+strconv.Quote(estate), err)
}

// AddWaiver stores a waiver and returns its number.
func (s *Store) AddWaiver(ctx context.Context, estate string, w history.Waiver) (id int64, err error) {
	doc, err := json.Marshal(w.Waiver)
	if err != nil {
		return 0, fmt.Errorf("store a waiver: %w", err)
	}
	err = s.noted(ctx, "store a waiver", func(tx conn) ([]entry, error) {
		if err := putEstate(ctx, tx, estate); err != nil {
			return nil, err
		}
		is, err := scanEstateWaiver(tx.row(ctx, "INSERT INTO waiver (estate, doc, by_user, made, expired, expired_by) VALUES (?, ?, ?, ?, ?, ?) RETURNING estate, "+waiverColumns,
			text(estate), doc, text(w.By), micros(w.Made), maybe(w.Expired), text(w.ExpiredBy)).Scan)
		if err != nil {
			return nil, err
		}
		id = is.ID
		return []entry{{Waiver: is}}, nil
	})
	return id, err
}

// ExpireWaiver ends a waiver. ErrNotFound: there is none of that number, or it was ended already.
func (s *Store) ExpireWaiver(ctx context.Context, estate string, id int64, by string, at time.Time) error {
	return s.noted(ctx, fmt.Sprintf("end waiver %d", id), func(tx conn) ([]entry, error) {
		is, err := scanEstateWaiver(tx.row(ctx, "UPDATE waiver SET expired = ?, expired_by = ? WHERE id = ? AND estate = ? AND expired IS NULL RETURNING estate, "+waiverColumns,
			micros(at), text(by), id, text(estate)).Scan)
		return []entry{{Waiver: is}}, err
	})
}

const waiverColumns = "id, doc, by_user, made, expired, expired_by"

func scanWaiver(scan func(...any) error) (w history.Waiver, err error) {
	var doc []byte
	var made int64
	var expired sql.NullInt64
	if err := scan(&w.ID, &doc, &w.By, &made, &expired, &w.ExpiredBy); err != nil {
		return w, err
	}
	w.Made, w.Expired = moment(made), maybeMoment(expired)
	err = json.Unmarshal(doc, &w.Waiver)
	return w, err
}

// scanEstateWaiver reads the estate in front of the columns of a waiver.
func scanEstateWaiver(scan func(...any) error) (*estateWaiver, error) {
	is := &estateWaiver{}
	var err error
	is.Waiver, err = scanWaiver(func(into ...any) error { return scan(append([]any{&is.Estate}, into...)...) })
	return is, err
}

// Waivers are all that were ever made, newest first.
func (s *Store) Waivers(ctx context.Context, estate string) (out []history.Waiver, err error) {
	err = s.reader().each(ctx, "SELECT "+waiverColumns+" FROM waiver WHERE estate = ? ORDER BY id DESC", []any{text(estate)},
		func(scan func(...any) error) error {
			w, err := scanWaiver(scan)
			out = append(out, w)
			return err
		})
	return out, s.fault("waivers of "+strconv.Quote(estate), err)
}
