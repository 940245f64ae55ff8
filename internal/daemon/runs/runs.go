package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Config is what the service gives its runs.
type Config struct {
	Store    history.Store
	File     string        // of the estate
	Folder   string        // of the state, which no other service uses
	Runner   scan.Runner   // with everything but its pace
	Tool     report.Tool   // that the reports name
	Operator string        // that the reports name
	Key      *sign.Key     // signs the report log; may be nil
	Keep     time.Duration // how long reports are kept; 0 is for ever
	AtStart  bool          // a run of the whole estate at once
	Log      *slog.Logger
	Now      func() time.Time // the clock on the wall, which may jump; nil is time.Now

	// Stored is told of each run whose report is in the history, Ended of each that has none: failed, cancelled, missed. A service that was killed
	// may tell the same again. Both may be nil.
	Stored func(ctx context.Context, r history.Run, rep *report.Report)
	Ended  func(ctx context.Context, r history.Run)
}

// How often things are done, and how long a database may take.
const (
	lookEvery   = time.Second      // at the clock
	beatEvery   = 10 * time.Second // a running run says that it runs; what waits for the database is tried again
	silentAfter = time.Minute      // a run that gave no sign of life is over
	pollEvery   = 2 * time.Second  // at the files of the estate
	storeWithin = 10 * time.Second // for one question to the database
	writeWithin = time.Minute      // for a report to be stored
	pruneEvery  = 24 * time.Hour
)

// failOn is the threshold of the service's runs, as of a verify that says nothing else.
const failOn = report.Medium

// Runs makes the runs. It is control.Control.
type Runs struct {
	Config
	do         func(ctx context.Context, w run.Work, s run.Settings) (*report.Report, error)
	started    time.Time
	wait       sync.WaitGroup    // of every goroutine
	begins     sync.Mutex        // one begin at a time
	loads      sync.Mutex        // one reading of the estate file at a time
	storing    sync.Mutex        // one at a time tries what waits for the database
	held       []*kept           // what waits and is in no file; of storing
	complaints map[string]string // what was said of what waits; of storing

	mu       sync.Mutex      // of what follows
	ctx      context.Context // of Run; nil before it
	force    *inForce
	fault    string // of the estate file as it is now
	faultAt  time.Time
	job      *job   // the run on its way
	current  string // its id, from before it is noted until what becomes of it is known
	watched  map[string]*watch
	database string    // what is wrong with it
	refuses  bool      // it did not take what was to be written, and nothing was written since
	down     time.Time // when it last did not answer
	waiting  int       // runs that wait for it
	coming   coming
}

// New reads the estate file. Run then makes runs until its context ends.
func New(c Config) (*Runs, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	r := &Runs{Config: c, do: run.Do, started: c.Now().UTC(), watched: map[string]*watch{}, complaints: map[string]string{}}
	if err := os.MkdirAll(filepath.Join(r.Folder, keptFolder), 0o700); err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	r.tidy()
	force, err := r.load()
	if err != nil {
		return nil, err
	}
	r.force = force
	return r, r.watchAll()
}

// errStopped ends what the service is doing when it is told to stop.
var errStopped = errors.New("the service was stopped")

// now is the time on the wall, in UTC.
func (r *Runs) now() time.Time { return r.Now().UTC().Round(0) }

// Run makes the runs until ctx ends. Then nothing is dialled any more, what is finished is stored, and it returns.
func (r *Runs) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(errStopped)
	r.mu.Lock()
	r.ctx = ctx
	r.mu.Unlock()
	r.storeKept(ctx)
	if r.AtStart {
		r.startNow(ctx)
	}
	for _, task := range []struct {
		every time.Duration
		do    func(context.Context)
	}{{beatEvery, r.beat}, {pollEvery, r.poll}} {
		r.wait.Go(func() { repeat(ctx, task.every, task.do) })
	}
	r.wait.Go(func() {
		r.prune(ctx) // a service that is started anew every night must do it too
		repeat(ctx, pruneEvery, r.prune)
	})
	r.watchClock(ctx)
	r.begins.Lock() // nothing begins from now on: ctx is over
	defer r.begins.Unlock()
	r.wait.Wait()
	return nil
}

// repeat does something again and again until ctx ends, never twice at a time.
func repeat(ctx context.Context, every time.Duration, do func(context.Context)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do(ctx)
		}
	}
}

// startNow makes the run of --run-at-start.
func (r *Runs) startNow(ctx context.Context) {
	p := r.whole()
	p.head.Trigger = history.ByStart
	if _, err := r.begin(ctx, p); err != nil {
		r.Log.Error("no run at the start of the service", "why", err.Error())
	}
}

// prune removes old reports.
func (r *Runs) prune(ctx context.Context) {
	if r.Keep <= 0 {
		return
	}
	now := r.now()
	removed, err := r.Store.Prune(ctx, now.Add(-r.Keep), history.Storing{Key: r.Key, At: now})
	switch {
	case err != nil && ctx.Err() == nil:
		r.Log.Error("old reports were not removed", "why", err.Error())
	case removed > 0:
		r.Log.Info("old reports were removed", "reports", removed, "older than", r.Keep.String())
	}
}

// ask is a context for a question to the database, which goes on when the service is told to stop.
func ask(ctx context.Context, within time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), within)
}
