package access

import (
	"context"
	"errors"
	"net/http"

	"github.com/portseal/portseal/internal/history"
)

// Why a user's own password was not changed, or was and not all that belongs to it.
var (
	ErrNotInPerson = errors.New("only who has signed in with a password can change it")
	ErrOldPassword = errors.New("the old password is wrong")
	// ErrChanged comes with what went wrong then: the new password holds, and sessions may be left.
	ErrChanged = errors.New("the password was changed, and sessions may still be there that began with the old one")
)

// Unfit is what is wrong with a new password, a line each.
type Unfit struct{ error }

// ChangePassword gives the user of a request another password, who has to know the old one: whoever finds a browser that is signed in shall not
// shut its owner out. All sessions of the user end; the cookie is that of a new one, for the browser that asked. Tokens stay. The error is
// ErrNotInPerson, Unfit, ErrOldPassword, ErrBusy, TooMany, ErrChanged or that of the database. What is tried counts as sign-ins do.
func (m *Manager) ChangePassword(ctx context.Context, old, password string) (*http.Cookie, error) {
	at := visitOf(ctx)
	if at == nil || at.user == nil || at.cookie == "" {
		return nil, ErrNotInPerson
	}
	name := at.user.Name
	if err := CheckPassword(name, password); err != nil {
		return nil, Unfit{err}
	}
	if old == password {
		return nil, Unfit{errors.New("the new password is the old one; want another one")}
	}
	if err := m.limits.attempt(m.cfg.Now(), name, at.from); err != nil {
		return nil, errors.Join(err, m.noteRefused(ctx, history.Deed{Who: name, From: at.from, What: limitedPassword, Object: name, Detail: err.Error()}))
	}
	u, why, err := m.password(ctx, name, old)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return nil, errors.Join(ErrOldPassword, m.noteRefused(ctx, history.Deed{Who: name, From: at.from, What: failedPassword, Object: name, Detail: why}))
	}
	m.limits.succeeded(name, at.from)
	hash, err := m.hashes.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	return m.replace(context.WithoutCancel(ctx), at, u, hash) // a browser that goes away leaves nothing half done
}

// replace stores the hash of a new password in the place of the one that was asked for, and begins a session in the place of all others.
func (m *Manager) replace(ctx context.Context, at *visit, u *history.User, hash string) (*http.Cookie, error) {
	is, err := m.store.User(ctx, u.Name)
	switch {
	case err != nil:
		return nil, err
	case is.Hash != u.Hash || is.Disabled: // somebody changed the user while the hash was made
		return nil, ErrOldPassword
	}
	is.Hash = hash
	if err := m.store.PutUser(ctx, *is); err != nil {
		return nil, err
	}
	faults := []error{m.store.DeleteSessions(ctx, u.Name, m.cfg.Now())}
	value, err := m.begin(ctx, is)
	faults = append(faults, err, m.record(ctx, Actor{Who: u.Name, From: at.from}, changedPassword, u.Name, "by the user"))
	if err := errors.Join(faults...); err != nil {
		return nil, errors.Join(ErrChanged, err, m.store.DeleteSession(ctx, keyOf(value)))
	}
	return cookie(value), nil
}
