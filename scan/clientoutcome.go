package scan

import "github.com/portseal/portseal/cipher"

// The client certificates that are tried, by what is wrong with them.
const (
	ClientNone    = "none"    // an empty list
	ClientGood    = "good"    // one that the listener is to accept
	ClientExpired = "expired" // one of a CA that the listener trusts, past its end
	ClientForeign = "foreign" // one that no CA issued: self-signed, valid
)

// Outcome is what a listener did with a client certificate.
type Outcome string

// The outcomes.
const (
	OutcomeAccepted Outcome = "accepted" // the handshake was completed, and the listener went on
	OutcomeRefused  Outcome = "refused"  // a fatal alert, in the handshake or after it
	OutcomeReset    Outcome = "reset"    // a reset without an alert, twice
	OutcomeClosed   Outcome = "closed"   // a close without an alert, twice
	OutcomeUnknown  Outcome = "unknown"
)

// ClientOutcome is what became of one client certificate. Under TLS 1.3 the client's side of the handshake is complete before
// the listener has seen the certificate, so an outcome may be known only from what comes after it.
type ClientOutcome struct {
	Certificate string         `json:"certificate"`      // none, good, expired or foreign
	SHA256      string         `json:"sha256,omitempty"` // of the certificate that was sent, hex
	Outcome     Outcome        `json:"outcome"`
	Alert       *uint8         `json:"alert,omitempty"` // description of the fatal alert
	Version     cipher.Version `json:"version,omitempty"`
	Basis       string         `json:"basis,omitempty"`
	Evidence    []string       `json:"evidence,omitempty"` // exchange ids
}
