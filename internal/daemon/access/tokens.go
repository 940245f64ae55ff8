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

// token finds whose token a text is, and notes that it was used; nil when it is nobody's, or may no longer be used.
func (m *Manager) token(ctx context.Context, text, from string) (*User, error) {
	t, u, why, err := m.tokenOf(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		refused := history.Deed{From: from, What: refusedToken, Detail: why}
		if t != nil {
			refused.Object = t.User + "/" + t.Name
		}
		return nil, m.noteRefused(ctx, refused)
	}
	now := m.cfg.Now().UTC()
	if t.Used == nil || now.Sub(*t.Used) >= touchEvery { // as with sessions, a database that cannot be written is no reason to refuse
		if err := m.store.UseToken(ctx, t.ID, now); errors.Is(err, history.ErrNotFound) {
			return nil, nil
		}
	}
	return u, nil
}

// tokenOf looks a token up. Without a user it says why, for the audit log.
func (m *Manager) tokenOf(ctx context.Context, text string) (t *history.Token, u *User, why string, err error) {
	if !isToken(text) {
		return nil, nil, "no token", nil
	}
	t, err = m.store.Token(ctx, keyOf(text))
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil, "nobody's", nil
	}
	if err != nil {
		return nil, nil, "", err
	}
	if t.Expires != nil && !m.cfg.Now().UTC().Before(*t.Expires) {
		return t, nil, "expired", nil
	}
	is, err := m.enabled(ctx, t.User)
	if err != nil {
		return nil, nil, "", err
	}
	role, fault := ParseRole(t.Role)
	if is == nil || fault != nil {
		return t, nil, "its user is disabled, or its role unknown", nil
	}
	return t, &User{Name: is.Name, Role: role.within(is.Role), Token: t.Name}, "", nil
}
