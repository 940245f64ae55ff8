package report

import (
	"time"

	"github.com/portseal/portseal/scan"
)

// By what it was asked whether a certificate is revoked.
const (
	ByOCSP   = "ocsp"   // a responder that the certificate names (RFC 6960)
	ByCRL    = "crl"    // a list that the certificate names (RFC 5280 section 5)
	ByStaple = "staple" // the listener itself, which sends a responder's answer (RFC 6066 section 8)
	ByNone   = "none"   // the certificate names no source
)

// RevocationCheck is what one source says about whether one certificate is revoked. A question without an answer that counts leaves Revoked
// unknown: it is never "no".
type RevocationCheck struct {
	Certificate string    `json:"certificate"`      // SHA-256
	Issuer      string    `json:"issuer,omitempty"` // SHA-256 of the issuer's certificate, which the answer was checked with
	By          string    `json:"by"`               // ocsp, crl, staple, none
	URL         string    `json:"url,omitempty"`
	At          time.Time `json:"at"` // when the answer was there, or it was clear that none comes
	Revoked     scan.Fact `json:"revoked"`

	// What the answer says, also where it does not count. A responder says good, revoked or unknown, or why it has no answer ("try later").
	Status     string     `json:"status,omitempty"`
	SignedBy   string     `json:"signed_by,omitempty"`
	Produced   *time.Time `json:"produced,omitempty"`
	ThisUpdate *time.Time `json:"this_update,omitempty"`
	NextUpdate *time.Time `json:"next_update,omitempty"` // absent: newer information is always to be had
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
	Reason     string     `json:"reason,omitempty"`  // of the revocation, by its name in RFC 5280 section 5.3.1
	Number     string     `json:"number,omitempty"`  // of a CRL
	Entries    int        `json:"entries,omitempty"` // of a CRL
	Size       int        `json:"size,omitempty"`    // of what came, in octets
	SHA256     string     `json:"sha256,omitempty"`  // of what came
	DER        []byte     `json:"der,omitempty"`     // a responder's answer; a staple is among the endpoints' evidence

	Failure *RevocationFailure `json:"failure,omitempty"` // why Revoked is unknown, or what is wrong with an answer that counts all the same
}

// Where it came to nothing.
const (
	RevocationSource    = "source"    // there is nobody to ask, or not in a way that is supported
	RevocationConnect   = "connect"   // name, connection, proxy
	RevocationHTTP      = "http"      // the HTTP exchange
	RevocationAnswer    = "answer"    // what came
	RevocationSignature = "signature" // who signed it
	RevocationFreshness = "freshness" // its time
)

// RevocationFailure is why an answer does not count, or why there is none.
type RevocationFailure struct {
	Stage   string `json:"stage"`
	Kind    string `json:"kind"`
	Message string `json:"message,omitempty"`
	Hard    bool   `json:"hard,omitempty"` // the answer is wrong, not missing: it is malformed, or not signed by who may
}
