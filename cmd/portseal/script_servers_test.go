package main

import (
	"bufio"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/flawed"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// authorities issue what the servers of all scripts show.
type authorities struct{ good, other, intermediate *pki.CA }

var scriptAuthorities = sync.OnceValues(func() (a authorities, err error) {
	if a.good, err = pki.NewCA("Good Root"); err != nil {
		return a, err
	}
	if a.other, err = pki.NewCA("Other Root"); err != nil {
		return a, err
	}
	a.intermediate, err = a.good.Intermediate("Good Intermediate")
	return a, err
})

// scriptServers are the listeners of one script, by name.
type scriptServers map[string]*scriptServer

type scriptServer struct {
	listener *badserver.Server
	handler  atomic.Pointer[badserver.Handler]
}

func setUpScript(env *testscript.Env) error {
	a, err := scriptAuthorities()
	if err != nil {
		return err
	}
	servers := scriptServers{}
	env.Values[scriptServers{}.key()] = servers
	env.Defer(func() {
		checkReports(env)
		for _, s := range servers {
			_ = s.listener.Close()
		}
	})
	env.Setenv("USER", "tester")
	env.Setenv("DB", "sqlite:"+filepath.Join(env.WorkDir, "history.db"))
	env.Setenv("PRUNED", "sqlite:"+filepath.Join(env.WorkDir, "pruned.db"))
	reports, err := filepath.Abs(filepath.Join("..", "..", "testdata", "reports"))
	if err != nil {
		return err
	}
	env.Setenv("REPORTS", reports)
	for name, days := range map[string]int{"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1} {
		env.Setenv(name, time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly))
	}
	for name, ca := range map[string]*pki.CA{"good-root": a.good, "other-root": a.other, "intermediate": a.intermediate} {
		if err := os.WriteFile(env.WorkDir+"/"+name+".pem", ca.PEM, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (scriptServers) key() string { return "servers" }

func serversOf(ts *testscript.TestScript) scriptServers {
	return ts.Value(scriptServers{}.key()).(scriptServers) // setUpScript has put it there
}

func serverNamed(ts *testscript.TestScript, name string) *scriptServer {
	s := serversOf(ts)[name]
	if s == nil {
		ts.Fatalf("there is no server %q: have %v", name, slices.Sorted(maps.Keys(serversOf(ts))))
	}
	return s
}

// startServer starts a listener. The kinds are those of scriptHandler, and
//
//	closed   the port is taken, and nothing listens there
//	hangs    connections stay in the backlog
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "server KIND NAME [KEY=VALUE...]")
	kind, name := args[0], args[1]
	setPort := func(port uint16) { ts.Setenv(portVariable(name), strconv.Itoa(int(port))) }
	switch kind {
	case "closed":
		setPort(closedPort(ts))
		return
	case "hangs":
		l, err := badserver.NeverAccepts()
		ts.Check(err)
		ts.Defer(func() { _ = l.Close() })
		setPort(l.Addr().Port())
		return
	}
	s := &scriptServer{}
	handler := scriptHandler(ts, kind, name, args[2:])
	s.handler.Store(&handler)
	var err error
	s.listener, err = badserver.Listen(func(ctx context.Context, conn *net.TCPConn) { (*s.handler.Load())(ctx, conn) })
	ts.Check(err)
	serversOf(ts)[name] = s
	setPort(s.listener.Addr().Port())
}

func becomeServer(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "become NAME KIND [KEY=VALUE...]")
	handler := scriptHandler(ts, args[1], args[0], args[2:])
	serverNamed(ts, args[0]).handler.Store(&handler)
}

// portVariable is where a script finds the port of web-1: $WEB_1_PORT.
func portVariable(name string) string {
	return strings.ReplaceAll(strings.ToUpper(name), "-", "_") + "_PORT"
}

// closedPort is the near end of a connection: taken for as long as the script runs, and nobody accepts there.
func closedPort(ts *testscript.TestScript) uint16 {
	far, err := badserver.Listen(badserver.Silent())
	ts.Check(err)
	ts.Defer(func() { _ = far.Close() })
	conn, err := net.Dial("tcp", far.Addr().String())
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	return netip.MustParseAddrPort(conn.LocalAddr().String()).Port()
}

