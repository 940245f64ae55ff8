package servercert

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// clock is the time of a test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

// fixture is a state folder with what Open needs.
type fixture struct {
	Options
	clock *clock
	log   *bytes.Buffer
}

func begin(t *testing.T) *fixture {
	f := &fixture{clock: &clock{at: time.Now()}, log: &bytes.Buffer{}}
	f.Options = Options{State: t.TempDir(), Host: "127.0.0.1", Now: f.clock.now, Log: slog.New(slog.NewTextHandler(f.log, nil))}
	return f
}

func (f *fixture) open(t *testing.T) *Source {
	t.Helper()
	s, err := Open(t.Context(), f.Options)
	require.NoError(t, err)
	return s
}

// shown is the certificate that a client is shown.
func shown(t *testing.T, s *Source) *x509.Certificate {
	t.Helper()
	client, server := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- tls.Server(server, s.TLS()).HandshakeContext(t.Context()) }()
	conn := tls.Client(client, &tls.Config{InsecureSkipVerify: true}) // it is the certificate itself that is looked at
	require.NoError(t, conn.HandshakeContext(t.Context()))
	require.NoError(t, <-done)
	return conn.ConnectionState().PeerCertificates[0]
}

func TestMadeIsKept(t *testing.T) {
	f := begin(t)
	s := f.open(t)
	assert.True(t, s.Made())
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		assert.True(t, s.Serves(name), name)
	}
	assert.False(t, s.Serves("example.com"))
	assert.Equal(t, s.current().Leaf.Raw, shown(t, s).Raw)

	data, err := os.ReadFile(filepath.Join(f.State, certFile))
	require.NoError(t, err)
	block, rest := pem.Decode(data)
	assert.Empty(t, rest, "no key stands in the file that others may have")
	assert.Equal(t, s.current().Leaf.Raw, block.Bytes)
	pool := x509.NewCertPool()
	pool.AddCert(s.current().Leaf)
	_, err = s.current().Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "localhost"})
	require.NoError(t, err, "whoever trusts it can verify it")
	if runtime.GOOS != "windows" {
		for _, name := range []string{pairFile, lockFile} {
			info, err := os.Stat(filepath.Join(f.State, name))
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
		}
	}
	assert.Equal(t, s.Fingerprint(), f.open(t).Fingerprint(), "a start makes no other")
	assert.Len(t, s.Fingerprint(), 32*3-1)
	left, err := filepath.Glob(filepath.Join(f.State, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestMadeForAnotherName(t *testing.T) {
	f := begin(t)
	before := f.open(t).Fingerprint()
	f.Host = "portseal.example.com"
	s := f.open(t)
	assert.NotEqual(t, before, s.Fingerprint())
	assert.True(t, s.Serves("portseal.example.com"))
	f.Host = "0.0.0.0"
	assert.Equal(t, s.Fingerprint(), f.open(t).Fingerprint(), "all addresses ask for no name")
	f.Host = "not a name"
	assert.Equal(t, s.Fingerprint(), f.open(t).Fingerprint(), "what no certificate can have is asked of none")
}

func TestMadeAnewBeforeItsEnd(t *testing.T) {
	f := begin(t)
	s := f.open(t)
	first := shown(t, s)
	f.clock.pass(lifetime - margin - 2*backdate)
	assert.Equal(t, first.Raw, shown(t, s).Raw)
	f.clock.pass(2 * backdate)
	second := shown(t, s)
	assert.NotEqual(t, first.Raw, second.Raw)
	assert.True(t, second.NotAfter.After(f.clock.now().Add(lifetime-2*backdate)))
	assert.Contains(t, f.log.String(), s.Fingerprint())
	assert.Equal(t, s.Fingerprint(), f.open(t).Fingerprint(), "it is kept too")
}

// TestServicesAgree: several that share a state folder show one certificate, also when it is made anew.
func TestServicesAgree(t *testing.T) {
	f := begin(t)
	var all [4]*Source
	var starting sync.WaitGroup
	for i := range all {
		starting.Go(func() { all[i], _ = Open(t.Context(), f.Options) })
	}
	starting.Wait()
	for range 2 {
		for _, s := range all {
			require.NotNil(t, s)
			s.Refresh(t.Context())
			assert.Equal(t, all[0].Fingerprint(), s.Fingerprint())
		}
		f.clock.pass(lifetime - margin + backdate)
	}
}

func TestBrokenMade(t *testing.T) {
	f := begin(t)
	f.open(t)
	require.NoError(t, os.WriteFile(filepath.Join(f.State, pairFile), []byte("rubbish"), 0o600))
	_, err := Open(t.Context(), f.Options)
	require.ErrorContains(t, err, "remove it, and another one is made")
	f.State = filepath.Join(f.State, "missing")
	_, err = Open(t.Context(), f.Options)
	require.ErrorContains(t, err, "keep a certificate")
}

// own writes a certificate of the owner's.
func (f *fixture) own(t *testing.T, ca *pki.CA, name string) {
	t.Helper()
	id, err := ca.Leaf(pki.Leaf{DNS: []string{name}})
	require.NoError(t, err)
	f.Cert, f.Key = filepath.Join(f.State, "own.crt"), filepath.Join(f.State, "own.key")
	require.NoError(t, os.WriteFile(f.Cert, id.ChainPEM, 0o644))
	require.NoError(t, os.WriteFile(f.Key, id.KeyPEM, 0o600))
}

func TestOwnIsReadAgain(t *testing.T) {
	ca, err := pki.NewCA("root")
	require.NoError(t, err)
	f := begin(t)
	f.own(t, ca, "one.example.com")
	s := f.open(t)
	assert.False(t, s.Made())
	assert.True(t, s.Serves("one.example.com"))

	f.own(t, ca, "two.example.com")
	touch(t, f.Cert, 1)
	assert.True(t, s.Serves("one.example.com"), "nothing is read before a client comes")
	f.clock.pass(every)
	require.NoError(t, shown(t, s).VerifyHostname("two.example.com"))

	good, err := os.ReadFile(f.Cert)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(f.Cert, good[:len(good)/2], 0o644))
	touch(t, f.Cert, 2)
	for range 3 {
		f.clock.pass(every)
		require.NoError(t, shown(t, s).VerifyHostname("two.example.com"), "the last good one stays in force")
	}
	assert.Equal(t, 1, strings.Count(f.log.String(), "cannot be renewed"), "it is said once")
	f.own(t, ca, "three.example.com")
	touch(t, f.Cert, 3)
	f.clock.pass(-time.Hour)
	require.NoError(t, shown(t, s).VerifyHostname("three.example.com"), "also after the clock was put back")
}

// touch gives a file a time of its own: some file systems have coarse ones.
func touch(t *testing.T, path string, n int) {
	t.Helper()
	at := time.Now().Add(time.Duration(n) * time.Minute)
	require.NoError(t, os.Chtimes(path, at, at))
}

func TestOwnFaults(t *testing.T) {
	ca, err := pki.NewCA("root")
	require.NoError(t, err)
	f := begin(t)
	f.own(t, ca, "one.example.com")
	good := f.Options
	for name, edit := range map[string]func(*Options){
		"want both a certificate and its key": func(o *Options) { o.Key = "" },
		"no such file":                        func(o *Options) { o.Key += ".missing" },
		"want an ordinary file":               func(o *Options) { o.Cert = o.State },
		"want PEM":                            func(o *Options) { o.Cert = o.Key },
	} {
		o := good
		edit(&o)
		_, err := Open(t.Context(), o)
		require.ErrorContains(t, err, name)
	}
	if runtime.GOOS != "windows" {
		require.NoError(t, os.Chmod(good.Key, 0o644))
		_, err := Open(t.Context(), good)
		require.ErrorContains(t, err, "others can read it")
		require.NoError(t, os.Chmod(good.Key, 0o600))
	}
	f.clock.pass(20 * 365 * 24 * time.Hour)
	f.open(t)
	assert.Contains(t, f.log.String(), "has ended")
	keys, err := tlstest.HoldsKey(f.log.Bytes(), must(os.ReadFile(good.Key)))
	require.NoError(t, err)
	assert.False(t, keys)
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}
