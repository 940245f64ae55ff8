package main

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/clientcert"
	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// scanFlags are the flags of every command that dials.
type scanFlags struct {
	outputFlags
	redactFlags
	probes, pace                     string
	concurrency, perAddress, perPort int
	rate                             string
	maxConnections, retries          int
	timeout                          time.Duration
	source, vantage                  string
	intrusive                        bool
	clientCerts, clientKeys          []string
	clientPasswords                  []string
	failOn, at                       string
	profiles                         []string
	progress                         string
	quiet, verbose                   bool
	view, resume, logFormat          string
	proxy                            proxyFlags
	revocation                       bool
	cmd                              *cobra.Command
}

// register adds the flags of a command whose result is a report.
func (f *scanFlags) register(cmd *cobra.Command, pace string) {
	fl := cmd.Flags()
	f.registerOutput(fl, formatNames())
	fl.StringVar(&f.failOn, "fail-on", "medium", "lowest `SEVERITY` that gives exit code 3: info, low, medium, high, critical or never")
	fl.StringVar(&f.at, "at", "", "judge validity as of this `TIME` (2026-12-31 or RFC 3339) instead of now")
	fl.StringArrayVar(&f.profiles, "profile", nil, "judge every listener by this compliance profile besides: a `NAME` that 'portseal profiles' lists, or a FILE (repeatable)")
	f.registerView(fl)
	f.registerLook(fl)
	f.registerRedact(fl)
	f.registerScan(cmd, pace)
}

// registerScan adds the flags that say how to scan.
func (f *scanFlags) registerScan(cmd *cobra.Command, pace string) {
	f.cmd = cmd
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.probes, "probes", "standard", "quick, standard, deep, or a `LIST` of "+strings.Join(probeNames(), ", "))
	fl.StringVar(&f.pace, "pace", "", "`PACE`: gentle, normal or fast (default: "+pace+")")
	fl.IntVar(&f.concurrency, "concurrency", 0, "at most `N` connections open at one time in the whole run (default: the pace's)")
	fl.IntVar(&f.perAddress, "per-address", 0, "at most `N` connections open at one time to one address (default: the pace's)")
	fl.IntVar(&f.perPort, "per-port", 0, "at most `N` connections open at one time to one port (default: the pace's)")
	fl.StringVar(&f.rate, "rate", "", "at most `N/s` new connections a second to one address (default: the pace's)")
	fl.IntVar(&f.maxConnections, "max-connections", 0, "at most `N` connections to one listener in one run (default: the pace's)")
	fl.DurationVar(&f.timeout, "timeout", scan.DefaultTimeout, "`TIME` for one connection, from dial to the end of the answer")
	fl.IntVar(&f.retries, "retries", 1, "`N` more dials when a port that was open no longer accepts connections")
	fl.StringVar(&f.source, "source-address", "", "`ADDRESS` of this machine to connect from")
	f.proxy.register(fl)
	fl.StringVar(&f.vantage, "vantage", "local", "`NAME` of the place that this scan is made from")
	fl.StringVar(&f.progress, "progress", "auto", "`WHEN` a bar is shown on stderr: auto (on a terminal), always or never")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no notes on stderr")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "log on stderr what happens: hosts resolved, endpoints done, pauses, budgets used up")
	fl.StringVar(&f.logFormat, "log-format", "text", "`FORMAT` of --verbose on stderr: text, or json, in which notes and errors are logged too")
}

// registerDeep adds the flags of --probes deep: how far it may go, and client certificates.
func (f *scanFlags) registerDeep(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.intrusive, "intrusive", false, "with --probes deep: send wrong records in sessions that stand (the TLS-POODLE family), and spare Query Monitor's listeners no question about vulnerabilities")
	fl.StringArrayVar(&f.clientCerts, "client-cert", nil, "`FILE` (PEM, with intermediates, or PEM or PKCS#12 with its key, which only you can read) of a client certificate "+
		"for listeners that ask for one, or expired=FILE of one that has expired, for --probes deep or a list with one of "+strings.Join(probes.Presenting(), ", ")+" (repeatable)")
	fl.StringArrayVar(&f.clientKeys, "client-key", nil, "`FILE` (PEM) of its private key, which only you can read, or expired=FILE (repeatable)")
	fl.StringArrayVar(&f.clientPasswords, "client-key-password-file", nil, "`FILE` whose first line is the password of an encrypted client key or PKCS#12 file, which only you can read, or expired=FILE (repeatable)")
}

