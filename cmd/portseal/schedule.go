package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/internal/schedule/agenda"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// scheduleFlags are the flags of schedule.
type scheduleFlags struct {
	outputFlags
	days      int
	until, at string
	quiet     bool
}

// maxScheduleDays bounds what is listed.
const maxScheduleDays = 3660

func newScheduleCommand() *cobra.Command {
	var f scheduleFlags
	cmd := &cobra.Command{
		Use:   "schedule ESTATE.yaml",
		Short: "List what the schedules of an estate will run, and when",
		Long: `Lists the schedules of an estate file, what one run of each costs in
connections, and every run that is due in the next days: in the schedule's time
zone and in UTC, when it begins at the earliest and the latest (jitter), and the
blackout that stands in its way. It dials nothing; host names are resolved, to
count what a run costs.

The numbers are those of 'portseal verify --dry-run': connections when every
listener does what is expected, and at most.

Exit codes: 0 listed, though nothing may be due; 1 portseal itself failed; 2 the
command line or the estate file is at fault.`,
		Example: `  portseal schedule estate.yaml
  portseal schedule estate.yaml --days 31 --format json
  portseal schedule estate.yaml --at 2027-03-27 --until 2027-03-29`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, textFormats())
	fl.IntVar(&f.days, "days", 7, "list the runs of the next `N` days")
	fl.StringVar(&f.until, "until", "", "list the runs until this `TIME` (the end of 2026-12-31, or RFC 3339) in the place of --days")
	fl.StringVar(&f.at, "at", "", "from this `TIME` on (the begin of 2026-12-31, or RFC 3339) instead of now")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on stderr")
	return cmd
}

func (f *scheduleFlags) run(cmd *cobra.Command, path string) error {
	outputs, oerr := f.outputsOf(textFormats())
	from, until, terr := f.span(time.Now())
	if f.until != "" && cmd.Flags().Changed("days") {
		terr = errors.Join(terr, errors.New("--days and --until exclude each other: want one of them"))
	}
	if err := errors.Join(oerr, terr); err != nil {
		return usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	l, err := prepare.Load(path, prepare.Inputs{})
	if err != nil {
		return usageError(err)
	}
	for _, n := range l.Estate.Notes {
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: %s: %s\n", text.Clean(n.At.String()), text.Clean(n.Message))
		}
	}
	a, err := agenda.Of(l.Estate, from, until, costs(cmd.Context(), l))
	if cmd.Context().Err() != nil { // hosts that were not resolved for that are not unknown
		return fmt.Errorf("%s: interrupted", path)
	}
	if err != nil {
		return usageError(err)
	}
	return f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
		if format == "json" {
			return writeIndented(w, a)
		}
		return writeAgenda(w, l.Estate, a)
	})
}

// span is the time that is listed.
func (f *scheduleFlags) span(now time.Time) (from, until time.Time, err error) {
	from = now.UTC().Truncate(time.Second)
	var faults []error
	if day, derr := time.Parse(time.DateOnly, f.at); derr == nil {
		from = day
	} else if f.at != "" {
		from, err = parseAt(f.at)
		faults = append(faults, err)
	}
	if f.days < 1 || f.days > maxScheduleDays {
		faults = append(faults, fmt.Errorf("--days %d: want 1 to %d", f.days, maxScheduleDays))
	}
	until = from.AddDate(0, 0, f.days)
	if f.until != "" {
		if until, err = parseAt(f.until); err != nil {
			return from, until, errors.Join(append(faults, fmt.Errorf("--until %q: want a day such as 2026-12-31, or an RFC 3339 time such as 2026-12-31T12:00:00Z", f.until))...)
		}
		switch {
		case until.Before(from):
			faults = append(faults, fmt.Errorf("--until %s is before %s; want a later time", f.until, from.Format(time.RFC3339)))
		case until.After(from.AddDate(0, 0, maxScheduleDays)):
			faults = append(faults, fmt.Errorf("--until %s is more than %d days ahead; want an earlier time", f.until, maxScheduleDays))
		}
	}
	return from, until, errors.Join(faults...)
}

// costs says what a run of a schedule takes, and at which pace.
func costs(ctx context.Context, l *prepare.Loaded) func(*schedule.Schedule) (string, agenda.Cost, error) {
	return func(s *schedule.Schedule) (string, agenda.Cost, error) {
		compiled, err := l.Compile(ctx, prepare.Look{Depth: prepare.Depth(s.Probes), Systems: s.Systems, Listeners: s.Listeners})
		if err != nil {
			return "", agenda.Cost{}, fmt.Errorf("%s: schedule %s: %w", s.At.String(), s.Name, err)
		}
		work, err := l.Work(compiled, nil, nil)
		if err != nil {
			return "", agenda.Cost{}, err
		}
		pace, err := scan.ParsePace(cmp.Or(s.Pace, run.DefaultPace(work)))
		cost := run.CostOf(work, pace)
		out := agenda.Cost{Conforming: cost.Conforming, Endpoints: cost.Dialled, Unknown: cost.Unknown}
		if cost.Bounded {
			out.Most = &cost.Most
		}
		return pace.Name, out, err
	}
}

// costWords writes a cost for people.
func costWords(c agenda.Cost) string {
	words := strconv.Itoa(c.Conforming)
	switch {
	case c.Most == nil:
		words += ", or as many as it takes"
	case *c.Most != c.Conforming:
		words += ", at most " + strconv.Itoa(*c.Most)
	}
	if c.Unknown > 0 {
		words += fmt.Sprintf(", without %d unresolved", c.Unknown)
	}
	return words
}
