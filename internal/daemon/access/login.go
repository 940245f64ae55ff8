package access

import (
	"context"
	"errors"
	"net/http"

	"github.com/portseal/portseal/internal/history"
)

// ErrLogin says that somebody was not signed in, and not why: a stranger learns no name from it.
var ErrLogin = errors.New("the name or the password is wrong, or the user is disabled")

// Login signs a user in and returns the cookie of the session. From is the address that From returns. The error is ErrLogin, ErrBusy, TooMany,
// or that of the database. The session that the request had ends.
func (m *Manager) Login(ctx context.Context, name, password, from string) (*http.Cookie, error) {
	name = foldName(name)
	if CheckName(name) != nil {
		name = "" // nobody's
	}
	if err := m.limits.attempt(m.cfg.Now(), name, from); err != nil {
		return nil, errors.Join(err, m.noteRefused(ctx, history.Deed{From: from, What: limitedLogin, Detail: err.Error()}))
	}
	u, why, err := m.password(ctx, name, password)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return nil, errors.Join(ErrLogin, m.loginFailed(ctx, u, from, why))
	}
	value, err := m.begin(ctx, u)
	if err != nil {
		return nil, err
	}
	m.limits.succeeded(name, from)
	if err := m.note(ctx, history.Deed{Who: name, From: from, What: didLogin}); err != nil {
		return nil, errors.Join(err, m.store.DeleteSession(ctx, keyOf(value)))
	}
	if at := visitOf(ctx); at != nil && at.cookie != "" {
		if err := m.store.DeleteSession(ctx, keyOf(at.cookie)); err != nil {
			return nil, errors.Join(err, m.store.DeleteSession(ctx, keyOf(value)))
		}
	}
	return cookie(value), nil
}

// password finds a user by name and password. Whatever is wrong takes the same work; why says it, for the audit log alone.
func (m *Manager) password(ctx context.Context, name, password string) (u *history.User, why string, err error) {
	u, err = m.store.User(ctx, name)
	if err = unlessGone(err); err != nil {
		return nil, "", err
	}
	stored := ""
	if u != nil {
		stored = u.Hash
	}
	holds, err := m.hashes.verify(ctx, stored, password)
	switch _, unreadable := parsePHC(stored); {
	case err != nil:
		return nil, "", err
	case u == nil:
		return nil, "no such user", nil
	case unreadable != nil:
		return u, "the stored hash cannot be read; set the password again", nil
	case !holds:
		return u, "wrong password", nil
	case u.Disabled:
		return u, "the user is disabled", nil
	}
	return u, "", nil
}

// loginFailed notes it. A name that is no user's is not kept: it may be a password that was typed into the wrong field.
func (m *Manager) loginFailed(ctx context.Context, u *history.User, from, why string) error {
	d := history.Deed{From: from, What: failedLogin, Detail: why}
	if u != nil {
		d.Object = u.Name
	}
	return m.noteRefused(ctx, d)
}

// Logout ends the session of a request, and returns the cookie that makes the browser forget it.
func (m *Manager) Logout(ctx context.Context) (*http.Cookie, error) {
	at := visitOf(ctx)
	if at == nil || at.cookie == "" {
		return cookie(""), nil
	}
	if err := m.store.DeleteSession(ctx, keyOf(at.cookie)); err != nil {
		return nil, err
	}
	return cookie(""), m.note(ctx, history.Deed{Who: at.user.Name, From: at.from, What: didLogout})
}
