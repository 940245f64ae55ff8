package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
)

func TestParseProxy(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy.example.com:3128":          "",
		"socks5://user@[::1]:1080":               "",
		"http://proxy.example.com:3128/":         "",
		"https://proxy.example.com:443":          `scheme "https": want http://HOST:PORT or socks5://HOST:PORT`,
		"proxy.example.com:3128":                 `scheme "proxy.example.com": want http://HOST:PORT or socks5://HOST:PORT`,
		"http://proxy.example.com":               `"http://proxy.example.com": want http://HOST:PORT`,
		"http://proxy.example.com:0":             `"http://proxy.example.com:0": want http://HOST:PORT`,
		"http://proxy.example.com:3128/path":     `"http://proxy.example.com:3128/path": want http://HOST:PORT`,
		"http://user:secret@proxy.example.com:1": "a password does not belong on a command line: want it in a file of its own",
		"http://%zz":                             "not a URL: want http://HOST:PORT or socks5://HOST:PORT",
	} {
		p, err := scan.ParseProxy(text, "")
		if want != "" {
			assert.EqualError(t, err, want, text)
			continue
		}
		require.NoError(t, err, text)
		again, err := scan.ParseProxy(p.String(), "")
		require.NoError(t, err)
		assert.Equal(t, p, again)
	}
	_, err := scan.ParseProxy("http://proxy.example.com:3128", "secret")
	assert.EqualError(t, err, "a password without a user: want http://USER@proxy.example.com:3128")
	p, err := scan.ParseProxy("http://user@proxy.example.com:3128", "secret")
	require.NoError(t, err)
	assert.NotContains(t, p.String(), "secret")
}

// through asks an echo server once through a proxy.
func through(t *testing.T, url, password string, to *badserver.Server) scan.Observation {
	t.Helper()
	return throughWithin(t, 5*time.Second, url, password, to)
}

func throughWithin(t *testing.T, limit time.Duration, url, password string, to *badserver.Server) scan.Observation {
	t.Helper()
	p, err := scan.ParseProxy(url, password)
	require.NoError(t, err)
	r := &scan.Runner{Proxy: p, Timeout: limit, Stages: func(scan.Plan) scan.Stages {
		return scan.Stages{{asks{rounds: [][]scan.Question{{{ID: "echo", Send: []byte("hello"),
			Enough: func(b []byte) (scan.End, bool) { return scan.EndCut, bytes.Equal(b, []byte("hello")) }}}}}}}
	}}
	var got scan.Observation
	require.NoError(t, r.Run(context.Background(), []scan.Target{{ID: "x", Address: to.Addr().Addr(), Port: to.Addr().Port()}},
		func(o scan.Observation) { got = o }))
	return got
}

func TestThroughRealProxies(t *testing.T) {
	echo := tlstest.Bad(t, badserver.Echo())
	closed := tlstest.Bad(t, badserver.Echo())
	require.NoError(t, closed.Close())
	for _, c := range []struct {
		name, url, password string
		refused             scan.FailureKind // of a port that is closed
	}{
		{"tinyproxy", "http://" + tlstest.HTTPProxy(t, "", "").Addr.String(), "", scan.KindProtocol},
		{"tinyproxy with a password", "http://user@" + tlstest.HTTPProxy(t, "user", "secret").Addr.String(), "secret", scan.KindProtocol},
		{"microsocks", "socks5://" + tlstest.SOCKS5(t, "", "").Addr.String(), "", scan.KindRefused},
		{"microsocks with a password", "socks5://user@" + tlstest.SOCKS5(t, "user", "secret").Addr.String(), "secret", scan.KindRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := through(t, c.url, c.password, echo)
			require.Len(t, o.Evidence, 1)
			assert.Nil(t, o.Evidence[0].Failure)
			assert.Equal(t, []byte("hello"), o.Evidence[0].Sent, "the proxy's part is no evidence")
			assert.Equal(t, []byte("hello"), o.Evidence[0].Received)
			o = through(t, c.url, c.password, closed)
			require.NotNil(t, o.Evidence[0].Failure)
			assert.Equal(t, c.refused, o.Evidence[0].Failure.Kind, o.Evidence[0].Failure.Message)
			if c.password != "" {
				o = through(t, c.url, "wrong", echo)
				require.NotNil(t, o.Evidence[0].Failure)
				assert.Equal(t, scan.KindLocal, o.Evidence[0].Failure.Kind)
				assert.NotContains(t, o.Evidence[0].Failure.Message, "wrong")
			}
		})
	}
}

