package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/attls/view"
	"github.com/portseal/portseal/internal/nearest"
)

// textFormats are the formats of answers that are neither reports nor findings.
func textFormats() []string { return []string{"table", "json"} }

func newPolicyShowCommand() *cobra.Command {
	var f policyFlags
	var rule string
	cmd := &cobra.Command{
		Use:   "show FILE...",
		Short: "Show the rules of a policy in the order in which they are asked, with all that counts",
		Long: `Shows a policy resolved: each rule with its conditions and actions, and the
settings that count for its connections on a z/OS release, each with the
statement that says so or the default that it comes from. The rules come in the
order in which Policy Agent asks them: by Priority, then by name.

The table leaves out defaults that decide nothing a peer meets; --rule shows all
of one rule, and JSON has everything.

Exit codes: 0; 2 a file cannot be read; 4 Policy Agent would install nothing of
the policy, so that what is shown does not count.`,
		Example: `  portseal policy show pagent.conf
  portseal policy show sysa.attls --rule CaeAgentInboundRule --zos-release 3.2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := f.ready(textFormats())
			if err != nil {
				return err
			}
			in, err := f.load(cmd, args)
			if err != nil {
				return err
			}
			doc := view.NewShow(in.Input, rule)
			if rule != "" && len(doc.Rules) == 0 {
				return noRule(rule, view.NewShow(in.Input, "").Rules)
			}
			if err := f.show(cmd.OutOrStdout(), doc, outputs); err != nil {
				return err
			}
			return holds(doc.Side)
		},
	}
	f.registerEstate(cmd, "whose system has the policy and the z/OS release, when they are not given")
	f.register(cmd, textFormats())
	cmd.Flags().StringVar(&rule, "rule", "", "only the rule of this `NAME`, with every setting")
	return cmd
}

func noRule(name string, rules []view.Rule) error {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	hint := "'portseal policy show' without --rule lists them"
	if near := nearest.Names(name, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usagef("--rule %q: the policy has no rule of that name; %s", name, hint)
}
