package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/migration"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/matrix"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/scan"
)

// migrationFormats are the forms of its result.
func migrationFormats() []string { return []string{"table", "json", "html", "svg"} }

func newMigrationCommand() *cobra.Command {
	f := verifyFlags{scanFlags: scanFlags{failOn: "never"}} // findings are verify's
	output := ""
	cmd := &cobra.Command{
		Use:   "migration ESTATE.yaml|REPORT.json",
		Short: "Show how far Query Monitor's move from RC4 to TLS is, and whether RC4 may go",
		Long: `Shows for each system and connection of Query Monitor (A browser to server, B
server and agent in both directions, C ISPF to agent) whether it uses rc4, both,
tls, is closed or unknown: what is configured beside what was observed. Then it
says whether the RC4 port may be turned off, for each CAE server and for all.

Yes needs, for every agent: its parameters, which point at the TLS port; its
ring 2, which trusts every CAE server; and a NETSTAT listing no older than an
hour with nobody on an RC4 port. What is missing or in the way is named.

An estate file is scanned as 'portseal verify' does it; a report that verify
wrote is judged as of its own time, and nothing is dialled.

Exit codes: 0 RC4 may be turned off; 3 it may not; 4 that is not known; 1 and 2
as for all commands.`,
		Example: `  portseal migration estate.yaml
  portseal migration report.json --format html -o migration.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.migration(cmd, args[0], output) },
	}
	fl := cmd.Flags()
	formatFlag(fl, &f.format, migrationFormats(), "")
	fl.StringVarP(&output, "output", "o", "", "`FILE` for the result instead of stdout")
	fl.StringVar(&f.view, "view", "", "`VIEW` of the table: summary, or detail with where every state comes from")
	fl.IntVar(&f.width, "width", 0, "of the table, in `COLUMNS` (default: the terminal's, else 100)")
	fl.StringVar(&f.color, "color", "auto", "`WHEN` the table is coloured: auto (on a terminal), always or never")
	fl.StringVar(&f.at, "at", "", "judge as of this `TIME` (2026-12-31 or RFC 3339) instead of now; an estate only")
	f.registerEstate(cmd)
	f.registerScan(cmd, "gentle for an estate with a zos_release, else normal")
	return cmd
}

func (f *verifyFlags) migration(cmd *cobra.Command, path, output string) error {
	s, err := f.settings("normal")
	var faults []error
	faults = append(faults, err)
	if !slices.Contains(migrationFormats(), f.format) {
		faults = append(faults, fmt.Errorf("--format %q: want %s", f.format, nearest.AnyOf(migrationFormats())))
	}
	if err := errors.Join(faults...); err != nil {
		return usageError(err)
	}
	if output != "" {
		if err := writable(output); err != nil {
			return fmt.Errorf("write %s: %w", output, err)
		}
	}
	rep, err := reportOrEstate(path)
	if err != nil {
		return err
	}
	var cut error
	if rep != nil {
		err = f.onlyOutput(cmd, path)
	} else {
		rep, cut, err = f.look(cmd, path, s)
	}
	if err != nil {
		return err
	}
	m := migration.Of(rep)
	if err := f.writeMigration(cmd.OutOrStdout(), m, output); err != nil {
		return err
	}
	return migrationCode(m, cut)
}

// look makes verify's run. The second error is that of a run that was cut short: its report holds what was found until then.
func (f *verifyFlags) look(cmd *cobra.Command, path string, s run.Settings) (rep *report.Report, cut, err error) {
	_, compiled, err := f.compile(cmd, path, s.Depth)
	if err != nil {
		return nil, nil, err
	}
	work := run.FromEstate(compiled)
	if s.Runner.Pace, err = f.paceOf(run.DefaultPace(work)); err != nil {
		return nil, nil, usageError(err)
	}
	rep, err = f.do(cmd, work, s)
	if rep == nil {
		return nil, nil, err
	}
	return rep, err, nil
}

// migrationCode is the error that carries the exit code.
func migrationCode(m *report.Migration, cut error) error {
	code := map[scan.Fact]int{scan.Yes: exitOK, scan.No: exitFindings, scan.Unknown: exitIncomplete}[m.RC4.MayTurnOff]
	switch {
	case cut != nil: // of which nobody can say yes
		return exitError{code, fmt.Errorf("%w: the result holds what was found until then", interrupted(cut))}
	case code != exitOK:
		return exitError{code: code}
	}
	return nil
}

// onlyOutput refuses flags about a scan that is not made: none is ignored in silence.
func (f *verifyFlags) onlyOutput(cmd *cobra.Command, path string) error {
	var idle []string
	cmd.Flags().Visit(func(fl *pflag.Flag) {
		if !slices.Contains([]string{"format", "output", "view", "width", "color", "quiet", "verbose", "progress"}, fl.Name) {
			idle = append(idle, "--"+fl.Name)
		}
	})
	if len(idle) > 0 {
		return usagef("%s: %s is a report, which is judged as it is: want an estate file with these, or leave them out", strings.Join(idle, ", "), path)
	}
	return nil
}

func (f *verifyFlags) writeMigration(stdout io.Writer, m *report.Migration, output string) error {
	var buf bytes.Buffer
	var err error
	switch f.format {
	case "json":
		err = reportjson.WriteMigration(&buf, m)
	case "html":
		err = matrix.HTML(&buf, m)
	case "svg":
		err = matrix.SVG(&buf, m)
	default:
		look := table.Options{Width: f.width, View: f.view}
		if output == "" {
			look.Color, look.Width = f.colored(stdout), f.columns(stdout)
		}
		err = table.WriteMigration(&buf, m, look)
	}
	if err != nil {
		return err
	}
	if output != "" {
		if err := replaceFile(output, buf.Bytes()); err != nil {
			return fmt.Errorf("write %s: %w", output, bare(err))
		}
		return nil
	}
	if _, err := stdout.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	return nil
}