func dialled(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "dialled NAME COUNT")
	if n := serverNamed(ts, args[0]).listener.Stats().Connections; strconv.FormatInt(n, 10) != args[1] {
		ts.Fatalf("%s has seen %d connections, want %s", args[0], n, args[1])
	}
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "await NAME COUNT")
	more, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	s := serverNamed(ts, args[0]).listener
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for before, deadline := s.Stats().Connections, time.Now().Add(2*time.Minute); s.Stats().Connections < before+more; <-tick.C {
		if time.Now().After(deadline) {
			ts.Fatalf("%s has seen no further %d connections", args[0], more)
		}
	}
}

// scriptHandler is what a listener does:
//
//	tls      TLS: versions=1.2-1.3, suites=C030,C02F, cert=KIND (see certificateOf), client=requested|required|full|verified, ocsp=NAME of its responder
//	ocsp     a responder of the good root: says=good|revoked|later
//	smtp     SMTP with STARTTLS, then as tls; offer=no leaves it out
//	ftp      FTP with AUTH TLS, then as tls; clear=no refuses users before TLS
//	members  a distributor, which deals connections out in turn: of=NAME,NAME
//	poodle   TLS 1.2 that looks at no padding in CBC mode
//	rc4      the stand-in for Query Monitor's RC4 socket
//	silent, closes, resets, ssh, http, echo
func scriptHandler(ts *testscript.TestScript, kind, name string, options []string) badserver.Handler {
	o := map[string]string{}
	for _, word := range options {
		key, value, _ := strings.Cut(word, "=")
		o[key] = value
	}
	switch kind {
	case "tls":
		return badserver.TLS(tlsConfig(ts, name, o))
	case "ocsp":
		return responderHandler(ts, o["says"])
	case "smtp":
		return smtpServer(badserver.TLS(tlsConfig(ts, name, o)), o["offer"] != "no")
	case "keeping":
		return keepingServer(tlsConfig(ts, name, o), o["forgets"] == "yes")
	case "ftp":
		return ftpServer(badserver.TLS(tlsConfig(ts, name, o)), o["clear"] != "no")
	case "members":
		var members []badserver.Handler
		for _, member := range strings.FieldsFunc(o["of"], func(r rune) bool { return r == ',' }) {
			members = append(members, badserver.Forward(serverNamed(ts, member).listener.Addr()))
		}
		var n atomic.Uint32
		return func(ctx context.Context, conn *net.TCPConn) { members[int(n.Add(1)-1)%len(members)](ctx, conn) }
	case "poodle":
		id := certificateOf(ts, "rsa", "")
		return flawed.Server{Certificate: id.DER, Key: id.Key.(*rsa.PrivateKey), Suites: []uint16{0x002F},
			CBC: func(r flawed.Record) (byte, bool) { return 20, r.Fits && r.MACRight }}.Serve
	case "rc4":
		return badserver.Opaque(1)
	case "silent":
		return badserver.Silent()
	case "closes":
		return badserver.ClosesOnHello()
	case "resets":
		return badserver.ResetsOnHello()
	case "ssh":
		return badserver.Banner(badserver.BannerSSH)
	case "http":
		return badserver.HTTPPlain()
	case "echo":
		return badserver.Echo()
	}
	ts.Fatalf("unknown kind of server %q", kind)
	return nil
}

func tlsConfig(ts *testscript.TestScript, name string, o map[string]string) *tls.Config {
	id := certificateOf(ts, o["cert"], o["ocsp"])
	ts.Check(os.WriteFile(ts.MkAbs(name+".pem"), id.CertPEM, 0o600))
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	oldest, newest, isRange := strings.Cut(o["versions"], "-")
	switch {
	case oldest == "":
		oldest, newest = "1.2", "1.3"
	case !isRange:
		newest = oldest
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: versions[oldest], MaxVersion: versions[newest]}
	sent := &cfg.Certificates[0].Certificate
	switch root := id.Issuer.Root().DER; o["cert"] {
	case "bare":
		*sent = (*sent)[:1]
	case "rooted":
		*sent = append(*sent, root)
	case "shuffled":
		*sent = slices.Insert(*sent, 1, root)
	}
	for _, word := range strings.FieldsFunc(o["suites"], func(r rune) bool { return r == ',' }) {
		suite, err := cipher.Parse(word)
		ts.Check(err)
		cfg.CipherSuites = append(cfg.CipherSuites, uint16(suite)) // a script names TLS suites only
	}
	for _, word := range strings.FieldsFunc(o["groups"], func(r rune) bool { return r == ',' }) {
		group, err := cipher.ParseGroup(word)
		ts.Check(err)
		cfg.CurvePreferences = append(cfg.CurvePreferences, tls.CurveID(group))
	}
	switch o["client"] {
	case "requested":
		cfg.ClientAuth = tls.RequestClientCert
	case "required":
		cfg.ClientAuth = tls.RequireAnyClientCert
	case "full", "verified":
		a, err := scriptAuthorities()
		ts.Check(err)
		cfg.ClientCAs, cfg.ClientAuth = a.good.Pool(), tls.VerifyClientCertIfGiven
		if o["client"] == "verified" {
			cfg.ClientAuth = tls.RequireAndVerifyClientCert
		}
	}
	return cfg
}

