package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/target"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func newScanCommand() *cobra.Command {
	var f scanFlags
	var opts run.AdHoc
	var lists, rings []string
	cmd := &cobra.Command{
		Use:   "scan TARGET...",
		Short: "Scan any TLS ports: versions, suites, groups, certificates, client authentication",
		Long: `Scans targets that no estate file names. There are no expectations: the findings
are those of good practice.

A TARGET is host, host:port, host:p1,p2,p3-p9, [v6]:port or CIDR:ports; without
a port it is 443. Every address of a name is scanned, and they are compared.
--targets also reads what nmap found (-oG, -oX): the open TCP ports, the hosts'
names as server names, and how TLS begins where nmap spoke with the service.
--keyring tests the presented chains against rings of certificates.`,
		Example: `  portseal scan example.com
  portseal scan 192.0.2.10:443,3449,5610-5615 --format json -o report.json
  portseal scan --targets ports.txt --probes quick --keyring corporate=roots.pem`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := f.settings("normal")
			outputs, oerr := f.reportOutputs()
			specs, terr := readTargets(cmd, args, lists)
			given, perr := estate.ParseRingFiles(rings)
			work, kerr := run.LoadRings(given)
			profiles, inputs, prerr := loadProfiles(f.profiles)
			if faults := errors.Join(err, oerr, terr, perr, kerr, prerr); faults != nil {
				return usageError(faults)
			}
			if opts.StartTLS != "" && opts.StartTLS != "none" && opts.StartTLS != "auto" && !slices.Contains(run.StartTLSKinds(), opts.StartTLS) {
				return usagef("--starttls %q: want auto, none, or one of %s", opts.StartTLS, strings.Join(run.StartTLSKinds(), ", "))
			}
			if strings.ContainsAny(opts.ServerName, "/@ ") {
				return usagef("--sni: want the name of a server, or none; a URL or an address of mail is neither")
			}
			if !cmd.Flags().Changed("starttls") {
				opts.StartTLS = "" // none, but for what nmap's output is sure of
			}
			opts.Depth = s.Depth
			work.Targets = opts.Targets(cmd.Context(), specs)
			work.Present(s.Clients)
			if f.intrusive {
				work.Intrude()
			}
			work.Inputs = append(work.Inputs, inputs...)
			if err := work.UseProfiles(nil, profiles); err != nil {
				return usageError(err)
			}
			return f.execute(cmd, work, s, outputs)
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&lists, "targets", nil, "`FILE` with one target a line, # comments, or nmap's output (-oG, -oX); - is stdin (repeatable)")
	fl.StringArrayVar(&rings, "keyring", nil, "`NAME=PATH` of a ring to test chains against; NAME=system is the machine's own roots (repeatable)")
	fl.StringVar(&opts.ServerName, "sni", "", "server `NAME` to send, or none (default: the host when it is a name)")
	fl.StringVar(&opts.StartTLS, "starttls", "none", "`KIND` of start-up before TLS: none, auto (by nmap's output, by port, else by what the listener says first), or one of "+strings.Join(run.StartTLSKinds(), ", "))
	f.register(cmd, "normal")
	f.registerDeep(cmd)
	f.registerRevocation(cmd)
	f.registerResume(cmd)
	return cmd
}

func readTargets(cmd *cobra.Command, args, lists []string) ([]target.Spec, error) {
	var out []target.Spec
	var faults []error
	for _, a := range args {
		specs, err := target.Parse(a)
		faults = append(faults, err)
		out = append(out, specs...)
	}
	for _, name := range lists {
		specs, err := readList(cmd, name)
		faults = append(faults, err)
		out = append(out, specs...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	ports := 0
	for _, s := range out {
		ports += len(s.Ports)
	}
	switch {
	case ports > target.MaxTargets:
		return nil, fmt.Errorf("%d ports in all: want at most %d in one command", ports, target.MaxTargets)
	case ports > 0:
	case len(lists) > 0:
		return nil, fmt.Errorf("no targets in --targets %s: want one a line, or nmap's output with an open TCP port", strings.Join(lists, ", "))
	default:
		return nil, errors.New("no targets: want TARGET... or --targets FILE")
	}
	return out, nil
}

func readList(cmd *cobra.Command, name string) ([]target.Spec, error) {
	if name == "-" {
		return target.Read("stdin", cmd.InOrStdin())
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--targets: %w", err)
	}
	defer file.Close()
	return target.Read(name, file)
}

// execute makes the run, writes the report, and turns the verdict into an exit code.
func (f *scanFlags) execute(cmd *cobra.Command, work run.Work, s run.Settings, outputs []output) error {
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	k, err := f.openKept(cmd, work, &s)
	if err != nil {
		return err
	}
	streams, outputs, err := f.openStreams(cmd.OutOrStdout(), outputs, &s)
	if err != nil {
		return errors.Join(err, k.end(false))
	}
	rep, err := f.do(cmd, work, s)
	serr := streams.end(rep)
	if rep == nil {
		return errors.Join(err, serr)
	}
	if werr := errors.Join(serr, f.writeReport(cmd.OutOrStdout(), rep, outputs)); werr != nil {
		return errors.Join(werr, k.end(false))
	}
	if kerr := k.end(err == nil); kerr != nil {
		return kerr
	}
	return verdict(rep, s.FailOn, err)
}

// do makes one run with its progress on stderr.
func (f *scanFlags) do(cmd *cobra.Command, work run.Work, s run.Settings) (*report.Report, error) {
	logRun(f.log(cmd.ErrOrStderr()), work, &s)
	p := f.newProgress(cmd.ErrOrStderr(), len(work.Targets))
	alsoDone(&s, p.done)
	rep, err := run.Do(cmd.Context(), work, s)
	p.close()
	return rep, err
}

// verdict is the error that carries the exit code of a finished run.
func verdict(rep *report.Report, failOn report.Severity, runErr error) error {
	code := assess.ExitCode(rep.Findings, failOn)
	if rep.Phase != nil {
		code = map[string]int{report.CheckFailed: exitFindings, report.CheckUnknown: exitIncomplete}[rep.Phase.Result()]
	}
	if runErr != nil {
		if code == exitOK {
			code = exitIncomplete
		}
		return exitError{code, fmt.Errorf("%w: the report holds what was found until then", interrupted(runErr))}
	}
	if code != exitOK {
		return exitError{code: code}
	}
	return nil
}

func interrupted(err error) error {
	if errors.Is(err, scan.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return scan.ErrInterrupted
	}
	return err
}
