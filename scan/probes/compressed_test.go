package probes_test

import (
	"context"
	"crypto/aes"
	aead "crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// compressor is a TLS 1.3 server as far as its Finished, whose certificate is compressed by the first of its algorithms that is offered. No TLS library of
// Debian has RFC 8879.
type compressor struct{ algorithms []uint16 }

func (c compressor) serve(_ context.Context, conn *net.TCPConn) {
	sent, h, err := readHello(conn)
	if err != nil || h.Version != cipher.TLSv13 || !slices.Contains(h.KeyShares, 29) || !slices.Contains(h.Suites, 0x1301) {
		_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, 40})
		return
	}
	key, _ := ecdh.X25519().GenerateKey(rand.Reader)
	extensions := slices.Concat([]byte{0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32}, key.PublicKey().Bytes())
	server := message13(2, slices.Concat([]byte{3, 3}, random32(), []byte{32}, h.SessionID, []byte{0x13, 1, 0, 0, byte(len(extensions))}, extensions))
	_, _ = conn.Write(slices.Concat([]byte{22, 3, 3, 0, byte(len(server))}, server))

	certificate := message13(11, []byte{0, 0, 0, 0})
	for _, a := range c.algorithms {
		if data, ok := extensionOf(h, 27); ok && offers(data[1:], a) {
			certificate = message13(25, []byte{byte(a >> 8), byte(a), 0, 0, 9, 0, 0, 1, 0})
			break
		}
	}
	flight := slices.Concat(message13(8, []byte{0, 0}), certificate, message13(15, []byte{8, 4, 0, 1, 0}), message13(20, make([]byte, 32)))
	_, _ = conn.Write(sealed13(trafficSecret(key, h, slices.Concat(whole(sent), server)), append(flight, 22)))
}

func message13(kind byte, body []byte) []byte {
	return append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

func extensionOf(h hello.ClientHello, id uint16) ([]byte, bool) {
	i := slices.IndexFunc(h.Extensions, func(e hello.Extension) bool { return e.ID == id })
	if i < 0 {
		return nil, false
	}
	return h.Extensions[i].Data, true
}

func offers(list []byte, a uint16) bool {
	for ; len(list) > 1; list = list[2:] {
		if binary.BigEndian.Uint16(list) == a {
			return true
		}
	}
	return false
}

// whole is the message in the records of a hello.
func whole(sent []byte) (message []byte) {
	for len(sent) > 5 {
		n := 5 + int(binary.BigEndian.Uint16(sent[3:]))
		message, sent = append(message, sent[5:n]...), sent[n:]
	}
	return message
}

// trafficSecret is the server's of RFC 8446 section 7.1.
func trafficSecret(key *ecdh.PrivateKey, h hello.ClientHello, transcript []byte) []byte {
	shares, _ := extensionOf(h, 51)
	at := slices.Index(h.KeyShares, 29)
	for shares = shares[2:]; at > 0; at-- {
		shares = shares[4+int(binary.BigEndian.Uint16(shares[2:])):]
	}
	peer, _ := ecdh.X25519().NewPublicKey(shares[4:36])
	shared, _ := key.ECDH(peer)
	early, _ := hkdf.Extract(sha256.New, make([]byte, 32), make([]byte, 32))
	empty, sum := sha256.Sum256(nil), sha256.Sum256(transcript)
	secret, _ := hkdf.Extract(sha256.New, shared, expand13(early, "derived", empty[:], 32))
	return expand13(secret, "s hs traffic", sum[:], 32)
}

func expand13(secret []byte, label string, hash []byte, n int) []byte {
	info := slices.Concat([]byte{0, byte(n), byte(6 + len(label))}, []byte("tls13 "+label), []byte{byte(len(hash))}, hash)
	out, _ := hkdf.Expand(sha256.New, secret, string(info), n)
	return out
}

// sealed13 is the first protected record under a secret.
func sealed13(secret, content []byte) []byte {
	block, _ := aes.NewCipher(expand13(secret, "key", nil, 16))
	gcm, _ := aead.NewGCM(block)
	header := binary.BigEndian.AppendUint16([]byte{23, 3, 3}, uint16(len(content)+16))
	return gcm.Seal(header, expand13(secret, "iv", nil, 12), content, header)
}

// TestCertificateCompression finds the algorithms in the listener's order, and none where there is none.
func TestCertificateCompression(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]compressor{
		"TLSv1.3 certificate-compression: yes zstd, zlib": {[]uint16{3, 1}},
		"TLSv1.3 certificate-compression: no":             {},
	} {
		s := tlstest.Bad(t, c.serve)
		o := lookAs(t, []string{"certificate-compression"}, s.Addr(), scan.Plan{Depth: scan.Deep})
		assert.Contains(t, featureLines(o), want)
	}
}
