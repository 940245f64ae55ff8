package notice

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	mail "github.com/wneessen/go-mail"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/report/text"
)

// mailWidth is how long the lines of a mail are, in columns: RFC 5322 section 2.1.1.
const mailWidth = 78

// mail sends a message by mail: all receivers of one message get it, or it is tried again.
func (w wires) mail(ctx context.Context, to *estate.Notice, m *Message) error {
	letter, err := w.letter(to, m)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(to.SMTP)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	// All that is dialled is closed below: the library leaves a connection open whose dialogue fails.
	var line net.Conn
	options := []mail.Option{mail.WithPort(number), mail.WithTimeout(sendWithin), mail.WithTLSConfig(w.tls(host)), mail.WithoutNoop(),
		mail.WithDialContextFunc(func(dialling context.Context, network, address string) (net.Conn, error) {
			c, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			if line = c; to.TLS == estate.MailTLS {
				secured := tls.Client(c, w.tls(host))
				if err := secured.HandshakeContext(dialling); err != nil {
					return nil, errors.Join(err, c.Close())
				}
				return secured, nil
			}
			return c, nil
		})}
	if w.host != "" {
		options = append(options, mail.WithHELO(w.host))
	}
	switch to.TLS {
	case estate.MailTLS:
		options = append(options, mail.WithSSL())
	case estate.MailPlain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	password := ""
	if to.User != "" {
		read, err := secret.Line(to.PasswordFile)
		if err != nil {
			return err
		}
		password = string(read)
		options = append(options, mail.WithUsername(to.User), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if line != nil {
		_ = line.Close()
	}
	if err != nil && !letter.IsDelivered() {
		return fmt.Errorf("mail server %s: %s", to.SMTP, withoutSecret(err.Error(), to.User, password))
	}
	return nil
}

// withoutSecret keeps a password out of an error, in which a server may repeat what it was sent.
func withoutSecret(said, user, password string) string {
	if password == "" {
		return said
	}
	encode := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(encode([]byte("\x00"+user+"\x00"+password)), "***", encode([]byte(password)), "***", password, "***").Replace(said)
}

// letter is a message as a mail. What goes into a header is clean, or an address that the estate file has.
func (w wires) letter(to *estate.Notice, m *Message) (*mail.Msg, error) {
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.From(to.From); err != nil {
		return nil, fmt.Errorf("the sender's address: %w", err)
	}
	if err := letter.To(to.To...); err != nil {
		return nil, fmt.Errorf("the address of a receiver: %w", err)
	}
	domain := to.From[strings.LastIndexByte(to.From, '@')+1:]
	thread := sha256.Sum256([]byte(m.Estate))
	root := "<portseal." + hex.EncodeToString(thread[:8]) + "@" + domain + ">"
	letter.SetMessageIDWithValue(m.ID + "@" + domain)
	letter.SetGenHeader(mail.HeaderInReplyTo, root)
	letter.SetGenHeader(mail.HeaderReferences, root)
	letter.SetGenHeader("List-Id", "<"+label(m.Estate)+".portseal."+domain+">")
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	letter.SetDateWithValue(m.Made)
	letter.Subject("[portseal] " + text.Clean(m.Title))
	var body strings.Builder
	for _, line := range strings.Split(strings.Join(m.lines(), "\n"), "\n") {
		words := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(words)]
		for _, part := range text.Wrap(words, mailWidth-len(indent)) {
			body.WriteString(indent + part + "\n")
		}
	}
	fmt.Fprintf(&body, "\n-- \n%s, receiver %s, notice %s\n", m.Tool, m.Receiver, m.ID)
	letter.SetBodyString(mail.TypeTextPlain, body.String())
	return letter, nil
}

// label makes a name a part of a domain (RFC 2919 section 3).
func label(name string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name)
	if out = strings.Trim(out, "-"); out == "" {
		return "estate"
	}
	return out[:min(len(out), 63)]
}
