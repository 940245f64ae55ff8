package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// historyListFlags are the flags of history list.
type historyListFlags struct {
	historyFlags
	outputFlags
	estate, schedule, since string
	states                  []string
	limit                   int
	quiet                   bool
}

func newHistoryListCommand() *cobra.Command {
	var f historyListFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List runs, newest first, those that were missed too",
		Long: `Lists runs, newest first: what made each begin, how it ended, and what it found.
A run that was due and was not made stands in the list as missed, with the
reason.

Exit codes: 0 listed, though there may be none; 1 and 2 as for all commands.`,
		Example: `  portseal history list --since 2026-12-01
  portseal history list --only missed,failed --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.registerHistory(fl)
	f.registerOutput(fl, textFormats())
	fl.StringVar(&f.estate, "estate", "", "runs of the estate with this `NAME` only")
	fl.StringSliceVar(&f.states, "only", nil, "runs in this `STATE`: "+strings.Join(stateNames(), ", ")+" (repeatable)")
	fl.StringVar(&f.schedule, "schedule", "", "runs of the schedule with this `NAME` only")
	fl.StringVar(&f.since, "since", "", "runs that began at this `TIME` or later (the begin of 2026-12-31, or RFC 3339)")
	fl.IntVar(&f.limit, "limit", 50, "at most `N` runs; 0 is all")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on stderr")
	return cmd
}

func stateNames() (out []string) {
	for _, s := range history.States() {
		out = append(out, string(s))
	}
	return out
}

// query reads the flags. All that is wrong is said at once.
func (f *historyListFlags) query() (q history.RunQuery, err error) {
	var faults []error
	q.Estate, q.Schedule = f.estate, f.schedule
	for _, s := range f.states {
		if !slices.Contains(stateNames(), s) {
			faults = append(faults, fmt.Errorf("--only %q: want %s", s, nearest.AnyOf(stateNames())))
		}
		q.States = append(q.States, history.State(s))
	}
	if q.Since, err = beginOf("--since", f.since); err != nil {
		faults = append(faults, err)
	}
	if f.limit < 0 {
		faults = append(faults, fmt.Errorf("--limit %d: want a number of runs, or 0 for all", f.limit))
	}
	return q, errors.Join(faults...)
}

// beginOf reads a time; a day is its begin.
func beginOf(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return at, fmt.Errorf("%s %q: want a day such as 2026-12-31, or an RFC 3339 time such as 2026-12-31T12:00:00Z", flag, value)
	}
	return at, nil
}

func (f *historyListFlags) run(cmd *cobra.Command) error {
	outputs, oerr := f.outputsOf(textFormats())
	q, qerr := f.query()
	if err := errors.Join(oerr, qerr); err != nil {
		return usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	return f.with(cmd.Context(), true, func(store history.Store) error {
		runs, more, err := listRuns(cmd.Context(), store, q, f.limit)
		if err != nil {
			return err
		}
		if more && !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: the newest %s; --limit 0 lists all\n", text.Count(len(runs), "run"))
		}
		return f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
			if format == "json" {
				return writeIndented(w, struct {
					Schema string        `json:"schema"`
					Runs   []history.Run `json:"runs"`
				}{historySchema, runs})
			}
			return writeRunList(w, runs)
		})
	})
}

// listRuns reads page after page, to a limit; 0 is all.
func listRuns(ctx context.Context, store history.Store, q history.RunQuery, limit int) (runs []history.Run, more bool, err error) {
	runs = []history.Run{}
	for {
		q.Limit = 1000
		if limit > 0 {
			q.Limit = min(q.Limit, limit-len(runs))
		}
		page, next, err := store.List(ctx, q)
		if err != nil {
			return nil, false, err
		}
		runs, q.After = append(runs, page...), next
		if next == "" || limit > 0 && len(runs) >= limit {
			return runs, next != "", nil
		}
	}
}

func writeRunList(w io.Writer, runs []history.Run) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, "no runs")
		return err
	}
	sheet := cipherSheet{header: []string{"RUN", "ESTATE", "STATE", "VERDICT", "WHEN", "TOOK", "BY", "FINDINGS", "MESSAGE"}}
	for _, r := range runs {
		at, took := r.Started, "-"
		switch {
		case r.State == history.Missed && r.Due != nil:
			at = *r.Due
		case r.Finished != nil:
			took = r.Finished.Sub(r.Started).Round(time.Second).String()
		}
		sheet.rows = append(sheet.rows, cleaned(r.ID, dash(r.Estate), string(r.State), dash(string(r.Verdict)), utc(at), took, causeOf(r), severityCounts(r), dash(r.Message)))
	}
	return sheet.write(w)
}

// causeOf says what made a run begin.
func causeOf(r history.Run) string {
	words := string(r.Trigger)
	if r.Trigger == history.BySchedule && r.Schedule != "" {
		words = r.Schedule
	}
	if r.Trigger == history.ByUser && r.By != "" {
		words += " " + r.By
	}
	return words
}

// severityCounts counts a run's findings, worst first.
func severityCounts(r history.Run) string {
	if r.Summary == nil {
		return "-"
	}
	var words []string
	for s := report.Critical; s >= report.Info; s-- {
		if n := r.Summary.BySeverity[s.String()]; n > 0 {
			words = append(words, strconv.Itoa(n)+" "+s.String())
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}
