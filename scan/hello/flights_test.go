package hello

import (
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

// flight is an answer recorded from a real server by testdata/record.
type flight struct {
	Name     string `json:"-"`
	Server   string `json:"server"`
	Seed     string `json:"seed"`
	Sent     []byte `json:"sent"`
	Received []byte `json:"received"`
	End      string `json:"end"`
}

func flights(t testing.TB) []flight {
	paths, err := filepath.Glob("testdata/flights/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var list []flight
	for _, path := range paths {
		list = append(list, readFlight(t, strings.TrimSuffix(filepath.Base(path), ".json")))
	}
	return list
}

func readFlight(t testing.TB, name string) flight {
	text, err := os.ReadFile(filepath.Join("testdata", "flights", name+".json"))
	require.NoError(t, err)
	f := flight{Name: name}
	require.NoError(t, json.Unmarshal(text, &f))
	return f
}

// want is what the configuration of a recorded server says.
type want struct {
	version      cipher.Version
	suite        cipher.ID
	certificates int
	messages     []uint8
	exchange     *ServerKeyExchange
	request      bool
	alert        uint8
	group        cipher.Group
	retry        bool
}

func ecdhe(group cipher.Group, scheme cipher.SignatureScheme) *ServerKeyExchange {
	return &ServerKeyExchange{Kind: KindECDHE, Group: group, CurveType: 3, Signed: scheme != 0, SignatureScheme: scheme}
}

func dhe(bits int, scheme cipher.SignatureScheme) *ServerKeyExchange {
	return &ServerKeyExchange{Kind: KindDHE, DHBits: bits, Signed: scheme != 0, SignatureScheme: scheme}
}

func hinted(x *ServerKeyExchange) *ServerKeyExchange {
	x.PSKHint = []byte("who")
	return x
}

func wants() map[string]want {
	const (
		v10 = cipher.TLSv10
		v12 = cipher.TLSv12
		v13 = cipher.TLSv13
	)
	full, static, bare := []uint8{2, 11, 12, 14}, []uint8{2, 11, 14}, []uint8{2, 12, 14}
	only := []uint8{2}
	tls10 := ecdhe(29, 0)
	tls10.Signed = true
	return map[string]want{
		"tls10-ecdhe-rsa":      {v10, 0xC013, 2, full, tls10, false, 0, 0, false},
		"tls10-refused":        {alert: 70},
		"tls10-request":        {v10, 0x002F, 2, []uint8{2, 11, 13, 14}, nil, true, 0, 0, false},
		"tls12-dh-anon":        {v12, 0x00A6, 0, bare, dhe(1024, 0), false, 0, 0, false},
		"tls12-dhe-1024":       {v12, 0x009E, 2, full, dhe(1024, 0x0804), false, 0, 0, false},
		"tls12-dhe-psk":        {v12, 0x00AA, 0, bare, hinted(dhe(1024, 0)), false, 0, 0, false},
		"tls12-ecdh-anon":      {v12, 0xC018, 0, bare, ecdhe(29, 0), false, 0, 0, false},
		"tls12-ecdhe-ecdsa":    {v12, 0xC02B, 2, full, ecdhe(29, 0x0403), false, 0, 0, false},
		"tls12-ecdhe-p521":     {v12, 0xC02F, 2, full, ecdhe(25, 0x0804), false, 0, 0, false},
		"tls12-ecdhe-psk":      {v12, 0xC037, 0, bare, hinted(ecdhe(29, 0)), false, 0, 0, false},
		"tls12-ecdhe-rsa":      {v12, 0xC02F, 2, full, ecdhe(29, 0x0804), false, 0, 0, false},
		"tls12-gnutls-dhe":     {v12, 0x009E, 2, []uint8{2, 11, 12, 13, 14}, dhe(2048, 0x0804), true, 0, 0, false},
		"tls12-no-suite":       {alert: 40},
		"tls12-null":           {v12, 0x003B, 2, static, nil, false, 0, 0, false},
		"tls12-psk":            {v12, 0x00A8, 0, bare, hinted(&ServerKeyExchange{Kind: KindPSK}), false, 0, 0, false},
		"tls12-request":        {v12, 0xC02F, 2, []uint8{2, 11, 12, 13, 14}, ecdhe(29, 0x0804), true, 0, 0, false},
		"tls12-rsa":            {v12, 0x009C, 2, static, nil, false, 0, 0, false},
		"tls12-stapled":        {v12, 0xC02F, 2, []uint8{2, 11, 22, 12, 14}, ecdhe(29, 0x0804), false, 0, 0, false},
		"tls12-warning-112":    {v12, 0xC02F, 2, full, ecdhe(29, 0x0804), false, 0, 0, false},
		"tls13-aes128ccm":      {v13, 0x1304, 2, nil, nil, false, 0, 25, false},
		"tls13-aes128ccm8":     {v13, 0x1305, 2, nil, nil, false, 0, 29, false},
		"tls13-aes128gcm":      {v13, 0x1301, 2, nil, nil, false, 0, 29, false},
		"tls13-aes256gcm":      {v13, 0x1302, 2, nil, nil, false, 0, 23, false},
		"tls13-chacha20":       {v13, 0x1303, 2, nil, nil, false, 0, 24, false},
		"tls13-p256mlkem768":   {v13, 0x1301, 2, nil, nil, false, 0, 4587, false},
		"tls13-p384mlkem1024":  {v13, 0x1302, 2, nil, nil, false, 0, 4589, false},
		"tls13-request":        {v13, 0x1302, 2, []uint8{2, 8, 13, 11, 15, 20}, nil, true, 0, 29, false},
		"tls13-retry":          {v13, 0x1301, 0, only, nil, false, 0, 29, true},
		"tls13-retry-p384":     {v13, 0x1301, 0, only, nil, false, 0, 24, true},
		"tls13-stapled":        {v13, 0x1301, 2, nil, nil, false, 0, 29, false},
		"tls13-x25519mlkem768": {v13, 0x1301, 2, nil, nil, false, 0, 4588, false},
	}
}

func TestRecordedFlights(t *testing.T) {
	all := wants()
	for _, f := range flights(t) {
		t.Run(f.Name, func(t *testing.T) {
			w, ok := all[f.Name]
			require.True(t, ok, "a recorded flight that no test expects")
			delete(all, f.Name)
			got := parseAndOpen(t, f)
			assert.True(t, got.TLS)
			assert.NoError(t, got.Err)
			if w.alert != 0 {
				assert.Equal(t, &Alert{2, w.alert}, got.Alert)
				assert.Nil(t, got.ServerHello)
				return
			}
			assert.Nil(t, got.Alert)
			checkServerHello(t, w, got)
			checkCertificates(t, f, w, got)
			checkExchange(t, w.exchange, got.ServerKeyExchange)
			assert.Equal(t, w.version < cipher.TLSv13, got.Done)
			assert.Equal(t, w.version == cipher.TLSv13 && !w.retry, got.Finished)
			if assert.Equal(t, w.request, got.CertificateRequest != nil) && w.request {
				require.Len(t, got.CertificateRequest.Authorities, 1)
				assert.Contains(t, string(got.CertificateRequest.Authorities[0]), "Root")
				assert.Equal(t, w.version >= cipher.TLSv12, len(got.CertificateRequest.SignatureSchemes) > 0)
			}
		})
	}
	assert.Empty(t, all, "expected flights that were not recorded")
}

func secretOf(sent, received []byte, seed string) ([]byte, error) {
	f := Parse(received)
	return f.HandshakeSecret(sent, NewKeys(seed))
}

// parseAndOpen opens what a share was sent for.
func parseAndOpen(t testing.TB, f flight) Flight {
	got := Parse(f.Received)
	if got.version() == cipher.TLSv13 && !got.ServerHello.HelloRetryRequest {
		secret, err := secretOf(f.Sent, f.Received, f.Seed)
		require.NoError(t, err)
		require.NoError(t, got.Open(f.Received, secret))
	}
	return got
}

func checkServerHello(t *testing.T, w want, got Flight) {
	h := got.ServerHello
	require.NotNil(t, h)
	assert.Equal(t, w.version, h.Version)
	assert.Equal(t, w.suite, h.Suite)
	assert.Equal(t, w.retry, h.HelloRetryRequest)
	assert.Equal(t, w.group, h.Group)
	assert.Zero(t, h.Compression)
	messages := w.messages
	if messages == nil {
		messages = []uint8{2, 8, 11, 15, 20}
	}
	assert.Equal(t, messages, got.Messages)
	old := w.version < cipher.TLSv13
	assert.Equal(t, old, h.ExtendedMasterSecret)
	assert.Equal(t, old, h.SecureRenegotiation)
	assert.Equal(t, min(w.version, cipher.TLSv12), h.LegacyVersion)
}

func checkCertificates(t *testing.T, f flight, w want, got Flight) {
	require.Len(t, got.Certificates, w.certificates)
	require.Len(t, got.CertificatesAt, w.certificates)
	for i, der := range got.Certificates {
		_, err := x509.ParseCertificate(der)
		assert.NoError(t, err)
		if at := got.CertificatesAt[i]; w.version < cipher.TLSv13 {
			require.Positive(t, at)
			assert.Equal(t, der, f.Received[at:at+len(der)])
		} else {
			assert.Equal(t, -1, at)
		}
	}
	if w.version == cipher.TLSv13 && w.certificates > 0 {
		assert.Equal(t, cipher.SignatureScheme(0x0804), got.CertificateVerify)
	}
}

func checkExchange(t *testing.T, w, got *ServerKeyExchange) {
	if w == nil {
		assert.Nil(t, got)
		return
	}
	require.NotNil(t, got)
	if w.DHBits > 0 {
		assert.Len(t, got.DHPrime, w.DHBits/8)
		assert.Equal(t, []byte{2}, got.DHGenerator)
	}
	assert.Equal(t, w.Signed, got.signature > 0)
	assert.Equal(t, w.Kind == KindECDHE || w.Kind == KindDHE, len(got.Public) > 0)
	short := *got
	short.Raw, short.DHPrime, short.DHGenerator, short.Public, short.signature = nil, nil, nil, nil, 0
	assert.Equal(t, *w, short)
}

func TestExtrasOfFlights(t *testing.T) {
	assert.Equal(t, []Alert{{1, 112}}, Parse(readFlight(t, "tls12-warning-112").Received).Warnings)
	for _, name := range []string{"tls12-stapled", "tls13-stapled"} {
		got := parseAndOpen(t, readFlight(t, name))
		assert.Equal(t, "http/1.1", got.ALPN)
		assert.Equal(t, "not a real status", string(got.CertificateStatus))
		assert.Contains(t, string(got.SCTs), "not a real timestamp")
	}
}

// A scan can be replayed: the same fields give the same bytes as when the flight was recorded.
func TestRecordedHellosAreReproduced(t *testing.T) {
	for _, f := range flights(t) {
		offered, err := ParseClientHello(f.Sent)
		require.NoError(t, err, f.Name)
		again := offered
		again.Seed, again.PadTo = f.Seed, 512
		sent, err := again.Marshal()
		require.NoError(t, err, f.Name)
		assert.Equal(t, f.Sent, sent, f.Name)
	}
}

// Every prefix of a flight is unfinished and well formed, and only the whole of it is enough.
func TestPrefixes(t *testing.T) {
	for _, f := range flights(t) {
		enough := map[string]func([]byte) (string, bool){"FlightDone": FlightDone}
		if strings.HasPrefix(f.Name, "tls13") && !strings.Contains(f.Name, "retry") {
			enough = map[string]func([]byte) (string, bool){"Flight13Done": Flight13Done(NewKeys(f.Seed), f.Sent)}
		}
		complete := completeAt(t, f)
		for n := range len(f.Received) {
			got := Parse(f.Received[:n])
			if got.Err != nil {
				require.ErrorIs(t, got.Err, ErrIncomplete, "%s: %d bytes", f.Name, n)
			}
			for name, done := range enough {
				end, ok := done(f.Received[:n])
				atRetry := f.Name == "tls13-retry" || f.Name == "tls13-retry-p384"
				require.Equal(t, n >= complete || atRetry && got.ServerHello != nil, ok,
					"%s: %s after %d bytes of %d: %s", f.Name, name, n, len(f.Received), end)
			}
		}
		for name, done := range enough {
			end, ok := done(f.Received)
			assert.True(t, ok, "%s: %s", f.Name, name)
			assert.Equal(t, f.End, end, "%s: %s", f.Name, name)
		}
	}
}

// completeAt returns how many bytes of a flight end its question: Go's servers send a ticket after their Finished.
func completeAt(t *testing.T, f flight) int {
	if got := parseAndOpen(t, f); got.Finished {
		return got.Rest
	}
	return len(f.Received)
}
