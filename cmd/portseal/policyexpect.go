package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/attls/view"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func newPolicyExpectCommand() *cobra.Command {
	var f policyFlags
	cmd := &cobra.Command{
		Use:   "expect FILE...",
		Short: "Show what a policy implies for listeners: versions, suites, certificate, client authentication",
		Long: `Shows, for each port that an inbound rule names, what a connection to it gets:
TLS at once, TLS when the application asks for it, or clear text; the versions,
cipher suites, curves, client authentication, key ring and label; and the
statement that says so. What is not known is left out.

With --estate, shows instead what 'portseal verify' would expect of each
listener of the system under this policy. Host names of the estate file are
resolved.

Exit codes: 0; 2 a file cannot be read; 4 Policy Agent would install nothing of
the policy.`,
		Example: `  portseal policy expect sysa.attls --zos-release 2.5
  portseal policy expect sysa.attls --estate estate.yaml --system SYSA`,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := f.ready(textFormats())
			if err != nil {
				return err
			}
			got, err := f.load(cmd, args)
			if err != nil {
				return err
			}
			doc := document(view.NewExpect(got.Input))
			if got.system != nil {
				if doc, err = got.listeners(cmd); err != nil {
					return err
				}
			}
			if err := f.show(cmd.OutOrStdout(), doc, outputs); err != nil {
				return err
			}
			return holds(got.Side())
		},
	}
	f.registerEstate(cmd, "to show what its listeners must do under the policy")
	f.register(cmd, textFormats())
	return cmd
}

// compiled is what an estate's listeners must show under a policy.
type compiled struct {
	view.About
	Expectations []report.Expectation `json:"expectations"`
	from         *expect.Compiled
}

// Write writes what 'portseal verify --print-expectations' does.
func (c compiled) Write(w io.Writer, _ view.Look) error { return expect.PrintExpectations(w, c.from) }

// listeners compiles the system's listeners with the policy that was read in the place of its own.
func (l loaded) listeners(cmd *cobra.Command) (compiled, error) {
	l.system.ZOSRelease = string(l.Release)
	l.system.ATTLS = nil
	for _, s := range l.sources {
		l.system.ATTLS = append(l.system.ATTLS, estate.File{Path: filepath.FromSlash(s.Path), Name: s.Path, Data: s.Data})
	}
	c, err := expect.Compile(l.estate, expect.Options{Systems: []string{l.system.Name}, IsLocal: scan.IsLocal, Resolve: prepare.Resolver(cmd.Context())})
	if err != nil {
		return compiled{}, usageError(err)
	}
	out := compiled{About: view.About{Schema: "portseal.policy-expect/v1", Side: l.Side()}, Expectations: []report.Expectation{}, from: c}
	for _, one := range c.Endpoints {
		out.Expectations = append(out.Expectations, one.Expectation)
	}
	return out, nil
}
