package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/attls/view"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/zos"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
)

// defaultRelease is the z/OS release that policies are judged for when nothing names one.
const defaultRelease = "3.1"

func newPolicyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Read AT-TLS policies: faults, rules, matches, expectations, differences",
		Long: `Reads AT-TLS policy files as Policy Agent does, and answers questions about
them. Nothing is dialled.

FILE... are the files of one stack in the order in which it reads them; - is
stdin. Of a main file such as pagent.conf, TcpImage, CommonTTLSConfig and
TTLSConfig are followed: the files that they name are looked for by the last
part of their path, among those given and in the folder of the main file. EBCDIC
(IBM-1047, IBM-037) is recognised and read as it is.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPolicyLintCommand(), newPolicyShowCommand(), newPolicyMatchCommand(), newPolicyExpectCommand(),
		newPolicyDiffCommand(), newPolicyGenerateCommand())
	return cmd
}

// policyFlags are the flags of the commands that read a policy.
type policyFlags struct {
	outputFlags
	release, estate, system string
}

func (f *policyFlags) register(cmd *cobra.Command, formats []string) {
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerRelease(cmd)
	f.registerOutput(fl, formats)
	f.registerLook(fl)
}

func (f *policyFlags) registerRelease(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.release, "zos-release", "", "`RELEASE` of z/OS whose defaults and keywords count, "+
		nearest.AnyOf(releaseNames())+" (default: the system's in the estate file, else "+defaultRelease+")")
}

// registerEstate adds the flags of the commands that an estate file tells more.
func (f *policyFlags) registerEstate(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&f.estate, "estate", "", "`ESTATE.yaml` "+what)
	cmd.Flags().StringVar(&f.system, "system", "", "`NAME` of the policy's system in the estate file (default: its only one)")
}

func releaseNames() []string {
	var out []string
	for _, r := range zos.Releases() {
		out = append(out, string(r))
	}
	return out
}

// ready checks what can be checked before anything is read; other faults of the command line are said with those found here.
func (f *policyFlags) ready(formats []string, others ...error) ([]output, error) {
	outputs, oerr := f.outputsOf(formats)
	faults := append([]error{f.checkLook(), oerr, checkRelease("--zos-release", f.release)}, others...)
	if f.system != "" && f.estate == "" {
		faults = append(faults, errors.New("--system without --estate: want --estate ESTATE.yaml, which describes the system"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, usageError(err)
	}
	return outputs, checkOutputs(outputs)
}

func checkRelease(flag, release string) error {
	if release == "" || attls.Release(release).Known() {
		return nil
	}
	return fmt.Errorf("%s %q: want %s", flag, release, nearest.AnyOf(releaseNames()))
}

// loaded is a policy as it was read, and the system that it is for where an estate file says so.
type loaded struct {
	view.Input
	sources []syntax.Source
	estate  *estate.Estate // nil without one, as the system
	system  *estate.System
}

// load reads the policy, and the system of the estate file where one is given.
func (f *policyFlags) load(cmd *cobra.Command, args []string) (loaded, error) {
	e, system, err := f.loadEstate()
	if err != nil {
		return loaded{}, err
	}
	sources, problems, err := readPolicy(cmd.InOrStdin(), args, system)
	if err != nil {
		return loaded{}, err
	}
	in := view.Input{Policy: attls.Load(sources), Problems: problems, Release: f.releaseFor(system)}
	return loaded{in, sources, e, system}, nil
}

// releaseFor is the release that was asked for, else the system's, else the default.
func (f *policyFlags) releaseFor(s *estate.System) attls.Release {
	switch {
	case f.release != "":
		return attls.Release(f.release)
	case s != nil && s.ZOSRelease != "":
		return attls.Release(s.ZOSRelease)
	}
	return defaultRelease
}

// loadEstate reads the estate file and finds the system; both are nil without one.
func (f *policyFlags) loadEstate() (*estate.Estate, *estate.System, error) {
	if f.estate == "" {
		return nil, nil, nil
	}
	e, err := estate.Load(f.estate, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds()})
	if err != nil {
		return nil, nil, usageError(err)
	}
	if f.system == "" && len(e.Systems) == 1 {
		return e, e.Systems[0], nil
	}
	i := slices.IndexFunc(e.Systems, func(s *estate.System) bool { return s.Name == f.system })
	if i >= 0 {
		return e, e.Systems[i], nil
	}
	var names []string
	for _, s := range e.Systems {
		names = append(names, s.Name)
	}
	return nil, nil, usagef("--system %q: want one of the systems of %s: %s", f.system, f.estate, nearest.AnyOf(names))
}

// document is an answer in all its forms.
type document interface {
	Write(w io.Writer, look view.Look) error
}

// show writes an answer as a table or as JSON.
func (f *policyFlags) show(stdout io.Writer, doc document, outputs []output) error {
	return f.write(stdout, outputs, func(w io.Writer, format string, look table.Options) error {
		if format == "json" {
			if s, ok := doc.(view.Show); ok { // rules by the thousand, each with all its settings
				rules := s.Rules
				s.Rules = []view.Rule{}
				return reportjson.EncodeList(w, s, "rules", rules)
			}
			return reportjson.Encode(w, doc)
		}
		return doc.Write(w, view.Look{Width: look.Width, Color: look.Color})
	})
}

// holds is exit code 4 for an answer about a policy that Policy Agent would not install.
func holds(s view.Side) error {
	if s.Installs {
		return nil
	}
	return exitError{code: exitIncomplete}
}
