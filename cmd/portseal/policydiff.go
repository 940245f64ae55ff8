package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/view"
	"github.com/portseal/portseal/report/text"
)

func newPolicyDiffCommand() *cobra.Command {
	var f policyFlags
	var newRelease string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW | diff FILE... --new-release RELEASE",
		Short: "Compare two policies by meaning, or one under two z/OS releases",
		Long: `Compares two policies by what they mean: rules, their conditions, the settings
that count, the order of rules that overlap, and rules that can no longer match.
How they are written, names of actions, statements that nothing refers to and
user instances do not count. OLD and NEW are policy files or main files.

With --new-release, all FILEs are one policy, and the differences are what an
upgrade of z/OS from --zos-release to --new-release makes of it: whatever relies
on defaults.

Exit codes: 0 no difference; 2 a file cannot be read; 3 they differ; 4 no
difference, but Policy Agent would install nothing of one.`,
		Example: `  portseal policy diff sysa.attls sysb.attls
  portseal policy diff pagent.conf --zos-release 3.1 --new-release 3.2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := f.ready(textFormats(), checkRelease("--new-release", newRelease), sides(args, newRelease))
			if err != nil {
				return err
			}
			before, after, err := f.loadTwo(cmd, args, newRelease)
			if err != nil {
				return err
			}
			doc := view.NewDiff(before, after)
			if err := f.show(cmd.OutOrStdout(), doc, outputs); err != nil {
				return err
			}
			if len(doc.Differences) > 0 {
				return exitError{code: exitFindings}
			}
			return errors.Join(holds(doc.Old), holds(doc.New))
		},
	}
	cmd.Flags().StringVar(&newRelease, "new-release", "", "`RELEASE` of z/OS to compare with: the FILEs are one policy")
	f.register(cmd, textFormats())
	return cmd
}

// sides says what of the arguments makes no two policies.
func sides(args []string, newRelease string) error {
	switch {
	case newRelease == "" && len(args) != 2:
		return fmt.Errorf("%s: want OLD and NEW, or FILE... with --new-release", text.Count(len(args), "file"))
	case newRelease == "" && args[0] == "-" && args[1] == "-":
		return errors.New("- stands twice: stdin is read once")
	}
	return nil
}

func (f *policyFlags) loadTwo(cmd *cobra.Command, args []string, newRelease string) (before, after view.Input, err error) {
	if newRelease != "" {
		got, err := f.load(cmd, args)
		before, after = got.Input, got.Input
		after.Release = attls.Release(newRelease)
		return before, after, err
	}
	one, err := f.load(cmd, args[:1])
	two, more := f.load(cmd, args[1:])
	return one.Input, two.Input, errors.Join(err, more)
}
