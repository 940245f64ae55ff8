// Package daemon is the service: it puts its parts together, serves their pages over HTTP, and ends them in good order.
//
// What is asked for comes in through one server: routes() says which part answers what. Everything that runs until the end of the service is
// one of its tasks. SIGHUP makes it read the estate file again.
//
// Limits: the parts know each other by interfaces only (history.Store, control.Control). Flags and exit codes are cmd's.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/access/servercert"
	"github.com/portseal/portseal/internal/daemon/api"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/metrics"
	"github.com/portseal/portseal/internal/daemon/notice"
	"github.com/portseal/portseal/internal/daemon/runs"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/filelock"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Config is what the service is told.
type Config struct {
	Estate      string // the file
	Store       history.Store
	State       string // the folder
	Listen      string // HOST:PORT
	Plain       bool   // HTTP without TLS, on loopback only
	Certificate string // file (PEM), with Key; empty: one that is made and kept in the state folder
	Key         string
	Keep        time.Duration // of reports; 0 is for ever
	RunAtStart  bool
	LogKey      *sign.Key // signs the report log; may be nil
	Runner      scan.Runner
	Tool        report.Tool
	Operator    string
	Formats     []control.Format // that pages and API offer reports in
	Findings    []string         // ids that a waiver may name
	Log         *slog.Logger
	Reloads     <-chan os.Signal // each makes the service read the estate file again

	// Listening is told when the service takes connections.
	Listening func(Address)
}

// Address is where the service listens.
type Address struct {
	URL         string
	Fingerprint string // SHA-256 of its certificate, as browsers show it; empty for plain HTTP
}

// Refused is a fault in what the service was told, for which it does not start.
type Refused struct{ error }

// Unwrap returns the fault.
func (r Refused) Unwrap() error { return r.error }

func refusef(format string, args ...any) error { return Refused{fmt.Errorf(format, args...)} }

// Serve runs the service until ctx ends.
func Serve(ctx context.Context, c Config) error {
	if err := c.allowed(ctx); err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	s, err := c.service(ctx)
	if err != nil {
		return err
	}
	l, err := c.listen(ctx)
	if err != nil {
		return err
	}
	at := Address{URL: "http://" + l.Addr().String() + "/"}
	server := c.server(ctx, routes(s))
	server.RegisterOnShutdown(s.pages.End)
	if s.certificate != nil {
		at.URL, at.Fingerprint = "https://"+l.Addr().String()+"/", s.certificate.Fingerprint()
		server.TLSConfig = s.certificate.TLS()
	}
	c.Log.Info("the service listens", "url", at.URL, "certificate_sha256", at.Fingerprint, "estate", c.Estate, "state", c.State)
	if c.Listening != nil {
		c.Listening(at)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveUntil(ctx, server, limited(l)) })
	g.Go(func() error { return s.runs.Run(ctx) })
	g.Go(func() error { return s.notices.Run(ctx) })
	g.Go(func() error { return c.reload(ctx, s.runs) })
	err = g.Wait()
	c.Log.Info("the service ends")
	return err
}

// listen takes the port. One that another program has, or that only root may take, is a fault in what the service was told; an address that this
// machine does not have may be one that it does not have yet.
func (c Config) listen(ctx context.Context) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if fault, is := errors.AsType[*net.OpError](err); is {
		err = fault.Err // the operation and the address are said below
	}
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRNOTAVAIL), ctx.Err() != nil:
		return nil, fmt.Errorf("--listen %s: %w", c.Listen, err)
	}
	return nil, refusef("--listen %s: %w; want an address and a port that are free", c.Listen, err)
}

// service is the parts.
type service struct {
	runs        *runs.Runs
	metrics     *metrics.Metrics
	access      *access.Manager
	pages       *web.Pages
	api         *api.API
	notices     *notice.Notifier
	certificate *servercert.Source // nil without TLS
	log         *slog.Logger
}

