package probes_test

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
	"github.com/portseal/portseal/scan/probes"
)

// answers reads a hello and answers with whatever choose says, offered or not; zero is alert 70.
func answers(choose func(hello.ClientHello) (cipher.Version, cipher.ID)) badserver.Handler {
	return func(_ context.Context, conn *net.TCPConn) {
		head := make([]byte, 5)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		body := make([]byte, int(head[3])<<8|int(head[4]))
		_, _ = io.ReadFull(conn, body) // an SSLv2 hello ends before
		h, err := hello.ParseClientHello(append(head, body...))
		if v, suite := choose(h); err == nil && v != 0 {
			_, _ = conn.Write(probes.ServerHello(v, suite))
		} else {
			_, _ = conn.Write([]byte{21, 3, 1, 0, 2, 2, 70})
		}
		_ = conn.CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
	}
}

// TestAnswersThatWereNotOffered end the question: nothing is concluded from them, and they are said.
func TestAnswersThatWereNotOffered(t *testing.T) {
	t.Parallel()
	const unknown = cipher.ID(0xFEED)
	only12 := func(suite func(cipher.ID) cipher.ID) func(hello.ClientHello) (cipher.Version, cipher.ID) {
		return func(h hello.ClientHello) (cipher.Version, cipher.ID) {
			if h.Version != cipher.TLSv12 {
				return 0, 0
			}
			return h.Version, suite(h.Suites[0])
		}
	}
	t.Run("the same suite again and again", func(t *testing.T) {
		t.Parallel()
		s := tlstest.Bad(t, answers(only12(func(cipher.ID) cipher.ID { return 0xC02F })))
		o := look(t, s.Addr(), scan.Plan{})
		p := o.Protocol(cipher.TLSv12)
		assert.Equal(t, scan.Yes, p.Supported)
		assert.Equal(t, []uint16{0xC02F}, suitesOf(o, cipher.TLSv12))
		assert.Equal(t, scan.EnumerationPartial, p.Enumeration)
		assert.Contains(t, notTested(o)["suites/TLSv1.2/rest"], "not offered")
	})
	for _, depth := range []scan.Depth{scan.Standard, scan.Prove, scan.Quick} {
		t.Run("a suite of its own", func(t *testing.T) {
			t.Parallel()
			choose := only12(func(cipher.ID) cipher.ID { return unknown })
			if depth == scan.Quick { // its one hello has every version
				choose = func(hello.ClientHello) (cipher.Version, cipher.ID) { return cipher.TLSv12, unknown }
			}
			s := tlstest.Bad(t, answers(choose))
			o := look(t, s.Addr(), scan.Plan{Depth: depth, Versions: []cipher.Version{cipher.TLSv12}})
			require.Equal(t, scan.StateTLS, o.State)
			assert.Empty(t, suitesOf(o, cipher.TLSv12), "a suite that was not asked about is not accepted")
			assert.NotEqual(t, scan.EnumerationFull, o.Protocol(cipher.TLSv12).Enumeration)
			assert.NotEmpty(t, o.NotTested)
		})
	}
	t.Run("a newer version than was asked about", func(t *testing.T) {
		t.Parallel()
		s := tlstest.Bad(t, answers(func(h hello.ClientHello) (cipher.Version, cipher.ID) {
			if h.Version < cipher.TLSv10 || h.Version == cipher.TLSv13 {
				return 0, 0
			}
			return cipher.TLSv12, h.Suites[0]
		}))
		o := look(t, s.Addr(), scan.Plan{})
		assert.Equal(t, scan.Yes, o.Protocol(cipher.TLSv12).Supported)
		for _, v := range []cipher.Version{cipher.TLSv10, cipher.TLSv11} {
			assert.Equal(t, scan.Unknown, o.Protocol(v).Supported, v.String())
			assert.Contains(t, notTested(o)["versions/"+v.String()], "not offered", v.String())
		}
	})
	t.Run("a group that was not offered", func(t *testing.T) {
		t.Parallel()
		s := tlstest.Bad(t, answers(func(h hello.ClientHello) (cipher.Version, cipher.ID) {
			if h.Version != cipher.TLSv13 {
				return 0, 0
			}
			return cipher.TLSv13, h.Suites[0]
		}))
		o := look(t, s.Addr(), scan.Plan{})
		assert.Equal(t, scan.Yes, o.Protocol(cipher.TLSv13).Supported)
		for _, g := range o.Groups {
			assert.Equal(t, scan.Unknown, g.Supported, g.Name)
		}
		assert.NotEmpty(t, o.NotTested)
	})
}
