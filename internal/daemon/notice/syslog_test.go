package notice

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// syntax is RFC 5424 section 6, for what this package sends.
var syntax = regexp.MustCompile(`^<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\S+) portseal - ([a-z]{1,32}) ` +
	`\[portseal@32473((?: [a-z0-9_]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] (?s:(.*))$`)

func checkLines(t *testing.T, got []string) {
	t.Helper()
	require.Len(t, got, 4, "the summary, two new ones, one that is resolved")
	for _, line := range got {
		require.Regexp(t, syntax, line)
		assert.NotContains(t, line, "\n")
	}
	assert.True(t, strings.HasPrefix(got[0], "<26>1 2026-03-01T02:30:00.000Z here.example.com portseal - notice "), got[0])
	assert.Contains(t, got[0], `new="2" resolved="1"`)
	assert.True(t, strings.HasPrefix(got[1], "<26>1 "), got[1])
	assert.Contains(t, got[1], `finding="RC4-LISTENER-OPEN" severity="critical" endpoint="SYSA/one"`)
	assert.Contains(t, got[1], "\ufeff[critical] SYSA/one", "the mark of UTF-8")
	assert.True(t, strings.HasPrefix(got[3], "<30>1 "), "what is resolved is no alarm")
}

func TestSyslogDatagrams(t *testing.T) {
	m, _ := hostile(t)
	socket := filepath.Join(t.TempDir(), "log")
	for network, address := range map[string]string{"udp": "127.0.0.1:0", "unixgram": socket} {
		l, err := net.ListenPacket(network, address)
		require.NoError(t, err)
		to := &estate.Notice{Syslog: "udp://" + l.LocalAddr().String()}
		if network == "unixgram" {
			to.Syslog = "unix://" + socket
		}
		require.NoError(t, wires{host: "here.example.com"}.send(t.Context(), to, m, nil))
		var got []string
		for range 4 {
			b := make([]byte, 1<<16)
			n, _, err := l.ReadFrom(b)
			require.NoError(t, err)
			got = append(got, string(b[:n]))
		}
		checkLines(t, got)
		require.NoError(t, l.Close())
		require.Error(t, wires{}.send(t.Context(), to, m, nil), "nobody listens")
	}
}

// counted reads messages whose octets are counted, RFC 6587 section 3.4.1.
func counted(r *bufio.Reader) (out []string, err error) {
	for {
		var n int
		if _, err := fmt.Fscanf(r, "%d ", &n); err != nil {
			return out, nil
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return out, err
		}
		out = append(out, string(b))
	}
}

func TestSyslogStreams(t *testing.T) {
	m, _ := hostile(t)
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	for _, scheme := range []string{"tcp", "tls"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		address := l.Addr().String()
		if scheme == "tls" {
			l = tls.NewListener(l, &tls.Config{Certificates: web.TLS.Certificates})
		}
		got := make(chan []string)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					close(got)
					return
				}
				lines, _ := counted(bufio.NewReader(c))
				_ = c.Close()
				if len(lines) > 0 {
					got <- lines
				}
			}
		}()
		w := trusting(web)
		w.host = "here.example.com"
		require.NoError(t, func() error {
			ended := make(chan error, 1)
			go func() { ended <- w.send(t.Context(), &estate.Notice{Syslog: scheme + "://" + address}, m, nil) }()
			checkLines(t, <-got)
			return <-ended
		}())
		if scheme == "tls" {
			require.ErrorContains(t, w.send(t.Context(), &estate.Notice{Syslog: "tls://" + strings.Replace(address, "127.0.0.1", "localhost", 1)}, m, nil), "localhost")
			require.ErrorContains(t, wires{roots: x509.NewCertPool()}.send(t.Context(), &estate.Notice{Syslog: "tls://" + address}, m, nil), "unknown authority")
		}
		require.NoError(t, l.Close())
		require.Error(t, w.send(t.Context(), &estate.Notice{Syslog: scheme + "://" + address}, m, nil))
	}
}

// TestSyslogReset: a receiver that ends the connection with a reset has not taken what it was sent.
func TestSyslogReset(t *testing.T) {
	m, _ := hostile(t)
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		c, err := l.AcceptTCP()
		if err == nil {
			_, err = io.Copy(io.Discard, c) // to the end, so that it is no write that fails
			_ = c.SetLinger(0)
			_ = c.Close()
		}
		ended <- err
	}()
	require.ErrorContains(t, wires{}.send(t.Context(), &estate.Notice{Syslog: "tcp://" + l.Addr().String()}, m, nil), "reset")
	require.NoError(t, <-ended)
	require.NoError(t, l.Close())
}

func TestSyslogSeverities(t *testing.T) {
	for s, want := range map[report.Severity]int{report.Critical: 2, report.High: 3, report.Medium: 4, report.Low: 5, report.Info: 6, report.SeverityUnknown: 6} {
		assert.Equal(t, want, syslogSeverity(s))
	}
	for host, want := range map[string]string{"": "-", "a b": "-", "größe": "-", strings.Repeat("x", 256): "-", "here": "here"} {
		assert.Equal(t, want, hostName(host))
	}
}

func FuzzSyslog(f *testing.F) {
	f.Add("detail", "SYSA/one", "host")
	f.Add("\"]\\\n\x00\u202e", "] [x y=\"z\"", "a\nb")
	f.Add(strings.Repeat("ä", 3000), strings.Repeat(`"`, 300), "")
	f.Fuzz(func(t *testing.T, detail, endpoint, host string) {
		finding := shown(findingOf(detail, endpoint))
		out := finding.event(estate.NoticeNew, report.High).format(time.Unix(0, 0), host, datagram)
		if len(out) > datagram || !utf8.Valid(out) || !syntax.Match(out) || strings.ContainsAny(string(out), "\n\r\x00\x1b") {
			t.Errorf("%q", out)
		}
	})
}
