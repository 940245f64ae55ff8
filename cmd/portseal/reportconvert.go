package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/stored"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

func newReportConvertCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "convert REPORT",
		Short: "Write a stored report in another format",
		Long: `Reads a report that scan or verify wrote as json or jsonl, of this version or an
earlier one, and writes it in any format. - is stdin. Nothing is dialled, and
nothing is judged again, unless --profile names a compliance profile: then that
judges what was seen, in the place of the profiles that the report has, and the
result has a digest of its own and names that of the report.

A report whose digest is not that of its content was changed, and is refused.
Lines of a run that did not end become a report that says that it is incomplete.
Where this version writes JSON in another form than the report has, as with keys
of a later version, a note says so, and the result has a digest of its own.

Exit codes: 0 it was written, whatever its verdict; 1 and 2 as for all commands.`,
		Example: `  portseal report convert report.json --format markdown -o report.md
  portseal report convert run.jsonl -o csv=report.csv -o junit=report.xml
  gunzip -c report.json.gz | portseal report convert - --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.convert(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, formatNames())
	f.registerView(fl)
	fl.StringArrayVar(&f.profiles, "profile", nil, "judge by this compliance profile: a `NAME` that 'portseal profiles' lists, or a FILE (repeatable)")
	f.registerLook(fl)
	f.registerRedact(fl)
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no notes on stderr")
	return cmd
}

func (f *scanFlags) convert(cmd *cobra.Command, name string) error {
	outputs, oerr := f.outputsOf(formatNames())
	profiles, _, perr := loadProfiles(f.profiles)
	if err := errors.Join(oerr, f.checkLook(), f.checkView(), f.readRedactKey(), perr); err != nil {
		return usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	defer debug.SetMemoryLimit(frugal(name))
	s, err := readStored(cmd.InOrStdin(), name)
	if err != nil {
		return err
	}
	for _, said := range s.Notes {
		f.note(cmd.ErrOrStderr(), "%s: %s", text.Clean(name), said)
	}
	if len(profiles) > 0 {
		if s.Report, err = run.Rejudge(s.Report, profiles); err != nil {
			return err
		}
		s.Same = true
	}
	return f.writeStored(cmd.OutOrStdout(), s, outputs)
}

// frugal lets garbage be collected before memory grows beyond two and three quarters of a report's text, in which it can be read and
// written: by itself the runtime would let it double. It returns the limit that there was; one that is lower, as by GOMEMLIMIT, stays.
func frugal(name string) (before int64) {
	const least = 400 << 20
	size := int64(reportjson.MaxSize)
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		size = min(size, info.Size())
	}
	before = debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(before, max(size/4*11, least)))
	return before
}

// registerView adds the flag that says what tables of a report show.
func (f *scanFlags) registerView(fl *pflag.FlagSet) {
	fl.StringVar(&f.view, "view", "", "`VIEW` of tables: "+nearest.AnyOf(table.Views())+" (default: detail for one target, else summary)")
	fl.Lookup("view").Annotations = map[string][]string{valuesOf: table.Views()}
}

// checkView finds what is no view of tables.
func (f *scanFlags) checkView() error {
	if f.view != table.ViewAuto && !slices.Contains(table.Views(), f.view) {
		return fmt.Errorf("--view %q: want %s", f.view, nearest.AnyOf(table.Views()))
	}
	return nil
}

// writeStored writes a report to every output: as JSON with the digest of what is written, in all other formats with that of what is stored.
func (f *scanFlags) writeStored(stdout io.Writer, s *stored.Report, outputs []output) error {
	shown, err := f.redacted(s.Report)
	if err != nil {
		return err
	}
	sealed := shown
	if !s.Same && slices.ContainsFunc(outputs, func(o output) bool { return isSealed(o.format) }) {
		if sealed, err = s.Sealed(); err == nil {
			sealed, err = f.redacted(sealed)
		}
		if err != nil {
			return err
		}
	}
	return f.write(stdout, outputs, func(w io.Writer, name string, look table.Options) error {
		if isSealed(name) {
			return f.render(w, name, sealed, look)
		}
		return f.render(w, name, shown, look)
	})
}

// isSealed says whether a format can be read again, so that the digest in it has to be that of what is written.
func isSealed(format string) bool { return format == "json" || format == formatLines }
