package starttls

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
)

// buffered is a server's side of a connection: what was read ahead is not lost to TLS.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

func (b *buffered) say(text string) { _, _ = io.WriteString(b.Conn, text) }

// hear waits for exactly that text.
func (b *buffered) hear(text string) error {
	got := make([]byte, len(text))
	if _, err := io.ReadFull(b.r, got); err != nil {
		return err
	}
	if string(got) != text {
		return fmt.Errorf("heard %q, not %q", got, text)
	}
	return nil
}

// commands answers lines until one that ends with last was answered. Unknown commands are an error.
func (b *buffered) commands(last string, answers map[string]string) error {
	for {
		line, err := b.r.ReadString('\n')
		if err != nil {
			return err
		}
		line = strings.TrimRight(line, "\r\n")
		var word, tag string
		for command := range answers {
			before, isTagged := strings.CutSuffix(line, " "+command) // IMAP
			if isTagged {
				tag = before
			}
			if isTagged || line == command || strings.HasPrefix(line, command+" ") {
				word = command
			}
		}
		if word == "" {
			return fmt.Errorf("unknown command %q", line)
		}
		b.say(strings.ReplaceAll(answers[word], "TAG", tag))
		if word == last {
			return nil
		}
	}
}

// servers speak a protocol to the point where TLS starts, leniently enough for any client.
func servers() map[string]func(*buffered) error {
	return map[string]func(*buffered) error{
		"smtp": func(b *buffered) error {
			b.say("220 mail.example.com ESMTP\r\n")
			return b.commands("STARTTLS", map[string]string{
				"EHLO": "250-mail.example.com\r\n250-STARTTLS\r\n250 HELP\r\n", "STARTTLS": "220 go\r\n"})
		},
		"lmtp": func(b *buffered) error {
			b.say("220 mail.example.com LMTP\r\n")
			return b.commands("STARTTLS", map[string]string{"LHLO": "250-mail.example.com\r\n250 STARTTLS\r\n", "STARTTLS": "220 go\r\n"})
		},
		"ftp": func(b *buffered) error {
			b.say("220-FTPD1 IBM FTP CS\r\n220 Connection will close if idle.\r\n")
			return b.commands("AUTH TLS", map[string]string{"AUTH TLS": "234 ready for negotiation\r\n"})
		},
		"imap": func(b *buffered) error {
			b.say("* OK ready\r\n")
			return b.commands("STARTTLS", map[string]string{
				"CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n", "STARTTLS": "TAG OK begin\r\n"})
		},
		"pop3": func(b *buffered) error {
			b.say("+OK ready\r\n")
			return b.commands("STLS", map[string]string{"STLS": "+OK begin\r\n"})
		},
		"nntp": func(b *buffered) error {
			b.say("200 ready\r\n")
			return b.commands("STARTTLS", map[string]string{"CAPABILITIES": "101 list\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n", "STARTTLS": "382 go\r\n"})
		},
		"sieve": func(b *buffered) error {
			b.say("\"IMPLEMENTATION\" \"test\"\r\n\"SIEVE\" \"fileinto\"\r\n\"STARTTLS\"\r\n\"VERSION\" \"1.0\"\r\nOK \"ready\"\r\n")
			return b.commands("STARTTLS", map[string]string{"STARTTLS": "OK \"begin\"\r\n"})
		},
		"xmpp":        func(b *buffered) error { return b.stream(xmppHeader) },
		"xmpp-server": func(b *buffered) error { return b.stream(xmppServerHeader) },
		"irc": func(b *buffered) error {
			return b.commands("STARTTLS", map[string]string{"STARTTLS": ":irc.example.com 670 * :STARTTLS successful, go ahead with TLS handshake\r\n"})
		},
		"telnet": telnetServer,
		"ldap": func(b *buffered) error {
			if err := b.hear(ldapRequest); err != nil {
				return err
			}
			b.say(ldapAnswer(1, 0, ""))
			return nil
		},
		"postgres": func(b *buffered) error {
			if err := b.hear("\x00\x00\x00\x08\x04\xd2\x16\x2f"); err != nil {
				return err
			}
			b.say("S")
			return nil
		},
		"mysql": func(b *buffered) error {
			b.say(mysqlGreeting("\xff\xff"))
			request := make([]byte, 36)
			if _, err := io.ReadFull(b.r, request); err != nil {
				return err
			}
			if request[0] != 32 || request[3] != 1 || request[5]&0x08 == 0 {
				return fmt.Errorf("no SSLRequest: % x", request)
			}
			return nil
		},
		"tn3270": telnetServer,
	}
}

// telnetServer asks for START_TLS first.
func telnetServer(b *buffered) error {
	b.say(doTLS)
	if err := b.hear(willTLS); err != nil {
		return err
	}
	b.say(follows)
	return b.hear(follows)
}

// stream is the server's half of an XMPP stream.
func (b *buffered) stream(header string) error {
	if _, err := readThrough(b, "http://etherx.jabber.org/streams"); err != nil {
		return err
	}
	b.say(header + "<stream:features><starttls" + xmppTLS + "><required/></starttls></stream:features>")
	if _, err := readThrough(b, "<starttls"); err != nil {
		return err
	}
	if _, err := b.r.ReadString('>'); err != nil {
		return err
	}
	b.say("<proceed" + xmppTLS + "/>")
	return nil
}

// readThrough reads until text has been read.
func readThrough(b *buffered, text string) (string, error) {
	var all strings.Builder
	for !strings.HasSuffix(all.String(), text) {
		c, err := b.r.ReadByte()
		if err != nil {
			return all.String(), fmt.Errorf("waiting for %q, having heard %q: %w", text, all.String(), err)
		}
		all.WriteByte(c)
	}
	return all.String(), nil
}

// serve speaks to one client of l, does a complete TLS handshake with it, and returns how that went.
func serve(l net.Listener, speak func(*buffered) error, cert tls.Certificate) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	b := &buffered{Conn: conn, r: bufio.NewReader(conn)}
	if err := speak(b); err != nil {
		return fmt.Errorf("before TLS: %w", err)
	}
	session := tls.Server(b, &tls.Config{Certificates: []tls.Certificate{cert}})
	if err := session.Handshake(); err != nil {
		return err
	}
	return session.Close()
}