// A proxy that answers so gives a failure of that kind, and none hangs.
func TestAnswersOfProxies(t *testing.T) {
	echo := tlstest.Bad(t, badserver.Echo())
	greeting := "\x05\x00"
	for _, c := range []struct {
		scheme, answer string
		kind           scan.FailureKind
		message        string
	}{
		{"http", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", scan.KindLocal, "it wants a user and a password that it knows (407)"},
		{"http", "HTTP/1.1 504 Gateway Timeout\r\n\r\n", scan.KindTimeout, "no answer in time from the target (504)"},
		{"http", "HTTP/1.1 403 Forbidden\r\nX: y\r\n\r\n", scan.KindProtocol, "it makes no connection to the target (403)"},
		{"http", "SSH-2.0-x\r\n\r\n", scan.KindLocal, "its answer is not HTTP"},
		{"http", "HTTP/1.1 200", scan.KindLocal, "it closes the connection without a whole answer"},
		{"http", string(bytes.Repeat([]byte("x"), 20000)), scan.KindLocal, "its answer has no end"},
		{"socks5", "HTTP", scan.KindLocal, "its answer is not SOCKS5"},
		{"socks5", "\x05\xff", scan.KindLocal, "it does not take this way to sign in, or wants a user and a password"},
		{"socks5", greeting + "\x05\x02\x00\x01", scan.KindProtocol, "its rules do not allow this connection"},
		{"socks5", greeting + "\x05\x03\x00\x01", scan.KindUnreachable, "it says that the network is unreachable"},
		{"socks5", greeting + "\x05\x04\x00\x01", scan.KindUnreachable, "it says that the host is unreachable"},
		{"socks5", greeting + "\x05\x06\x00\x01", scan.KindTimeout, "it says that the time to live has expired"},
		{"socks5", greeting + "\x05\x00\x00\x09", scan.KindLocal, "its answer is not SOCKS5"},
		{"socks5", greeting, scan.KindLocal, "it closes the connection without a whole answer"},
	} {
		proxy := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
			_, _ = io.ReadAtLeast(conn, make([]byte, 512), 3)
			_, _ = io.WriteString(conn, c.answer)
			_ = conn.CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
		})
		o := through(t, c.scheme+"://"+proxy.Addr().String(), "", echo)
		require.NotNil(t, o.Evidence[0].Failure, c.answer)
		assert.Equal(t, c.kind, o.Evidence[0].Failure.Kind, c.answer)
		assert.Equal(t, "the proxy "+proxy.Addr().String()+": "+c.message, o.Evidence[0].Failure.Message)
	}
	for _, c := range []struct {
		scheme, answer string
		kind           scan.FailureKind
		message        string
	}{
		{"http", "", scan.KindTimeout, "no answer in time through the proxy %s"}, // which waits for the target, as far as can be seen
		{"socks5", "", scan.KindLocal, "the proxy %s: no answer in time"},
		{"socks5", greeting, scan.KindTimeout, "no answer in time through the proxy %s"},
	} {
		silent := tlstest.Bad(t, func(_ context.Context, conn *net.TCPConn) {
			_, _ = io.WriteString(conn, c.answer)
			_, _ = io.Copy(io.Discard, conn)
		})
		o := throughWithin(t, time.Second, c.scheme+"://"+silent.Addr().String(), "", echo)
		require.NotNil(t, o.Evidence[0].Failure, c.scheme)
		assert.Equal(t, c.kind, o.Evidence[0].Failure.Kind, c.scheme)
		assert.Equal(t, fmt.Sprintf(c.message, silent.Addr()), o.Evidence[0].Failure.Message)
	}
	gone := tlstest.Bad(t, badserver.Echo())
	require.NoError(t, gone.Close())
	o := through(t, "socks5://"+gone.Addr().String(), "", echo)
	assert.Equal(t, scan.KindLocal, o.Evidence[0].Failure.Kind, "a proxy that is not there says nothing about the target")
}
