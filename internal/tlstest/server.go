package tlstest

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Server is a running server. It ends with the test, or by Stop.
type Server struct {
	Addr netip.AddrPort
	// Suites is what the configuration makes the server accept, by version on the wire (truth.TLS12, ...): nil where
	// only the caller knows (see OpenSSLSuites).
	Suites map[uint16][]uint16

	log  *logBuffer
	stop func()
}

// Log returns what the server has written so far; of a long log the end.
func (s *Server) Log() string { return s.log.String() }

// Stop ends the server now and waits for its end.
func (s *Server) Stop() { s.stop() }

// program says how a server process is started. ready's first group is the port, or the whole says that port is open.
type program struct {
	path  string
	args  func(port uint16) []string
	ready *regexp.Regexp
}

// startLimit is generous: a test must not fail because the machine is slow.
const startLimit = 2 * time.Minute

// start runs p and waits until it accepts. Another process may take the free port first, so it is tried three times.
func start(t testing.TB, p program) *Server {
	t.Helper()
	var log string
	for range 3 {
		if s := attempt(t, p, &log); s != nil {
			return s
		}
	}
	t.Fatalf("tlstest: %s does not start:\n%s", filepath.Base(p.path), log)
	return nil
}

func attempt(t testing.TB, p program, lastLog *string) *Server {
	t.Helper()
	port := freePort(t)
	s := &Server{log: &logBuffer{}}
	cmd := exec.Command(p.path, p.args(port)...) // a test starts the servers that it names
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null", "GNUTLS_SYSTEM_PRIORITY_FILE=/dev/null", "JAVA_TOOL_OPTIONS=", "LC_ALL=C")
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = t.TempDir(), s.log, s.log, 5*time.Second
	isolate(cmd)
	if _, err := cmd.StdinPipe(); err != nil { // held open: s_server ends when its standard input does
		t.Fatalf("tlstest: %v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	s.stop = sync.OnceFunc(func() { kill(cmd); <-exited })
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("log of %s on %s:\n%s", filepath.Base(p.path), s.Addr, s.Log())
		}
	})
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); <-poll.C {
		select {
		case <-exited:
			*lastLog = s.Log()
			return nil
		default:
		}
		if actual, ok := accepting(p, port, s.Log()); ok {
			s.Addr = netip.AddrPortFrom(loopback[0], actual)
			return s
		}
	}
	s.stop()
	*lastLog = "(not ready in time)\n" + s.Log()
	return nil
}

// accepting reads from the log whether, and on which port, the server accepts: a connection to find out would be
// counted, and would occupy a server that takes one at a time.
func accepting(p program, port uint16, log string) (uint16, bool) {
	found := p.ready.FindStringSubmatch(log)
	if found == nil {
		return 0, false
	}
	if len(found) == 1 {
		return port, true
	}
	actual, err := strconv.ParseUint(found[1], 10, 16)
	return uint16(actual), err == nil
}

// files are an identity on disk, for servers that read it there.
type files struct {
	cert, chain, between, key, all string // leaf; leaf and intermediates; intermediates or ""; key; key and chain
}

func write(t testing.TB, id *pki.Identity) files {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatalf("tlstest: %v", err)
		}
		return path
	}
	f := files{
		cert: put("cert.pem", id.CertPEM), chain: put("chain.pem", id.ChainPEM), key: put("key.pem", id.KeyPEM),
		all: put("all.pem", append(append([]byte(nil), id.KeyPEM...), id.ChainPEM...)),
	}
	if between := id.Issuer.ChainPEM(); len(between) > 0 {
		f.between = put("between.pem", between)
	}
	return f
}

// File writes a file that only the test's user can read, as a server's configuration names it, and returns its path.
func File(t testing.TB, name string, data []byte) string { return writeFile(t, name, data) }

func writeFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	return path
}
