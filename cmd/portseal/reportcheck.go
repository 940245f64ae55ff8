package main

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
)

// checkFlags are the flags of report check.
type checkFlags struct {
	outputFlags
	baseline, estate, key, signature string
}

func newReportCheckCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check REPORT.json",
		Short: "Derive a stored report again from the bytes in it, offline, and name each difference",
		Long: `Checks a report by itself, without a network: parses every flight and certificate
again, runs the scan's own functions on them, judges again with what the report
embeds, and names each place (a JSON Pointer) where the report says something
else. A changed verdict, a finding or endpoint that was taken out, another
certificate or time is found even where the digest was computed anew.

What rests on the scanner's word, and what only a signature can show, is listed.
Exit codes: 0 it agrees; 3 it differs; 4 nothing differs, but something could not
be checked, as in a report of an older program; 2 it is no report.`,
		Example: `  portseal report check report.json
  portseal report check backout.json --baseline before.json
  portseal report check report.json --format json -o check.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, checkFormats())
	f.registerLook(fl)
	fl.StringVar(&f.key, "key", "", "`FILE` with the public key, or a certificate, of who must have signed the report: PEM")
	fl.StringVar(&f.signature, "signature", "", "`FILE` with the signature, with --key (default: REPORT.json.dsse.json)")
	fl.StringVar(&f.baseline, "baseline", "", "`REPORT` (JSON) that the report was compared with, for one that was: --phase backout")
	fl.StringVar(&f.estate, "estate", "", "estate `FILE` that the report was made from: read it and what it names again, and compare what they give with what the report was given")
	return cmd
}

func checkFormats() []string { return []string{"table", "json"} }

func (f *checkFlags) run(cmd *cobra.Command, path string) error {
	outputs, err := f.outputsOf(checkFormats())
	if err == nil {
		err = f.checkLook()
	}
	if err == nil {
		err = checkOutputs(outputs)
	}
	if err != nil {
		return usageError(err)
	}
	doc, err := readInput(cmd, path)
	if err != nil {
		return usageError(err)
	}
	signed := f.checkSignature(cmd, path, doc)
	if codeOf(signed) == exitUsage {
		return signed
	}
	baseline, err := f.readBaseline()
	if err != nil {
		return err
	}
	files, err := f.readFiles(cmd, doc)
	if err != nil {
		return err
	}
	result, err := replay.Check(doc, replay.Beside{Baseline: baseline, Files: files})
	if err != nil {
		return usagef("%s: %w", path, err)
	}
	if err := f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, look table.Options) error {
		if format == "json" {
			return reportjson.Encode(w, result)
		}
		return table.WriteCheck(w, path, result, look)
	}); err != nil {
		return err
	}
	switch {
	case signed != nil:
		return signed
	case !result.Agrees:
		return exitError{code: exitFindings}
	case len(result.Unchecked) > 0:
		return exitError{code: exitIncomplete}
	}
	return nil
}

// readInput reads a whole file; "-" is stdin.
func readInput(cmd *cobra.Command, path string) ([]byte, error) {
	in := cmd.InOrStdin()
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, bare(err))
		}
		defer file.Close()
		in = file
	}
	doc, err := io.ReadAll(io.LimitReader(in, reportjson.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	return doc, nil
}

func (f *checkFlags) readBaseline() (*report.Report, error) {
	if f.baseline == "" {
		return nil, nil
	}
	doc, err := os.ReadFile(f.baseline)
	if err != nil {
		return nil, usagef("--baseline %s: %w", f.baseline, bare(err))
	}
	rep, err := reportjson.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, usagef("--baseline %s: %w", f.baseline, err)
	}
	return rep, nil
}

// readFiles compiles the estate again as the run did: with its flags, the addresses that it dialled and those that it dialled from.
func (f *checkFlags) readFiles(cmd *cobra.Command, doc []byte) (*report.Report, error) {
	if f.estate == "" {
		return nil, nil
	}
	rep, err := reportjson.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, usageError(err)
	}
	was := flagsOf(rep.Run.Arguments)
	given, err := estate.ParseRingFiles(was["keyring"])
	if err != nil {
		return nil, usageError(err)
	}
	e, err := estate.Load(f.estate, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Keyrings: given, Inputs: strings.Join(was["inputs"], "")})
	if err != nil {
		return nil, usageError(err)
	}
	systems, listeners := was["system"], was["listener"]
	if rep.Phase != nil {
		systems = nil
		if listeners, err = phase.Listeners(e, rep.Phase.Name, rep.Phase.System); err != nil {
			return nil, usageError(err)
		}
	}
	seen := networkOf(rep)
	compiled, err := expect.Compile(e, expect.Options{Vantage: rep.Run.Vantage, Depth: depthOf(rep.Run.Probes), Systems: systems, Listeners: listeners,
		IsLocal: seen.isLocal, Source: seen.source, Resolve: seen.resolve})
	if err != nil {
		return nil, usageError(err)
	}
	return run.Given(run.FromEstate(compiled)), nil
}

// flagsOf reads the arguments of a report: --NAME=VALUE.
func flagsOf(arguments []string) map[string][]string {
	out := map[string][]string{}
	for _, a := range arguments {
		if name, value, ok := strings.Cut(strings.TrimPrefix(a, "--"), "="); ok && strings.HasPrefix(a, "--") {
			out[name] = append(out[name], value)
		}
	}
	return out
}

// seenNetwork is what a run knew of the network, as its report tells.
type seenNetwork struct {
	hosts   map[string][]netip.Addr
	sources map[netip.AddrPort]netip.Addr
	own     []netip.Addr
}

func networkOf(rep *report.Report) seenNetwork {
	d := seenNetwork{hosts: map[string][]netip.Addr{}, sources: map[netip.AddrPort]netip.Addr{}}
	for _, e := range rep.Endpoints {
		address, err := netip.ParseAddr(e.Target.Address)
		if err != nil {
			continue
		}
		if !slices.Contains(d.hosts[e.Target.Host], address) {
			d.hosts[e.Target.Host] = append(d.hosts[e.Target.Host], address)
		}
		if from, err := netip.ParseAddr(e.Source); err == nil {
			d.sources[netip.AddrPortFrom(address, e.Target.Port)] = from
		}
	}
	for _, s := range rep.Run.SourceAddresses {
		if own, err := netip.ParseAddr(s); err == nil {
			d.own = append(d.own, own)
		}
	}
	return d
}

func (d seenNetwork) isLocal(a netip.Addr) bool { return a.IsLoopback() || slices.Contains(d.own, a) }

func (d seenNetwork) source(to netip.AddrPort) netip.Addr {
	if from, ok := d.sources[to]; ok {
		return from
	}
	if len(d.own) > 0 {
		return d.own[0]
	}
	return netip.Addr{}
}

func (d seenNetwork) resolve(host string) ([]netip.Addr, error) {
	if addresses := d.hosts[host]; len(addresses) > 0 {
		return slices.Clone(addresses), nil
	}
	return nil, fmt.Errorf("the report has no address of %s", host)
}
