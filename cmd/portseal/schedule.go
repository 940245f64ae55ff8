package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/internal/schedule/agenda"
	"github.com/portseal/portseal/report"
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
	e, err := estate.Load(path, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Profiles: profile.Names()})
	if err != nil {
		return usageError(err)
	}
	for _, n := range e.Notes {
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: %s: %s\n", text.Clean(placeOf(n.At)), text.Clean(n.Message))
		}
	}
	costs, err := newScheduleCosts(cmd.Context(), e)
	if err != nil {
		return usageError(err)
	}
	a, err := agenda.Of(e, from, until, costs.of)
	if err != nil {
		return usageError(err)
	}
	return f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
		if format == "json" {
			return writeIndented(w, a)
		}
		return writeAgenda(w, e, a)
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

// scheduleCosts knows what runs of an estate's schedules cost.
type scheduleCosts struct {
	estate   *estate.Estate
	profiles []report.Profile
	ids      map[string]string
	resolve  func(host string) ([]netip.Addr, error)
}

func newScheduleCosts(ctx context.Context, e *estate.Estate) (*scheduleCosts, error) {
	profiles, ids, err := profilesOf(e)
	type answer struct {
		addresses []netip.Addr
		err       error
	}
	known, ask := map[string]answer{}, resolver(ctx)
	return &scheduleCosts{e, profiles, ids, func(host string) ([]netip.Addr, error) { // schedules share hosts
		if _, ok := known[host]; !ok {
			addresses, err := ask(host)
			known[host] = answer{addresses, err}
		}
		return known[host].addresses, known[host].err
	}}, err
}

// of is the pace and the cost of one run.
func (c *scheduleCosts) of(s *schedule.Schedule) (string, agenda.Cost, error) {
	source := func(to netip.AddrPort) netip.Addr { from, _ := scan.SourceFor(to); return from }
	compiled, err := expect.Compile(c.estate, expect.Options{Vantage: expect.LocalVantage, Depth: depthOf(s.Probes), Systems: s.Systems, Listeners: s.Listeners,
		IsLocal: scan.IsLocal, Source: source, Resolve: c.resolve, Profiles: c.ids})
	if err != nil {
		return "", agenda.Cost{}, fmt.Errorf("%s: schedule %s: %w", placeOf(s.At), s.Name, err)
	}
	work := run.FromEstate(compiled)
	if err := work.UseProfiles(c.profiles, nil); err != nil {
		return "", agenda.Cost{}, err
	}
	name := s.Pace
	if name == "" {
		name = run.DefaultPace(work)
	}
	pace, err := scan.ParsePace(name)
	cost := run.CostOf(work, pace)
	out := agenda.Cost{Conforming: cost.Conforming, Endpoints: cost.Dialled, Unknown: cost.Unknown}
	if cost.Bounded {
		out.Most = &cost.Most
	}
	return name, out, err
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
