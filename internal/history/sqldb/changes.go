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
	for _, c := range a.with.Changes {
		doc, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "INSERT INTO change (estate, run, endpoint, at, doc) VALUES (?, ?, ?, ?, ?)",
			text(a.run.Estate), text(a.run.ID), text(c.Endpoint), micros(*a.run.Finished), doc)
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
	err = s.change(ctx, "store a waiver", func(tx conn) error {
		if err := putEstate(ctx, tx, estate); err != nil {
			return err
		}
		return tx.row(ctx, "INSERT INTO waiver (estate, doc, by_user, made, expired, expired_by) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
			text(estate), doc, text(w.By), micros(w.Made), maybe(w.Expired), text(w.ExpiredBy)).Scan(&id)
	})
	return id, err
}

// ExpireWaiver ends a waiver. ErrNotFound: there is none of that number, or it was ended already.
func (s *Store) ExpireWaiver(ctx context.Context, estate string, id int64, by string, at time.Time) error {
	return s.one(ctx, fmt.Sprintf("end waiver %d", id), "UPDATE waiver SET expired = ?, expired_by = ? WHERE id = ? AND estate = ? AND expired IS NULL",
		micros(at), text(by), id, text(estate))
}

// Waivers are all that were ever made, newest first.
func (s *Store) Waivers(ctx context.Context, estate string) (out []history.Waiver, err error) {
	err = s.reader().each(ctx, "SELECT id, doc, by_user, made, expired, expired_by FROM waiver WHERE estate = ? ORDER BY id DESC", []any{text(estate)},
		func(scan func(...any) error) error {
			var w history.Waiver
			var doc []byte
			var made int64
			var expired sql.NullInt64
			if err := scan(&w.ID, &doc, &w.By, &made, &expired, &w.ExpiredBy); err != nil {
				return err
			}
			w.Made, w.Expired = moment(made), maybeMoment(expired)
			err := json.Unmarshal(doc, &w.Waiver)
			out = append(out, w)
			return err
		})
	return out, s.fault("waivers of "+strconv.Quote(estate), err)
}