// registerRevocation adds the flag of commands that may ask others than the listeners.
func (f *scanFlags) registerRevocation(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.revocation, "revocation", false, "ask the responders (OCSP) and lists (CRL) that the presented certificates name whether these are revoked, "+
		"through --proxy where it is given")
}

func probeNames() []string {
	var out []string
	for _, p := range probes.Names() {
		out = append(out, p[0])
	}
	return out
}

// settings turns the flags into a run's settings; every fault at once.
func (f *scanFlags) settings(defaultPace string) (run.Settings, error) {
	describe := sync.OnceValue(tool)
	go describe() // reads the whole executable, which may as well happen while the scan waits for the network
	s := run.Settings{Arguments: f.arguments(), Tool: describe, Operator: operator()}
	var faults []error
	keep := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	keep(f.checkWords())
	keep(f.readRedactKey())
	var err error
	if s.FailOn, err = assess.ParseFailOn(f.failOn); err != nil {
		keep(fmt.Errorf("--fail-on: %w", err))
	}
	if s.At, err = parseAt(f.at); err != nil {
		keep(err)
	}
	runner, perr := f.runner(defaultPace)
	keep(perr)
	s.Depth, s.Probes = prepare.Depth(f.probes), f.probes
	identities, cerr := f.clientCertificates()
	keep(cerr)
	s.Clients = slices.Sorted(maps.Keys(identities))
	s.Runner = runner
	if f.revocation {
		s.Revocation = run.Asker(runner)
	}
	s.Runner.Handshaker = handshake.Handshaker{Identities: identities}
	if len(faults) > 0 {
		return s, usageError(errors.Join(faults...))
	}
	return s, nil
}

func (f *scanFlags) checkWords() error {
	faults := []error{f.checkLook()}
	if !slices.Contains([]string{"auto", "always", "never"}, f.progress) {
		faults = append(faults, fmt.Errorf("--progress %q: want auto, always or never", f.progress))
	}
	faults = append(faults, f.checkView())
	if !slices.Contains(logFormats(), f.logFormat) {
		faults = append(faults, fmt.Errorf("--log-format %q: want %s", f.logFormat, strings.Join(logFormats(), " or ")))
	}
	if f.cmd.Flags().Changed("resume") && (f.resume == "" || f.resume == "-") {
		faults = append(faults, fmt.Errorf("--resume %q: want a file", f.resume))
	}
	if f.vantage == "" {
		faults = append(faults, errors.New("--vantage is empty: want a name, or leave it out for \"local\""))
	}
	for _, n := range []struct {
		flag    string
		value   int
		without string
	}{{"concurrency", f.concurrency, "the pace's bound"}, {"per-address", f.perAddress, "the pace's bound"}, {"per-port", f.perPort, "the pace's bound"},
		{"max-connections", f.maxConnections, "the pace's budget"}} {
		if f.cmd.Flags().Changed(n.flag) && n.value < 1 {
			faults = append(faults, fmt.Errorf("--%s %d: want at least 1, or leave it out for %s", n.flag, n.value, n.without))
		}
	}
	if f.intrusive && prepare.Depth(f.probes) != scan.Deep {
		faults = append(faults, fmt.Errorf("--intrusive with --probes %s: it asks nothing more; want --probes deep", f.probes))
	}
	if f.retries < 0 {
		faults = append(faults, fmt.Errorf("--retries %d: want a number that is not negative", f.retries))
	}
	if f.timeout <= 0 {
		faults = append(faults, fmt.Errorf("--timeout %s: want more than 0s", f.timeout))
	}
	return errors.Join(faults...)
}

