package starttls

import "context"

// tn3270Clear declines START_TLS and sees whether the server goes on without it: CONNTYPE ANY does, NEGTSECURE and SECURE end the
// connection (IBM, "Transport Layer Security" of the TN3270E Telnet server), and BASIC never asks. Going on is an option of any
// other kind, or text for the terminal.
func tn3270Clear(_ context.Context, p *peer, _ string) error {
	p.want = "telnet's DO START_TLS, or a session without it"
	t := &telnet{peer: p}
	if err := p.first(string([]byte{telnetIAC})); err != nil {
		return err
	}
	declined := false
	for {
		verb, option, err := t.next()
		switch {
		case err != nil:
			return err
		case verb == telnetDo && option == optionStartTLS && !declined:
			declined, p.want = true, "the session after WONT START_TLS"
			if err := t.write(telnetIAC, telnetWont, optionStartTLS); err != nil {
				return err
			}
		case option == optionStartTLS:
			// an answer to WONT, or asked once more
		case declined, p.next == len(p.said): // what came in one piece with this may still ask for START_TLS
			return nil
		}
	}
}

// next takes one command with its option, or one octet of text, which has no verb.
func (t *telnet) next() (verb, option byte, err error) {
	c, err := t.ReadByte()
	if err != nil || c != telnetIAC {
		return 0, 0, err
	}
	if verb, err = t.ReadByte(); err != nil {
		return 0, 0, err
	}
	switch verb {
	case telnetWill, telnetWont, telnetDo, telnetDont:
		option, err = t.ReadByte()
	case telnetSB:
		_, err = t.sub()
	}
	return verb, option, err
}
