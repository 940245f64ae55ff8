package starttls

import (
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writes is a connection that keeps what is written to it, write by write.
type writes struct {
	canned
	all []string
}

func (w *writes) Write(p []byte) (int, error) {
	w.all = append(w.all, string(p))
	return len(p), nil
}

// TestInjectionIsOneWrite: the second command goes with the one that asks for TLS, and with no other; and what is said to it in clear ends nothing.
func TestInjectionIsOneWrite(t *testing.T) {
	for kind, want := range map[string][2]string{
		"smtp": {"STARTTLS\r\nNOOP\r\n", "250 OK\r\n"}, "lmtp": {"STARTTLS\r\nNOOP\r\n", "250 OK\r\n"}, "ftp": {"AUTH TLS\r\nNOOP\r\n", "530 no\r\n"},
		"imap": {"p1 STARTTLS\r\np2 NOOP\r\n", "p2 OK\r\n"}, "pop3": {"STLS\r\nNOOP\r\n", "-ERR\r\n"}, "nntp": {"STARTTLS\r\nDATE\r\n", "111 x\r\n"},
		"sieve": {"STARTTLS\r\nNOOP \"portseal-clear\"\r\n", "OK (TAG \"portseal-clear\")\r\n"},
	} {
		said := good()[kind][0].said() + want[1]
		conn := &writes{canned: canned{bytes.NewReader([]byte(said)), len(said)}}
		var k Kind
		for _, one := range Kinds() {
			if one.Name == kind {
				k = one
			}
		}
		got, err := k.Injection.Start(t.Context(), net.Conn(conn), "host.example.com")
		require.NoError(t, err, kind)
		assert.Equal(t, said, string(got), kind)
		assert.Equal(t, want[0], conn.all[len(conn.all)-1], kind)
		for _, before := range conn.all[:len(conn.all)-1] {
			assert.NotContains(t, before, "NOOP", kind)
		}
	}
}

// TestCarried: which answers tell, and which do not.
func TestCarried(t *testing.T) {
	const yes, no, unknown = "yes", "no", "unknown"
	for _, c := range []struct {
		kind, said string
		ended      bool
		want       string
	}{
		{"smtp", "250 OK\r\n221 bye\r\n", false, yes},
		{"smtp", "221 bye\r\n", false, no},
		{"smtp", "221-bye\r\n221 bye\r\n", true, no},
		{"smtp", "220 mail.example.com\r\n221 bye\r\n", true, unknown}, // a greeting that nobody asked for
		{"smtp", "554 pipelining\r\n", true, unknown},
		{"smtp", "", true, unknown},
		{"ftp", "200 OK\r\n", false, yes},
		{"ftp", "530 Please login with USER and PASS.\r\n221 Goodbye.\r\n", false, yes},
		{"ftp", "530 Please login with USER and PASS.\r\n", true, unknown},
		{"ftp", "221 Goodbye.\r\n", false, no},
		{"imap", "* CAPABILITY IMAP4rev1\r\np2 OK NOOP\r\n", false, yes},
		{"imap", "* BYE\r\n", false, unknown},
		{"imap", "* BYE\r\np3 OK\r\n", false, no},
		{"pop3", "-ERR\r\n+OK bye\r\n", true, yes},
		{"pop3", "+OK\r\n+OK bye\r\n", true, yes},
		{"pop3", "+OK bye\r\n", false, unknown}, // it may be NOOP's answer
		{"pop3", "+OK bye\r\n", true, no},
		{"pop3", "-ERR\r\n", true, unknown},
		{"nntp", "111 20261126120000\r\n", false, yes},
		{"nntp", "480 log in\r\n205 bye\r\n", false, yes},
		{"nntp", "205 bye\r\n", false, no},
		{"sieve", "\"SIEVE\" \"fileinto\"\r\nOK \"TLS\"\r\n", false, unknown}, // the capabilities again
		{"sieve", "OK\r\nOK (TAG {14}\r\nportseal-clear) \"done\"\r\n", false, yes},
		{"sieve", "OK\r\nOK (TAG \"portseal-tls\") \"done\"\r\n", false, no},
	} {
		for _, k := range Kinds() {
			if k.Name != c.kind {
				continue
			}
			carried, known := k.Injection.Carried([]byte(c.said), c.ended)
			got := map[bool]string{true: yes, false: no}[carried]
			if !known {
				got = unknown
			}
			assert.Equal(t, c.want, got, "%s %q", c.kind, c.said)
		}
	}
}
