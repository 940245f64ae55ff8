package probes_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// readHello reads the records of a ClientHello.
func readHello(conn io.Reader) (sent []byte, h hello.ClientHello, err error) {
	for {
		header := make([]byte, 5)
		if _, err = io.ReadFull(conn, header); err != nil {
			return nil, h, err
		}
		if header[0] != 22 {
			return nil, h, errors.New("no handshake record") // SSLv2
		}
		body := make([]byte, binary.BigEndian.Uint16(header[3:]))
		if _, err = io.ReadFull(conn, body); err != nil {
			return nil, h, err
		}
		sent = append(append(sent, header...), body...)
		if h, err = hello.ParseClientHello(sent); err == nil {
			return sent, h, nil
		}
	}
}

// has says whether a hello has an extension.
func has(h hello.ClientHello, id uint16) bool {
	return slices.ContainsFunc(h.Extensions, func(e hello.Extension) bool { return e.ID == id })
}

// picky is an OpenSSL behind a load balancer that refuses some hellos by an alert.
func picky(t *testing.T, refuses func(sent []byte, h hello.ClientHello) bool) scan.Observation {
	t.Helper()
	inner := tlstest.OpenSSL(t, tlstest.Localhost(t, pki.RSA2048), "-cipher", "AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA", "-alpn", "h2")
	s := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		sent, h, err := readHello(conn)
		if err != nil {
			return
		}
		if refuses(sent, h) {
			_, _ = conn.Write([]byte{21, 3, 1, 0, 2, 2, 47})
			return
		}
		server, err := (&net.Dialer{}).DialContext(ctx, "tcp", inner.Addr.String())
		if err != nil {
			return
		}
		defer server.Close()
		_, _ = server.Write(sent)
		go func() { _, _ = io.Copy(server, conn); _ = server.(*net.TCPConn).CloseWrite() }()
		_, _ = io.Copy(conn, server)
	})
	return look(t, s.Addr(), scan.Plan{Depth: scan.Deep})
}

// TestIntolerance: what a listener refuses is named, and nothing else is taken for refused.
func TestIntolerance(t *testing.T) {
	t.Parallel()
	grease := func(v uint16) bool { return v&0x0F0F == 0x0A0A && v>>8 == v&0xFF }
	all := []string{"grease-tolerance: yes", "version-tolerance: yes", "record-version-tolerance: yes", "record-fragmentation: yes", "alpn: yes h2",
		"TLSv1.2 encrypt-then-mac: yes", "TLSv1.2 heartbeat: no", "TLSv1.2 compression: no"}
	for name, c := range map[string]struct {
		refuses func(sent []byte, h hello.ClientHello) bool
		says    []string // instead of what all say
	}{
		"nothing": {func([]byte, hello.ClientHello) bool { return false }, nil},
		"reserved groups": {func(_ []byte, h hello.ClientHello) bool {
			return slices.ContainsFunc(h.Groups, func(g cipher.Group) bool { return grease(uint16(g)) })
		}, []string{"grease-tolerance: no groups"}},
		"reserved suites and protocols": {func(_ []byte, h hello.ClientHello) bool {
			return slices.ContainsFunc(h.ALPN, func(p string) bool { return p == "\x5a\x5a" }) ||
				slices.ContainsFunc(h.Suites, func(id cipher.ID) bool { return grease(uint16(id)) })
		}, []string{"grease-tolerance: no application protocols, cipher suites"}},
		"versions": {func(sent []byte, h hello.ClientHello) bool { return h.Version == 0x03FF },
			[]string{"version-tolerance: no 03FF"}},
		"TLS 1.3 in legacy_version": {func(sent []byte, h hello.ClientHello) bool { return h.Version == cipher.TLSv13 && !has(h, 43) },
			[]string{"version-tolerance: no 0304"}},
		"record versions": {func(sent []byte, h hello.ClientHello) bool { return sent[2] > 3 },
			[]string{"record-version-tolerance: no"}},
		"records": {func(sent []byte, h hello.ClientHello) bool { return sent[3] == 0 && sent[4] == 64 },
			[]string{"record-fragmentation: no"}},
		"encrypt_then_mac": {func(_ []byte, h hello.ClientHello) bool { return has(h, 22) }, []string{"TLSv1.2 encrypt-then-mac: no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := featureLines(picky(t, c.refuses))
			for _, line := range all {
				if !slices.ContainsFunc(c.says, func(s string) bool { return nameOf(s) == nameOf(line) }) {
					assert.Contains(t, got, line)
				}
			}
			assert.Subset(t, got, c.says)
		})
	}
}

func nameOf(line string) string {
	for i := range line {
		if line[i] == ':' {
			return line[:i]
		}
	}
	return line
}

