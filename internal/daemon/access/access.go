// Package access decides who may do what with the service: users and their roles, sign-in, sessions, tokens, and the audit log of what they did.
//
// Handler stands before everything else that the service answers. It refuses a Host that is not ours (DNS rebinding), a change that another
// site's page asks for, a form without its token, and whoever is not known; what is behind it asks UserOf and Require. While there are no
// users, whoever sits at the machine itself may look and change nothing.
//
// Limits: users are made by who may write the database, on the command line; there is no role for it. The address that a deed and a limit name
// is the one that connected: behind a proxy that is the proxy's. What an attacker may try is counted in memory, by each service for itself, and
// anew after a start. Two who change one user in the same moment may undo one another's change. A role says what a user may do to the whole estate; parts of it cannot be told apart.
package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// Config is how a Manager works.
type Config struct {
	Now func() time.Time
	// Anonymous lets whoever is on this machine look while there are no users.
	Anonymous bool
	// Serves says whether a host name is one of the service's own. Addresses and localhost always are. Nil: no other is.
	Serves func(host string) bool
	// Page answers a request of a browser that was refused. Nil: with a line of text.
	Page func(w http.ResponseWriter, r *http.Request, f Fault)
	Log  *slog.Logger // of a database that does not answer; nil: nowhere
}

// Manager knows the users of a history.
type Manager struct {
	store  history.Accounts
	cfg    Config
	hashes *hasher
	limits *loginLimits
	origin *http.CrossOriginProtection

	scrapers scrapers
}

// New makes one. It keeps no more than counters, and who was shown the metrics: what users, sessions and tokens there are is asked for each time.
func New(store history.Accounts, cfg Config) *Manager {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Manager{store: store, cfg: cfg, hashes: newHasher(), limits: newLoginLimits(), origin: http.NewCrossOriginProtection(), scrapers: scrapers{known: map[[32]byte]User{}}}
}

// ErrNoUsers says why a service cannot listen for others.
var ErrNoUsers = errors.New("there are no users yet: anyone who can connect could look; make one: portseal user add NAME --role operator")

// MayListen says whether the service may listen at an address: beyond this machine only when there are users.
func (m *Manager) MayListen(ctx context.Context, at netip.Addr) error {
	if at.Unmap().IsLoopback() {
		return nil
	}
	empty, err := m.empty(ctx)
	if err == nil && empty {
		err = ErrNoUsers
	}
	return err
}

// empty says whether there are no users.
func (m *Manager) empty(ctx context.Context) (bool, error) {
	users, err := m.store.Users(ctx)
	return len(users) == 0, err
}
