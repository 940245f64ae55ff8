package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
)

// historyImportFlags are the flags of history import.
type historyImportFlags struct {
	historyFlags
	key    keyFlags
	origin string
}

func newHistoryImportCommand() *cobra.Command {
	var f historyImportFlags
	cmd := &cobra.Command{
		Use:   "import REPORT.json|DIR...",
		Short: "Put reports that were made elsewhere into the history",
		Long: `Puts reports of 'portseal verify' into the history, which begins when it is not
there: as JSON, or whole logs of 'portseal report log', by their folders. All
arguments are read before the first report is stored; then they are stored in
the order in which their runs finished. A report that is there already is left as it
is; one that was changed since it was written is refused.

What is known of a listener is not made older by an older report. With --key the
history's log is signed, from its first run on.

Exit codes: 0 all are in the history; 3 a report was changed, a log is not as it
was left, or another report of that run is in the history; 1 and 2 as for all
commands.`,
		Example: `  portseal history import november/*.json
  portseal history import runs --db postgres://portseal@db/portseal`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.registerHistory(cmd.Flags())
	f.key.register(cmd, "the private key that signs the history's log")
	cmd.Flags().StringVar(&f.origin, "origin", "", "`NAME` of a log that begins, such as example.com/portseal (default: one that is made up)")
	return cmd
}

// coming is a report that is to be imported.
type coming struct {
	name     string // for people
	finished time.Time
	read     func() ([]byte, error)
}

func (f *historyImportFlags) run(cmd *cobra.Command, args []string) error {
	key, err := f.key.read()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	all, err := comingFrom(ctx, args)
	if err != nil {
		return err
	}
	return f.with(ctx, false, func(store history.Store) error {
		with := history.Storing{Key: key, Origin: f.origin}
		for _, c := range all {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := importOne(cmd, store, c, with); err != nil {
				return fmt.Errorf("%s: %w", text.Clean(c.name), err)
			}
		}
		return nil
	})
}

// comingFrom reads all arguments, and finds all faults. Reports are not held: there may be very many.
func comingFrom(ctx context.Context, args []string) (all []coming, err error) {
	var faults []error
	for _, path := range args {
		info, err := os.Stat(path)
		var some []coming
		switch {
		case err != nil:
			err = usagef("%s: %w", path, bare(err))
		case info.IsDir():
			some, err = comingFromLog(ctx, path)
		default:
			some, err = comingFile(path)
		}
		all, faults = append(all, some...), append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		worst := exitUsage
		for _, fault := range faults {
			worst = max(worst, codeOf(fault))
		}
		return nil, exitError{worst, err}
	}
	slices.SortStableFunc(all, func(a, b coming) int { return a.finished.Compare(b.finished) })
	return all, nil
}

func comingFile(path string) ([]coming, error) {
	doc, err := readSealed(path)
	if err != nil {
		return nil, err
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	if err := ofEstate(path, rep); err != nil {
		return nil, err
	}
	return []coming{{path, rep.Run.Finished, func() ([]byte, error) { return readSealed(path) }}}, nil
}

// comingFromLog reads a log that must be as it was left.
func comingFromLog(ctx context.Context, dir string) (out []coming, err error) {
	log := runlog.New(folder.New(dir))
	result, err := log.Check(ctx, runlog.Checking{})
	if err != nil {
		return nil, logError(dir, err)
	}
	if n := len(result.Problems); n > 0 {
		return nil, exitError{exitFindings, fmt.Errorf("%s: the log is not as it was left: %s; 'portseal report log check' says all %d", dir, result.Problems[0], n)}
	}
	err = log.View(ctx, func(s runlog.Store) error {
		records, err := runlog.ReadRecords(s, result.Checkpoint.Size)
		stored := map[string]bool{}
		digests, serr := s.Reports()
		for _, digest := range digests {
			stored[digest] = true
		}
		for _, r := range records {
			if r.Pruned.IsZero() && stored[r.Digest] && r.Estate != "" {
				out = append(out, coming{dir + ", " + r.Name(), r.Finished, func() ([]byte, error) { return s.Report(r.Digest) }})
			}
		}
		return errors.Join(err, serr)
	})
	if err != nil {
		return nil, logError(dir, err)
	}
	return out, nil
}

func importOne(cmd *cobra.Command, store history.Store, c coming, with history.Storing) error {
	ctx := cmd.Context()
	doc, err := c.read()
	if err != nil {
		return err
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return usageError(err)
	}
	before, err := store.Run(ctx, rep.Run.ID)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	there := err == nil && before.State == history.Finished
	if !there {
		if with.Changes, err = changesSince(ctx, store, rep); err != nil {
			return err
		}
	}
	with.At = time.Now()
	run, err := store.Add(ctx, doc, history.Run{}, with)
	if err != nil {
		return err
	}
	words := "imported"
	if there {
		words = "was there already"
	}
	record := int64(-1)
	if run.Record != nil {
		record = *run.Record
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "record %d: run %s of %s, finished %s: %s\n", record, text.Clean(run.ID), text.Clean(run.Estate), utc(cmp.Or(*run.Finished, run.Started)), words); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	return nil
}

// changesSince compares a report with that of the last run of the whole estate, where that is older.
func changesSince(ctx context.Context, store history.Store, rep *report.Report) ([]report.Change, error) {
	last, err := store.Last(ctx, rep.Run.Estate, false)
	if errors.Is(err, history.ErrNotFound) || err == nil && (last.Pruned || !last.Finished.Before(rep.Run.Finished)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := store.Report(ctx, last.ID)
	if errors.Is(err, history.ErrPruned) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	old, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	return diff.Compare(old, rep).Changes, nil
}
