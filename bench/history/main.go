// Command history makes up a large estate that is looked at every night for years, stores every run, and measures what that takes and how long
// the questions take that pages ask.
//
// Limits: listeners, certificates and evidence are random octets of the usual sizes; about one listener in a hundred changes a night. Nothing is
// dialled. What a browser adds is not in it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/internal/history/verify"
)

// settings are the flags.
type settings struct {
	listeners, runs int
	part            float64
	db, out         string
	verify          bool
}

func main() {
	var s settings
	flag.IntVar(&s.listeners, "listeners", 5000, "of the estate")
	flag.IntVar(&s.runs, "runs", 1095, "nights")
	flag.Float64Var(&s.part, "part", 0.01, "of the listeners that changes a night")
	flag.StringVar(&s.db, "db", "", "a database; default: a SQLite file that is removed afterwards")
	flag.StringVar(&s.out, "o", "", "a file for the result, beside stdout")
	flag.BoolVar(&s.verify, "verify", true, "verify the history too, which takes some seconds for every ten runs")
	flag.Parse()
	if err := s.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "history:", err)
		os.Exit(1)
	}
}

func (s settings) run(ctx context.Context) error {
	where := open.Where{DB: s.db}
	if s.db == "" {
		dir, err := os.MkdirTemp("", "history")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		where.DB = "sqlite:" + filepath.Join(dir, "history.db")
	}
	store, err := open.History(ctx, where)
	if err != nil {
		return err
	}
	m := &measured{settings: s}
	err = m.fill(ctx, store)
	if err == nil {
		err = m.ask(ctx, store)
	}
	if err == nil && s.verify {
		begun := time.Now()
		var result *history.Verified
		if result, err = verify.History(ctx, store, history.Verifying{}); err == nil && len(result.Problems) > 0 {
			err = fmt.Errorf("verify: %s, and %d more", result.Problems[0], len(result.Problems)-1)
		}
		m.verified = time.Since(begun)
	}
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	text := m.text()
	fmt.Print(text)
	if s.out == "" {
		return nil
	}
	return os.WriteFile(s.out, []byte(text), 0o644)
}

// measured is what was measured.
type measured struct {
	settings
	report      int     // octets of the last report
	first, size int64   // of the database after the first run, and after the last
	changes     int     // all
	stored      []int64 // microseconds that each run took to store
	answers     []answer
	verified    time.Duration
}

func (m *measured) fill(ctx context.Context, store history.Store) error {
	e := newEstate(m.listeners)
	begun := time.Now()
	for n := range m.runs {
		if n > 0 {
			e.night(n, m.part)
		}
		doc, err := e.doc()
		if err != nil {
			return err
		}
		m.report, m.changes = len(doc), m.changes+len(e.changes)
		due := e.rep.Run.Started
		head := history.Run{ID: e.rep.Run.ID, Estate: estateName, State: history.Running, Trigger: history.BySchedule, Schedule: "nightly", Due: &due, Probes: "quick", Started: due}
		if err := store.Begin(ctx, head); err != nil {
			return err
		}
		at := time.Now()
		if _, err := store.Add(ctx, doc, head, history.Storing{Origin: "example.com/bench", At: e.rep.Run.Finished, Changes: e.changes}); err != nil {
			return err
		}
		m.stored = append(m.stored, time.Since(at).Microseconds())
		if m.size, err = store.Size(ctx); err != nil {
			return err
		}
		if n == 0 {
			m.first = m.size
		}
		if n%10 == 9 {
			fmt.Fprintf(os.Stderr, "%d runs in %s, %d MB\n", n+1, time.Since(begun).Round(time.Second), m.size>>20)
		}
	}
	return nil
}

func median[T int64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func machine() string {
	return fmt.Sprintf("%d processors, %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.Version())
}
