package hello

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

// Flights that no server at hand sends are made here from their specifications: SSLv2 (Hickman 1995), SSLv3 (RFC 6101),
// export RSA (RFC 2246 section 7.4.3), SRP (RFC 5054), explicit curves (RFC 4492).

// handshake makes one message.
func handshake(kind uint8, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	return append([]byte{kind, byte(len(all) >> 16), byte(len(all) >> 8), byte(len(all))}, all...)
}

// inRecord puts messages into one record.
func inRecord(kind uint8, version uint16, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	return append([]byte{kind, byte(version >> 8), byte(version), byte(len(all) >> 8), byte(len(all))}, all...)
}

func serverHelloMessage(version, suite uint16, rest ...byte) []byte {
	body := append([]byte{byte(version >> 8), byte(version)}, bytes.Repeat([]byte{7}, 32)...)
	body = append(body, 0, byte(suite>>8), byte(suite), 0)
	return handshake(msgServerHello, body, rest)
}

func vector16(b []byte) []byte { return append([]byte{byte(len(b) >> 8), byte(len(b))}, b...) }

func certificateMessage(certificates ...[]byte) []byte {
	var list []byte
	for _, c := range certificates {
		list = append(list, 0, byte(len(c)>>8), byte(len(c)))
		list = append(list, c...)
	}
	return handshake(msgCertificate, []byte{0, byte(len(list) >> 8), byte(len(list))}, list)
}

func TestSSL3Flight(t *testing.T) {
	modulus := bytes.Repeat([]byte{0xC1}, 64)
	exchange := handshake(msgServerKeyExchange, vector16(modulus), vector16([]byte{1, 0, 1}), vector16(make([]byte, 128)))
	received := inRecord(typeHandshake, 0x0300, serverHelloMessage(0x0300, 0x0003), certificateMessage([]byte("leaf"), []byte("root")),
		exchange, handshake(msgServerHelloDone))
	f := Parse(received)
	require.NoError(t, f.Err)
	assert.Equal(t, cipher.SSLv3, f.ServerHello.Version)
	assert.Nil(t, f.ServerHello.Extensions)
	assert.Equal(t, [][]byte{[]byte("leaf"), []byte("root")}, f.Certificates)
	assert.Equal(t, KindRSAExport, f.ServerKeyExchange.Kind)
	assert.Equal(t, 512, f.ServerKeyExchange.RSABits)
	assert.True(t, f.ServerKeyExchange.Signed)
	assert.True(t, f.Done)
	assert.Equal(t, len(received), f.Rest)
}

func ssl2Hello(version uint16) []byte {
	body := []byte{4, 0, 1, byte(version >> 8), byte(version), 0, 4, 0, 6, 0, 2}
	body = append(body, "cert"...)
	body = append(body, 1, 0, 0x80, 7, 0, 0xC0)
	return append(body, 'i', 'd')
}

func TestSSL2ServerHello(t *testing.T) {
	body := ssl2Hello(2)
	padded := append(append([]byte{0, byte(len(body) + 3), 3}, body...), 0, 0, 0)
	plain := append([]byte{0x80, byte(len(body))}, body...)
	for _, received := range [][]byte{plain, padded} {
		f := Parse(received)
		require.NoError(t, f.Err)
		assert.True(t, f.TLS)
		require.NotNil(t, f.SSL2)
		assert.Equal(t, cipher.SSLv2, f.SSL2.Version)
		assert.False(t, f.SSL2.SessionIDHit)
		assert.Equal(t, []cipher.ID{cipher.SSL2(0x010080), cipher.SSL2(0x0700C0)}, f.SSL2.Kinds)
		assert.Equal(t, "id", string(f.SSL2.ConnectionID))
		assert.Equal(t, "cert", string(received[f.CertificatesAt[0]:][:4]))
		assert.Equal(t, "cert", string(f.Certificates[0]))
		for n := range received {
			_, done := Answered(received[:n])
			require.False(t, done)
		}
		end, done := Answered(received)
		assert.True(t, done)
		assert.Equal(t, "cut", end)
	}
	assert.Equal(t, KindOther, FirstBytes(append([]byte{0x80, byte(len(body))}, ssl2Hello(0x0301)...)))
}

