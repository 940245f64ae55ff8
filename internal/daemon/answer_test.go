package daemon

import (
	"context"
	"errors"
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

// answered is how long an answer took, and what became of it.
type answered struct {
	after time.Duration
	err   error
}

// whole answers at once with size octets.
const size = 20 << 20

func whole(w http.ResponseWriter) error {
	_, err := w.Write(make([]byte, size))
	return err
}

// halts takes its time between two halves of an answer.
func halts(w http.ResponseWriter) error {
	if err := whole(w); err != nil {
		return err
	}
	time.Sleep(3 * pieceWithin)
	return whole(w)
}

// slowly lets read take an answer, in a time of its own.
func slowly(t *testing.T, http2 bool, write func(http.ResponseWriter) error, read func(io.Reader)) (got answered) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		server := Config{Log: slog.New(slog.DiscardHandler)}.server(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			err := write(w)
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
			got := slowly(t, http2, whole, func(io.Reader) {})
			require.Error(t, got.err)
			assert.LessOrEqual(t, got.after, 2*pieceWithin, "it took nothing")

			got = slowly(t, http2, whole, func(body io.Reader) { _, _ = io.ReadFull(body, make([]byte, 1<<20)) })
			require.Error(t, got.err)
			assert.LessOrEqual(t, got.after, 2*pieceWithin, "it took some, and then nothing")

			got = slowly(t, http2, whole, func(body io.Reader) {
				for end := time.Now().Add(writeWithin + time.Minute); time.Now().Before(end); time.Sleep(pieceWithin / 2) {
					_, _ = io.ReadFull(body, make([]byte, piece))
				}
			})
			require.Error(t, got.err)
			assert.Greater(t, got.after, writeWithin-2*pieceWithin, "it took one piece after the other")
			assert.LessOrEqual(t, got.after, writeWithin)

			got = slowly(t, http2, whole, func(body io.Reader) {
				n, err := io.Copy(io.Discard, body)
				assert.NoError(t, err)
				assert.EqualValues(t, size, n)
			})
			require.NoError(t, got.err)

			got = slowly(t, http2, halts, func(body io.Reader) { _, _ = io.Copy(io.Discard, body) })
			require.NoError(t, got.err, "it takes all of what takes long to be made")

			got = slowly(t, http2, tells, func(body io.Reader) { _, _ = io.Copy(io.Discard, body) })
			require.NoError(t, got.err, "it is told something now and then")
			assert.Greater(t, got.after, writeWithin)
		})
	}
}

// tells answers for longer than a whole answer may take, and says for each piece by when it must be taken.
func tells(w http.ResponseWriter) (err error) {
	out := http.NewResponseController(w)
	for began := time.Now(); err == nil && time.Since(began) < 2*writeWithin; time.Sleep(2 * pieceWithin) {
		if err = out.SetWriteDeadline(time.Now().Add(pieceWithin)); err == nil {
			if _, err = w.Write([]byte("now\n")); err == nil {
				err = errors.Join(out.Flush(), out.SetWriteDeadline(time.Time{}))
			}
		}
	}
	return err
}
