package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// keepingServer is an SMTP server that carries out inside TLS what it has read before, or with forgets does not.
func keepingServer(cfg *tls.Config, forgets bool) badserver.Handler {
	answers := map[string]string{"EHLO": "250-mail.example.com\r\n250 STARTTLS", "STARTTLS": "220 go", "NOOP": "250 OK", "QUIT": "221 bye"}
	return func(_ context.Context, raw *net.TCPConn) {
		var conn net.Conn = raw
		fmt.Fprint(conn, "220 mail.example.com ESMTP\r\n")
		for in := bufio.NewReader(conn); ; {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			fmt.Fprint(conn, answers[word]+"\r\n")
			switch word {
			case "QUIT":
				_ = conn.Close()
				return
			case "STARTTLS":
				kept, _ := in.Peek(in.Buffered())
				if forgets {
					kept = nil
				}
				conn = tls.Server(raw, cfg)
				in = bufio.NewReader(&keptFirst{strings.NewReader(string(kept)), conn})
			}
		}
	}
}

// keptFirst reads what was kept, and then what comes.
type keptFirst struct {
	kept *strings.Reader
	net.Conn
}

func (b *keptFirst) Read(p []byte) (int, error) {
	if b.kept.Len() > 0 {
		return b.kept.Read(p)
	}
	return b.Conn.Read(p)
}