func TestSSL2Error(t *testing.T) {
	f := Parse([]byte{0x80, 3, 0, 0, 1})
	require.NoError(t, f.Err)
	require.NotNil(t, f.SSL2Error)
	assert.Equal(t, uint16(1), *f.SSL2Error)
	end, done := FlightDone([]byte{0x80, 3, 0, 0, 1})
	assert.Equal(t, "cut", end)
	assert.True(t, done)
}

func TestKeyExchangeForms(t *testing.T) {
	prime := append([]byte{0, 0x40}, bytes.Repeat([]byte{1}, 63)...) // a leading zero octet, then 511 bits
	signature := append([]byte{4, 1}, vector16(make([]byte, 64))...)
	for _, c := range []struct {
		name  string
		suite cipher.ID
		body  [][]byte
		want  ServerKeyExchange
	}{
		{"short prime", 0x0033, [][]byte{vector16(prime), vector16([]byte{0, 5}), vector16([]byte{9}), signature},
			ServerKeyExchange{Kind: KindDHE, DHPrime: prime[1:], DHGenerator: []byte{5}, DHBits: 511, Public: []byte{9}, Signed: true,
				SignatureScheme: 0x0401}},
		{"explicit curve", 0xC013, [][]byte{{1, 2, 3, 4}}, ServerKeyExchange{Kind: KindECDHE, CurveType: 1}},
		{"unknown curve type", 0xC013, [][]byte{{9, 0, 23, 0}}, ServerKeyExchange{Kind: KindUnknown}},
		{"srp", 0xC01D, [][]byte{vector16(prime), vector16([]byte{2}), {1, 7}, vector16([]byte{9})},
			ServerKeyExchange{Kind: KindSRP, DHPrime: prime[1:], DHGenerator: []byte{2}, DHBits: 511}},
		{"rsa psk hint", 0x0094, [][]byte{vector16([]byte("hint"))}, ServerKeyExchange{Kind: KindPSK, PSKHint: []byte("hint")}},
		{"unknown suite", 0x7F7F, [][]byte{{1, 2}}, ServerKeyExchange{Kind: KindUnknown}},
		{"trailing bytes", 0x0033, [][]byte{vector16(prime), vector16([]byte{5}), vector16([]byte{9}), signature, {0}},
			ServerKeyExchange{Kind: KindUnknown}},
		{"empty", 0x0033, nil, ServerKeyExchange{Kind: KindUnknown}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse(inRecord(typeHandshake, 0x0303, serverHelloMessage(0x0303, uint16(c.suite.Code())),
				handshake(msgServerKeyExchange, c.body...), handshake(msgServerHelloDone)))
			require.NoError(t, f.Err)
			require.NotNil(t, f.ServerKeyExchange)
			assert.Equal(t, append([]byte{}, bytes.Join(c.body, nil)...), append([]byte{}, f.ServerKeyExchange.Raw...))
			got := *f.ServerKeyExchange
			got.Raw, got.signature = nil, 0
			assert.Equal(t, c.want, got)
			assert.True(t, f.Done)
		})
	}
}

