package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
)

// checkFlags are the flags of report check.
type checkFlags struct {
	outputFlags
	baseline, estate, key, signature string
}

func newReportCheckCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check REPORT.json",
		Short: "Derive a stored report again from the bytes in it, offline, and name each difference",
		Long: `Checks a report by itself, without a network: parses every flight and
certificate again, runs the scan's own functions on them, judges again with
what the report embeds, and names each place (a JSON Pointer) where the report
says something else. A changed verdict, a finding or endpoint that was taken
out, another certificate or time is found even where the digest was computed
anew.

What rests on the scanner's word, and what only a signature can show, is listed.
Exit codes: 0 it agrees; 3 it differs; 4 nothing differs, but something could
not be checked, as in a report of an older program; 2 it is no report.`,
		Example: `  portseal report check report.json
  portseal report check report.json --estate estate.yaml
  portseal report check backout.json --baseline before.json
  portseal report check report.json --format json -o check.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, checkFormats())
	f.registerLook(fl)
	fl.StringVar(&f.key, "key", "", "`FILE` with the public key, or a certificate, of who must have signed the report: PEM")
	fl.StringVar(&f.signature, "signature", "", "`FILE` with the signature, with --key (default: REPORT.json.dsse.json)")
	fl.StringVar(&f.baseline, "baseline", "", "`REPORT` (JSON) that the report was compared with, for one that was: verify --baseline")
	fl.StringVar(&f.estate, "estate", "", "estate `FILE` that the report was made from: read it and what it names again, and compare what they give with what the report was given")
	return cmd
}

func checkFormats() []string { return []string{"table", "json"} }

func (f *checkFlags) run(cmd *cobra.Command, path string) error {
	outputs, err := f.outputsOf(checkFormats())
	if err == nil {
		err = f.checkLook()
	}
	if err == nil {
		err = checkOutputs(outputs)
	}
	if err != nil {
		return usageError(err)
	}
	doc, err := readInput(cmd, path)
	if err != nil {
		return usageError(err)
	}
	signed, err := f.checkSignature(cmd, path, doc)
	if err != nil {
		return err
	}
	baseline, err := f.readBaseline()
	if err != nil {
		return err
	}
	files, err := f.readFiles(doc)
	if err != nil {
		return err
	}
	result, err := replay.Check(doc, replay.Beside{Baseline: baseline, Files: files, Program: tool()})
	if err != nil {
		return usagef("%s: %w", path, err)
	}
	result.Signed = signed
	if err := f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, look table.Options) error {
		if format == "json" {
			return reportjson.Encode(w, result)
		}
		return table.WriteCheck(w, path, result, look)
	}); err != nil {
		return err
	}
	switch {
	case signed != nil && !signed.Holds:
		return exitError{exitFindings, fmt.Errorf("%s: %s", signed.File, signed.Problem)}
	case !result.Agrees:
		return exitError{code: exitFindings}
	case len(result.Unchecked) > 0:
		return exitError{code: exitIncomplete}
	}
	return nil
}

func (f *checkFlags) readBaseline() (*report.Report, error) {
	if f.baseline == "" {
		return nil, nil
	}
	return reportOnly(f.baseline)
}
