package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/api"
)

// Bounds of what others may do to the service.
const (
	headerWithin = 10 * time.Second
	readWithin   = 30 * time.Second
	writeWithin  = 5 * time.Minute // the largest report, over a slow line
	pieceWithin  = 10 * time.Second
	piece        = 64 << 10 // of an answer: whoever does not take one in its time gets no more
	idleWithin   = 2 * time.Minute
	endWithin    = 5 * time.Second // for what is being answered when the service ends
	mostHeader   = 16 << 10
	mostOpen     = 1024 // connections
	mostOfOne    = 256  // of them from one address: who opens many shuts out nobody else
	mostStreams  = 100  // requests at a time on one connection (HTTP/2)
)

func limited(l net.Listener) net.Listener {
	return netutil.LimitListener(&fair{Listener: l, most: mostOfOne, open: map[string]int{}}, mostOpen)
}

func (c Config) server(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{Handler: logged(c.Log, h), ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin,
		WriteTimeout: writeWithin, IdleTimeout: idleWithin, MaxHeaderBytes: mostHeader,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: mostStreams, WriteByteTimeout: pieceWithin}, ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }}
}

// serveUntil serves until ctx ends, and lets what is being answered then be answered.
func serveUntil(ctx context.Context, server *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			failed <- server.ServeTLS(l, "", "")
			return
		}
		failed <- server.Serve(l)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer done()
	if server.Shutdown(last) != nil {
		_ = server.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// routes says which part answers what; who may ask is access's to say.
func routes(s *service) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics.Handler())
	pages, reports := s.pages.Handler(), newTurns()
	mux.Handle(api.Prefix, s.api)
	mux.Handle(api.Prefix+"/", s.api)
	mux.Handle("GET "+api.Prefix+"/runs/{run}/report", s.inTurn(reports, s.api))
	mux.Handle("GET "+api.Prefix+"/diff", s.inTurn(reports, s.api)) // which takes two reports
	mux.Handle("/", pages)
	mux.Handle("GET /runs/{run}/progress", pages)
	mux.Handle("GET /runs/{run}/events", pages)
	mux.Handle("GET /runs/{run}/{report}", s.inTurn(reports, pages))
	return guarded(s.access.Handler(s.asSpelled(mux)))
}

// guarded says with every answer what a browser must not do with it. Pages say more.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// asSpelled knows no path with an empty part, a dot or two dots in it. The mux would redirect to what the path may have meant: a program that follows
// would never learn that it asks for the wrong one, and a form would be sent twice.
func (s *service) asSpelled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.EscapedPath()
		clean := path.Clean(asked)
		if clean != "/" && strings.HasSuffix(asked, "/") {
			clean += "/"
		}
		switch {
		case asked == clean:
			next.ServeHTTP(w, r)
		case strings.HasPrefix(clean, api.Prefix):
			s.api.ServeHTTP(w, r) // which takes a path as it is
		default:
			s.access.Refuse(w, r, access.Fault{Status: http.StatusNotFound, Title: "There is no such page",
				Detail: "No path of the service has an empty part, a dot or two dots in it."})
		}
	})
}

// ready says whether the service can do its work. A fault of the estate file does not keep it from that: the last good one is in force.
func (s *service) ready(w http.ResponseWriter, _ *http.Request) {
	if s.runs.Status().Database != "" {
		say(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	say(w, http.StatusOK, "ready")
}

func say(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text+"\n")
}