// certificateOf makes a certificate for localhost and 127.0.0.1 by the good root, valid for a year, that differs from this in
// one thing: other (root), chained (an intermediate between), bare (the same, but it is not sent), rooted (with the root at the end), shuffled (the root
// before the intermediate), expired, soon (3 days left),
// month (20 days left), future, name (for another host), rsa, weak (RSA 1024), sha1.
func certificateOf(ts *testscript.TestScript, kind, responder string) *pki.Identity {
	a, err := scriptAuthorities()
	ts.Check(err)
	now := time.Now()
	leaf := pki.Leaf{CommonName: "localhost", DNS: []string{"localhost"}, IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1")},
		NotBefore: now.AddDate(0, -6, 0), NotAfter: now.AddDate(1, 0, 0)}
	if responder != "" {
		leaf.Template = func(c *x509.Certificate) { c.OCSPServer = []string{"http://" + responderAt(ts, responder)} }
	}
	issuer := a.good
	switch kind {
	case "", "good":
	case "other":
		issuer = a.other
	case "chained", "bare", "rooted", "shuffled":
		issuer = a.intermediate
	case "expired":
		leaf.NotAfter = now.AddDate(0, 0, -3)
	case "soon":
		leaf.NotAfter = now.AddDate(0, 0, 3)
	case "month":
		leaf.NotAfter = now.AddDate(0, 0, 20)
	case "future":
		leaf.NotBefore = now.AddDate(0, 0, 2)
	case "name":
		leaf.DNS, leaf.IPs = []string{"elsewhere.example.com"}, nil
	case "rsa":
		leaf.KeyType = pki.RSA2048
	case "weak":
		leaf.KeyType = pki.RSA1024
	case "sha1":
		leaf.Hash = crypto.SHA1
	default:
		ts.Fatalf("unknown kind of certificate %q", kind)
	}
	id, err := issuer.Leaf(leaf)
	ts.Check(err)
	return id
}

// smtpServer speaks as much of RFC 3207 as comes before TLS.
func smtpServer(after badserver.Handler, offer bool) badserver.Handler {
	return func(ctx context.Context, conn *net.TCPConn) {
		fmt.Fprint(conn, "220 mail.example.com ESMTP\r\n")
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			switch word, _, _ := strings.Cut(lines.Text(), " "); {
			case word == "EHLO" && offer:
				fmt.Fprint(conn, "250-mail.example.com\r\n250 STARTTLS\r\n")
			case word == "EHLO":
				fmt.Fprint(conn, "250 mail.example.com\r\n")
			case word == "STARTTLS" && offer:
				fmt.Fprint(conn, "220 Go ahead\r\n")
				after(ctx, conn) // the client waits for the answer, so the scanner has read nothing of its hello
				return
			case word == "QUIT":
				return
			default:
				fmt.Fprint(conn, "500 what?\r\n")
			}
		}
	}
}

// ftpServer speaks as much of RFC 4217 as comes before TLS.
func ftpServer(after badserver.Handler, inClear bool) badserver.Handler {
	return func(ctx context.Context, conn *net.TCPConn) {
		fmt.Fprint(conn, "220-FTPD1 IBM FTP CS\r\n220 Connection will close if idle.\r\n")
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			switch word, _, _ := strings.Cut(lines.Text(), " "); {
			case lines.Text() == "AUTH TLS":
				fmt.Fprint(conn, "234 Security environment established - ready for negotiation\r\n")
				after(ctx, conn) // the client waits for the answer, so the scanner has read nothing of its hello
				return
			case word == "USER" && inClear:
				fmt.Fprint(conn, "331 Send password please.\r\n")
			case word == "USER":
				fmt.Fprint(conn, "534 Server requires authentication before USER command\r\n")
			default:
				fmt.Fprint(conn, "500 unknown command\r\n")
			}
		}
	}
}