// runner builds the Runner.
func (f *scanFlags) runner(defaultPace string) (scan.Runner, error) {
	pace, err := f.paceOf(defaultPace)
	faults := []error{err}
	var only []string
	if !slices.Contains([]string{"quick", "standard", "deep"}, f.probes) {
		only = strings.Split(f.probes, ",")
	}
	stages, err := probes.Stages(only)
	if err != nil {
		faults = append(faults, fmt.Errorf("--probes: %w", err))
	}
	r := scan.Runner{Stages: stages, StartTLS: run.StartTLS(), Pace: pace, Timeout: f.timeout, Retries: f.retries,
		Vantage: f.vantage}
	if f.source != "" {
		if r.Source, err = netip.ParseAddr(f.source); err != nil || !scan.IsLocal(r.Source) {
			faults = append(faults, fmt.Errorf("--source-address %q: want an IP address of this machine", f.source))
		}
	}
	if r.Proxy, err = f.proxy.read(); err != nil {
		faults = append(faults, err)
	}
	return r, errors.Join(faults...)
}

// clientCertificates reads the client certificates. Given ones that no probe would present are a fault: none is ignored in silence.
func (f *scanFlags) clientCertificates() (map[string]*handshake.Identity, error) {
	if len(f.clientCerts)+len(f.clientKeys)+len(f.clientPasswords) == 0 {
		return nil, nil
	}
	presenting := probes.Presenting()
	if f.probes != "deep" && !slices.ContainsFunc(strings.Split(f.probes, ","), func(name string) bool { return slices.Contains(presenting, name) }) {
		return nil, fmt.Errorf("--client-cert with --probes %s: no probe of these presents it; want --probes deep, or a list with one of %s",
			f.probes, strings.Join(presenting, ", "))
	}
	return clientcert.Load(f.clientCerts, f.clientKeys, f.clientPasswords, time.Now())
}

// paceOf is the pace that was asked for, else the default one, with the bounds that were given in the place of its own.
func (f *scanFlags) paceOf(defaultPace string) (scan.Pace, error) {
	name := f.pace
	if name == "" {
		name = defaultPace
	}
	pace, err := scan.ParsePace(name)
	if err != nil {
		err = fmt.Errorf("--pace: %w", err)
	}
	faults := []error{err}
	for _, b := range []struct {
		flag  string
		given int
		bound *int
	}{{"concurrency", f.concurrency, &pace.All}, {"per-address", f.perAddress, &pace.PerAddress}, {"per-port", f.perPort, &pace.PerPort},
		{"max-connections", f.maxConnections, &pace.MaxConnections}} {
		if f.cmd.Flags().Changed(b.flag) {
			*b.bound = b.given
		}
	}
	if f.rate != "" {
		pace.Rate, err = parseRate(f.rate)
		faults = append(faults, err)
	}
	return pace, errors.Join(faults...)
}

func parseRate(text string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	if err != nil || n <= 0 || n > 1e6 {
		return 0, fmt.Errorf("--rate %q: want new connections a second, such as 5/s", text)
	}
	return n, nil
}

// parseAt reads a day (its end, UTC) or a time; empty is the zero time.
func parseAt(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Add(24*time.Hour - time.Second), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--at %q: want a day such as 2026-12-31, or an RFC 3339 time such as 2026-12-31T12:00:00Z", text)
	}
	return at.UTC(), nil
}

// arguments returns what was asked, as a report keeps it: the command, its flags that were set, and its words. No flag takes a
// secret.
func (f *scanFlags) arguments() []string {
	out := []string{f.cmd.Name()}
	f.cmd.Flags().Visit(func(fl *pflag.Flag) {
		if list, ok := fl.Value.(pflag.SliceValue); ok {
			for _, v := range list.GetSlice() {
				out = append(out, "--"+fl.Name+"="+v)
			}
			return
		}
		out = append(out, "--"+fl.Name+"="+fl.Value.String())
	})
	return append(out, f.cmd.Flags().Args()...)
}

func operator() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return userName() + "@" + host
}

func userName() string {
	for _, key := range []string{"USER", "LOGNAME", "USERNAME"} {
		if name := os.Getenv(key); name != "" {
			return name
		}
	}
	if u, err := user.Current(); err == nil && u.Username != "" { // a schedule often sets none of them
		return u.Username
	}
	return "uid" + strconv.Itoa(os.Getuid())
}
