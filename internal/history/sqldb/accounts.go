package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// PutUser stores a user, new or in the place of the one of that name.
func (s *Store) PutUser(ctx context.Context, u history.User) error {
	return s.noted(ctx, "store user "+strconv.Quote(u.Name), func(tx conn) ([]entry, error) { return []entry{userEntry(u)}, putUser(ctx, tx, u) })
}

func putUser(ctx context.Context, tx conn, u history.User) error {
	_, err := tx.exec(ctx, `INSERT INTO account (name, role, hash, made, disabled) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET role = excluded.role, hash = excluded.hash, made = excluded.made, disabled = excluded.disabled`,
		text(u.Name), text(u.Role), u.Hash, micros(u.Made), u.Disabled)
	return err
}

const userColumns = "name, role, hash, made, disabled"

func scanUser(scan func(...any) error) (u history.User, err error) {
	var made int64
	err = scan(&u.Name, &u.Role, &u.Hash, &made, &u.Disabled)
	u.Made = moment(made)
	return u, err
}

// User is the user of a name.
func (s *Store) User(ctx context.Context, name string) (*history.User, error) {
	u, err := scanUser(s.reader().row(ctx, "SELECT "+userColumns+" FROM account WHERE name = ?", text(name)).Scan)
	if err != nil {
		return nil, s.fault("user "+strconv.Quote(name), err)
	}
	return &u, nil
}

// Users are all, by name.
func (s *Store) Users(ctx context.Context) (out []history.User, err error) {
	err = s.reader().each(ctx, "SELECT "+userColumns+" FROM account ORDER BY name", nil, func(scan func(...any) error) error {
		u, err := scanUser(scan)
		out = append(out, u)
		return err
	})
	return out, s.fault("list users", err)
}

// DeleteUser removes a user; sessions and tokens go with them.
func (s *Store) DeleteUser(ctx context.Context, name string) error {
	return s.oneNoted(ctx, "delete user "+strconv.Quote(name), entry{Gone: &gone{User: text(name)}}, "DELETE FROM account WHERE name = ?", text(name))
}

// PutSession stores a session, new or in the place of the one of that key. ErrNotFound: there is no such user.
func (s *Store) PutSession(ctx context.Context, is history.Session) error {
	return s.one(ctx, "store a session of "+strconv.Quote(is.User), `INSERT INTO session (key, account, made, used, expires) SELECT ?, name, ?, ?, ? FROM account WHERE name = ?
		ON CONFLICT (key) DO UPDATE SET account = excluded.account, made = excluded.made, used = excluded.used, expires = excluded.expires`,
		is.Key[:], micros(is.Made), micros(is.Used), micros(is.Expires), text(is.User))
}

// Session is the session of a key, expired or not.
func (s *Store) Session(ctx context.Context, key [32]byte) (*history.Session, error) {
	is := history.Session{Key: key}
	var made, used, expires int64
	err := s.reader().row(ctx, "SELECT account, made, used, expires FROM session WHERE key = ?", key[:]).Scan(&is.User, &made, &used, &expires)
	if err != nil {
		return nil, s.fault("session", err)
	}
	is.Made, is.Used, is.Expires = moment(made), moment(used), moment(expires)
	return &is, nil
}

// UseSession notes when a session was used and when it ends. One that is not there is not made again.
func (s *Store) UseSession(ctx context.Context, key [32]byte, used, expires time.Time) error {
	return s.one(ctx, "note the use of a session", "UPDATE session SET used = ?, expires = ? WHERE key = ?", micros(used), micros(expires), key[:])
}

// DeleteSession ends a session. One that is not there is no error: it is ended.
func (s *Store) DeleteSession(ctx context.Context, key [32]byte) error {
	_, err := s.writer().exec(ctx, "DELETE FROM session WHERE key = ?", key[:])
	return s.fault("end a session", err)
}

// DeleteSessions ends all of a user, and all that have expired.
func (s *Store) DeleteSessions(ctx context.Context, user string, expiredAt time.Time) error {
	_, err := s.writer().exec(ctx, "DELETE FROM session WHERE account = ? OR expires <= ?", text(user), micros(expiredAt))
	return s.fault("end sessions", err)
}

