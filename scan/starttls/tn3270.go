package starttls

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Telnet (RFC 854) and its START_TLS option (draft-altman-telnet-starttls).
const (
	telnetSE   = 240
	telnetSB   = 250
	telnetWill = 251
	telnetWont = 252
	telnetDo   = 253
	telnetDont = 254
	telnetIAC  = 255

	optionStartTLS = 46
	startTLSFollow = 1
)

// tn3270 is START_TLS of telnet: on z/OS a port with CONNTYPE NEGTSECURE, and one with SECURE or ANY when no ClientHello comes. The
// server says DO, the client WILL, and both FOLLOWS. A server that begins with other options, or with silence, is offered WILL.
func tn3270(ctx context.Context, p *peer, _ string) error {
	t := &telnet{peer: p}
	timer := time.AfterFunc(offerAfter(ctx), func() { _ = t.offer() }) // when this fails, so does the read that waits
	defer func() {
		timer.Stop()
		t.withdraw()
	}()
	return t.negotiate()
}

// telnetStart is START_TLS of a telnet server that takes nothing for a failed handshake: it is offered WILL at once.
func telnetStart(_ context.Context, p *peer, _ string) error {
	t := &telnet{peer: p}
	if err := t.offer(); err != nil {
		return err
	}
	return t.negotiate()
}

// negotiate answers the server until both have said FOLLOWS.
func (t *telnet) negotiate() error {
	t.want = "telnet's DO START_TLS"
	if err := t.first(string([]byte{telnetIAC})); err != nil {
		return err
	}
	for {
		c, err := t.ReadByte()
		if err != nil {
			return err
		}
		if c != telnetIAC {
			continue // text for a terminal
		}
		if c, err = t.ReadByte(); err != nil {
			return err
		}
		switch c {
		case telnetWill, telnetWont, telnetDo, telnetDont:
			err = t.option(c)
		case telnetSB:
			var done bool
			if done, err = t.sub(); done {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// telnetPatience is how long a port of CONNTYPE SECURE or ANY may wait for a ClientHello before it negotiates, and a little more: it
// takes anything else meanwhile for a failed handshake (IBM, "Transport Layer Security" of the TN3270E Telnet server, and "Connection
// persistence"). The wait is AT-TLS's HandshakeTimeout, 10 s by default, or SSLTIMEOUT of a SECUREPORT.
const telnetPatience = 12 * time.Second

// offerAfter is how long a silent server is waited for before it is offered START_TLS.
func offerAfter(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(telnetPatience, time.Until(end)*3/4)
	}
	return telnetPatience
}

// telnet is a client that has no option but START_TLS.
type telnet struct {
	*peer
	mu      sync.Mutex // offer is also called by a timer
	offered bool       // WILL START_TLS was sent
	follows bool       // FOLLOWS was sent: nothing but TLS may come from here any more
}

// offer sends WILL START_TLS, once.
func (t *telnet) offer() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.offered {
		return nil
	}
	t.offered = true
	return t.write(telnetIAC, telnetWill, optionStartTLS)
}

// withdraw waits for an offer that is being sent, and stops a later one.
func (t *telnet) withdraw() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.offered = true
}

// write sends octets without forgetting what was said before: telnet's sides talk past each other.
func (t *telnet) write(b ...byte) error {
	if _, err := t.conn.Write(b); err != nil {
		return fmt.Errorf("negotiating telnet options: %w", err)
	}
	return nil
}

// option answers WILL, WONT, DO or DONT.
func (t *telnet) option(verb byte) error {
	option, err := t.ReadByte()
	switch {
	case err != nil:
		return err
	case option == optionStartTLS && (verb == telnetDont || verb == telnetWont):
		return t.refused("telnet's answer to START_TLS")
	case t.follows:
		return nil
	case option == optionStartTLS && verb == telnetDo:
		if err := t.offer(); err != nil {
			return err
		}
		t.follows, t.want = true, "telnet's START_TLS FOLLOWS"
		return t.write(telnetIAC, telnetSB, optionStartTLS, startTLSFollow, telnetIAC, telnetSE)
	case verb == telnetDont || verb == telnetWont:
		return nil
	}
	if err := t.offer(); err != nil {
		return err
	}
	if verb == telnetDo {
		return t.write(telnetIAC, telnetWont, option)
	}
	return t.write(telnetIAC, telnetDont, option)
}

// sub reads a sub-negotiation, and says whether it is the server's FOLLOWS.
func (t *telnet) sub() (done bool, err error) {
	var body []byte
	for {
		c, err := t.ReadByte()
		if err != nil {
			return false, err
		}
		if c == telnetIAC {
			if c, err = t.ReadByte(); err != nil {
				return false, err
			}
			if c == telnetSE {
				break
			}
		}
		body = append(body, c)
	}
	if len(body) == 0 || body[0] != optionStartTLS {
		return false, nil
	}
	if !t.follows || len(body) != 2 || body[1] != startTLSFollow {
		return false, t.unexpected()
	}
	return true, nil
}
