package starttls

import (
	"context"
	"strings"
)

// irc is the STARTTLS command (IRCv3, "tls Extension", deprecated there and still spoken). It comes before NICK and USER; a server may
// send notices first, and ask for a PONG.
func irc(_ context.Context, p *peer, _ string) error {
	const begins = ":@NPE" // a source, tags, NOTICE, PING, ERROR
	const want = "670 or 691 in reply to STARTTLS"
	if err := p.send([]byte("STARTTLS\r\n"), want); err != nil {
		return err
	}
	for {
		line, err := p.line(begins)
		if err != nil {
			return err
		}
		switch command, rest := ircCommand(line); command {
		case "670": // RPL_STARTTLS
			return nil
		case "691", "421", "451": // ERR_STARTTLS, ERR_UNKNOWNCOMMAND, ERR_NOTREGISTERED (RFC 2812 section 5.2)
			return p.refused("the reply to STARTTLS")
		case "PING":
			if err := p.send([]byte("PONG "+rest+"\r\n"), want); err != nil {
				return err
			}
		case "ERROR": // it closes the connection, for whatever reason (RFC 2812 section 3.7.4)
			return p.unexpected()
		}
	}
}

// ircCommand takes the command off a message, behind its tags and its source (RFC 2812 section 2.3.1).
func ircCommand(line string) (command, rest string) {
	for _, mark := range []string{"@", ":"} {
		if strings.HasPrefix(line, mark) {
			_, line, _ = strings.Cut(line, " ")
			line = strings.TrimLeft(line, " ")
		}
	}
	command, rest, _ = strings.Cut(line, " ")
	return strings.ToUpper(command), rest
}
