package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/generate"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/report/text"
)

func newPolicyGenerateCommand() *cobra.Command {
	var f policyFlags
	var o generate.Options
	var path string
	cmd := &cobra.Command{
		Use:   "generate --estate ESTATE.yaml --system NAME",
		Short: "Write a policy for Query Monitor on a system, from the estate file",
		Long: `Writes the AT-TLS policy that Query Monitor needs on a system, from what the
estate file says of it: inbound to the ports of the agent (cae-agent, cae-ispf),
outbound to the TLS port of the CAE server (cae-server-tls), and outbound from
ISPF clients on 127.0.0.1. The CAE server itself is a Java program and gets no
rule. Versions and cipher suites are those of the listeners, else TLS 1.2 and
1.3 with forward secrecy and GCM.

A scanner on the system needs --scanner-job: its rule keeps its connections from
being wrapped in TLS by the others.

What is not known is asked for, never guessed. The policy is linted as it is
written; what lint finds in it is said on stderr.

Exit codes: 0; 1 it cannot be written; 2 something that it needs is not known.`,
		Example: `  portseal policy generate --estate estate.yaml --system SYSA \
    --ring CQMUSER/CQMRING -o sysa.attls
  portseal policy generate --estate estate.yaml --system SYSA \
    --ring-inbound CQMUSER/AGENT --ring-server CQMUSER/SERVERCA \
    --ring-ispf '*AUTH*/*' --agent-job CQMCAE1 \
    --label 'CQM Agent' --scanner-job SEAL`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.generate(cmd, o, path) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerEstate(cmd, "that describes the system")
	f.registerRelease(cmd)
	fl.StringVar(&o.AgentJob, "agent-job", "", "`JOBNAME` of the agent, or its beginning and * (default: jobname of its listeners)")
	fl.StringVar(&o.ScannerJob, "scanner-job", "", "`JOBNAME` of a scanner on the system, for which AT-TLS is turned off")
	fl.StringVar(&o.Ring, "ring", "", "`OWNER/RING` for all rules that have none of their own")
	fl.StringVar(&o.RingInbound, "ring-inbound", "", "`OWNER/RING` with the agent's certificate (key ring 1)")
	fl.StringVar(&o.RingServer, "ring-server", "", "`OWNER/RING` with the root of the CAE server's certificate (key ring 2; default: the estate's virtual ring)")
	fl.StringVar(&o.RingISPF, "ring-ispf", "", "`OWNER/RING` with the root of the agent's certificate (key ring 3; default: the estate's virtual ring)")
	fl.StringVar(&o.Label, "label", "", "`LABEL` of the agent's certificate (default: label of its listeners)")
	fl.StringVarP(&path, "output", "o", "", "`FILE` for the policy instead of stdout")
	return cmd
}

func (f *policyFlags) generate(cmd *cobra.Command, o generate.Options, path string) error {
	faults := []error{checkRelease("--zos-release", f.release)}
	if f.estate == "" {
		faults = append(faults, errors.New("no estate: want --estate ESTATE.yaml --system NAME"))
	}
	if err := errors.Join(faults...); err != nil {
		return usageError(err)
	}
	e, system, err := f.loadEstate()
	if err != nil {
		return err
	}
	o.Release = f.releaseFor(system)
	file, err := generate.Policy(e, system, o)
	if err != nil {
		return usageError(err)
	}
	var out bytes.Buffer
	if err := syntax.Write(&out, file); err != nil {
		return err
	}
	policy := attls.Load([]syntax.Source{{Path: "policy", Data: out.Bytes()}})
	for _, found := range lint.Run(&lint.Input{Policy: policy, Release: o.Release, System: expect.LintSystem(system, e.Keyrings)}) {
		if found.Waived == nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: line %d: %s %s: %s\n", found.Location.Line, found.Severity, found.ID, text.Clean(found.Detail))
		}
	}
	if path == "" {
		_, err = cmd.OutOrStdout().Write(out.Bytes())
		return err
	}
	if err := checkOutputs([]output{{path: path}}); err != nil {
		return err
	}
	if err := replaceFile(path, out.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", path, bare(err))
	}
	return nil
}
