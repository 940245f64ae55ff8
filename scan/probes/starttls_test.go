package probes_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// smtp is a mail server as far as STARTTLS, which it answers with answer; with 220 TLS follows.
func smtp(answer string, cfg *tls.Config) badserver.Handler {
	return func(ctx context.Context, conn *net.TCPConn) {
		say := func(text string) { _, _ = conn.Write([]byte(text + "\r\n")) }
		say("220 mail.example.com ESMTP")
		for {
			switch command := strings.ToUpper(readLine(conn)); {
			case command == "":
				return
			case strings.HasPrefix(command, "EHLO"):
				say("250-mail.example.com\r\n250 STARTTLS")
			case command == "STARTTLS" && strings.HasPrefix(answer, "220"):
				say(answer)
				badserver.TLS(cfg)(ctx, conn)
				return
			case command == "STARTTLS":
				say(answer)
			default:
				say("502 not here")
			}
		}
	}
}

// readLine reads octet by octet: what follows the line is for TLS.
func readLine(conn net.Conn) string {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(conn, b); err != nil {
			return ""
		}
		if b[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r")
		}
		line = append(line, b[0])
	}
}

func overSMTP(r *scan.Runner, t *scan.Target) { r.StartTLS, t.StartTLS = run.StartTLS(), "smtp" }

// TestStartTLS finds behind STARTTLS what it finds on a port of its own.
func TestStartTLS(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}}
	s := tlstest.Bad(t, smtp("220 go ahead", cfg))
	o := look(t, s.Addr(), scan.Plan{}, overSMTP)
	require.Equal(t, scan.StateStartTLS, o.State)
	assert.Equal(t, "smtp", o.Target.StartTLS)
	for v, want := range map[cipher.Version][]uint16{cipher.TLSv12: {0xC030}, cipher.TLSv13: {0x1301, 0x1302, 0x1303}} {
		assert.Equal(t, scan.Yes, o.Protocol(v).Supported)
		assert.Equal(t, want, suitesOf(o, v))
		assert.Equal(t, scan.EnumerationFull, o.Protocol(v).Enumeration)
	}
	for _, v := range []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11} {
		assert.Equal(t, scan.No, o.Protocol(v).Supported, v.String())
	}
	require.NotEmpty(t, o.Presented)
	assert.Equal(t, sha(id), o.Presented[0].Leaf)
	assert.Contains(t, string(o.Evidence[0].Preamble), "220 mail.example.com ESMTP")
	assert.EqualValues(t, 22, o.Evidence[0].Sent[0], "what was sent before TLS is not part of the hello")

	quick := look(t, s.Addr(), scan.Plan{Depth: scan.Quick}, overSMTP)
	assert.Equal(t, scan.StateStartTLS, quick.State)
	assert.Equal(t, 1, quick.Cost.Connections)
}

// TestStartTLSRefused is no TLS, with the stage and the kind of the failure, and no fact about any version.
func TestStartTLSRefused(t *testing.T) {
	t.Parallel()
	s := tlstest.Bad(t, smtp("454 TLS not available due to temporary reason", nil))
	for _, depth := range []scan.Depth{scan.Standard, scan.Prove, scan.Quick} {
		o := look(t, s.Addr(), scan.Plan{Depth: depth, Versions: []cipher.Version{cipher.TLSv12}}, overSMTP)
		require.Equal(t, scan.StateNonTLS, o.State)
		require.NotNil(t, o.Failure)
		assert.Equal(t, scan.StageStartTLS, o.Failure.Stage)
		assert.Equal(t, scan.KindRefused, o.Failure.Kind)
		assert.Contains(t, o.Failure.Message, "454")
		for _, p := range o.Protocols {
			assert.Equal(t, scan.Unknown, p.Supported, p.Version.String())
		}
		assert.LessOrEqual(t, o.Cost.Connections, 2)
	}
}

// TestStartTLSUnknownKind is a failure of ours, told before anything is sent.
func TestStartTLSUnknownKind(t *testing.T) {
	s := tlstest.Bad(t, smtp("220 go ahead", nil))
	o := look(t, s.Addr(), scan.Plan{}, overSMTP, func(_ *scan.Runner, target *scan.Target) { target.StartTLS = "smpt" })
	require.NotNil(t, o.Failure)
	assert.Equal(t, `unknown STARTTLS kind "smpt"`, o.Failure.Message)
	assert.Zero(t, o.Cost.BytesSent)
}
