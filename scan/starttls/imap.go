package starttls

import (
	"context"
	"strings"
)

// imap is RFC 9051 section 6.2.1. STARTTLS is sent without asking for capabilities first: the answer is the fact.
func imap(_ context.Context, p *peer, _ string) error {
	p.want = "a \"* OK\" greeting"
	line, err := p.line("*")
	if err != nil {
		return err
	}
	switch _, status := tagged(line); status {
	case "OK":
	case "PREAUTH": // already logged in, where STARTTLS is not allowed: the session stays clear (RFC 9051 section 11.1)
		return p.refused("the greeting is PREAUTH")
	default:
		return p.unexpected()
	}
	if err := p.send([]byte("p1 STARTTLS\r\n"), "OK, NO or BAD in reply to STARTTLS"); err != nil {
		return err
	}
	for {
		line, err := p.line("*p")
		if err != nil {
			return err
		}
		switch tag, status := tagged(line); {
		case tag == "*" && status != "BYE": // news that nobody asked for is allowed at any time
		case tag == "p1" && status == "OK":
			return nil
		case tag == "p1" && (status == "NO" || status == "BAD"):
			return p.refused("the reply to STARTTLS")
		default:
			return p.unexpected()
		}
	}
}

// tagged takes the tag and the word after it, in capitals, off a response line.
func tagged(line string) (tag, status string) {
	tag, rest, _ := strings.Cut(line, " ")
	status, _, _ = strings.Cut(rest, " ")
	return tag, strings.ToUpper(status)
}
