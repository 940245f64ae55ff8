package starttls

import (
	"context"
	"slices"
	"strings"
)

// imap is RFC 9051 section 6.2.1. STARTTLS is sent without asking for capabilities first: the answer is the fact.
func imap(_ context.Context, p *peer, _ string) error {
	status, err := p.imapGreeting()
	switch {
	case err != nil:
		return err
	case status == "PREAUTH": // already logged in, where STARTTLS is not allowed: the session stays clear (RFC 9051 section 11.1)
		return p.refused("the greeting is PREAUTH")
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

// imapGreeting reads OK or PREAUTH.
func (p *peer) imapGreeting() (status string, err error) {
	p.want = "a \"* OK\" greeting"
	line, err := p.line("*")
	if err != nil {
		return "", err
	}
	if _, status = tagged(line); status != "OK" && status != "PREAUTH" {
		return "", p.unexpected()
	}
	return status, nil
}

// imapClear looks whether a client without TLS may log in: by LOGIN unless LOGINDISABLED says no, and by each AUTH= (RFC 9051 section 11.2).
func imapClear(_ context.Context, p *peer, _ string) error {
	status, err := p.imapGreeting()
	if err != nil || status == "PREAUTH" {
		return err
	}
	if err := p.send([]byte("p1 CAPABILITY\r\n"), "the capabilities, and OK"); err != nil {
		return err
	}
	var capabilities []string
	for {
		line, err := p.line("*p")
		if err != nil {
			return err
		}
		switch tag, status := tagged(line); {
		case tag == "*" && status == "CAPABILITY":
			capabilities = strings.Fields(strings.ToUpper(line))[2:]
		case tag == "*" && status != "BYE":
		case tag == "p1" && status == "OK" && len(capabilities) > 0:
			return p.imapLogin(capabilities)
		default:
			return p.unexpected()
		}
	}
}

func (p *peer) imapLogin(capabilities []string) error {
	authenticates := slices.ContainsFunc(capabilities, func(c string) bool { return strings.HasPrefix(c, "AUTH=") })
	if slices.Contains(capabilities, "LOGINDISABLED") && !authenticates {
		return p.refused("the capabilities before TLS have LOGINDISABLED, and no AUTH=")
	}
	return nil
}
