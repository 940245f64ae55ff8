package tlstest

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

//go:embed java/JSSEServer.java
var javaSource []byte

// JavaAllProtocols are the versions that JSSE has, all of them on.
var JavaAllProtocols = []string{"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}

// JavaConfig configures a JSSE server. The JVM's lists of disabled algorithms are always emptied.
type JavaConfig struct {
	Identities     []*pki.Identity // with an RSA and an ECDSA key every suite but DSS and Kerberos works
	Protocols      []string        // JSSE's names; JavaAllProtocols; the JVM's defaults without any
	Ciphers        []string        // JSSE's names; {"ALL"} for all that are supported; the JVM's defaults without any
	NeedClientAuth bool
	WantClientAuth bool
	TrustPEM       []byte // the roots that client certificates must chain to; the JVM's own without any
	HotSpot        bool   // both compilers, for measurements: a test server starts faster with the first one alone
}

// Java starts a JSSE server, what Query Monitor's CAE server is to a scanner: it echoes. Suites comes from JSSE itself.
func Java(t testing.TB, cfg JavaConfig) *Server {
	t.Helper()
	path := Require(t, "java", "default-jdk-headless")
	classes := javaClasses(t)
	dir := t.TempDir()
	security := writeFile(t, "java.security",
		[]byte("jdk.tls.disabledAlgorithms=\njdk.certpath.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\n"))
	auth := "none"
	if cfg.WantClientAuth {
		auth = "want"
	}
	if cfg.NeedClientAuth {
		auth = "need"
	}
	args := []string{
		"-Xshare:auto", "-XX:+UseSerialGC", "-Xmx192m", "-Djava.security.properties=" + security, "-cp", classes,
		"-Dkeystores=" + strings.Join(keystores(t, dir, cfg.Identities), ","), "-DclientAuth=" + auth,
		"-Dprotocols=" + strings.Join(cfg.Protocols, ","), "-Dciphers=" + strings.Join(cfg.Ciphers, ","),
	}
	if len(cfg.TrustPEM) > 0 {
		args = append(args, "-Dtrust="+writeFile(t, "trust.pem", cfg.TrustPEM))
	}
	if !cfg.HotSpot {
		args = append(args, "-XX:TieredStopAtLevel=1")
	}
	s := start(t, program{
		path:  path,
		args:  func(uint16) []string { return append(args, "JSSEServer") },
		ready: regexp.MustCompile(`(?m)^READY (\d+)$`),
	})
	s.Suites = javaSuites(t, s.Log())
	return s
}

// javaSuites reads the server's "SUITES protocol code,code" lines.
func javaSuites(t testing.TB, log string) map[uint16][]uint16 {
	t.Helper()
	versions := map[string]uint16{
		"SSLv3": truth.SSL30, "TLSv1": truth.TLS10, "TLSv1.1": truth.TLS11, "TLSv1.2": truth.TLS12, "TLSv1.3": truth.TLS13,
	}
	suites := make(map[uint16][]uint16)
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || fields[0] != "SUITES" {
			continue
		}
		version := versions[fields[1]]
		for _, hexCode := range strings.Split(fields[2], ",") {
			code, err := strconv.ParseUint(hexCode, 16, 16)
			if err != nil {
				t.Fatalf("tlstest: Java's list of suites: %v", err)
			}
			suites[version] = append(suites[version], uint16(code))
		}
		slices.Sort(suites[version])
	}
	return suites
}

// keystores writes one PKCS#12 file an identity: the library puts one key into a file.
func keystores(t testing.TB, dir string, ids []*pki.Identity) []string {
	t.Helper()
	paths := make([]string, 0, len(ids))
	for i, id := range ids {
		if id.Key == nil || id.Leaf == nil {
			t.Fatalf("tlstest: a Java server cannot have a %s key or a certificate that crypto/x509 refuses", id.KeyType)
		}
		var chain []*x509.Certificate
		for _, der := range id.Certificate().Certificate[1:] {
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatalf("tlstest: chain of %s: %v", id.Leaf.Subject, err)
			}
			chain = append(chain, cert)
		}
		data, err := pkcs12.Modern.Encode(id.Key, id.Leaf, chain, "portseal")
		if err != nil {
			t.Fatalf("tlstest: key store of %s: %v", id.Leaf.Subject, err)
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.p12", i))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatalf("tlstest: %v", err)
		}
		paths = append(paths, path)
	}
	return paths
}

// javaClasses compiles the server once a machine: javac takes longer than most tests. The folder is named after the
// source and the compiler, so a change of either is compiled again.
func javaClasses(t testing.TB) string {
	t.Helper()
	javac := Require(t, "javac", "default-jdk-headless")
	if real, err := filepath.EvalSymlinks(javac); err == nil {
		javac = real
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	cache = filepath.Join(cache, "portseal-tlstest")
	sum := sha256.Sum256(append([]byte(javac+"\n"), javaSource...))
	dir := filepath.Join(cache, hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(filepath.Join(dir, "JSSEServer.class")); err == nil {
		return dir
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	fresh, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	source := filepath.Join(t.TempDir(), "JSSEServer.java")
	if err := os.WriteFile(source, javaSource, 0o600); err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, javac, "-d", fresh, source).CombinedOutput(); err != nil {
		t.Fatalf("tlstest: javac: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil { // another process was faster: its classes are as good
		_ = os.RemoveAll(fresh)
	}
	return dir
}
