package main

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// verifyFlags are verify's own flags.
type verifyFlags struct {
	scanFlags
	systems, listeners, rings []string
	dryRun, printExpectations bool
	phase, baseline           string
	announced                 string // the file of --expect
	wait, every               time.Duration
	inputs                    string
}

func newVerifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify ESTATE.yaml",
		Short: "Verify that every listener of an estate does what its estate file says",
		Long: `Reads an estate file, works out what every listener should show, scans them
all, judges, and reports.

A conforming listener is proven with about ten connections; only a deviation is
enumerated. --dry-run shows what a run would do and dials nothing. --wait looks
again at what does not hold until it does: for the night of the change.

--phase checks one step of Query Monitor's move from RC4 to TLS, and only what
that step needs. The first line is GO or NO-GO, and the next z/OS command:
  before      policies, key rings and server parameters are prepared, RC4 is on
  server-tls  the CAE server has its TLS port, beside RC4 (--system SERVER)
  agent       policy, agent and key ring of --system NAME; it connects with TLS
  rc4-off     the RC4 port is closed, and no agent is lost
  backout     all is as in --baseline REPORT.json (--system NAME)
The exit code is 0 for GO, 3 when a check failed, 4 when one is not known.

--baseline REPORT.json without a phase compares with an earlier run, as
'portseal diff' does: what changed and is not announced with --expect is a
finding.`,
		Example: `  portseal verify estate.yaml
  portseal verify estate.yaml --system SYSA --format json -o report.json
  portseal verify estate.yaml --listener 'SYSA/agent*' --wait 15m --every 20s
  portseal verify estate.yaml --phase agent --system SYSB --wait 10m
  portseal verify estate.yaml --baseline last.json --expect changes.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.systems, "system", nil, "only systems of this `NAME`; a glob (repeatable)")
	fl.StringArrayVar(&f.listeners, "listener", nil, "only listeners of this `SYSTEM/NAME`; a glob (repeatable)")
	f.registerEstate(cmd)
	fl.BoolVar(&f.dryRun, "dry-run", false, "print what would be dialled, from where, how often and what logs will show; dial nothing")
	fl.BoolVar(&f.printExpectations, "print-expectations", false, "print what each listener should show, and where each part came from; dial nothing")
	fl.DurationVar(&f.wait, "wait", 0, "look again at what does not hold until it does, for at most this `TIME`, as in 15m")
	fl.DurationVar(&f.every, "every", 30*time.Second, "with --wait: the `TIME` between two looks")
	fl.StringVar(&f.phase, "phase", "", "check one `STEP` of the change night: "+strings.Join(report.Phases(), ", "))
	fl.StringVar(&f.baseline, "baseline", "", "`REPORT` (JSON) of an earlier verify: what changed since then is a finding (DRIFT-...); "+
		"with --phase backout, what all is to be like again")
	fl.StringVar(&f.announced, "expect", "", "`CHANGES.yaml` with the changes since --baseline that are meant, and are no findings")
	f.register(cmd, "gentle for an estate with a zos_release, else normal")
	f.registerDeep(cmd)
	f.registerRevocation(cmd)
	f.registerResume(cmd)
	return cmd
}

// registerEstate adds the flags that say where else inputs of an estate are.
func (f *verifyFlags) registerEstate(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.rings, "keyring", nil, "`NAME=PATH` to read for a ring in this run, in the place of what the estate file says; "+
		"NAME@SYSTEM for a system's own, NAME=system for the machine's own roots (repeatable)")
	fl.StringVar(&f.inputs, "inputs", "", "`FOLDER` with what 'portseal collect' gathered, a folder a system, for what the estate file does not name")
}

func (f *verifyFlags) run(cmd *cobra.Command, path string) error {
	outputs, oerr := f.reportOutputs()
	s, err := f.settings("normal")
	if err := errors.Join(err, oerr, f.checkTogether()); err != nil {
		return usageError(err)
	}
	baseline, err := f.readBaseline()
	if err != nil {
		return err
	}
	everywhere, inputs, err := loadProfiles(f.profiles)
	if err != nil {
		return usageError(err)
	}
	loaded, compiled, err := f.compile(cmd, path, s.Depth)
	if err != nil {
		return err
	}
	if err := f.judgePhase(&s, compiled.Estate, baseline); err != nil {
		return err
	}
	if err := f.judgeDrift(cmd, &s, compiled, baseline); err != nil {
		return err
	}
	if f.printExpectations {
		return expect.PrintExpectations(cmd.OutOrStdout(), compiled)
	}
	work, err := loaded.Work(compiled, s.Clients, everywhere)
	if err != nil {
		return usageError(err)
	}
	work.Inputs = append(work.Inputs, inputs...)
	if f.intrusive {
		work.Intrude()
	}
	if s.Runner.Pace, err = f.paceOf(run.DefaultPace(work)); err != nil {
		return usageError(err)
	}
	if f.dryRun {
		return run.DryRun(cmd.OutOrStdout(), work, s)
	}
	if f.wait > 0 {
		return f.watch(cmd, work, s, outputs)
	}
	return f.execute(cmd, work, s, outputs)
}

// watch is execute with --wait: the last look is the result.
func (f *verifyFlags) watch(cmd *cobra.Command, work run.Work, s run.Settings, outputs []output) error {
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	logRun(f.log(cmd.ErrOrStderr()), work, &s)
	streams, outputs, err := f.openStreams(cmd.OutOrStdout(), outputs, &s)
	if err != nil {
		return err
	}
	rep, err := run.Watch(cmd.Context(), work, s, f.wait, f.every, func(rep *report.Report) { f.showRound(cmd, rep, s.FailOn) })
	serr := streams.end(rep)
	if rep == nil {
		return errors.Join(err, serr)
	}
	if werr := errors.Join(serr, f.writeReport(cmd.OutOrStdout(), rep, outputs)); werr != nil {
		return werr
	}
	return verdict(rep, s.FailOn, err)
}

// checkTogether finds flags that do not go with each other: none is ignored in silence.
func (f *verifyFlags) checkTogether() error {
	changed := f.cmd.Flags().Changed
	text := ""
	switch {
	case f.dryRun:
		text = "--dry-run"
	case f.printExpectations:
		text = "--print-expectations"
	}
	if err := f.checkPhase(); err != nil {
		return err
	}
	switch {
	case f.wait < 0:
		return fmt.Errorf("--wait %s: want a time that is not negative", f.wait)
	case f.wait > 0 && f.every < time.Second:
		return fmt.Errorf("--every %s: want at least 1s", f.every)
	case f.dryRun && f.printExpectations:
		return errors.New("--dry-run and --print-expectations exclude each other")
	case text != "" && (f.wait > 0 || changed("format") || changed("output")):
		return fmt.Errorf("%s prints words to stdout and dials nothing: leave out --format, -o and --wait", text)
	case f.baseline != "" && f.phase == "" && text != "":
		return fmt.Errorf("%s dials nothing: leave out --baseline", text)
	case f.resume != "" && text != "":
		return fmt.Errorf("%s dials nothing: leave out --resume", text)
	case f.resume != "" && f.wait > 0:
		return errors.New("--resume and --wait exclude each other: a run that looks again has no end to go on to")
	case changed("every") && f.wait == 0:
		return errors.New("--every without --wait: want --wait TIME, as in --wait 15m")
	}
	return nil
}

// compile reads the estate file, with all that it names, and makes what is to be looked at of it.
func (f *verifyFlags) compile(cmd *cobra.Command, path string, depth scan.Depth) (*prepare.Loaded, *expect.Compiled, error) {
	given, err := estate.ParseRingFiles(f.rings)
	if err != nil {
		return nil, nil, usageError(err)
	}
	loaded, err := prepare.Load(path, prepare.Inputs{Keyrings: given, Folder: f.inputs})
	if err != nil {
		return nil, nil, usageError(err)
	}
	look := prepare.Look{Vantage: f.vantage, Depth: depth, Systems: f.systems, Listeners: f.listeners}
	look.Source, _ = netip.ParseAddr(f.source) // settings has refused what is none
	if f.phase != "" {
		look.Systems = nil
		if look.Listeners, err = phase.Listeners(loaded.Estate, f.phase, f.system()); err != nil {
			return nil, nil, usageError(err)
		}
	}
	compiled, err := loaded.Compile(cmd.Context(), look)
	if err != nil {
		return nil, nil, usageError(err)
	}
	f.notes(cmd, compiled)
	return loaded, compiled, nil
}

// notes says on stderr what of the estate file this run does not use, and what is odd about ring files.
func (f *verifyFlags) notes(cmd *cobra.Command, c *expect.Compiled) {
	for _, n := range c.Notices {
		f.note(cmd.ErrOrStderr(), "%s: %s", text.Clean(n.Location.String()), text.Clean(n.Message))
	}
	for _, p := range c.RingProblems {
		f.note(cmd.ErrOrStderr(), "key ring %s: %s: %s", p.Keyring, text.Clean(p.Location.String()), text.Clean(p.Detail))
	}
}

// placeOf writes a location with as much as is known of it.
// showRound is the live view of --wait: one line a round, on stderr.
func (f *verifyFlags) showRound(cmd *cobra.Command, rep *report.Report, failOn report.Severity) {
	if f.quiet {
		return
	}
	var failing []string
	if rep.Phase != nil {
		for _, c := range rep.Phase.Checks {
			if c.Result != report.CheckOK {
				failing = append(failing, c.Name)
			}
		}
	}
	for _, x := range rep.Findings {
		if rep.Phase != nil {
			break
		}
		word := strings.TrimSpace(x.Endpoint + " " + x.ID)
		if x.Waived == nil && !slices.Contains(failing, word) && (x.Inconclusive || x.Severity >= failOn) {
			failing = append(failing, word)
		}
	}
	const most = 6
	if more := len(failing) - most; more > 0 {
		failing = append(failing[:most], fmt.Sprintf("and %d more", more))
	}
	said := text.Clean(strings.Join(failing, ", "))
	if f.logFormat == "json" {
		f.note(cmd.ErrOrStderr(), "not yet: %s", said)
		return
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s  not yet: %s\n", time.Now().Format(time.TimeOnly), said)
}

func newEstateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "estate", Short: "About estate files", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the estate file, for editors",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			doc, err := estate.Schema()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(doc)
			return err
		},
	})
	return cmd
}