// AddToken stores a token and returns its number.
func (s *Store) AddToken(ctx context.Context, t history.Token) (id int64, err error) {
	err = s.noted(ctx, fmt.Sprintf("store token %q of %q", t.Name, t.User), func(tx conn) ([]entry, error) {
		err := tx.row(ctx, `INSERT INTO token (key, name, account, role, made, expires, used) SELECT ?, ?, name, ?, ?, ?, ? FROM account WHERE name = ? RETURNING id`,
			t.Key[:], text(t.Name), text(t.Role), micros(t.Made), maybe(t.Expires), maybe(t.Used), text(t.User)).Scan(&t.ID)
		return []entry{tokenEntry(t)}, err
	})
	return t.ID, err
}

const tokenColumns = "id, name, key, account, role, made, expires, used"

func scanToken(scan func(...any) error) (t history.Token, err error) {
	var key []byte
	var made int64
	var expires, used sql.NullInt64
	if err := scan(&t.ID, &t.Name, &key, &t.User, &t.Role, &made, &expires, &used); err != nil {
		return t, err
	}
	if copy(t.Key[:], key) != len(t.Key) {
		return t, fmt.Errorf("the key of token %d has %d octets", t.ID, len(key))
	}
	t.Made, t.Expires, t.Used = moment(made), maybeMoment(expires), maybeMoment(used)
	return t, nil
}

// Token is the token of a key, expired or not.
func (s *Store) Token(ctx context.Context, key [32]byte) (*history.Token, error) {
	t, err := scanToken(s.reader().row(ctx, "SELECT "+tokenColumns+" FROM token WHERE key = ?", key[:]).Scan)
	if err != nil {
		return nil, s.fault("token", err)
	}
	return &t, nil
}

// Tokens are a user's, or everyone's, oldest first.
func (s *Store) Tokens(ctx context.Context, user string) (out []history.Token, err error) {
	w := &where{}
	w.and(user != "", "account = ?", text(user))
	err = s.reader().each(ctx, "SELECT "+tokenColumns+" FROM token"+w.text()+" ORDER BY id", w.args, func(scan func(...any) error) error {
		t, err := scanToken(scan)
		out = append(out, t)
		return err
	})
	return out, s.fault("list tokens", err)
}

// UseToken notes when a token was used.
func (s *Store) UseToken(ctx context.Context, id int64, at time.Time) error {
	return s.one(ctx, fmt.Sprintf("note the use of token %d", id), "UPDATE token SET used = ? WHERE id = ?", micros(at), id)
}

// DeleteToken removes a token.
func (s *Store) DeleteToken(ctx context.Context, id int64) error {
	return s.oneNoted(ctx, fmt.Sprintf("delete token %d", id), entry{Gone: &gone{Token: id}}, "DELETE FROM token WHERE id = ?", id)
}

// AddDeed adds a line to the audit log.
func (s *Store) AddDeed(ctx context.Context, d history.Deed) error {
	is := history.Deed{At: moment(micros(d.At)), Who: text(d.Who), From: text(d.From), What: text(d.What), Object: text(d.Object), Detail: text(d.Detail)}
	return s.noted(ctx, "add to the audit log", func(tx conn) ([]entry, error) {
		err := tx.row(ctx, "INSERT INTO deed (at, who, origin, what, object, detail) VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
			micros(is.At), is.Who, is.From, is.What, is.Object, is.Detail).Scan(&is.Seq)
		return []entry{{Deed: &is}}, err
	})
}

const deedColumns = "seq, at, who, origin, what, object, detail"

func scanDeed(scan func(...any) error) (d history.Deed, err error) {
	var at int64
	err = scan(&d.Seq, &at, &d.Who, &d.From, &d.What, &d.Object, &d.Detail)
	d.At = moment(at)
	return d, err
}

// Deeds are the lines of the audit log, newest first. The cursor is the number of the last one.
func (s *Store) Deeds(ctx context.Context, p history.Page) (out []history.Deed, next string, err error) {
	w := &where{}
	limit, err := w.before("seq", p)
	if err != nil {
		return nil, "", err
	}
	err = s.reader().each(ctx, "SELECT "+deedColumns+" FROM deed"+w.text()+" ORDER BY seq DESC LIMIT ?", append(w.args, limit+1),
		func(scan func(...any) error) error {
			d, err := scanDeed(scan)
			out = append(out, d)
			return err
		})
	out, next = page(out, limit, func(d history.Deed) string { return strconv.FormatInt(d.Seq, 10) })
	return out, next, s.fault("list the audit log", err)
}
