package tlstest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// What follows starts servers whose TLS begins behind a start-up of their protocol. Each gets a folder of its own, with the identity's chain and
// key in it, and nobody can log in.

// daemon says how such a server is started. In configuration and arguments, DIR, PORT and PID stand for its folder, its port and its process file.
type daemon struct {
	binary, pkg string
	conf        string
	args        []string
	ready       string
	root        bool // it begins as root, and serves as users of its own
	before      func(dir string) *exec.Cmd
}

func (d daemon) start(t testing.TB, id *pki.Identity) *Server {
	t.Helper()
	path := Require(t, d.binary, d.pkg)
	if d.root {
		requireRoot(t, d.pkg)
	}
	dir, err := os.MkdirTemp("/tmp", "tlstest") // not t.TempDir, which is closed to the users that servers run as; and short, for sockets
	if err != nil {
		t.Fatalf("tlstest: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	put := func(name string, data []byte, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), data, mode); err != nil {
			t.Fatalf("tlstest: %v", err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil { // a folder of throwaway keys
		t.Fatalf("tlstest: %v", err)
	}
	put("chain.pem", id.ChainPEM, 0o644)
	put("key.pem", id.KeyPEM, 0o600)
	if d.before != nil {
		if out, err := d.before(dir).CombinedOutput(); err != nil {
			t.Fatalf("tlstest: preparing %s: %v\n%s", d.binary, err, out)
		}
	}
	return start(t, program{
		path: path,
		args: func(port uint16) []string {
			fill := strings.NewReplacer("DIR", dir, "PORT", fmt.Sprint(port), "PID", filepath.Join(dir, "pid"))
			put("conf", []byte(fill.Replace(d.conf)), 0o644)
			var out []string
			for _, arg := range d.args {
				out = append(out, fill.Replace(arg))
			}
			return out
		},
		ready: regexp.MustCompile(d.ready),
	})
}

// Postfix starts an SMTP server that offers STARTTLS, and with "encrypt" demands it; with "none" it has no TLS.
func Postfix(t testing.TB, id *pki.Identity, level string) *Server {
	t.Helper()
	return daemon{binary: "postfix", pkg: "postfix", root: true, args: []string{"-c", "DIR", "start-fg"}, ready: "daemon started",
		before: func(dir string) *exec.Cmd {
			main := "compatibility_level = 3.6\nqueue_directory = DIR/queue\ndata_directory = DIR/data\nmaillog_file = /dev/stdout\n" +
				"inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mail.example.com\nmydestination =\nlocal_transport = error:none\n" +
				"smtpd_tls_security_level = " + level + "\nsmtpd_tls_chain_files = DIR/key.pem, DIR/chain.pem\n"
			if err := os.WriteFile(filepath.Join(dir, "main.cf"), []byte(strings.ReplaceAll(main, "DIR", dir)), 0o644); err != nil {
				t.Fatalf("tlstest: %v", err)
			}
			// The conf file is not known yet; the link is to what it will be.
			return exec.Command("sh", "-c", "cd "+dir+" && mkdir queue data && chown postfix data && ln -s conf master.cf")
		},
		conf: "127.0.0.1:PORT inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n" +
			"cleanup unix n - n - 0 cleanup\nanvil unix - - n - 1 anvil\nproxymap unix - - n - - proxymap\npostlog unix-dgram n - n - 1 postlogd\n",
	}.start(t, id)
}

// Dovecot starts one of the protocols imap, pop3, lmtp and sieve. With ssl "required" nobody may log in without TLS, but from the server's own address;
// with "no" there is no TLS.
func Dovecot(t testing.TB, id *pki.Identity, protocol, ssl string) *Server {
	t.Helper()
	conf := "base_dir = DIR/run\nlog_path = /dev/stderr\nlisten = 127.0.0.1\nprotocols = " + protocol + "\nssl = " + ssl +
		"\nssl_cert = <DIR/chain.pem\nssl_key = <DIR/key.pem\npassdb {\n driver = static\n args = password=none\n}\n" +
		"userdb {\n driver = static\n args = uid=dovecot gid=dovecot home=DIR/home\n}\n"
	service := map[string]string{"sieve": "managesieve-login", "lmtp": "lmtp"}[protocol]
	if service == "" {
		service = protocol + "-login"
		conf += "service " + service + " {\n inet_listener " + protocol + "s {\n  port = 0\n }\n}\n"
	}
	conf += "service " + service + " {\n chroot =\n inet_listener " + protocol + " {\n  port = PORT\n }\n}\n"
	return daemon{binary: "dovecot", pkg: "dovecot-" + map[string]string{"imap": "imapd", "pop3": "pop3d", "lmtp": "lmtpd", "sieve": "managesieved"}[protocol],
		root: true, conf: conf, args: []string{"-F", "-c", "DIR/conf"}, ready: "starting up"}.start(t, id)
}

// Slapd starts an LDAP server with StartTLS; a directive may be "security ssf=128".
func Slapd(t testing.TB, id *pki.Identity, directives ...string) *Server {
	t.Helper()
	s := daemon{binary: "slapd", pkg: "slapd", args: []string{"-d", "config", "-f", "DIR/conf", "-h", "ldap://127.0.0.1:PORT"}, ready: "slapd starting",
		conf: "include /etc/ldap/schema/core.schema\nTLSCertificateFile DIR/chain.pem\nTLSCertificateKeyFile DIR/key.pem\n" + strings.Join(directives, "\n") +
			"\ndatabase config\n"}.start(t, id)
	for deadline := time.Now().Add(startLimit); ; time.Sleep(time.Millisecond) { // it says that it starts before it listens
		conn, err := net.Dial("tcp", s.Addr.String())
		if err == nil {
			_ = conn.Close()
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("tlstest: slapd does not listen: %v", err)
		}
	}
}

// Prosody starts an XMPP server of localhost, for clients, or with service "s2s" for servers.
func Prosody(t testing.TB, id *pki.Identity, service string) *Server {
	t.Helper()
	other := map[string]string{"c2s": "s2s", "s2s": "c2s"}[service]
	tls := `ssl = { key = "DIR/key.pem", certificate = "DIR/chain.pem" }` + "\n"
	return daemon{binary: "prosody", pkg: "prosody", args: []string{"--config", "DIR/conf.lua", "-F"}, ready: "Activated service '" + service + `' on \[127`,
		before: func(dir string) *exec.Cmd { return exec.Command("ln", "-s", "conf", dir+"/conf.lua") }, // it wants to see by the name what it is
		conf: "run_as_root = true\npidfile = \"PID\"\ndata_path = \"DIR\"\nlog = { info = \"*console\" }\ninterfaces = { \"127.0.0.1\" }\n" + service +
			"_ports = { PORT }\n" + other + "_ports = { }\nmodules_enabled = { \"tls\", \"saslauth\", \"dialback\" }\n" + tls + "VirtualHost \"localhost\"\n" + tls,
	}.start(t, id)
}

// InspIRCd starts an IRC server with STARTTLS.
func InspIRCd(t testing.TB, id *pki.Identity) *Server {
	t.Helper()
	return daemon{binary: "inspircd", pkg: "inspircd", args: []string{"--nofork", "--runasroot", "--config", "DIR/conf"}, ready: "is now running",
		conf: `<server name="irc.example.com" description="x" network="x" id="001"><admin name="x" nick="x" email="x@example.com">` +
			`<bind address="127.0.0.1" port="PORT" type="clients"><connect allow="*" useident="no" resolvehostnames="no"><module name="ssl_gnutls">` +
			`<sslprofile name="main" provider="gnutls" certfile="DIR/chain.pem" keyfile="DIR/key.pem" hash="sha256"><module name="starttls">` +
			`<starttls name="main"><pid file="PID"><path configdir="DIR" datadir="DIR" logdir="DIR">` + "\n"}.start(t, id)
}

// NgIRCd starts an IRC server that does not know STARTTLS, and does not say so to a client that has not given its name.
func NgIRCd(t testing.TB, id *pki.Identity) *Server {
	t.Helper()
	return daemon{binary: "ngircd", pkg: "ngircd", args: []string{"-n", "-f", "DIR/conf"}, ready: `Server ".*" \(on ".*"\) ready`,
		conf: fmt.Sprintf("[Global]\nName = irc.example.com\nListen = 127.0.0.1\nPorts = PORT\nServerUID = %d\nServerGID = %d\n[Options]\nDNS = no\nIdent = no\nPAM = no\n",
			os.Geteuid(), os.Getegid())}.start(t, id)
}

// XRDP starts an RDP server with a security layer: negotiate, tls or rdp.
func XRDP(t testing.TB, id *pki.Identity, layer string) *Server {
	t.Helper()
	return daemon{binary: "xrdp", pkg: "xrdp", args: []string{"-n", "-c", "DIR/conf"}, ready: "listening to port",
		conf: "[Globals]\nini_version=1\nport=tcp://127.0.0.1:PORT\nsecurity_layer=" + layer + "\ncrypt_level=high\ncertificate=DIR/chain.pem\nkey_file=DIR/key.pem\n" +
			"ssl_protocols=TLSv1.2, TLSv1.3\n[Logging]\nLogFile=/dev/stdout\nEnableSyslog=false\nLogLevel=INFO\n[Xorg]\nname=Xorg\nlib=libxup.so\n",
	}.start(t, id)
}

// TigerVNC starts a VNC server with security types, such as X509None or VncAuth.
func TigerVNC(t testing.TB, id *pki.Identity, types string) *Server {
	t.Helper()
	return daemon{binary: "Xtigervnc", pkg: "tigervnc-standalone-server", ready: "Listening for VNC connections",
		args: []string{":PORT", "-rfbport", "PORT", "-localhost", "-SecurityTypes", types, "-X509Cert", "DIR/chain.pem", "-X509Key", "DIR/key.pem",
			"-BlacklistThreshold", "1000", "-geometry", "64x64"},
	}.start(t, id)
}

// MariaDB starts a MySQL server.
func MariaDB(t testing.TB, id *pki.Identity) *Server {
	t.Helper()
	install := Require(t, "mariadb-install-db", "mariadb-server")
	me := fmt.Sprintf("--user=%d", os.Geteuid())
	return daemon{binary: "mariadbd", pkg: "mariadb-server", ready: "ready for connections",
		before: func(dir string) *exec.Cmd {
			return exec.Command(install, "--no-defaults", "--datadir="+dir+"/data", "--auth-root-authentication-method=normal", "--skip-test-db", me)
		},
		args: []string{"--no-defaults", me, "--datadir=DIR/data", "--socket=DIR/s", "--pid-file=PID", "--bind-address=127.0.0.1", "--port=PORT",
			"--ssl-cert=DIR/chain.pem", "--ssl-key=DIR/key.pem"},
	}.start(t, id)
}

// PostgreSQL starts a server whose pg_hba.conf is as given.
func PostgreSQL(t testing.TB, id *pki.Identity, ssl, hba string) *Server {
	t.Helper()
	initdb := Require(t, "initdb", "postgresql")
	d := daemon{binary: "postgres", pkg: "postgresql", ready: "ready to accept connections",
		args: []string{"-D", "DIR/data", "-k", "DIR/data", "-p", "PORT", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "ssl=" + ssl,
			"-c", "ssl_cert_file=DIR/data/chain.pem", "-c", "ssl_key_file=DIR/data/key.pem"}}
	as := ""
	if os.Geteuid() == 0 { // it refuses root
		as = "setpriv --reuid=65534 --regid=65534 --clear-groups "
		postgres := Require(t, "postgres", "postgresql")
		d.binary, d.args = "setpriv", append([]string{"--reuid=65534", "--regid=65534", "--clear-groups", postgres}, d.args...)
	}
	d.before = func(dir string) *exec.Cmd {
		return exec.Command("sh", "-c", "mkdir -m 700 "+dir+"/data && { [ -z '"+as+"' ] || chown 65534:65534 "+dir+"/data; } && cd "+dir+"/data && "+
			as+initdb+" -D "+dir+"/data -U portseal -A trust --locale=C.UTF-8 --no-sync && cp ../chain.pem ../key.pem . && chmod 600 key.pem && "+
			"printf '%s\\n' '"+hba+"' >pg_hba.conf && { [ -z '"+as+"' ] || chown 65534:65534 *.pem; }")
	}
	return d.start(t, id)
}
