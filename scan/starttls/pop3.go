package starttls

import (
	"context"
	"strings"
)

// pop3 is STLS (RFC 2595 section 4). It is sent without asking for capabilities first: the answer is the fact.
func pop3(_ context.Context, p *peer, _ string) error {
	if err := p.popGreeting(); err != nil {
		return err
	}
	ok, err := p.popCommand("STLS")
	if err == nil && !ok {
		return p.refused("the reply to STLS")
	}
	return err
}

func (p *peer) popGreeting() error {
	p.want = "a +OK greeting"
	line, err := p.line("+-")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, "+OK") {
		return p.unexpected()
	}
	return nil
}

// popCommand sends a command, and says whether the answer is +OK or -ERR.
func (p *peer) popCommand(command string) (ok bool, err error) {
	if err := p.send([]byte(command+"\r\n"), "+OK or -ERR in reply to "+command); err != nil {
		return false, err
	}
	line, err := p.line("+-")
	switch {
	case err != nil:
		return false, err
	case strings.HasPrefix(line, "+OK"):
		return true, nil
	case strings.HasPrefix(line, "-ERR"):
		return false, nil
	}
	return false, p.unexpected()
}

// pop3Clear looks whether a client without TLS may log in: CAPA then has USER, or SASL with a mechanism (RFC 2449 sections 6.2 and 6.4). A server
// that does not know CAPA is given a user's name, and no password.
func pop3Clear(_ context.Context, p *peer, _ string) error {
	if err := p.popGreeting(); err != nil {
		return err
	}
	ok, err := p.popCommand("CAPA")
	if err != nil {
		return err
	}
	if !ok {
		if ok, err = p.popCommand("USER portseal"); err == nil && !ok {
			return p.refused("the reply to USER in clear")
		}
		return err
	}
	logsIn := false
	for {
		line, err := p.line("")
		if err != nil {
			return err
		}
		switch word, mechanisms, _ := strings.Cut(strings.ToUpper(line), " "); {
		case line == "." && logsIn:
			return nil
		case line == ".":
			return p.refused("the capabilities before TLS have neither USER nor a SASL mechanism")
		case word == "USER", word == "SASL" && strings.TrimSpace(mechanisms) != "":
			logsIn = true
		}
	}
}
