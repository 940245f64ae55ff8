package scan

import (
	"context"
	"net"
	"time"

	"github.com/portseal/portseal/cipher"
)

// Handshake asks for a complete handshake.
type Handshake struct {
	MinVersion, MaxVersion cipher.Version // zero: TLS 1.0 and TLS 1.3
	Suites                 []cipher.ID    // TLS 1.2 and older; nil: all that the library speaks
	ServerName             string         // empty sends no SNI
	ClientCertificate      string         // name of the Handshaker's identity to present when asked; empty: an empty list
	NoTicket               bool           // leave session_ticket out below TLS 1.3: a peer that resumes then names a session ID
	Keep                   bool           // TLS 1.3: wait for a ticket, and keep the session for a question that resumes it
	Resume                 string         // id of the question whose session is offered
	Renegotiate            bool           // TLS 1.2: ask for a new handshake inside the session, once it stands
	Talk                   *Talk          // what to say inside the session once it stands; nil: nothing
	Session                any            // that session, of the Handshaker's own type; the Runner fills it in
}

// Talk is what is said inside a session, and what the answer shows. No octet of the answer is kept.
type Talk struct {
	Say  []byte
	Hear func(said []byte, ended bool) Fact // pure: of all that the peer has said so far, and whether it has ended the session; unknown hears on
}

// Ticket is what a peer says of a session ticket that comes encrypted (RFC 8446 section 4.6.1).
type Ticket struct {
	LifetimeS    uint32 `json:"lifetime_s"`               // seconds
	MaxEarlyData uint32 `json:"max_early_data,omitempty"` // octets of 0-RTT data that the peer takes; 0 for none
}

// After is what the peer did once the client's side of the handshake was complete.
type After string

// What a peer may do after a handshake.
const (
	AfterData    After = "data"    // a session ticket or data: the peer has accepted what the client sent
	AfterClose   After = "close"   // the peer closed without a fatal alert: neither acceptance nor refusal
	AfterAlert   After = "alert"   // a fatal alert, or a reset: the peer refused the client
	AfterSilence After = "silence" // nothing within the time that was waited
)

// Renegotiation is what a peer did when the client asked for a new handshake inside a session.
type Renegotiation struct {
	Accepted Fact   `json:"accepted"`
	Alert    *uint8 `json:"alert,omitempty"` // that refused it: it came encrypted
}

// HandshakeResult is how a complete handshake went. The bytes are in the Exchange.
type HandshakeResult struct {
	Completed            Fact           `json:"completed"`
	Library              string         `json:"library,omitempty"` // which implementation spoke
	Version              cipher.Version `json:"version,omitempty"`
	Suite                *cipher.ID     `json:"cipher_suite,omitempty"`
	CertificateRequested Fact           `json:"certificate_requested"`        // the client was asked for one
	ClientCertificate    string         `json:"client_certificate,omitempty"` // SHA-256 of the one that was sent, hex; absent for an empty list
	After                After          `json:"after,omitempty"`
	Alert                *uint8         `json:"alert,omitempty"`         // description of the fatal alert, in the handshake or after it
	Tickets              []Ticket       `json:"tickets,omitempty"`       // those that came while one was waited for
	Renegotiation        *Renegotiation `json:"renegotiation,omitempty"` // absent where it was not asked for, or nothing came of it
	Injected             Fact           `json:"injected,omitempty"`      // what was sent in clear behind the command that asks for TLS was carried out; absent where that was not asked, or is unknown
	Error                string         `json:"error,omitempty"`

	Secret  []byte `json:"-"` // for Exchange.Secret
	End     End    `json:"-"` // for Exchange.End
	Session any    `json:"-"` // what Keep asked for; nil where no ticket came
}

// Handshaker makes complete handshakes over a connection that it is handed, and never dials. A suite or version that it
// does not speak gives Completed Unknown and an Error that says so.
type Handshaker interface {
	Handshake(ctx context.Context, conn net.Conn, h Handshake) HandshakeResult
}

// StartTLS is one protocol's start-up, or its way on without TLS.
type StartTLS struct {
	// Speak brings a connection from the protocol's clear text to the point where a ClientHello is expected. It returns what the
	// peer said. Host is the target's server name, or its host where it has none. A refusal is a Failure of kind refused.
	Speak func(ctx context.Context, conn net.Conn, host string) (preamble []byte, failure *Failure)
	// Wrap makes the connection that TLS is spoken over of the one that Speak has brought there, for a protocol that carries the records
	// in packets of its own. Nil: TLS is spoken over the connection itself. What is recorded is the records, without the packets.
	Wrap func(conn net.Conn) net.Conn
	// Patience is how long a peer may lawfully be silent before it speaks; a connection gets that much time more.
	Patience time.Duration
}

// AtOnce is a Question's StartUp for TLS from the first octet, whatever the target's start-up is.
const AtOnce = "none"
