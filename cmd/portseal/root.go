package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// portseal is the whole program: main without its process. Results go to stdout, everything else to stderr.
func portseal(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && err.Error() != "" {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			fmt.Fprintln(stderr, "portseal: "+line)
		}
	}
	return codeOf(err)
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "portseal",
		Short: "Prove that every configured port does the TLS it should",
		Long: `portseal looks at what every port of an estate does, compares it with what the estate says it should do, and reports where
the two differ: protocol versions, cipher suites, certificates and the trust of each key ring, and listeners that still use the
built-in RC4 encryption of Db2 Query Monitor.

Exit codes: 0 nothing at or above --fail-on; 1 portseal itself failed; 2 usage or configuration error, nothing was scanned;
3 findings at or above --fail-on; 4 no such finding, but something could not be assessed.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see '%s --help'", err, cmd.CommandPath())
	})
	root.AddCommand(
		newVerifyCommand(),
		newScanCommand(),
		newInitCommand(),
		newExplainCommand(),
		newCiphersCommand(),
		newEstateCommand(),
		newReportCommand(),
		newDemoCommand(),
		newVersionCommand(),
	)
	for _, cmd := range root.Commands() {
		checkArgs(cmd)
	}
	checkArgs(root)
	return root
}

// checkArgs makes cobra's complaints about arguments usage errors, with the way to the help.
func checkArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usagef("%w; see '%s --help'", err, cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		checkArgs(sub)
	}
}
