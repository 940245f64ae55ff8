package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/stored"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// historyShowFlags are the flags of history show. Those of a report's formats are those of report convert.
type historyShowFlags struct {
	historyFlags
	scanFlags
	estate string
}

func newHistoryShowCommand() *cobra.Command {
	var f historyShowFlags
	cmd := &cobra.Command{
		Use:   "show RUN|last|ENDPOINT",
		Short: "Show a run, or what a listener showed over time",
		Long: `Shows a run, by its id, or the last finished one: what it found, what changed,
and where its report is. With --format, or -o, it writes the report of the run
instead, in any format, as 'portseal report convert' does.

With the id of an endpoint it shows what that listener is, what it was before,
its findings, and what changed: as a table or as json.

Exit codes: 0 shown; 3 the report is not as it was left; 1 and 2 as for all
commands.`,
		Example: `  portseal history show last
  portseal history show last --format markdown -o json=report.json
  portseal history show SYSA/agent-rc4 --estate prodplex`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	f.registerHistory(fl)
	fl.StringVar(&f.estate, "estate", "", "the estate with this `NAME`, where the history has several")
	f.registerOutput(fl, formatNames())
	f.registerView(fl)
	f.registerLook(fl)
	f.registerRedact(fl)
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on stderr")
	return cmd
}

func (f *historyShowFlags) run(cmd *cobra.Command, name string) error {
	outputs, oerr := f.outputsOf(formatNames())
	if err := errors.Join(oerr, f.checkLook(), f.checkView(), f.readRedactKey()); err != nil {
		return usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	ctx := cmd.Context()
	return f.with(ctx, true, func(store history.Store) error {
		run, err := findRun(ctx, store, f.estate, name)
		switch {
		case errors.Is(err, history.ErrNotFound) && name != "last":
			return f.listener(cmd, store, name, outputs)
		case err != nil:
			return err
		case cmd.Flags().Changed("format") || len(f.outputs) > 0 || f.redact:
			return f.report(cmd, store, run, outputs)
		}
		return f.summary(cmd, store, run)
	})
}

// findRun finds a run by its id; "last" is the newest finished one.
func findRun(ctx context.Context, store history.Store, estate, name string) (*history.Run, error) {
	if name != "last" {
		return store.Run(ctx, name)
	}
	estate, err := oneEstate(ctx, store, estate)
	if err != nil {
		return nil, err
	}
	return store.Last(ctx, estate, true)
}

// report writes a run's report.
func (f *historyShowFlags) report(cmd *cobra.Command, store history.Store, run *history.Run, outputs []output) error {
	doc, err := store.Report(cmd.Context(), run.ID)
	if err != nil {
		return err
	}
	s, err := stored.Read(bytes.NewReader(doc))
	if err != nil {
		return exitError{exitFindings, fmt.Errorf("the report of run %s: %w", text.Clean(run.ID), err)}
	}
	for _, said := range s.Notes {
		f.note(cmd.ErrOrStderr(), "run %s: %s", text.Clean(run.ID), said)
	}
	return f.writeStored(cmd.OutOrStdout(), s, outputs)
}

// mostShown is how many changes are shown.
const mostShown = 20

// summary writes what there is to say of a run.
func (f *historyShowFlags) summary(cmd *cobra.Command, store history.Store, r *history.Run) error {
	changes, next, err := store.Changes(cmd.Context(), r.Estate, r.ID, "", history.Page{Limit: mostShown})
	if err != nil {
		return err
	}
	return f.write(cmd.OutOrStdout(), []output{{}}, func(w io.Writer, _ string, _ table.Options) error {
		lines := [][2]string{{"run", r.ID}, {"estate", r.Estate}, {"state", string(r.State)}, {"why", r.Message}, {"by", causeOf(*r)}, {"probes", r.Probes}}
		if r.Due != nil {
			lines = append(lines, [2]string{"due", utc(*r.Due)})
		}
		lines = append(lines, [2]string{"started", utc(r.Started)})
		if r.Finished != nil {
			lines = append(lines, [2]string{"finished", utc(*r.Finished)})
		}
		if s := r.Summary; s != nil {
			lines = append(lines, [2]string{"verdict", string(r.Verdict)}, [2]string{"findings", severityCounts(*r)},
				[2]string{"listeners", fmt.Sprintf("%d, %d of them assessed", s.Endpoints, s.Assessed)}, [2]string{"RC4 open", strconv.Itoa(s.RC4ListenersOpen)})
		}
		lines = append(lines, [2]string{"report", whereReport(r)}, [2]string{"digest", r.Digest})
		return errors.Join(writeLines(w, lines), writeChanges(w, changes, next != ""))
	})
}

// whereReport says where the report of a run is.
func whereReport(r *history.Run) string {
	switch {
	case r.Pruned:
		return "removed by retention; the log still proves what it was"
	case r.State != history.Finished:
		return "none"
	case r.Record == nil:
		return "in no log"
	}
	return fmt.Sprintf("record %d of the log; 'portseal history export %s' writes it", *r.Record, r.ID)
}

// writeLines writes names and values, but those without one.
func writeLines(w io.Writer, lines [][2]string) error {
	for _, l := range lines {
		if l[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-10s %s\n", l[0], text.Clean(l[1])); err != nil {
			return err
		}
	}
	return nil
}

func writeChanges(w io.Writer, changes []history.Change, more bool) error {
	if len(changes) == 0 {
		return nil
	}
	sheet := cipherSheet{header: []string{"CHANGED", "SEVERITY", "LISTENER", "KIND", "WHAT", "OLD", "NEW"}}
	for _, c := range changes {
		sheet.rows = append(sheet.rows, cleaned(utc(c.At), c.Severity.String(), dash(c.Endpoint), c.Kind, dash(c.What), dash(text.Cut(c.Old, 40)), dash(text.Cut(c.New, 40))))
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	err := sheet.write(w)
	if err == nil && more {
		_, err = fmt.Fprintf(w, "and more: the newest %d are shown\n", len(changes))
	}
	return err
}

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
