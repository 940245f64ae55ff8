package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/verify"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// historyVerifyFlags are the flags of history verify.
type historyVerifyFlags struct {
	historyFlags
	outputFlags
	check    logCheckFlags
	progress string
}

func newHistoryVerifyCommand() *cobra.Command {
	var f historyVerifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Find whatever was changed, removed or put in behind the service's back",
		Long: `Reads the whole history: checks its log as 'portseal report log check' does and
every report against its record, and then makes all tables once more, from the
reports, and compares: runs, listeners, findings, changes, certificates. A row
that was changed, taken out or put in is named. What no report says (the audit
log, users and tokens, waivers made with the service, runs without a report) is
held against the ledger, a chain of entries whose end each record of the log
has.

--key checks the signature of the log, --checkpoint holds it against a
checkpoint that was copied to somewhere else: without either, all could have
been made anew.

Not checked: notices, sessions, when a token was used last, and that no entry
of the ledger was removed from its end since the last run. Of runs whose
reports retention removed, the log keeps the run, its sums and its changes;
what only they showed of a listener is counted, not checked.

Exit codes: 0 all is as it was left; 3 it is not; 1 and 2 as for all commands.`,
		Example: `  portseal history verify --key log.pub
  portseal history verify --checkpoint /safe/checkpoint-november --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.registerHistory(fl)
	f.registerOutput(fl, textFormats())
	fl.StringVar(&f.check.key, "key", "", "`FILE` with the public key of the log, or a certificate: PEM")
	fl.StringArrayVar(&f.check.checkpoints, "checkpoint", nil, "`FILE` with a checkpoint of the log from before, kept elsewhere (repeatable)")
	fl.StringVar(&f.progress, "progress", "auto", "`WHEN` to show progress: auto (on a terminal), always or never")
	return cmd
}

func (f *historyVerifyFlags) run(cmd *cobra.Command) error {
	outputs, oerr := f.outputsOf(textFormats())
	if whens := []string{"auto", "always", "never"}; !slices.Contains(whens, f.progress) {
		oerr = errors.Join(oerr, fmt.Errorf("--progress %q: want %s", f.progress, nearest.AnyOf(whens)))
	}
	if oerr != nil {
		return usageError(oerr)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	o := history.Verifying{}
	var err error
	if o.Checking, err = f.check.read(); err != nil {
		return err
	}
	return f.with(cmd.Context(), true, func(store history.Store) error {
		finish := f.show(cmd.ErrOrStderr(), &o)
		result, err := verify.History(cmd.Context(), store, o)
		finish()
		if err != nil {
			return err
		}
		err = f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
			if format == "json" {
				return writeIndented(w, verifiedOf(result))
			}
			return writeVerified(w, result, o.Checking)
		})
		if err == nil && len(result.Problems) > 0 {
			err = exitError{code: exitFindings}
		}
		return err
	})
}

// show lets a bar on stderr say how far it is.
func (f *historyVerifyFlags) show(w io.Writer, o *history.Verifying) (finish func()) {
	if f.progress == "never" || f.progress == "auto" && !isTerminal(w) {
		return func() {}
	}
	var bar *progressbar.ProgressBar
	o.Progress = func(done, of int) {
		if bar == nil {
			bar = newBar(w, of, "verifying")
		}
		_ = bar.Set(done)
	}
	return func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
}

// verifiedHistory is what verify found, as JSON.
type verifiedHistory struct {
	Schema   string   `json:"schema"`
	OK       bool     `json:"ok"`
	Origin   string   `json:"origin,omitempty"`
	Records  int64    `json:"records"`
	Rows     int      `json:"rows"`
	Pruned   int      `json:"pruned,omitempty"`
	Resting  int      `json:"unchecked_rows,omitempty"`
	Problems []string `json:"problems"`
}

func verifiedOf(v *history.Verified) verifiedHistory {
	out := verifiedHistory{Schema: historySchema, OK: len(v.Problems) == 0, Origin: v.Checkpoint.Origin, Records: v.Checkpoint.Size, Rows: v.Rows, Pruned: v.Pruned,
		Resting: v.Resting, Problems: []string{}}
	for _, p := range v.Problems {
		out.Problems = append(out.Problems, p.String())
	}
	return out
}

// mostProblems is how many problems a person is shown: one record that is gone makes thousands of rows wrong.
const mostProblems = 200

func writeVerified(w io.Writer, v *history.Verified, o runlog.Checking) error {
	if v.Checkpoint.Origin == "" && len(v.Problems) == 0 {
		_, err := fmt.Fprintln(w, "ok    the history has no run with a report yet")
		return err
	}
	shown := v.Result
	shown.Problems = shown.Problems[:min(len(shown.Problems), mostProblems)]
	if err := writeChecked(w, &shown, o, "database"); err != nil {
		return err
	}
	if more := len(v.Problems) - mostProblems; more > 0 {
		if _, err := fmt.Fprintf(w, "      and %s more; --format json has them all\n", text.Count(more, "problem")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "      %d rows are as the reports and the ledger say\n", v.Rows)
	if err == nil && v.Resting > 0 {
		_, err = fmt.Fprintf(w, "      %d rows rest on reports that are no longer kept: they were not checked\n", v.Resting)
	}
	return err
}
