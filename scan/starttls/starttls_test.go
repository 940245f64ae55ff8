package starttls

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// each runs f for every script of every kind.
func each(t *testing.T, scripts map[string][]script, f func(t *testing.T, kind string, s script)) {
	for kind, list := range scripts {
		for i, s := range list {
			t.Run(kind+"/"+strconv.Itoa(i), func(t *testing.T) { f(t, kind, s) })
		}
	}
}

func TestEveryKindHasScripts(t *testing.T) {
	spoken := 0
	for _, k := range Kinds() {
		if _, ok := Lookup(k.Name); !ok { // DRDA: TLS comes at once
			assert.NotNil(t, k.Clear, k.Name)
			continue
		}
		spoken++
		assert.NotEmpty(t, good()[k.Name], k.Name)
		assert.NotEmpty(t, append(refusals()[k.Name], mistakes()[k.Name]...), k.Name)
	}
	assert.Len(t, good(), spoken)
}

func TestLeadsToTLS(t *testing.T) {
	each(t, good(), func(t *testing.T, kind string, s script) {
		said, err := talk(t, kind, s)
		require.NoError(t, err)
		assert.Equal(t, s.said(), string(said))
	})
}

func TestPeerThatDripsLeadsToTLSToo(t *testing.T) {
	each(t, good(), func(t *testing.T, kind string, s script) {
		said, err := talk(t, kind, s.drip())
		require.NoError(t, err)
		assert.Equal(t, s.said(), string(said))
	})
}

func TestRefusals(t *testing.T) {
	each(t, refusals(), func(t *testing.T, kind string, s script) {
		said, err := talk(t, kind, s)
		refused, ok := errors.AsType[*Refused](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, s.said(), string(said))
		assert.NotEmpty(t, refused.Said)
		assert.True(t, strings.HasSuffix(string(said), string(refused.Said)), "the answer that refused is the last that came")
		assert.NotEmpty(t, refused.Why)
	})
}

func TestAnswersThatSayNothingAboutTLS(t *testing.T) {
	each(t, mistakes(), func(t *testing.T, kind string, s script) {
		said, err := talk(t, kind, s)
		_, ok := errors.AsType[*Unexpected](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, s.said(), string(said))
	})
}

// A peer of another protocol is named at once: it need not close, nor end a line, nor run into the time limit.
func TestOtherProtocols(t *testing.T) {
	others := map[string]string{
		"SSH":   "SSH-2.0-OpenSSH_9.2\r\n",
		"HTTP":  "HTTP/1.1 400 Bad Request\r\n\r\n",
		"alert": "\x15\x03\x01\x00\x02\x02\x28",
		"noise": "\x8e\x01\x77\xf3\x90\x41\xaa\xbb\xcc",
	}
	for kind, scripts := range good() {
		for name, text := range others {
			t.Run(kind+"/"+name, func(t *testing.T) {
				s := script{"S:" + text}
				if strings.HasPrefix(scripts[0][0], "C:") {
					s = script{scripts[0][0], "S:" + text}
				}
				_, err := talk(t, kind, s)
				wrong, ok := errors.AsType[*Unexpected](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, text, string(wrong.Said))
				assert.Equal(t, name == "alert", strings.Contains(err.Error(), "TLS at once"), "%v", err)
			})
		}
	}
}

func TestTextBehindTheGoAheadIsAnError(t *testing.T) {
	each(t, good(), func(t *testing.T, kind string, s script) {
		s = s.replaceLast(func(goAhead string) string { return goAhead + "250 injected\r\n" })
		if kind == "mysql" {
			s = s[:1] // its go-ahead is the greeting: nothing must be sent after it
		}
		said, err := talk(t, kind, s)
		wrong, ok := errors.AsType[*Unexpected](err)
		require.True(t, ok, "%v", err)
		assert.Contains(t, wrong.Error(), "nothing before TLS but")
		assert.True(t, strings.HasSuffix(string(wrong.Said), "injected\r\n"))
		assert.Equal(t, s.said(), string(said), "all of it is evidence")
	})
}

// Every good dialogue, broken off after every octet that the peer says: it closes, or it falls silent.
func TestBrokenOff(t *testing.T) {
	each(t, good(), func(t *testing.T, kind string, s script) {
		if kind == "tn3270" {
			s = good()[kind][0] // the others would wait for the offer
		}
		drip := s.drip()
		for i := range drip {
			if !strings.HasPrefix(drip[i], "S:") || i == 0 {
				continue
			}
			broken := slices.Clone(drip[:i])
			said, err := talk(t, kind, append(broken, "X:"))
			assert.True(t, errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe), "%d: %v", i, err)
			assert.Equal(t, broken.said(), string(said))

			said, err = talk(t, kind, append(broken, "D:1h"))
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded, "%d", i)
			assert.Equal(t, broken.said(), string(said))
		}
	})
}