func TestAlerts(t *testing.T) {
	warn := inRecord(typeAlert, 0x0303, []byte{1, 112})
	answer := inRecord(typeHandshake, 0x0303, serverHelloMessage(0x0303, 0xC02F))
	for _, c := range []struct {
		name     string
		received []byte
		alert    *Alert
		warnings int
		end      string
	}{
		{"fatal", inRecord(typeAlert, 0x0303, []byte{2, 70}), &Alert{2, 70}, 0, "alert:70"},
		{"in two records", append(inRecord(typeAlert, 0x0303, []byte{2}), inRecord(typeAlert, 0x0303, []byte{40})...),
			&Alert{2, 40}, 0, "alert:40"},
		{"warning, then fatal, in one record", inRecord(typeAlert, 0x0303, []byte{1, 112, 2, 40}), &Alert{2, 40}, 1, "alert:40"},
		{"warning, then answer", append(bytes.Clone(warn), answer...), nil, 1, "cut"},
		{"warning only", warn, nil, 1, ""},
		{"always fatal, sent as a warning", inRecord(typeAlert, 0x0303, []byte{1, 40}), &Alert{1, 40}, 0, "alert:40"},
		{"close_notify", inRecord(typeAlert, 0x0303, []byte{1, 0}), nil, 1, "alert:0"},
		{"of version zero", inRecord(typeAlert, 0x0000, []byte{2, 70}), &Alert{2, 70}, 0, "alert:70"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse(c.received)
			require.NoError(t, f.Err)
			assert.True(t, f.TLS)
			assert.Equal(t, c.alert, f.Alert)
			assert.Len(t, f.Warnings, c.warnings)
			end, done := Answered(c.received)
			assert.Equal(t, c.end, end)
			assert.Equal(t, c.end != "", done)
		})
	}
}

func TestFirstBytes(t *testing.T) {
	for text, want := range map[string]Kind{
		"": KindUndecided, "\x16": KindUndecided, "\x16\x03\x03\x00": KindUndecided, "\x16\x03\x03\x00\x10": KindTLS,
		"\x15\x03\x01\x00\x02": KindTLS, "\x15\x03\x01\x00\x00": KindOther, "\x15\x03\x01\x40\x00": KindOther,
		"\x16\x02\x00\x00": KindOther, "\x16\x03\x09\x00\x10": KindOther, "\x16\x03\x03\xff\xff": KindOther, "\x17\x03\x03\x00\x10": KindOther,
		"220 ready\r\n": KindOther, "HTTP/1.1 400": KindOther, "SSH-2.0-x": KindOther, "\xff\xfd\x18": KindOther, "\xff\xfb\x00": KindOther,
		"\x80\x2e\x04\x00\x01\x00\x02": KindSSL2, "\x80\x2e\x04\x00": KindUndecided, "\x80\x03\x00\x00\x09": KindOther,
		"\x80\x2e\x04\x00\x01\x03\x01": KindOther,
	} {
		assert.Equal(t, want, FirstBytes([]byte(text)), "%q", text)
		_, done := Answered([]byte(text))
		assert.Equal(t, want == KindOther, done, "%q", text)
	}
	assert.Equal(t, []string{"undecided", "tls", "sslv2", "other"},
		[]string{KindUndecided.String(), KindTLS.String(), KindSSL2.String(), KindOther.String()})
}

