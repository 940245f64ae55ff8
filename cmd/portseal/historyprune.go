package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report/text"
)

// historyPruneFlags are the flags of history prune.
type historyPruneFlags struct {
	historyFlags
	key          keyFlags
	keep, before string
	dry          bool
}

func newHistoryPruneCommand() *cobra.Command {
	var f historyPruneFlags
	cmd := &cobra.Command{
		Use:   "prune --keep DAYS|--before TIME",
		Short: "Remove old reports; runs, changes and what is known of listeners stay",
		Long: `Removes the reports of runs that finished before a time, but the newest of each
estate, and says so in the log: their absence is no fault then, and the runs
stay in the list. 'portseal serve --keep' does the same every day. --dry-run
lists what would go.

Exit codes: 0 done, though there may be nothing to remove; 3 the log is not as
it was left; 1 and 2 as for all commands.`,
		Example: `  portseal history prune --keep 400d --dry-run
  portseal history prune --before 2026-01-01 --key log.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.registerHistory(fl)
	fl.StringVar(&f.keep, "keep", "", "keep the reports of the last `DAYS`, as in 400d")
	fl.StringVar(&f.before, "before", "", "remove what finished before this `TIME` (the begin of 2026-12-31, or RFC 3339)")
	fl.BoolVar(&f.dry, "dry-run", false, "list what would be removed, and remove nothing")
	f.key.register(cmd, "the private key that signs the history's log")
	return cmd
}

// limit is the time before which reports go.
func (f *historyPruneFlags) limit(now time.Time) (time.Time, error) {
	if (f.keep == "") == (f.before == "") {
		return now, errors.New("history prune: want --keep DAYS or --before TIME, one of them")
	}
	if f.before != "" {
		return beginOf("--before", f.before)
	}
	keep, err := parseKeep(f.keep)
	if err == nil && keep == 0 {
		err = fmt.Errorf("--keep %s keeps all: want days, as in 400d", f.keep)
	}
	return now.Add(-keep), err
}

func (f *historyPruneFlags) run(cmd *cobra.Command) error {
	now := time.Now()
	before, err := f.limit(now)
	if err != nil {
		return usageError(err)
	}
	key, err := f.key.read()
	if err != nil {
		return err
	}
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	return f.with(ctx, true, func(store history.Store) error {
		if !f.dry {
			n, err := store.Prune(ctx, before, history.Storing{Key: key, At: now})
			if err == nil {
				_, err = fmt.Fprintf(out, "removed: %s of before %s\n", text.Count(n, "report"), utc(before))
			}
			return err
		}
		records, err := store.Log().Prunable(ctx, before)
		if err != nil && !errors.Is(err, runlog.ErrNone) {
			return err
		}
		for _, r := range records {
			if _, err := fmt.Fprintf(out, "%s\n", text.Clean(r.Name())); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(out, "would be removed: %s of before %s\n", text.Count(len(records), "report"), utc(before))
		return err
	})
}
