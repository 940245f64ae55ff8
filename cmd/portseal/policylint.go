package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/view"
	"github.com/portseal/portseal/internal/expect"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/sarif"
	"github.com/portseal/portseal/report/table"
)

func newPolicyLintCommand() *cobra.Command {
	var f policyFlags
	var failOn string
	formats := []string{"table", "json", "sarif"}
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Find the faults of an AT-TLS policy",
		Long: `Finds everything that is wrong with an AT-TLS policy, in one go: what Policy
Agent would not read, and what it would read and nobody means. Each fault has
its place, what it is, why it matters, and what would be right.

'# portseal:ignore ID reason' on the line of a fault, or on the line above it,
accepts it. With --estate, the rules that need to know the system judge too;
without FILE its attls files are read.

Exit codes: 0 nothing at or above --fail-on; 2 a file cannot be read; 3 faults
at or above --fail-on.`,
		Example: `  portseal policy lint pagent.conf
  portseal policy lint common.attls sysa.attls --zos-release 2.5
  portseal policy lint --estate estate.yaml --system SYSA
  portseal policy lint sysa.attls --format sarif -o lint.sarif`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.lint(cmd, args, failOn, formats) },
	}
	f.registerEstate(cmd, "that says what the policy's listeners are, so that the rules that need it judge")
	f.register(cmd, formats)
	cmd.Flags().StringVar(&failOn, "fail-on", "medium", "lowest `SEVERITY` that gives exit code 3: info, low, medium, high, critical or never")
	return cmd
}

func (f *policyFlags) lint(cmd *cobra.Command, args []string, failOn string, formats []string) error {
	threshold, err := assess.ParseFailOn(failOn)
	if err != nil {
		err = fmt.Errorf("--fail-on: %w", err)
	}
	outputs, err := f.ready(formats, err)
	if err != nil {
		return err
	}
	in, err := f.load(cmd, args)
	if err != nil {
		return err
	}
	judged := &lint.Input{Policy: in.Policy, Problems: in.Problems, Release: in.Release}
	if in.system != nil {
		judged.System = expect.LintSystem(in.system, in.estate.Keyrings)
	}
	findings := lint.Run(judged)
	err = f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, look table.Options) error {
		switch format {
		case "json":
			return reportjson.Encode(w, view.NewLint(in.Input, findings))
		case "sarif":
			return sarif.Write(w, sarif.Log{Tool: tool(), Findings: findings})
		}
		return view.NewLint(in.Input, findings).Write(w, view.Look{Width: look.Width, Color: look.Color})
	})
	if code := assess.ExitCode(findings, threshold); err == nil && code != exitOK {
		return exitError{code: code}
	}
	return err
}