// script answers TLS 1.2 hellos as far as ServerHelloDone, without a certificate.
type script struct {
	random     func() []byte
	extensions []byte // list without its length
	compresses bool
	prime      *big.Int // of DHE
	public     func() []byte
}

func (s script) serve(_ context.Context, conn *net.TCPConn) {
	_, h, err := readHello(conn)
	if err != nil || h.Version < cipher.TLSv12 {
		return
	}
	const dhe, ecdhe = 0x0033, 0xC013
	var kx cryptobyte.Builder
	suite := cipher.ID(dhe)
	switch {
	case slices.Contains(h.Suites, ecdhe):
		suite = ecdhe
		kx.AddBytes([]byte{3, 0, 29})
		kx.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s.public()) })
	case slices.Contains(h.Suites, suite):
		for _, part := range [][]byte{s.prime.Bytes(), {2}, s.public()} {
			kx.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(part) })
		}
	default:
		_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, 40})
		return
	}
	kx.AddBytes([]byte{4, 1, 0, 1, 0})
	var out cryptobyte.Builder
	message := func(kind uint8, body []byte) {
		out.AddBytes([]byte{22, 3, 3})
		out.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint8(kind)
			b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(body) })
		})
	}
	method := byte(0)
	if s.compresses && h.Compressions != nil {
		method = h.Compressions[0]
	}
	body := slices.Concat([]byte{3, 3}, s.random(), []byte{0, byte(suite >> 8), byte(suite), method}, binary.BigEndian.AppendUint16(nil, uint16(len(s.extensions))), s.extensions)
	message(2, body)
	message(12, kx.BytesOrPanic())
	message(14, nil)
	_, _ = conn.Write(out.BytesOrPanic())
	_, _ = io.Copy(io.Discard, conn)
}

func random32() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return b
}

func (s script) look(t *testing.T) (scan.Observation, []string) {
	t.Helper()
	o := lookAs(t, []string{"features", "extensions", "suites"}, tlstest.Bad(t, badserver.Handler(s.serve)).Addr(), scan.Plan{Depth: scan.Deep})
	return o, featureLines(o)
}

// nginxPrime is in nginx's source, ngx_event_openssl.c.
const nginxPrime = "BBBC2DCAD84674907C43FCF580E9CFDBD958A3F568B42D4B08EED4EB0FB3504C6C030276E710800C5CCBBAA8922614C5BEECA565A5FDF1D287A2BC049BE67780" +
	"60E91A92A757E3048F68B076F7D36CC8F29BA5DF81DC2CA725ECE66270CC9A5035D8CECEEF9EA0274A63AB1E58FAFD4988D0F65D146757DA071DF045CFE16B9B"

func bigHex(t *testing.T, s string) *big.Int {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return new(big.Int).SetBytes(b)
}

// TestScriptedFeatures are those that no server of today has.
func TestScriptedFeatures(t *testing.T) {
	t.Parallel()
	fixed := random32()
	behind := func() []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(time.Now().Add(-time.Hour).Unix())), random32()[4:]...)
	}
	_, got := script{random: behind, compresses: true, prime: bigHex(t, nginxPrime), public: func() []byte { return fixed },
		extensions: []byte{0, 4, 0, 0, 0, 15, 0, 1, 1}}.look(t)
	assert.Subset(t, got, []string{
		"clock-in-random: yes -3600 seconds", "TLSv1.2 compression: yes DEFLATE", "TLSv1.2 truncated-hmac: yes", "TLSv1.2 heartbeat: yes",
		"TLSv1.2 encrypt-then-mac: no", "TLSv1.2 session-id: no", "TLSv1.2 ecdhe-key-reuse: yes", "dhe-shared-group: yes 1024 bits: nginx (built in)",
		"dhe-safe-prime: yes 1024 bits: yes",
	})
	assert.NotContains(t, got, "TLSv1.2 downgrade-sentinel: no", "without TLS 1.3 there is nothing to mark")

	prime := bigHex(t, nginxPrime)
	_, got = script{random: random32, prime: new(big.Int).Add(prime, big.NewInt(2)), public: random32}.look(t)
	assert.Subset(t, got, []string{
		"clock-in-random: no", "TLSv1.2 compression: no", "TLSv1.2 ecdhe-key-reuse: no", "dhe-shared-group: no", "dhe-safe-prime: no 1024 bits: no",
	})
	_, got = script{random: func() []byte { return fixed }, prime: new(big.Int).Lsh(prime, 4000), public: random32}.look(t)
	assert.Subset(t, got, []string{"dhe-safe-prime: unknown 5024 bits: unknown"})
	assert.NotContains(t, got, "clock-in-random: no", "one random, whatever its beginning")
}
