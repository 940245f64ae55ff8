package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/collect"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/run"
)

// collectFlags are the flags of collect.
type collectFlags struct {
	collect.Options
	estate string
	print  bool
	rings  []string
}

func newCollectCommand() *cobra.Command {
	var f collectFlags
	cmd := &cobra.Command{
		Use:   "collect --print [script|jcl]",
		Short: "Print the z/OS script, or JCL, that gathers what 'verify --inputs' reads",
		Long: `Prints a shell script for z/OS UNIX, or JCL, that gathers the inputs of one
system into a folder: pasearch, NETSTAT, key ring listings, certificates without
their keys, Query Monitor's parameters, AT-TLS policy files, and what the TCP/IP
profile says of AT-TLS. It runs nothing and connects to nothing.

What is not said here is a variable at the top, to be filled in. Bring the
folder over as it is, EBCDIC or not, and run 'portseal verify' with --inputs.`,
		Example: `  portseal collect --print --estate estate.yaml --system SYSA >collect.sh
  portseal collect --print jcl --system SYSA --ring agent-in=CQMAGENT/CQMRING`,
		ValidArgs: []string{"script", "jcl"},
		RunE:      func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.BoolVar(&f.print, "print", false, "print it to stdout; there is nothing else that this command does")
	fl.StringVar(&f.estate, "estate", "", "estate `FILE` that knows the system's key rings; what it names need not be there yet")
	fl.StringVar(&f.System, "system", "", "`NAME` of the system, as in the estate file")
	fl.StringVar(&f.Out, "out", collect.DefaultOut, "`FOLDER` on z/OS UNIX in which the system's folder is made")
	fl.StringVar(&f.Stack, "stack", "", "`NAME` of the TCP/IP started task (default: the default stack)")
	fl.StringVar(&f.HLQ, "hlq", "", "`PREFIX` of the data set that certificates are exported to (default: the user ID)")
	fl.StringArrayVar(&f.Jobs, "job", nil, "show connections of this job `NAME` only (repeatable, at most 6)")
	fl.StringArrayVar(&f.rings, "ring", nil, "a key ring, as `NAME=OWNER/RING` with NAME as in the estate file (repeatable)")
	fl.StringArrayVar(&f.Policies, "policy", nil, "`PATH` or data set of an AT-TLS policy file, in the order of reading (repeatable)")
	fl.StringVar(&f.ServerParams, "server-params", "", "`PATH` or data set of CQMCAESV's STDENV, or of its procedure")
	fl.StringVar(&f.AgentParams, "agent-params", "", "`PATH` or data set of the agent's member CQMCPRMS")
	fl.StringVar(&f.TCPIPProfile, "tcpip-profile", "", "`PATH` or data set of the TCP/IP profile")
	return cmd
}

func (f *collectFlags) run(cmd *cobra.Command, args []string) error {
	write := collect.Script
	switch {
	case len(args) > 1 || len(args) == 1 && !slices.Contains(cmd.ValidArgs, args[0]):
		return usagef("collect: %q: want script or jcl; without a word it is script", strings.Join(args, " "))
	case len(args) == 1 && args[0] == "jcl":
		write = collect.JCL
	}
	var faults []error
	if !f.print {
		faults = append(faults, errors.New("collect runs nothing: want --print, and its output run on z/OS"))
	}
	for _, text := range f.rings {
		r, err := collect.ParseRing(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("--ring %w", err))
			continue
		}
		f.Rings = append(f.Rings, r)
	}
	if err := errors.Join(append(faults, f.know())...); err != nil {
		return usageError(err)
	}
	out, err := write(f.Options)
	if err != nil {
		return usageError(err)
	}
	_, err = cmd.OutOrStdout().Write(out)
	return err
}

// know takes in what the estate file knows.
func (f *collectFlags) know() error {
	if f.estate == "" {
		return nil
	}
	e, err := estate.Load(f.estate, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Unread: true})
	if err != nil {
		return err
	}
	f.Options, err = collect.FromEstate(f.Options, e)
	return err
}
