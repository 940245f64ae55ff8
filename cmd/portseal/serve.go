package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/daemon"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// serveFlags are the flags of serve.
type serveFlags struct {
	config         daemon.Config
	where          open.Where
	logKey         keyFlags
	proxy          proxyFlags
	keep           string
	logFormat      string
	quiet, verbose bool
}

func newServeCommand() *cobra.Command {
	f := serveFlags{logKey: keyFlags{prefix: "log-"}}
	cmd := &cobra.Command{
		Use:   "serve --estate FILE",
		Short: "Verify an estate as scheduled, remember every run, and show it on a page",
		Long: `Runs until it is told to stop: makes the runs that the estate file schedules,
keeps their reports in a history, and shows them on a page, by an API and to
Prometheus (/metrics). 'portseal schedule' lists what will run and when.

The database is a file in the state folder, unless --db names another one. The
state folder is --state, else $STATE_DIRECTORY, else $XDG_STATE_HOME/portseal,
else ~/.local/state/portseal; one service at a time uses it.

It listens on this machine alone until a user may sign in ('portseal user add'),
and with TLS: by --tls-cert and --tls-key, else by a certificate of its own,
whose fingerprint is printed. A changed estate file is read by itself, and at
SIGHUP; one with a fault leaves the last good one in force. SIGTERM ends it:
dialling stops at once, and what is finished is stored.

Exit codes: 0 it was told to stop; 1 it failed, or the database or the address
to listen at is not there yet: it may be started again; 2 it refused to start,
by the command line, the estate file, the database, or a port that is taken.`,
		Example: `  portseal serve --estate estate.yaml
  portseal serve --estate estate.yaml --listen 127.0.0.1:9443 --run-at-start
  portseal serve --estate estate.yaml --db postgres://portseal@db/portseal`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			listens, err := f.run(cmd)
			if !listens && cmd.Context().Err() != nil {
				return nil // it was told to stop before it had begun
			}
			return err
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	c := &f.config
	fl.StringVar(&c.Estate, "estate", "", "`FILE` with the estate, its schedules and blackouts")
	fl.StringVar(&f.where.DB, "db", "", "the history: sqlite:FILE or postgres://... `URL` (default: portseal.db in the state folder)")
	fl.StringVar(&c.Listen, "listen", "127.0.0.1:8443", "`ADDRESS:PORT` to listen on; port 0 takes a free one")
	fl.StringVar(&f.where.State, "state", "", "`FOLDER` for what is the service's own")
	fl.BoolVar(&c.RunAtStart, "run-at-start", false, "begin with a run of the whole estate")
	fl.StringVar(&c.Certificate, "tls-cert", "", "`FILE` (PEM) of the service's certificate, with intermediates")
	fl.StringVar(&c.Key, "tls-key", "", "`FILE` (PEM) of its private key, which only you can read")
	fl.BoolVar(&c.Plain, "plain-http", false, "without TLS, on a loopback address only: behind a proxy on this machine")
	fl.StringVar(&f.keep, "keep", "400d", "how long reports are kept, in `DAYS` as in 400d; 0 is for ever. The newest of an estate stays")
	f.logKey.register(cmd, "the private key that signs the log of runs")
	fl.StringVar(&c.Runner.Vantage, "vantage", "local", "`NAME` of the place that the runs are made from")
	f.proxy.register(fl)
	fl.StringVar(&f.logFormat, "log-format", "text", "`FORMAT` of the log on stderr: text or json")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "log warnings and errors only")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "log every endpoint and every answer too")
	return cmd
}

// run serves until the command's context ends. It says whether the service has listened.
func (f *serveFlags) run(cmd *cobra.Command) (listens bool, err error) {
	c := &f.config
	if err := f.check(); err != nil {
		return false, err
	}
	if c.LogKey, err = f.logKey.read(); err != nil {
		return false, err
	}
	reloads := make(chan os.Signal, 1)
	signal.Notify(reloads, syscall.SIGHUP) // first of all: one that comes while the database is opened must not end the service
	defer signal.Stop(reloads)
	c.Reloads, c.Log = reloads, f.log(cmd.ErrOrStderr())
	c.Formats, c.Findings = servedFormats(), assess.IDs()
	c.Tool, c.Operator = tool(), operator()
	stages, err := probes.Stages(nil)
	if err != nil {
		return false, err
	}
	c.Runner.Stages, c.Runner.StartTLS, c.Runner.Handshaker = stages, run.StartTLS(), handshake.Handshaker{}
	c.Runner.Timeout, c.Runner.Retries = scan.DefaultTimeout, 1
	if c.State, err = open.StateFolder(f.where.State); err != nil {
		return false, historyError(err)
	}
	f.where.State = c.State
	if c.Store, err = open.History(cmd.Context(), f.where); err != nil {
		return false, historyError(err)
	}
	c.Listening = func(a daemon.Address) {
		listens = true
		sayAddress(cmd.OutOrStdout(), a)
	}
	err = daemon.Serve(cmd.Context(), *c)
	if _, refused := errors.AsType[daemon.Refused](err); refused {
		err = usageError(err)
	}
	return listens, errors.Join(err, c.Store.Close())
}

// check finds every fault of the flags by themselves.
func (f *serveFlags) check() error {
	var faults []error
	if f.config.Estate == "" {
		faults = append(faults, errors.New("serve: want --estate FILE"))
	}
	if f.config.Runner.Vantage == "" {
		faults = append(faults, errors.New("--vantage is empty: want a name, or leave it out for \"local\""))
	}
	if !slices.Contains(logFormats(), f.logFormat) {
		faults = append(faults, fmt.Errorf("--log-format %q: want %s", f.logFormat, strings.Join(logFormats(), " or ")))
	}
	var err error
	if f.config.Keep, err = parseKeep(f.keep); err != nil {
		faults = append(faults, err)
	}
	if f.config.Runner.Proxy, err = f.proxy.read(); err != nil {
		faults = append(faults, err)
	}
	if len(faults) > 0 {
		return usageError(errors.Join(faults...))
	}
	return nil
}

// parseKeep reads days; 0 is for ever.
func parseKeep(text string) (time.Duration, error) {
	const most = 36500
	if text == "0" {
		return 0, nil
	}
	days, isDays := strings.CutSuffix(text, "d")
	n, err := strconv.Atoi(days)
	if !isDays || err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("--keep %q: want days as in 400d, 1d to %dd, or 0 for ever", text, most)
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

// log is the service's log.
func (f *serveFlags) log(w io.Writer) *slog.Logger {
	level := slog.LevelInfo
	switch {
	case f.quiet:
		level = slog.LevelWarn
	case f.verbose:
		level = slog.LevelDebug
	}
	return newLog(w, f.logFormat, level)
}

// sayAddress tells a person, or the script that started the service, where it is.
func sayAddress(w io.Writer, a daemon.Address) {
	fmt.Fprintln(w, a.URL)
	if a.Fingerprint != "" {
		fmt.Fprintln(w, "certificate SHA-256 "+a.Fingerprint)
	}
}