func TestMalformed(t *testing.T) {
	hello := serverHelloMessage(0x0303, 0xC02F)
	hello13 := serverHelloMessage(0x0303, 0x1301, 0, 6, 0, 43, 0, 2, 3, 4)
	many := make([][]byte, MaxCertificates+1)
	for _, c := range []struct {
		name     string
		received []byte
		message  string
	}{
		{"no record after one", append(inRecord(typeHandshake, 0x0303, hello), "HTTP/1.1"...), "no TLS record header at byte 47: 48 54 54 50 2f"},
		{"no TLS", []byte("220 ready"), "no TLS record: begins with 32 32 30 20 72"},
		{"short server hello", inRecord(typeHandshake, 0x0303, handshake(msgServerHello, []byte{3, 3})), "malformed server hello at byte 5"},
		{"two server hellos", inRecord(typeHandshake, 0x0303, hello, hello), "malformed server hello at byte 47"},
		{"message too long", inRecord(typeHandshake, 0x0303, []byte{11, 0xff, 0xff, 0xff}),
			"record at byte 0: handshake message of 16777219 bytes, more than 131072"},
		{"too many certificates", inRecord(typeHandshake, 0x0303, hello, certificateMessage(many...)),
			"malformed certificate message at byte 47"},
		{"broken certificate list", inRecord(typeHandshake, 0x0303, hello, handshake(msgCertificate, []byte{0, 0, 3, 0, 0, 9})),
			"malformed certificate message at byte 47"},
		{"status of unknown kind", inRecord(typeHandshake, 0x0303, hello, handshake(msgCertificateStatus, []byte{9})),
			"malformed certificate status at byte 47"},
		{"broken request", inRecord(typeHandshake, 0x0303, hello, handshake(msgCertificateRequest, []byte{1})),
			"malformed certificate request at byte 47"},
		{"done with a body", inRecord(typeHandshake, 0x0303, hello, handshake(msgServerHelloDone, []byte{1})),
			"malformed server hello done at byte 47"},
		{"data before the handshake", append(inRecord(typeHandshake, 0x0303, hello), inRecord(typeApplicationData, 0x0303, []byte("x"))...),
			"application data at byte 47 before the handshake"},
		{"message in the clear after 1.3", inRecord(typeHandshake, 0x0303, hello13, handshake(msgServerHelloDone)),
			"server hello done in the clear after a TLS 1.3 server hello"},
		{"record in the clear after 1.3", append(inRecord(typeHandshake, 0x0303, hello13), inRecord(typeHandshake, 0x0303, []byte{14})...),
			"handshake record in the clear after a TLS 1.3 server hello at byte 55"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse(c.received)
			assert.EqualError(t, f.Err, c.message)
			_, done := FlightDone(c.received)
			assert.True(t, done, "a malformed answer ends the question")
		})
	}
}

func TestCaps(t *testing.T) {
	var flood []byte
	for len(flood) <= MaxReceived {
		flood = append(flood, inRecord(typeHandshake, 0x0303, handshake(msgHelloRequest))...)
	}
	assert.EqualError(t, Parse(flood).Err, "more than 262144 bytes")
	empty := bytes.Repeat(inRecord(typeHandshake, 0x0303), MaxRecords/4)
	assert.Equal(t, KindOther, FirstBytes(empty))
}

// A retry, then the real hello, as a complete handshake records them.
func TestRetryThenServerHello(t *testing.T) {
	retry := readFlight(t, "tls13-retry-p384")
	answer := readFlight(t, "tls13-chacha20")
	f := Parse(append(bytes.Clone(retry.Received), answer.Received...))
	require.NoError(t, f.Err)
	require.NotNil(t, f.Retry)
	assert.True(t, f.Retry.HelloRetryRequest)
	assert.False(t, f.ServerHello.HelloRetryRequest)
	assert.True(t, f.Encrypted)
}

func TestKeyExchangeDone(t *testing.T) {
	for _, name := range []string{"tls12-ecdhe-rsa", "tls12-rsa", "tls13-retry"} {
		f := readFlight(t, name)
		var at int
		for n := range f.Received {
			if _, done := KeyExchangeDone(f.Received[:n+1]); done {
				at = n + 1
				break
			}
		}
		got := Parse(f.Received[:at])
		assert.NotNil(t, got.ServerHello, name)
		assert.Equal(t, name == "tls12-rsa", got.Done, name)
		assert.Equal(t, name == "tls12-ecdhe-rsa", got.ServerKeyExchange != nil, name)
	}
}

func TestParseClientHelloErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     ErrIncomplete.Error(),
		"\x17\x03\x03\x00\x01x":                "client hello: record of type 23 where a handshake message begins",
		"\x16\x03\x03\x00\x04\x02\x00\x00\x00": "client hello: malformed",
		"\x80\x03\x01\x00\x02":                 "SSLv2 client hello: malformed",
		"\x80\x30\x01\x00\x02":                 "SSLv2 client hello: " + ErrIncomplete.Error(),
	} {
		_, err := ParseClientHello([]byte(text))
		assert.ErrorContains(t, err, want, "%q", text)
	}
}
