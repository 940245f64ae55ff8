package starttls

import (
	"context"
	"strings"
)

// pop3 is STLS (RFC 2595 section 4). It is sent without asking for capabilities first: the answer is the fact.
func pop3(_ context.Context, p *peer, _ string) error {
	p.want = "a +OK greeting"
	line, err := p.line("+-")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, "+OK") {
		return p.unexpected()
	}
	if err := p.send([]byte("STLS\r\n"), "+OK or -ERR in reply to STLS"); err != nil {
		return err
	}
	line, err = p.line("+-")
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(line, "+OK"):
		return nil
	case strings.HasPrefix(line, "-ERR"):
		return p.refused("the reply to STLS")
	}
	return p.unexpected()
}
