package access

import (
	"context"
	"errors"
	"fmt"

	"github.com/portseal/portseal/internal/history"
)

// AddUser makes a user. history.ErrTaken: there is one of that name.
func (m *Manager) AddUser(ctx context.Context, by Actor, name string, role Role, password string) error {
	if err := errors.Join(CheckName(name), CheckPassword(name, password)); err != nil {
		return err
	}
	_, err := m.store.User(ctx, name)
	switch {
	case err == nil:
		return fmt.Errorf("user %q: %w", name, history.ErrTaken)
	case !errors.Is(err, history.ErrNotFound):
		return err
	}
	hash, err := m.hashes.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := m.store.PutUser(ctx, history.User{Name: name, Role: string(role), Hash: hash, Made: m.cfg.Now().UTC()}); err != nil {
		return err
	}
	return m.record(ctx, by, addedUser, name, "role "+string(role))
}

// SetPassword gives a user another password, and ends what was signed in with the old one. Tokens stay.
func (m *Manager) SetPassword(ctx context.Context, by Actor, name, password string) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	if _, err := m.store.User(ctx, name); err != nil { // before a hash is made for nobody
		return err
	}
	hash, err := m.hashes.hash(ctx, password)
	if err != nil {
		return err
	}
	return m.change(ctx, by, name, changedPassword, "", func(u *history.User) { u.Hash = hash })
}

// SetRole gives a user another role, and ends their sessions. Their tokens can do what the new role allows, at most.
func (m *Manager) SetRole(ctx context.Context, by Actor, name string, role Role) error {
	return m.change(ctx, by, name, changedRole, "to "+string(role), func(u *history.User) { u.Role = string(role) })
}

// SetDisabled shuts a user out, tokens included, or lets them in again.
func (m *Manager) SetDisabled(ctx context.Context, by Actor, name string, disabled bool) error {
	what := enabledUser
	if disabled {
		what = disabledUser
	}
	return m.change(ctx, by, name, what, "", func(u *history.User) { u.Disabled = disabled })
}

// change changes a user. Sessions end after that: Login looks at the user again when it has made one.
func (m *Manager) change(ctx context.Context, by Actor, name, what, detail string, edit func(*history.User)) error {
	u, err := m.store.User(ctx, name)
	if err != nil {
		return err
	}
	edit(u)
	if err := m.store.PutUser(ctx, *u); err != nil {
		return err
	}
	if err := m.store.DeleteSessions(ctx, name, m.cfg.Now()); err != nil {
		return err
	}
	return m.record(ctx, by, what, name, detail)
}

// DeleteUser removes a user with sessions and tokens. What they did stays in the audit log.
func (m *Manager) DeleteUser(ctx context.Context, by Actor, name string) error {
	if err := m.store.DeleteUser(ctx, name); err != nil {
		return err
	}
	return m.record(ctx, by, deletedUser, name, "")
}
