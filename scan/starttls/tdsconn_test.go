package starttls

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// TestTDSHandshake: a complete handshake of TLS 1.2 and 1.3 goes through the packets, and what the server says behind it through none.
func TestTDSHandshake(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}, MaxVersion: version}
		s := tlstest.TDS(t, cfg, tlstest.TDSOff)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		fn, _ := Lookup("mssql")
		_, err = fn(ctx, conn, "localhost")
		require.NoError(t, err)
		session := tls.Client(wrapTDS(conn), &tls.Config{InsecureSkipVerify: true})
		require.NoError(t, session.HandshakeContext(ctx))
		assert.Equal(t, version, session.ConnectionState().Version)
	}
}

func TestTDSSettings(t *testing.T) {
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.P256).Certificate()}}
	for setting, want := range map[tlstest.TDSEncryption]struct{ tls, clear bool }{
		tlstest.TDSOff: {true, true}, tlstest.TDSRequired: {true, false}, tlstest.TDSNotSupported: {false, true},
	} {
		s := tlstest.TDS(t, cfg, setting)
		for _, k := range Kinds() {
			if k.Name != "mssql" {
				continue
			}
			for way, f := range map[string]struct {
				speak Func
				want  bool
			}{"tls": {k.Start, want.tls}, "clear": {k.Clear, want.clear}} {
				conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr().String())
				require.NoError(t, err)
				_, err = f.speak(t.Context(), conn, "localhost")
				_ = conn.Close()
				var refused *Refused
				if f.want {
					assert.NoError(t, err, "%d %s", setting, way)
				} else {
					assert.ErrorAs(t, err, &refused, "%d %s", setting, way)
				}
			}
		}
	}
}

// TestTDSPackets: a long message takes several packets, numbered from one, and only the last says so.
func TestTDSPackets(t *testing.T) {
	var out bytes.Buffer
	n, err := (&tdsConn{Conn: sink{out: &out}}).Write(make([]byte, 4088+100))
	require.NoError(t, err)
	assert.Equal(t, 4188, n)
	assert.Equal(t, []byte{0x12, 0, 0x10, 0, 0, 0, 1, 0}, out.Next(8))
	out.Next(4088)
	assert.Equal(t, []byte{0x12, 1, 0, 108, 0, 0, 2, 0}, out.Next(8))
	assert.Equal(t, 100, out.Len())
}

// sink keeps what is written.
type sink struct {
	net.Conn
	out *bytes.Buffer
}

func (s sink) Write(b []byte) (int, error) { return s.out.Write(b) }

// FuzzTDSConn: in whatever pieces octets come, the same ones are read, no more than came, and what is no packet is kept whole.
func FuzzTDSConn(f *testing.F) {
	f.Add([]byte("\x12\x01\x00\x0a\x00\x00\x01\x00\x16\x03\x15\x03\x03\x00\x02\x01\x00"))
	f.Add([]byte("\x04\x00\x00\x08\x00\x00\x01\x00\x12\x01\x00\x07\x00\x00\x01\x00x"))
	f.Add([]byte("\x16\x03\x03\x00\x02\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		slow, err := io.ReadAll(wrapTDS(&canned{bytes.NewReader(data), 1}))
		require.NoError(t, err)
		whole, err := io.ReadAll(wrapTDS(&canned{bytes.NewReader(data), len(data) + 1}))
		require.NoError(t, err)
		require.Equal(t, whole, slow)
		require.LessOrEqual(t, len(whole), len(data))
		if len(data) > 0 && data[0] != tdsPreLogin && data[0] != tdsResponse {
			require.Equal(t, data, whole)
		}
	})
}