func TestCaps(t *testing.T) {
	endless := strings.Repeat("x", maxSaid+5000)
	for _, c := range []struct {
		name, kind, want string
		script           script
	}{
		{"one line", "smtp", "lines of at most 8192 octets", script{"S:220 " + endless}},
		{"many lines", "smtp", "512 lines", script{"S:" + strings.Repeat("220-x\r\n", 600)}},
		{"lines between", "ftp", "512 lines", script{"S:220-x\r\n" + strings.Repeat("x\r\n", 600)}},
		{"long lines", "ftp", "65536 octets", script{"S:220-x\r\n" + strings.Repeat(endless[:1000]+"\r\n", 100)}},
		{"news", "imap", "512 lines", script{"S:* OK\r\n", "C:p1 STARTTLS\r\n", "S:" + strings.Repeat("* x\r\n", 600)}},
		{"one element", "xmpp", "65536 octets", script{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features>" + endless}},
		{"deep elements", "xmpp", "65536 octets",
			script{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features>" + strings.Repeat("<a>", 30000)}},
		{"terminal text", "tn3270", "65536 octets", script{"S:\xff\xf1" + endless}},
		{"sub-negotiation", "tn3270", "65536 octets", script{"S:\xff\xfa\x18" + endless}},
		{"packet", "mysql", "65536 octets", script{"S:\xff\xff\xff\x00\x0a"}},
		{"notices", "irc", "512 lines", script{"C:STARTTLS\r\n", "S:" + strings.Repeat("NOTICE x\r\n", 600)}},
		{"reason", "vnc", "RFB's security types", script{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x00\xff\xff\xff\xff"}},
		{"packets", "mssql", "65536 octets", script{"C:" + tdsRequest(1), "S:" + strings.Repeat("\x04\x00\x00\x09\x00\x00\x01\x00x", 8000)}},
		{"literal", "sieve", "65536 octets", script{"S:\"X\" {65535}\r\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, err := talk(t, c.kind, c.script)
			_, ok := errors.AsType[*Unexpected](err)
			require.True(t, ok, "%v", err)
			assert.Contains(t, err.Error(), c.want)
			assert.Less(t, len(err.Error()), 1200, "an error quotes an excerpt only")
			assert.LessOrEqual(t, len(said), maxSaid)
		})
	}
}

func TestErrorsEscapeWhatThePeerSaid(t *testing.T) {
	_, err := talk(t, "pop3", script{"S:-ERR \x1b[2J\u202egnp.exe\r\n"})
	require.Error(t, err)
	assert.Equal(t, `expected a +OK greeting, got "-ERR \x1b[2J\u202egnp.exe\r\n"`, err.Error())

	_, err = talk(t, "ldap", refusals()["ldap"][0])
	require.Error(t, err)
	assert.True(t, strings.HasPrefix(err.Error(),
		`TLS refused: StartTLS gave result code 2 "unsupported" (RFC 4511 appendix A): "0`), err.Error())

	_, err = talk(t, "smtp", script{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250-STARTT", "X:"})
	require.Error(t, err)
	assert.Equal(t, `waiting for a reply to EHLO localhost, having got "250-m\r\n250-STARTT": unexpected EOF`, err.Error())
}

// The end of ctx ends the wait although the connection has no deadline of its own.
func TestCancel(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				defer ours.Close()
				go func() { _, _ = io.Copy(io.Discard, theirs) }()
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				began := time.Now()
				speak := k.Start
				if speak == nil {
					speak = k.Clear
				}
				_, err := speak(ctx, ours, "host.example.com")
				assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
				assert.Equal(t, time.Second, time.Since(began))
			})
		})
	}
}

// A silent telnet server is offered START_TLS late enough for one that waits for a ClientHello first, when there is time.
func TestTelnetOffer(t *testing.T) {
	const s = time.Second
	for limit, want := range map[time.Duration]time.Duration{0: 12 * s, 4 * s: 3 * s, 60 * s: 12 * s} {
		synctest.Test(t, func(t *testing.T) {
			ctx := t.Context()
			if limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, limit)
				defer cancel()
			}
			assert.Equal(t, want, offerAfter(ctx))
		})
	}
}

func TestXMPPEscapesTheHost(t *testing.T) {
	fn, _ := Lookup("xmpp")
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		heard := make(chan []byte)
		go func() {
			all, _ := io.ReadAll(theirs)
			heard <- all
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := fn(ctx, ours, "a'><b>")
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		_ = ours.Close()
		assert.Contains(t, string(<-heard), "to='a&#39;&gt;&lt;b&gt;'")
	})
}

// A server that does not serve the domain says so behind a long header: the error quotes what it says, and names the domain.
func TestXMPPOfAnotherDomain(t *testing.T) {
	_, err := talk(t, "xmpp", mistakes()["xmpp"][0])
	assert.EqualError(t, err, `expected an XMPP stream with features for the domain "host.example.com", which is the server name, got `+
		`"<stream:error><host-unknown/></stream:error></stream:stream>"`)
}

func TestLists(t *testing.T) {
	var names []string
	seen := map[uint16]bool{}
	for _, k := range Kinds() {
		names = append(names, k.Name)
		for _, port := range k.Ports {
			assert.False(t, seen[port], "two kinds want port %d", port)
			seen[port] = true
			got, ok := ForPort(port)
			assert.True(t, ok)
			assert.Equal(t, k.Name, got)
		}
	}
	assert.True(t, slices.IsSorted(names))
	for _, port := range []uint16{443, 465, 990, 992, 993, 3449} {
		_, ok := ForPort(port)
		assert.False(t, ok, "%d: TLS at once", port)
	}
	_, ok := Lookup("gopher")
	assert.False(t, ok)
}

func TestSelf(t *testing.T) {
	for want, addr := range map[string]net.Addr{
		"[192.0.2.1]":        &net.TCPAddr{IP: net.ParseIP("::ffff:192.0.2.1"), Port: 1},
		"[IPv6:2001:db8::1]": &net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Port: 1},
		"[IPv6:fe80::1]":     &net.TCPAddr{IP: net.ParseIP("fe80::1"), Port: 1, Zone: "eth0"},
		"localhost":          &net.UnixAddr{Name: "pipe"},
	} {
		assert.Equal(t, want, (&peer{conn: at{addr: addr}}).self())
	}
}

// at is a connection of which only this end's address matters.
type at struct {
	net.Conn
	addr net.Addr
}

func (a at) LocalAddr() net.Addr { return a.addr }
