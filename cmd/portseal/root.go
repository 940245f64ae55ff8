package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/report/text"
)

// portseal is the whole program: main without its process. Results go to stdout, everything else to stderr.
func portseal(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && err.Error() != "" {
		say := func(line string) { fmt.Fprintln(stderr, "portseal: "+line) }
		if flag := cmd.Flags().Lookup("log-format"); flag != nil && flag.Value.String() == "json" {
			log := slog.New(slog.NewJSONHandler(stderr, nil))
			say = func(line string) { log.Error(line) }
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			say(line)
		}
	}
	return codeOf(err)
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "portseal",
		Short: "Prove that every configured port does the TLS it should",
		Long: `portseal looks at what every port of an estate does, compares it with what the
estate says it should do, and reports where the two differ: protocol versions,
cipher suites, certificates and the trust of each key ring, and listeners that
still use the built-in RC4 encryption of Db2 Query Monitor.

Exit codes: 0 nothing at or above --fail-on; 1 portseal itself failed; 2 usage
or configuration error, nothing was scanned; 3 findings at or above --fail-on; 4
no such finding, but something could not be assessed.`,
		Example: `  portseal demo                          see it work, on listeners of its own
  portseal scan example.com:443          what a port does
  portseal init example.com:443          a first estate file, from what is there
  portseal verify estate.yaml            what should be, against what is`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see '%s --help'", err, cmd.CommandPath())
	})
	const look, policy, know = "look", "policy", "know"
	root.AddGroup(&cobra.Group{ID: look, Title: "Look at listeners:"}, &cobra.Group{ID: policy, Title: "Read what z/OS is told:"}, &cobra.Group{ID: know, Title: "Look things up:"})
	root.SetHelpCommandGroupID(know)
	root.SetCompletionCommandGroupID(know)
	add := func(group string, commands ...*cobra.Command) {
		for _, cmd := range commands {
			cmd.GroupID = group
		}
		root.AddCommand(commands...)
	}
	add(policy, newPolicyCommand())
	add(look, newVerifyCommand(), newMigrationCommand(), newServeCommand(), newScheduleCommand(), newHistoryCommand(), newUserCommand(), newDiffCommand(), newScanCommand(), newInitCommand(), newCollectCommand(), newDemoCommand())
	add(know, newExplainCommand(), newCiphersCommand(), newProfilesCommand(), newKeyringCommand(), newEstateCommand(), newWaiverCommand(), newReportCommand(), newVersionCommand(), newManCommand())
	checkArgs(root)
	completeFlags(root, flagValues())
	return root
}

// checkArgs makes complaints about arguments usage errors: what was wrong, what would be right, and the way to the help.
func checkArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			help := fmt.Sprintf("see '%s --help'", cmd.CommandPath())
			if !cmd.HasAvailableSubCommands() {
				return usagef("%s: %s; want '%s'; %s", cmd.Name(), text.Count(len(args), "argument"), strings.TrimSuffix(cmd.UseLine(), " [flags]"), help)
			}
			cmd.SuggestionsMinimumDistance = 2
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				help = "did you mean " + strings.Join(near, " or ") + "? " + help
			}
			return usagef("%s has no command %q; %s", cmd.CommandPath(), args[0], help)
		}
	}
	for _, sub := range cmd.Commands() {
		checkArgs(sub)
	}
}
