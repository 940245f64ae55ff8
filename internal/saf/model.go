package saf

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// Output is all that a file of listings says, in its order.
type Output struct {
	Path         string
	Rings        []Ring
	Certificates []Certificate // also those of chains
	Chains       []Chain
	Messages     []Message
	Problems     []Problem // what was not understood
}

// Ring is a ring as RACDCERT LISTRING shows it.
type Ring struct {
	Owner       string // user ID
	Name        string
	Connections []Connection
	At          report.Location
}

// FullName returns OWNER/NAME, as AT-TLS and R_datalib write it.
func (r Ring) FullName() string { return r.Owner + "/" + r.Name }

// Connection is a certificate that is connected to a ring.
type Connection struct {
	Label   string
	Owner   string // "CERTAUTH", "SITE", "ID(user)"
	Usage   certchain.Usage
	Default certchain.Answer
	At      report.Location
}

// Certificate is a certificate as RACDCERT LIST shows it. What the listing does not say is empty.
type Certificate struct {
	Owner            string // "CERTAUTH", "SITE", "ID(user)"
	Label            string
	ID               string // RACF's encoded form of owner and label
	Status           certchain.Status
	NotBefore        time.Time // in the local time of the system, written down as if it were UTC
	NotAfter         time.Time
	Serial           string // lower-case hex
	Issuer           string // as listed: RDNs joined by dots, not escaped; pieces of wrapped names joined
	Subject          string
	AltNames         []AltName
	SigningAlgorithm string
	KeyUsage         []string // HANDSHAKE, DATAENCRYPT, DOCSIGN, CERTSIGN, KEYAGREE
	KeyType          string   // "RSA", "RSA Mod-Exp", "DSA", "NIST ECC", "Brainpool ECC"
	KeySize          int      // bits
	PrivateKey       certchain.Answer
	KeyLabel         string // of the key in ICSF: PKDS label, or TKDS token
	SHA256           string // fingerprint, lower-case hex
	Rings            []Association
	At               report.Location
}

// AltName is one line of a certificate's alternative names.
type AltName struct {
	Kind  string // "IP", "EMail", "Domain", "URI"
	Value string
}

// Association is a ring that a certificate is connected to.
type Association struct {
	Owner, Name string
	At          report.Location
}

// Chain is what RACDCERT LISTCHAIN or CHECKCERT says of a chain. Answers are unknown where it says nothing.
type Chain struct {
	Certificates []int // indexes into Output.Certificates, the listed one first
	Complete     certchain.Answer
	Expired      certchain.Answer // it contains expired certificates
	NoTrust      certchain.Answer // it contains NOTRUST certificates
	Rings        []Association    // that all of its certificates are connected to
	At           report.Location
}

// Message is a message of RACF, TSO or JES among the listings. RACF's often say why there is no listing.
type Message struct {
	ID   string // "IRRD115I"
	Text string // with its ID
	At   report.Location
}

// Problem is something that was not understood, or contradicts itself.
type Problem struct {
	At      report.Location
	Message string
}
