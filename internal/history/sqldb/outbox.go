package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/history"
)

func addNotice(ctx context.Context, to conn, n history.Notice) error {
	_, err := to.exec(ctx, "INSERT INTO notice (receiver, key, body, made, next, claimed, tries, error, given_up) VALUES (?, ?, ?, ?, ?, 0, ?, ?, FALSE)",
		text(n.Receiver), text(n.Key), []byte(n.Body), micros(n.Made), micros(n.Next), n.Tries, text(n.Error))
	return err
}

const noticeColumns = "id, receiver, key, body, made, next, tries, error, done, given_up"

func scanNotice(scan func(...any) error) (n history.Notice, err error) {
	var made, next int64
	var done sql.NullInt64
	var body []byte
	err = scan(&n.ID, &n.Receiver, &n.Key, &body, &made, &next, &n.Tries, &n.Error, &done, &n.GivenUp)
	n.Body, n.Made, n.Next, n.Done = body, moment(made), moment(next), maybeMoment(done)
	return n, err
}

// DueNotices are those to try now, and that no service has claimed.
func (s *Store) DueNotices(ctx context.Context, at time.Time, limit int) (out []history.Notice, err error) {
	err = s.reader().each(ctx, "SELECT "+noticeColumns+" FROM notice WHERE done IS NULL AND next <= ? AND claimed <= ? ORDER BY next, id LIMIT ?",
		[]any{micros(at), micros(at), length(history.Page{Limit: limit})}, func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			out = append(out, n)
			return err
		})
	return out, s.fault("look for notices to send", err)
}

// ClaimNotice gives a notice to one service until a time.
func (s *Store) ClaimNotice(ctx context.Context, id int64, now, until time.Time) (bool, error) {
	n, err := s.writer().exec(ctx, "UPDATE notice SET claimed = ? WHERE id = ? AND done IS NULL AND claimed <= ?", micros(until), id, micros(now))
	return n > 0, s.fault(fmt.Sprintf("claim notice %d", id), err)
}

// PutNotice stores what became of a try, and ends the claim.
func (s *Store) PutNotice(ctx context.Context, n history.Notice) error {
	return s.one(ctx, fmt.Sprintf("store what became of notice %d", n.ID), "UPDATE notice SET next = ?, claimed = 0, tries = ?, error = ?, done = ?, given_up = ? WHERE id = ?",
		micros(n.Next), n.Tries, text(n.Error), maybe(n.Done), n.GivenUp, n.ID)
}

// Notices are all, newest first. The cursor is the number of the last one.
func (s *Store) Notices(ctx context.Context, p history.Page) (out []history.Notice, next string, err error) {
	w := &where{}
	limit, err := w.before("id", p)
	if err != nil {
		return nil, "", err
	}
	err = s.reader().each(ctx, "SELECT "+noticeColumns+" FROM notice"+w.text()+" ORDER BY id DESC LIMIT ?", append(w.args, limit+1),
		func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			out = append(out, n)
			return err
		})
	out, next = page(out, limit, func(n history.Notice) string { return strconv.FormatInt(n.ID, 10) })
	return out, next, s.fault("list notices", err)
}
