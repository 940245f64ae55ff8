package notice

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
)

// Store is what notices need of a history.
type Store interface {
	history.Outbox
	Findings(ctx context.Context, q history.FindingQuery) (findings []history.Finding, next string, err error)
	Certificates(ctx context.Context, estate string) ([]history.Certificate, error)
	List(ctx context.Context, q history.RunQuery) (runs []history.Run, next string, err error)
}

// What becomes of a try to deliver a message.
const (
	Delivered = "delivered"
	Retried   = "retried" // it failed, and is tried again
	GivenUp   = "given-up"
)

// Config is what the service gives its notifier.
type Config struct {
	Store  Store
	Estate func() *estate.Estate // in force
	Tool   string                // the program and its version, as messages name it
	Host   string                // the name of this machine, for mail servers and syslog; empty: not told
	Roots  *x509.CertPool        // that receivers' certificates are verified with; nil: those of the system
	Log    *slog.Logger
	Now    func() time.Time
	Count  func(receiver, outcome string) // Delivered, Retried or GivenUp; may be nil
}

// Notifier tells receivers.
type Notifier struct {
	Config
	send func(ctx context.Context, to *estate.Notice, m *Message, body []byte) error

	wake    chan struct{}
	workers sync.WaitGroup
	telling sync.Mutex // one at a time compares and tells

	mu       sync.Mutex // of what follows
	untold   []history.Run
	behind   bool                 // something was to be told and could not be stored
	busy     map[string]bool      // receivers that are being sent to
	rest     map[string]time.Time // receivers that failed: until when nothing more is tried
	outboxIs string               // what was said of the outbox last
}

// New makes a notifier. Stored and Ended may be called before and while it runs.
func New(c Config) *Notifier {
	n := &Notifier{Config: c, wake: make(chan struct{}, 1), busy: map[string]bool{}, rest: map[string]time.Time{}}
	if n.Count == nil {
		n.Count = func(string, string) {}
	}
	n.send = wires{roots: c.Roots, host: c.Host, agent: c.Tool, now: c.Now}.send
	return n
}

// How often something is looked at, and how long the database may take.
const (
	lookEvery   = 5 * time.Second
	againEvery  = 30 * time.Second // what could not be stored is tried again
	dailyEvery  = 24 * time.Hour
	storeWithin = time.Minute
)

// Run sends what is due until ctx ends. What is being sent then has a moment to end well.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.workers.Wait()
	n.catchUp(ctx)
	look, retry, daily := time.NewTicker(lookEvery), time.NewTicker(againEvery), time.NewTicker(dailyEvery)
	defer look.Stop()
	defer retry.Stop()
	defer daily.Stop()
	for {
		n.deliver(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		case <-n.wake:
		case <-retry.C:
			n.makeUp(ctx)
		case <-daily.C:
			n.Stored(ctx, nil)
		}
	}
}

// Stored tells what receivers do not know yet, after a run was stored; without a run, it looks at what time alone has changed.
func (n *Notifier) Stored(ctx context.Context, run *history.Run) {
	if err := n.tellState(ctx, run); err != nil {
		n.Log.Error("notices were not stored; it is tried again", "why", err.Error())
		n.mu.Lock()
		n.behind = true
		n.mu.Unlock()
	}
}

// Ended tells of a run that has no report: failed or missed. One that was cancelled is no news.
func (n *Notifier) Ended(ctx context.Context, run history.Run) {
	if run.State != history.Failed && run.State != history.Missed {
		return
	}
	if err := n.tellRun(ctx, run); err != nil {
		n.Log.Error("a notice was not stored; it is tried again", "run", run.ID, "why", err.Error())
		n.mu.Lock()
		n.untold = append(n.untold, run)
		n.mu.Unlock()
	}
}

// makeUp tries again what could not be stored.
func (n *Notifier) makeUp(ctx context.Context) {
	n.mu.Lock()
	runs, behind := n.untold, n.behind
	n.untold, n.behind = nil, false
	n.mu.Unlock()
	for _, r := range runs {
		n.Ended(ctx, r)
	}
	if behind {
		n.Stored(ctx, nil)
	}
}

// catchUp tells what happened while a service was killed: the state, and the newest run of each schedule where that came to nothing.
func (n *Notifier) catchUp(ctx context.Context) {
	n.Stored(ctx, nil)
	name := n.Estate().Name
	recent, _, err := n.Store.List(ctx, history.RunQuery{Estate: name, Since: n.Now().Add(-dailyEvery), Page: history.Page{Limit: 1000}})
	if err != nil {
		n.Log.Error("runs that failed a short time ago are not told again", "why", err.Error())
	}
	seen := map[string]bool{}
	for _, r := range recent {
		if r.State != history.Running && !seen[r.Schedule] {
			seen[r.Schedule] = true
			n.Ended(ctx, r)
		}
	}
}

// tell stores a message with the memory of it, and wakes who sends it. Where another has told some of it, do is asked again what there is.
func (n *Notifier) tell(ctx context.Context, do func(context.Context) (history.Telling, error)) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer done()
	for range 5 {
		t, err := do(ctx)
		if err != nil {
			return err
		}
		if t.Notice == nil && len(t.Remember)+len(t.Forget) == 0 {
			return nil
		}
		err = n.Store.Tell(ctx, t)
		if err == nil {
			select {
			case n.wake <- struct{}{}:
			default:
			}
			return nil
		}
		if !errors.Is(err, history.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("another service tells the same all the time: %w", history.ErrTaken)
}
