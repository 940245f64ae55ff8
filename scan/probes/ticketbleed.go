package probes

import (
	"fmt"
	"math/big"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// ticketbleed shows a listener a ticket of its own together with a session id that is shorter than 32 octets. RFC 5077 section 3.4 has that
// echoed as it is; F5 BIG-IP echoed 32 octets, the rest out of its memory (F5 K05121675). A first connection gets the ticket: its handshake is
// gone through by hand, so that it can be replayed, but for a listener that is shown a client certificate: the key of that is the Handshaker's. That too much is echoed is proven by the length of the session id in the answer, and by
// its beginning: nothing behind that is kept.
type ticketbleed struct{}

// Name returns "ticketbleed".
func (ticketbleed) Name() string { return scan.FeatureTicketbleed }

const (
	ticketForQuestion   = "ticketbleed/ticket"
	ticketbleedQuestion = "ticketbleed"
	sessionTicket       = 35 // RFC 5077 section 3.2
	shortSessionID      = "portseal by hand"
)

// hello is a hello whose handshake can go on by hand, with a ticket, or with the wish for one.
func (ticketbleed) hello(t scan.Target, log *scan.Log, ticket []byte) (hello.ClientHello, bool) {
	if v, _ := askable(t, log, scan.FeatureTicketbleed); v != cipher.TLSv12 {
		return hello.ClientHello{}, false
	}
	h, ok := spoken(t, log, cipher.TLSv12)
	h.Suites, h.Groups = byhand.Suites(h.Suites), byhand.Groups()
	h.More = append(h.More, hello.Extension{ID: sessionTicket, Data: ticket})
	return h, ok && len(h.Suites) > 0
}

// Next asks for a ticket, then shows it.
func (p ticketbleed) Next(t scan.Target, log *scan.Log) []scan.Question {
	r, asked := read(log, ticketForQuestion)
	ticket, issued := byhand.Ticket(r.Received)
	h, ok := p.hello(t, log, ticket)
	switch {
	case !ok, asked && !issued:
		return nil
	case !asked && certificateToShow(t, log) != "":
		q := resumption{}.shake(t, log, cipher.TLSv12, ticketForQuestion)
		q.Handshake.Suites = h.Suites
		return []scan.Question{q}
	case !asked:
		return []scan.Question{p.askTicket(log, h)}
	}
	return ask(log, ticketbleedQuestion, func() scan.Question { return p.show(log, h) })
}

func (ticketbleed) askTicket(log *scan.Log, h hello.ClientHello) scan.Question {
	q := question(log, ticketForQuestion, h, hello.Ended)
	first, ended := len(q.Send), q.Enough
	q.Follow = func(sent, received []byte) []byte {
		if len(sent) > first {
			return nil
		}
		s := sessionByHand(log, sent, received, ticketForQuestion)
		if s == nil {
			return nil
		}
		return s.Flight()
	}
	q.Enough = func(received []byte) (scan.End, bool) {
		if _, ok := byhand.Ticket(received); ok {
			return scan.EndCut, true
		}
		f := hello.Parse(received)
		if f.Encrypted || f.Done && sessionByHand(log, q.Send, received, ticketForQuestion) == nil {
			return scan.EndCut, true
		}
		return ended(received)
	}
	return q
}

// sessionByHand goes on with a handshake behind the server's first flight; nil where that is not whole, or nothing that can be gone on with.
func sessionByHand(log *scan.Log, sent, received []byte, seed string) *byhand.Session {
	f := hello.Parse(received)
	s, err := byhand.Continue(sent, f, received, func() (modulus, exponent *big.Int, ok bool) {
		if len(f.Certificates) == 0 {
			return nil, nil, false
		}
		return certificateOf(log, f.Certificates[0]).RSA()
	}, seed)
	if err != nil {
		return nil
	}
	return s
}

// show is the hello with the ticket and the short session id.
func (ticketbleed) show(log *scan.Log, h hello.ClientHello) scan.Question {
	q := question(log, ticketbleedQuestion, h, hello.Answered)
	sent, err := byhand.WithSessionID(q.Send, []byte(shortSessionID))
	if err != nil {
		return q // a ticket that long is shown without: the answer then proves nothing
	}
	q.Send = sent
	answered := q.Enough
	q.Keep = func(received []byte) int {
		if size, at, begins, _ := byhand.Echo(received, []byte(shortSessionID)); begins && size > len(shortSessionID) {
			return at
		}
		return len(received)
	}
	q.Enough = func(received []byte) (scan.End, bool) {
		if size, _, begins, _ := byhand.Echo(received, []byte(shortSessionID)); begins && size > len(shortSessionID) {
			return scan.EndCut, true
		}
		return answered(received)
	}
	return q
}

// Derive writes the feature.
func (p ticketbleed) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if !spokeTLSAtAll(log) {
		return
	}
	v, f := askable(t, log, scan.FeatureTicketbleed)
	switch fact, _ := supports(log, cipher.TLSv12); {
	case v == 0:
	case v != cipher.TLSv12:
		f = answer{basis: "TLS 1.2 is " + map[scan.Fact]string{scan.No: "not spoken", scan.Unknown: "not known to be spoken"}[fact] +
			", and other versions are not gone through by hand"}.feature(f.Name)
	default:
		f = p.read(t, log, o).feature(f.Name)
	}
	o.Features = append(o.Features, f)
}

func (p ticketbleed) read(t scan.Target, log *scan.Log, o *scan.Observation) answer {
	first, asked := read(log, ticketForQuestion)
	if !asked {
		_, could := p.hello(t, log, nil)
		return notPut(could, "not asked: no suite is accepted with which a handshake is gone through by hand")
	}
	r, shown := read(log, ticketbleedQuestion)
	size, _, begins, known := byhand.Echo(r.Received, []byte(shortSessionID))
	evidence := []string{first.ID, r.ID}
	switch {
	case !shown && first.flight.Encrypted && first.flight.Done:
		return answer{scan.No, "no session ticket is issued", []string{first.ID}}
	case !shown && first.Handshake != nil:
		return answer{basis: whyIncomplete(o, first), evidence: []string{first.ID}}
	case !shown && first.flight.CertificateRequest != nil && first.flight.Alert != nil:
		return answer{basis: whyNoCertificate, evidence: []string{first.ID}}
	case !shown:
		return answer{basis: "no handshake was completed to get a ticket: " + noAnswer(first).basis, evidence: []string{first.ID}}
	case !known:
		return noAnswer(r)
	case begins && size > len(shortSessionID):
		return answer{scan.Yes, fmt.Sprintf("a session id of %d octets is echoed with %d", len(shortSessionID), size), evidence}
	case begins:
		return answer{scan.No, "a session id is echoed as it was sent", evidence}
	}
	return answer{basis: "the ticket was not taken: the session id is not echoed", evidence: evidence}
}