func (c Config) service(ctx context.Context) (*service, error) {
	s := &service{log: c.Log}
	var err error
	who := access.Config{Now: time.Now, Anonymous: true, Page: s.refused, Log: c.Log}
	if !c.Plain {
		host, _, _ := net.SplitHostPort(c.Listen) // allowed has looked
		s.certificate, err = servercert.Open(ctx, servercert.Options{Cert: c.Certificate, Key: c.Key, State: c.State, Host: host, Now: time.Now, Log: c.Log})
		if err != nil && c.Certificate != "" {
			return nil, Refused{err}
		}
		if err != nil {
			return nil, fmt.Errorf("a certificate for the service: %w", err)
		}
		who.Serves = s.certificate.Serves
	}
	s.access = access.New(c.Store, who)
	s.runs, err = runs.New(runs.Config{Store: c.Store, File: c.Estate, Folder: c.State, Runner: c.Runner, Tool: c.Tool, Operator: c.Operator, Key: c.LogKey,
		Keep: c.Keep, AtStart: c.RunAtStart, Log: c.Log, Stored: s.stored, Ended: s.ended})
	if err != nil {
		return nil, Refused{err}
	}
	s.metrics, err = metrics.New(metrics.Config{Store: c.Store, Control: s.runs, Tool: c.Tool, Now: time.Now})
	if err != nil {
		return nil, err
	}
	s.notices = c.notifier(s)
	return s, c.faces(s)
}

// stored is told of each run that has a report, and ended of each that has none.
func (s *service) stored(ctx context.Context, r history.Run, rep *report.Report) {
	s.metrics.Ended(r.State)
	s.pages.Stored(rep)
	s.notices.Stored(ctx, &r)
}

func (s *service) ended(ctx context.Context, r history.Run) {
	s.metrics.Ended(r.State)
	s.notices.Ended(ctx, r)
}

// allowed refuses to listen where others could look on, or sign in as nobody.
func (c Config) allowed(ctx context.Context) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return refusef("--listen %q: want ADDRESS:PORT, as in 127.0.0.1:8443", c.Listen)
	}
	if (c.Certificate == "") != (c.Key == "") {
		return refusef("--tls-cert and --tls-key belong together: want both")
	}
	if c.Plain && c.Certificate != "" {
		return refusef("--plain-http and --tls-cert exclude each other")
	}
	at, _ := netip.ParseAddr(host) // a name counts as an address that others reach
	if host == "localhost" {       // which is loopback (RFC 6761 section 6.3); no other name is resolved
		at = netip.IPv6Loopback()
	}
	if c.Plain && !at.Unmap().IsLoopback() {
		return refusef("--plain-http with --listen %s: passwords and reports would be sent in clear text; want a loopback address, or TLS", c.Listen)
	}
	err = access.New(c.Store, access.Config{Now: time.Now}).MayListen(ctx, at)
	if errors.Is(err, access.ErrNoUsers) {
		return refusef("--listen %s: %w; or listen at a loopback address", c.Listen, err)
	}
	return err
}

// lock keeps a second service out of the state folder.
func (c Config) lock() (unlock func(), err error) {
	name := filepath.Join(c.State, "lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil, refusef("state folder: %w; want the account whose folder it is", err)
	}
	if err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	if err := filelock.Try(f, false); err != nil {
		_ = f.Close()
		if errors.Is(err, filelock.ErrBusy) {
			return nil, refusef("state folder %s: another service uses it; want another --state DIR for this one", c.State)
		}
		return nil, fmt.Errorf("state folder: %s: %w", name, err)
	}
	return func() { _ = f.Close() }, nil
}

// reload reads the estate file again at each signal. The certificate looks after itself.
func (c Config) reload(ctx context.Context, r *runs.Runs) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.Reloads:
			c.Log.Info("the estate file is read again, as a signal asks")
			_ = r.Reload(ctx) // which tells of a fault
		}
	}
}
