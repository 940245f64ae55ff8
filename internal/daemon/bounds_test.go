package daemon

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever answers, a browser is told what it must not do with it, and a refusal can be a page in its own style.
func TestEveryAnswerIsGuarded(t *testing.T) {
	s := serve(t, config(t))
	defer func() { require.NoError(t, s.stop()) }()
	ask := func(method, path, host string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
		require.NoError(t, err)
		r.Host = host
		w, err := s.client.Transport.RoundTrip(r)
		require.NoError(t, err)
		require.NoError(t, w.Body.Close())
		return w
	}
	for _, path := range []string{"", "healthz", "readyz", "metrics", "static/none", "nowhere", "api/v1/status", "api/v1/none", "/runs"} {
		w := ask(http.MethodGet, path, "")
		assert.Contains(t, w.Header.Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.Equal(t, "nosniff", w.Header.Get("X-Content-Type-Options"), path)
	}
	w := ask(http.MethodGet, "", "evil.example")
	assert.Equal(t, http.StatusMisdirectedRequest, w.StatusCode)
	assert.Contains(t, w.Header.Get("Content-Security-Policy"), "style-src 'self'")
}

// A path that is spelled otherwise is no other's: nothing leads to what it may have meant.
func TestPathsAreAsSpelled(t *testing.T) {
	s := serve(t, config(t))
	defer func() { require.NoError(t, s.stop()) }()
	for path, kind := range map[string]string{"//runs": "text/html", "/./runs": "text/html", "/x/../runs": "text/html", "//": "text/html", "/static/../runs": "text/html",
		"//api/v1/runs": "application/problem+json", "/api//v1/runs": "application/problem+json", "/api/v1//runs": "application/problem+json",
		"/api/v1/./runs": "application/problem+json", "/api/v1/runs/..": "application/problem+json", "/api/v1": "application/problem+json",
		"/api/v1/x/../../../runs": "application/problem+json"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(s.URL, "/")+path, nil)
			require.NoError(t, err)
			w, err := s.client.Transport.RoundTrip(r)
			require.NoError(t, err)
			require.NoError(t, w.Body.Close())
			assert.Equal(t, http.StatusNotFound, w.StatusCode, "%s %s", method, path)
			assert.Contains(t, w.Header.Get("Content-Type"), kind, "%s %s", method, path)
		}
	}
	code, _ := s.get(t, "runs")
	assert.Equal(t, http.StatusOK, code)
}

// Who opens many connections shuts out nobody else.
func TestConnectionsOfOneAddress(t *testing.T) {
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &fair{Listener: inner, most: 2, open: map[string]int{}}
	accepted := make(chan net.Conn)
	go func() {
		defer close(accepted)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	dial := func(from string) net.Conn {
		c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext(t.Context(), "tcp", inner.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial("127.0.0.1")
	first := <-accepted
	dial("127.0.0.1")
	<-accepted
	_, err = dial("127.0.0.1").Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "a third is closed")
	other, err := net.ListenPacket("udp", "127.0.0.2:0") // not every system has this address
	if err == nil {
		require.NoError(t, other.Close())
		dial("127.0.0.2")
		<-accepted
	}
	require.NoError(t, first.Close())
	require.Error(t, first.Close(), "twice counts once")
	dial("127.0.0.1")
	<-accepted
	assert.Equal(t, 2, l.open["127.0.0.1"])
	require.NoError(t, l.Close())
	<-accepted
}

// Reports are fetched a few at a time, and nobody takes all the turns.
func TestTurns(t *testing.T) {
	turns := newTurns()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for who := range reportsAtOnce / reportsOfOne {
		for range reportsOfOne {
			require.True(t, turns.take(t.Context(), fmt.Sprint(who)))
		}
		require.False(t, turns.take(ended, fmt.Sprint(who)), "more of one user")
	}
	require.False(t, turns.take(ended, "another"), "more of all")
	got := make(chan bool)
	go func() { got <- turns.take(t.Context(), "another") }()
	turns.end("0")
	require.True(t, <-got)
	require.False(t, turns.take(ended, "0"))
	turns.end("another")
	require.True(t, turns.take(t.Context(), "0"))
}

// A client that fetches reports and does not read them leaves the pages to others.
func TestReportsInTurn(t *testing.T) {
	c := config(t)
	s, err := c.service(t.Context())
	require.NoError(t, err)
	hold, inside := make(chan struct{}), make(chan struct{})
	turns := newTurns()
	h := s.inTurn(turns, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-hold }))
	server := c.server(t.Context(), h)
	l, err := tls.Listen("tcp", "127.0.0.1:0", s.certificate.TLS())
	require.NoError(t, err)
	go func() { _ = server.Serve(l) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	done := make(chan struct{})
	for range reportsOfOne {
		go func() {
			defer func() { done <- struct{}{} }()
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+l.Addr().String(), nil)
			if w, err := client.Do(r); assert.NoError(t, err) {
				_ = w.Body.Close()
			}
		}()
		<-inside
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.False(t, turns.take(short, ""), "both turns of the one who asks are taken")
	close(hold)
	for range reportsOfOne {
		<-done
	}
	require.True(t, turns.take(t.Context(), ""))
	require.NoError(t, server.Close())
}
