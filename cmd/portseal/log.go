package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// logFormats are the values of --log-format.
func logFormats() []string { return []string{"text", "json"} }

// newLog is a log in one of logFormats, from a level on. An attribute that is empty says nothing, and is left out.
func newLog(w io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindString && a.Value.String() == "" {
			return slog.Attr{}
		}
		return a
	}}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// log is the logger of a run: warnings, with --verbose what happens, and nothing with --quiet.
func (f *scanFlags) log(w io.Writer) *slog.Logger {
	switch {
	case f.quiet:
		return slog.New(slog.DiscardHandler)
	case f.verbose:
		return newLog(w, f.logFormat, slog.LevelInfo)
	}
	return newLog(w, f.logFormat, slog.LevelWarn)
}

// note says something that a user should know and that is no error: in words, or as a warning of a JSON log.
func (f *scanFlags) note(w io.Writer, format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	switch {
	case f.quiet:
	case f.logFormat == "json":
		f.log(w).Warn(said)
	default:
		fmt.Fprintln(w, "portseal: note: "+said)
	}
}

// logRun logs what the work is, and lets the run's callbacks log what becomes of it. Packages below log nothing themselves.
func logRun(log *slog.Logger, work run.Work, s *run.Settings) {
	logResolved(log, work.Targets)
	log.Info("the run begins", "endpoints", len(work.Targets), "known", len(s.Known), "probes", s.Probes, "pace", s.Runner.Pace.Name)
	s.Runner.Paused = func(t scan.Target, why *scan.Failure, wait time.Duration) {
		log.Info("pause before another dial", "endpoint", text.Clean(t.ID), "wait", wait.String(), "why", text.Clean(why.Error()))
	}
	alsoDone(s, func(o scan.Observation, done, all int) {
		took := time.Duration(o.Cost.DurationMS) * time.Millisecond
		log.Info("endpoint done", "endpoint", text.Clean(o.ID), "state", string(o.State), "connections", o.Cost.Connections, "time", took.String(),
			"done", done, "of", all)
		for _, n := range o.NotTested {
			if n.Question == scan.TheRest {
				log.Info("endpoint cut short", "endpoint", text.Clean(o.ID), "why", text.Clean(n.Why))
			}
		}
	})
}

// logResolved logs the addresses of each host that was named: an address needs no resolving.
func logResolved(log *slog.Logger, targets []scan.Target) {
	var hosts []string
	addresses := map[string][]string{}
	failures := map[string]*scan.Failure{}
	for _, t := range targets {
		if _, err := netip.ParseAddr(t.Host); err == nil || t.Skip != "" {
			continue
		}
		if _, known := addresses[t.Host]; !known {
			hosts = append(hosts, t.Host)
			addresses[t.Host], failures[t.Host] = nil, t.Failure
		}
		if a := t.Address; a.IsValid() && !slices.Contains(addresses[t.Host], a.String()) {
			addresses[t.Host] = append(addresses[t.Host], a.String())
		}
	}
	for _, host := range hosts {
		if why := failures[host]; why != nil {
			log.Info("host not resolved", "host", text.Clean(host), "why", text.Clean(why.Error()))
			continue
		}
		log.Info("host resolved", "host", text.Clean(host), "addresses", addresses[host])
	}
}

// alsoDone adds to what is called for each target that is done.
func alsoDone(s *run.Settings, next func(o scan.Observation, done, all int)) {
	before := s.Done
	s.Done = func(o scan.Observation, done, all int) {
		if before != nil {
			before(o, done, all)
		}
		next(o, done, all)
	}
}
