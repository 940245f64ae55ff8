package access

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// CookieName is the name of a session's cookie. With its prefix a browser takes it only over TLS, for this host alone and all of its paths
// (RFC 6265bis, 4.1.3.2); it takes it from plain HTTP on localhost too.
const CookieName = "__Host-portseal"

// How long a session lasts: without a request, and at all.
const (
	idleTime    = time.Hour
	sessionTime = 12 * time.Hour
	touchEvery  = time.Minute // how exactly the last request is known: a write for each would be too many
)

// cookie is what carries a session. An empty value ends it.
func cookie(value string) *http.Cookie {
	c := &http.Cookie{Name: CookieName, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// expiry is when a session ends unless it is used.
func expiry(made, used time.Time) time.Time {
	if idle, end := used.Add(idleTime), made.Add(sessionTime); idle.Before(end) {
		return idle
	}
	return made.Add(sessionTime)
}

// begin signs a user in, whose password was right.
func (m *Manager) begin(ctx context.Context, u *history.User) (value string, err error) {
	now := m.cfg.Now().UTC()
	if err := m.store.DeleteSessions(ctx, "", now); err != nil {
		return "", err
	}
	value = newSecret()
	key := keyOf(value)
	if err := m.store.PutSession(ctx, history.Session{Key: key, User: u.Name, Made: now, Used: now, Expires: expiry(now, now)}); err != nil {
		return "", err
	}
	// Who changed the user meanwhile may have ended the sessions before this one was there.
	again, err := m.store.User(ctx, u.Name)
	if err == nil && (again.Hash != u.Hash || again.Role != u.Role || again.Disabled || !again.Made.Equal(u.Made)) {
		err = ErrLogin
	}
	if err != nil {
		return "", errors.Join(err, m.store.DeleteSession(ctx, key))
	}
	return value, nil
}

// session finds who a cookie is, and notes that it was used; nil when it is nobody's, or no longer.
func (m *Manager) session(ctx context.Context, value string) (*User, error) {
	is, u, err := m.sessionOf(ctx, value)
	if u == nil || err != nil {
		return nil, err
	}
	if now := m.cfg.Now().UTC(); now.Sub(is.Used) >= touchEvery {
		// A database that cannot be written, as on a full disk, is no reason to show nothing; a session that somebody ended meanwhile is.
		if err := m.store.UseSession(ctx, is.Key, now, expiry(is.Made, now)); errors.Is(err, history.ErrNotFound) {
			return nil, nil
		}
	}
	return u, nil
}

// sessionOf looks a cookie up; no user when it is nobody's, or no longer.
func (m *Manager) sessionOf(ctx context.Context, value string) (*history.Session, *User, error) {
	if !isSecret(value) {
		return nil, nil, nil
	}
	is, err := m.store.Session(ctx, keyOf(value))
	if err != nil {
		return nil, nil, unlessGone(err)
	}
	now := m.cfg.Now().UTC()
	if !now.Before(is.Expires) || !now.Before(is.Made.Add(sessionTime)) {
		return nil, nil, nil
	}
	u, err := m.enabled(ctx, is.User)
	return is, u, err
}

// enabled finds a user who may do something; nil when there is none.
func (m *Manager) enabled(ctx context.Context, name string) (*User, error) {
	u, err := m.store.User(ctx, name)
	if err != nil {
		return nil, unlessGone(err)
	}
	role, err := ParseRole(u.Role)
	if err != nil || u.Disabled {
		return nil, nil
	}
	return &User{Name: u.Name, Role: role}, nil
}

// unlessGone is the error of a question that was not answered: that there is none is an answer.
func unlessGone(err error) error {
	if errors.Is(err, history.ErrNotFound) {
		return nil
	}
	return err
}
