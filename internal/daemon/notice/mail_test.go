package notice

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report/text"
)

// mailbox is a mail server's back end.
type mailbox struct {
	got      []letter
	insecure int // AUTH without TLS
	refuse   error
}

type letter struct {
	from string
	to   []string
	user string
	tls  bool
	data []byte
}

func (b *mailbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{box: b, conn: c}, nil
}

type session struct {
	box  *mailbox
	conn *smtp.Conn
	letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	if _, secured := s.conn.TLSConnectionState(); !secured {
		s.box.insecure++
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right-password" {
			return &smtp.SMTPError{Code: 535, Message: "no such password: " + password}
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return s.box.refuse }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = append(s.to, to); return nil }
func (s *session) Reset()                                      {}
func (s *session) Logout() error                               { return nil }
func (s *session) Data(r io.Reader) (err error) {
	s.data, err = io.ReadAll(r)
	_, s.tls = s.conn.TLSConnectionState()
	s.box.got = append(s.box.got, s.letter)
	return err
}

// mailServer serves on loopback, with a certificate for 127.0.0.1; implicit is TLS from the first octet.
func mailServer(t *testing.T, withTLS, implicit bool) (*mailbox, string, wires) {
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	box := &mailbox{}
	server := smtp.NewServer(box)
	server.Domain, server.AllowInsecureAuth = "mail.example.com", true
	config := &tls.Config{Certificates: web.TLS.Certificates}
	if withTLS {
		server.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	if implicit {
		l = tls.NewListener(l, config)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-ended })
	w := trusting(web)
	w.host = "here.example.com"
	return box, address, w
}

func receiver(t *testing.T, address, tls string) *estate.Notice {
	return &estate.Notice{Name: "mail", SMTP: address, From: "portseal@example.com", To: []string{"ops@example.com", "two@example.com"}, TLS: tls,
		User: "portseal", PasswordFile: private(t, "right-password")}
}

func TestMail(t *testing.T) {
	m, _ := hostile(t)
	m.Estate, m.Title = "Größe\r\nX: y", "Größe\r\nBcc: z: "+strings.Repeat("long ", 60)
	for _, kind := range []string{estate.MailStartTLS, estate.MailTLS} {
		box, address, w := mailServer(t, true, kind == estate.MailTLS)
		require.NoError(t, w.send(t.Context(), receiver(t, address, kind), m, nil))
		require.NoError(t, w.send(t.Context(), receiver(t, address, kind), m, nil))
		require.Len(t, box.got, 2)
		got := box.got[0]
		assert.True(t, got.tls)
		assert.Zero(t, box.insecure)
		assert.Equal(t, "portseal", got.user)
		assert.Equal(t, "portseal@example.com", got.from)
		assert.Equal(t, []string{"ops@example.com", "two@example.com"}, got.to)
		read, err := netmail.ReadMessage(bytes.NewReader(got.data))
		require.NoError(t, err)
		again, err := netmail.ReadMessage(bytes.NewReader(box.got[1].data))
		require.NoError(t, err)
		assert.Equal(t, "<"+m.ID+"@example.com>", read.Header.Get("Message-ID"))
		assert.Equal(t, read.Header, again.Header, "a mail that is sent again is the same mail")
		assert.Equal(t, "<gr--e--x--y.portseal.example.com>", read.Header.Get("List-Id"))
		assert.Equal(t, "auto-generated", read.Header.Get("Auto-Submitted"))
		assert.Regexp(t, `^<portseal\.[0-9a-f]{16}@example\.com>$`, read.Header.Get("References"))
		assert.Empty(t, read.Header.Get("Bcc"))
		assert.Empty(t, read.Header.Get("X"))
		subject, err := (&mime.WordDecoder{}).DecodeHeader(read.Header.Get("Subject"))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(subject, `[portseal] Größe\r\nBcc: z: long long`), subject)
		for _, line := range strings.Split(string(got.data), "\r\n") {
			assert.LessOrEqual(t, len(line), 78)
		}
	}
}

func TestMailText(t *testing.T) {
	m, _ := hostile(t)
	m.New[1].Detail = strings.Repeat("long words ", 40) + strings.Repeat("x", 200)
	box, address, w := mailServer(t, false, false)
	to := receiver(t, address, estate.MailPlain)
	to.User = ""
	require.NoError(t, w.send(t.Context(), to, m, nil))
	read, err := netmail.ReadMessage(bytes.NewReader(box.got[0].data))
	require.NoError(t, err)
	decoded, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	require.NoError(t, err)
	body := strings.ReplaceAll(string(decoded), "\r\n", "\n")
	for _, line := range strings.Split(body, "\n") {
		assert.LessOrEqual(t, text.Width(line), mailWidth)
	}
	for _, want := range []string{"[critical] SYSA/one: RC4-LISTENER-OPEN: title of RC4-LISTENER-OPEN", `    CN=x\r\nBcc: evil@example.com`, "RESOLVED (1)",
		"[low] SYSA/two: B: title of B", "notice " + m.ID} {
		assert.Contains(t, body, want)
	}
}

func TestMailThatFails(t *testing.T) {
	m, _ := hostile(t)
	try := func(w wires, to *estate.Notice) error { return w.send(t.Context(), to, m, nil) }
	box, address, w := mailServer(t, false, false)
	require.ErrorContains(t, try(w, receiver(t, address, estate.MailStartTLS)), "STARTTLS")
	assert.Zero(t, box.insecure, "no password without TLS")
	assert.Empty(t, box.got)

	box, address, w = mailServer(t, true, false)
	wrong := receiver(t, address, estate.MailStartTLS)
	wrong.PasswordFile = private(t, "wrong-password")
	err := try(w, wrong)
	require.ErrorContains(t, err, "535")
	assert.NotContains(t, err.Error(), "wrong-password")
	require.ErrorContains(t, try(w, receiver(t, strings.Replace(address, "127.0.0.1", "localhost", 1), estate.MailStartTLS)), "localhost")
	require.ErrorContains(t, try(wires{now: time.Now}, receiver(t, address, estate.MailStartTLS)), "certificate")
	box.refuse = &smtp.SMTPError{Code: 451, Message: "later"}
	require.ErrorContains(t, try(w, receiver(t, address, estate.MailStartTLS)), "451")
	box.refuse = errors.New(strings.Repeat("endless ", 100_000))
	require.Error(t, try(w, receiver(t, address, estate.MailStartTLS)))
	assert.Empty(t, box.got)

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	ctx, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	require.Error(t, w.send(ctx, receiver(t, silent.Addr().String(), estate.MailTLS), m, nil), "a server that says nothing")
}
