package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// diffFlags are diff's own flags.
type diffFlags struct {
	outputFlags
	announced, failOn, view string
}

func newDiffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff OLD.json NEW.json",
		Short: "Show what changed between two reports",
		Long: `Compares two reports by meaning: listeners that appeared, went or moved;
versions, suites and groups; certificates renewed or replaced; trust, client
authentication, key rings, AT-TLS policies, Query Monitor's parameters;
findings that opened or closed; what the estate file expects.

Only what both reports answer is compared, so a quick run against a deep one
shows no drift; what only one answers is listed. A report that does not match
its own digest is refused.

--expect CHANGES.yaml names the changes that are meant:
  changes:
    - {kind: suite-gone, endpoint: SYSA/*, what: C02F, reason: only AES-256}
kind and reason must be there; endpoint, what, ticket and until (the last day)
may; endpoint and what may have * and ?. An announcement that nothing came of
is listed. The kinds are:
` + kindsText() + `
Exit codes: 0 no unexpected change; 2 a file cannot be read; 3 an unexpected
change at or above --fail-on.`,
		Example: `  portseal diff monday.json tuesday.json
  portseal diff before.json after.json --expect changes.yaml --fail-on medium`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, textFormats())
	fl.StringVar(&f.announced, "expect", "", "`CHANGES.yaml` with the changes that are meant")
	fl.StringVar(&f.failOn, "fail-on", "info", "lowest `SEVERITY` of an unexpected change that gives exit code 3: info, low, medium, high, critical or never")
	fl.StringVar(&f.view, "view", "", "`VIEW` of the table: summary or detail")
	f.registerLook(fl)
	return cmd
}

// kindsText lists the kinds of changes for the help.
func kindsText() string {
	out := ""
	for _, k := range report.ChangeKinds() {
		out += fmt.Sprintf("  %-26s %s\n", k.Name, k.About)
	}
	return out
}

func kindNames() []string {
	var out []string
	for _, k := range report.ChangeKinds() {
		out = append(out, k.Name)
	}
	return out
}

func (f *diffFlags) run(cmd *cobra.Command, before, after string) error {
	outputs, err := f.outputsOf(textFormats())
	failOn, ferr := assess.ParseFailOn(f.failOn)
	if ferr != nil {
		ferr = fmt.Errorf("--fail-on: %w", ferr)
	}
	var verr error
	if !slices.Contains([]string{"", table.ViewSummary, table.ViewDetail}, f.view) {
		verr = fmt.Errorf("--view %q: want %s or %s", f.view, table.ViewSummary, table.ViewDetail)
	}
	if err := errors.Join(err, f.checkLook(), ferr, verr); err != nil {
		return usageError(err)
	}
	for _, o := range outputs {
		for _, in := range []string{before, after, f.announced} {
			if o.path != "" && in != "" && sameFile(o.path, in) {
				return usagef("-o %q is %s, which is read; want another file", o.path, in)
			}
		}
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	old, oerr := reportOnly(before)
	now, nerr := reportOnly(after)
	announced, _, aerr := readAnnounced(f.announced)
	if err := errors.Join(oerr, nerr, aerr); err != nil {
		return usageError(err)
	}
	if err := comparable(before, old, after, now); err != nil {
		return err
	}
	doc := &report.Diff{Schema: report.DiffSchema, Report: diff.Identity(now, after), Drift: *diff.Since(before, old, now, announced)}
	if err := f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, look table.Options) error {
		if format == "json" {
			return reportjson.WriteDiff(w, doc)
		}
		look.View = f.view
		return table.WriteDiff(w, doc, look)
	}); err != nil {
		return err
	}
	for _, c := range diff.Unexpected(doc.Changes) {
		if c.Severity >= failOn {
			return exitError{code: exitFindings}
		}
	}
	return nil
}

// comparable refuses two reports that have nothing to do with each other.
func comparable(before string, old *report.Report, after string, now *report.Report) error {
	if diff.InCommon(old, now) {
		return nil
	}
	return usagef("%s and %s have no listener in common: want two reports of the same estate or targets", before, after)
}

func idsOf(rep *report.Report) map[string]bool {
	ids := map[string]bool{}
	for _, e := range rep.Endpoints {
		ids[e.ID] = true
	}
	return ids
}

// readAnnounced reads the file of --expect.
func readAnnounced(path string) ([]report.Announcement, *report.Input, error) {
	if path == "" {
		return nil, nil, nil
	}
	announced, input, err := estate.Announcements(path, kindNames())
	return announced, &input, err
}

// readBaseline reads the report that a run is compared with.
func (f *verifyFlags) readBaseline() (*report.Report, error) {
	if f.baseline == "" {
		return nil, nil
	}
	return reportOfEstate(f.baseline)
}

// judgeDrift makes the run compare its report with the baseline. The file of announcements is an input of the run.
func (f *verifyFlags) judgeDrift(cmd *cobra.Command, s *run.Settings, c *expect.Compiled, baseline *report.Report) error {
	if baseline == nil || f.phase != "" {
		return nil
	}
	announced, input, err := readAnnounced(f.announced)
	if err != nil {
		return usageError(err)
	}
	if input != nil {
		c.Inputs = append(c.Inputs, *input)
	}
	ids := idsOf(baseline)
	if !slices.ContainsFunc(c.Endpoints, func(e expect.Endpoint) bool { return ids[e.Target.ID] }) {
		return usagef("--baseline %s: it has none of the estate's listeners: want a report of the same estate", f.baseline)
	}
	if baseline.Run.Estate != c.Estate {
		f.note(cmd.ErrOrStderr(), "the baseline is of estate %s, this one is %s", text.Clean(baseline.Run.Estate), text.Clean(c.Estate))
	}
	s.Drift = func(rep *report.Report) *report.Drift { return diff.Since(f.baseline, baseline, rep, announced) }
	return nil
}
