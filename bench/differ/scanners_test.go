//go:build bench && linux

package differ

import (
	"context"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// scanner is one program and how it is asked.
type scanner struct {
	name, path string
	slow       bool
	parse      func([]byte) (Facts, error)
	args       func(look) []string // nil: it does not speak the protocol
	about      []string            // arguments by which it tells its version
}

// look is one listener as a scanner's arguments have it.
type look struct {
	addr                 netip.AddrPort
	kind, sni, root, out string
}

// when gives arguments where a value is there.
func when(value string, args ...string) []string {
	if value == "" {
		return nil
	}
	return args
}

func join(lists ...[]string) (all []string) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func scanners(tools string) []scanner {
	path := func(name string) string {
		found, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return found
	}
	sslyze := filepath.Join(tools, "sslyze", "bin", "sslyze")
	if _, err := os.Stat(sslyze); err != nil {
		sslyze = ""
	}
	return []scanner{
		{name: "portseal", path: filepath.Join(tools, "portseal"), parse: Portseal, args: func(l look) []string {
			return join([]string{"scan", "--probes", "deep", "--pace", "fast", "--fail-on", "never", "--quiet", "--format", "json", "-o", l.out},
				when(l.kind, "--starttls", l.kind), when(l.sni, "--sni", l.sni), when(l.root, "--keyring", "root="+l.root), []string{l.addr.String()})
		}},
		{name: "sslscan", path: path("sslscan"), parse: Sslscan, about: []string{"--version"}, args: sslscanArgs},
		{name: "nmap", path: path("nmap"), parse: Nmap, about: []string{"--version"}, args: func(l look) []string {
			scriptArgs := "vulns.showall" + strings.Join(when(l.sni, ",tls.servername="+l.sni), "")
			return join([]string{"-n", "-Pn", "-p", strconv.Itoa(int(l.addr.Port())), "--script", NmapScripts, "--script-args", scriptArgs, "-oX", l.out},
				when(l.kind, "-sV"), []string{l.addr.Addr().String()})
		}},
		{name: "sslyze", path: sslyze, parse: Sslyze, about: []string{"--help"}, args: sslyzeArgs},
		{name: "testssl.sh", path: path("testssl"), slow: true, parse: Testssl, about: []string{"--version"}, args: testsslArgs},
	}
}

func sslscanArgs(l look) []string {
	start := map[string]string{"smtp": "--starttls-smtp", "imap": "--starttls-imap", "pop3": "--starttls-pop3", "ftp": "--starttls-ftp",
		"ldap": "--starttls-ldap", "postgres": "--starttls-psql", "xmpp": "--starttls-xmpp", "mysql": "--starttls-mysql"}[l.kind]
	return join([]string{"--no-colour", "--ocsp", "--show-sigs", "--show-certificates", "--timeout=2", "--xml=" + l.out}, when(l.sni, "--sni-name="+l.sni), when(start, start),
		[]string{l.addr.String()})
}

// testsslArgs leaves out HTTP's headers and what browsers would choose.
func testsslArgs(l look) []string {
	start, spoken := map[string]string{"": "", "smtp": "smtp", "imap": "imap", "pop3": "pop3", "ftp": "ftp", "ldap": "ldap", "postgres": "postgres", "mysql": "mysql", "xmpp": "xmpp"}[l.kind]
	if !spoken {
		return nil
	}
	target := l.addr.String()
	if l.sni != "" {
		target = net.JoinHostPort(l.sni, strconv.Itoa(int(l.addr.Port())))
	}
	return join([]string{"--quiet", "--color", "0", "--warnings", "batch", "-p", "-s", "-f", "-P", "-S", "-U", "-e", "--jsonfile", l.out},
		when(l.root, "--add-ca", l.root), when(l.sni, "--ip", l.addr.Addr().String()), when(start, "--starttls", start),
		map[string][]string{"xmpp": {"--xmpphost", l.sni}}[l.kind], []string{target})
}

func sslyzeArgs(l look) []string {
	if l.kind == "mysql" {
		return nil
	}
	return join([]string{"--quiet", "--mozilla_config=disable", "--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--elliptic_curves",
		"--certinfo", "--compression", "--reneg", "--heartbleed", "--fallback", "--early_data", "--resum", "--ems", "--openssl_ccs", "--robot", "--json_out", l.out},
		when(l.root, "--certinfo_ca_file", l.root), when(l.sni, "--sni", l.sni), when(l.kind, "--starttls", l.kind),
		map[string][]string{"xmpp": {"--xmpp_to", l.sni}}[l.kind], []string{l.addr.String()})
}

var number = regexp.MustCompile(`\d+(\.\d+)+`)

// version is what the program says that it is.
func (s scanner) version() string {
	if s.name == "portseal" {
		return "of this revision"
	}
	if s.name == "sslyze" {
		data, _ := os.ReadFile(filepath.Join(filepath.Dir(s.path), "..", "version")) // differences.sh pins it
		return strings.TrimSpace(string(data))
	}
	out, _ := exec.CommandContext(context.Background(), s.path, s.about...).CombinedOutput()
	return number.FindString(string(out))
}
