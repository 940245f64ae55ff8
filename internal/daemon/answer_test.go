package daemon

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipes is a listener to which each connection is a pipe.
type pipes struct {
	net.Listener
	conns chan net.Conn
}

func (p *pipes) Accept() (net.Conn, error) {
	c, open := <-p.conns
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p *pipes) Close() error   { close(p.conns); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	p.conns <- theirs
	return mine, nil
}

// answered is how long an answer of 20 MB took, and what became of it.
type answered struct {
	after time.Duration
	err   error
}

// slowly lets read take an answer, in a time of its own.
func slowly(t *testing.T, http2 bool, read func(io.Reader)) (got answered) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		const size = 20 << 20
		began := time.Now()
		server := Config{Log: slog.New(slog.DiscardHandler)}.server(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, size))
			got = answered{time.Since(began), err}
		}))
		kind := new(http.Protocols)
		kind.SetHTTP1(!http2)
		kind.SetUnencryptedHTTP2(http2)
		server.Protocols = kind
		l := &pipes{conns: make(chan net.Conn)}
		served := make(chan error, 1)
		go func() { served <- server.Serve(l) }()
		transport := &http.Transport{DialContext: l.dial, Protocols: kind, DisableCompression: true}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/", nil)
		require.NoError(t, err)
		w, err := transport.RoundTrip(r)
		require.NoError(t, err)
		read(w.Body)
		time.Sleep(writeWithin + time.Minute)
		_ = w.Body.Close() // which may say how the service ended it
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return got
}

// Who takes nothing more of an answer is given up soon; who takes some of it again and again, when the largest should be over.
func TestSlowReaders(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			got := slowly(t, http2, func(io.Reader) {})
			require.Error(t, got.err)
			assert.LessOrEqual(t, got.after, 2*pieceWithin, "it took nothing")

			got = slowly(t, http2, func(body io.Reader) { _, _ = io.ReadFull(body, make([]byte, 1<<20)) })
			require.Error(t, got.err)
			assert.LessOrEqual(t, got.after, 2*pieceWithin, "it took some, and then nothing")

			got = slowly(t, http2, func(body io.Reader) {
				for end := time.Now().Add(writeWithin + time.Minute); time.Now().Before(end); time.Sleep(pieceWithin / 2) {
					_, _ = io.ReadFull(body, make([]byte, piece))
				}
			})
			require.Error(t, got.err)
			assert.Greater(t, got.after, writeWithin-2*pieceWithin, "it took one piece after the other")
			assert.LessOrEqual(t, got.after, writeWithin)

			got = slowly(t, http2, func(body io.Reader) {
				n, err := io.Copy(io.Discard, body)
				assert.NoError(t, err)
				assert.EqualValues(t, 20<<20, n)
			})
			require.NoError(t, got.err)
		})
	}
}
