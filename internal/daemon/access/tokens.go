package access

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// CheckTokenName says what is wrong with the name of a new token.
func CheckTokenName(name string) error { return checkName("token", name) }

// AddToken makes a token for a user and returns it, for the only time: its SHA-256 is what is stored. The role is at most the user's, then and
// whenever it is used. history.ErrTaken: the user has one of that name.
func (m *Manager) AddToken(ctx context.Context, by Actor, user, name string, role Role, expires *time.Time) (string, error) {
	if err := CheckTokenName(name); err != nil {
		return "", err
	}
	u, err := m.store.User(ctx, user)
	if err != nil {
		return "", err
	}
	if has := Role(u.Role); !has.may(role) {
		return "", fmt.Errorf("%w: %s is %s, a token for %s would do more", ErrRole, user, has, role)
	}
	text := tokenPrefix + newSecret()
	t := history.Token{Name: name, Key: keyOf(text), User: user, Role: string(role), Made: m.cfg.Now().UTC(), Expires: expires}
	if _, err := m.store.AddToken(ctx, t); err != nil {
		return "", err
	}
	until := "without end"
	if expires != nil {
		until = "until " + expires.UTC().Format(time.RFC3339)
	}
	return text, m.record(ctx, by, addedToken, user+"/"+name, fmt.Sprintf("role %s, %s", role, until))
}

// ErrRole says that a token was to do more than its user may.
var ErrRole = errors.New("more than the user's role")

// DeleteToken ends a token, by its number.
func (m *Manager) DeleteToken(ctx context.Context, by Actor, id int64) error {
	all, err := m.store.Tokens(ctx, "")
	if err != nil {
		return err
	}
	object := strconv.FormatInt(id, 10)
	for _, t := range all {
		if t.ID == id {
			object = t.User + "/" + t.Name
		}
	}
	if err := m.store.DeleteToken(ctx, id); err != nil {
		return err
	}
	return m.record(ctx, by, deletedToken, object, "")
}

// token finds whose token a text is; nil when it is nobody's, or may no longer be used.
func (m *Manager) token(ctx context.Context, text, from string) (*User, error) {
	if !isToken(text) {
		return nil, m.noteRefused(ctx, history.Deed{From: from, What: refusedToken, Detail: "no token"})
	}
	t, err := m.store.Token(ctx, keyOf(text))
	if errors.Is(err, history.ErrNotFound) {
		return nil, m.noteRefused(ctx, history.Deed{From: from, What: refusedToken, Detail: "nobody's"})
	}
	if err != nil {
		return nil, err
	}
	refused := history.Deed{From: from, What: refusedToken, Object: t.User + "/" + t.Name}
	now := m.cfg.Now().UTC()
	if t.Expires != nil && !now.Before(*t.Expires) {
		refused.Detail = "expired"
		return nil, m.noteRefused(ctx, refused)
	}
	u, err := m.enabled(ctx, t.User)
	if err != nil {
		return nil, err
	}
	role, fault := ParseRole(t.Role)
	if u == nil || fault != nil {
		refused.Detail = "its user is disabled, or its role unknown"
		return nil, m.noteRefused(ctx, refused)
	}
	if t.Used == nil || now.Sub(*t.Used) >= touchEvery { // as with sessions, a database that cannot be written is no reason to refuse
		if err := m.store.UseToken(ctx, t.ID, now); errors.Is(err, history.ErrNotFound) {
			return nil, nil
		}
	}
	return &User{Name: u.Name, Role: role.within(u.Role), Token: t.Name}, nil
}
