package access

import (
	"context"
	"errors"
	"fmt"

	"github.com/portseal/portseal/internal/history"
)

// What users do, in the audit log. Other parts of the service add theirs with Record.
const (
	didLogin        = "login"
	didLogout       = "logout"
	failedLogin     = "login-failed"
	limitedLogin    = "login-limited" // too many attempts
	refusedToken    = "token-refused"
	refusedRequest  = "refused" // a signed-in user lacks the role
	addedUser       = "user-added"
	changedPassword = "password-changed"
	failedPassword  = "password-failed"  // a user's own: the old one was wrong
	limitedPassword = "password-limited" // too many attempts
	changedRole     = "role-changed"
	disabledUser    = "user-disabled"
	enabledUser     = "user-enabled"
	deletedUser     = "user-deleted"
	addedToken      = "token-added"
	deletedToken    = "token-deleted"
)

// Actor is who does something to the users, for the audit log.
type Actor struct {
	Who    string // a user of the service, or empty
	From   string // an address, or CommandLine
	Detail string // "ops@host": the account of the operating system, for the command line
}

// CommandLine is where a deed comes from that was done with 'portseal user'.
const CommandLine = "command line"

// record adds a line to the audit log. What was done and could not be noted is an error: it says that it was done.
func (m *Manager) record(ctx context.Context, by Actor, what, object, detail string) error {
	err := m.note(ctx, history.Deed{Who: by.Who, From: by.From, What: what, Object: object, Detail: joined(detail, by.Detail)})
	if err != nil {
		return fmt.Errorf("it was done (%s), and could not be added to the audit log: %w", what, err)
	}
	return nil
}

func joined(detail, by string) string {
	switch {
	case by == "":
		return detail
	case detail == "":
		return "by " + by
	}
	return detail + ", by " + by
}

func (m *Manager) note(ctx context.Context, d history.Deed) error {
	d.At = m.cfg.Now().UTC()
	return m.store.AddDeed(ctx, d)
}

// noteRefused adds a line about something that was refused, unless that address has had many of them of late: nobody may fill the disk so.
func (m *Manager) noteRefused(ctx context.Context, d history.Deed) error {
	if m.limits.note.take(m.cfg.Now(), d.What+" "+Network(d.From)) > 0 {
		return nil
	}
	return m.note(ctx, d)
}

// ErrNobody says that something was to be recorded outside of Handler.
var ErrNobody = errors.New("the request did not come through access.Handler")

// Record adds to the audit log what the user of a request has done: for all that changes anything.
func Record(ctx context.Context, what, object, detail string) error {
	at := visitOf(ctx)
	if at == nil {
		return ErrNobody
	}
	return at.manager.record(ctx, Actor{Who: at.user.Name, From: at.from, Detail: at.user.by()}, what, object, detail)
}
