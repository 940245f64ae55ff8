package scan

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
)

// State is what a target turned out to be.
type State string

// The states; CONTRACT: they never change their names.
const (
	StateTLS         State = "tls"
	StateStartTLS    State = "starttls"    // TLS after the protocol's own start-up
	StateNonTLS      State = "non-tls"     // a connection was accepted and no TLS record ever came
	StateOpen        State = "open"        // touched only
	StateClosed      State = "closed"      // connect was refused
	StateFiltered    State = "filtered"    // connect got no answer
	StateUnreachable State = "unreachable" // no route, or an ICMP error
	StateError       State = "error"       // something else failed: see Failure
	StateSkipped     State = "skipped"     // not dialled
)

// NonTLS says how a listener that never sent a TLS record behaves.
type NonTLS struct {
	Kind    string  `json:"kind"`              // closes, resets, silent, banner, opaque, plaintext
	Banner  []byte  `json:"banner,omitempty"`  // the first bytes it sent
	Entropy float64 `json:"entropy,omitempty"` // Shannon entropy of those bytes, bits an octet
	// Protocol is what the first bytes are known as: a start-up's name (smtp, tn3270, ...), ssh, http, drda, ibm-mq or nje; absent when they
	// tell of none for certain.
	Protocol string `json:"protocol,omitempty"`
}

// CipherSuite is a suite in a report.
type CipherSuite struct {
	Code cipher.ID `json:"code"`
	Name string    `json:"name"`
}

// Refusal says what the refusals of a version's suites, or of the version, rest on.
type Refusal struct {
	Count    int      `json:"count"`    // suites refused
	Basis    string   `json:"basis"`    // alert, close, reset; version: an older one was chosen
	Evidence []string `json:"evidence"` // exchange ids
}

// How far a version's suites were enumerated.
const (
	EnumerationFull           = "full"
	EnumerationPartial        = "partial"
	EnumerationOutsideRefused = "outside-refused" // all suites outside the plan's named set were refused
	EnumerationNone           = "none"
)

// Protocol is one version's facts.
type Protocol struct {
	Version      cipher.Version `json:"version"`
	Supported    Fact           `json:"supported"`
	Enumeration  string         `json:"enumeration,omitempty"`
	CipherSuites []CipherSuite  `json:"cipher_suites,omitempty"` // accepted, in the order the listener chose them
	// RefusedSuites were asked for one by one and refused: an absent suite is unknown unless the enumeration says otherwise.
	RefusedSuites []CipherSuite `json:"refused_suites,omitempty"`
	Refused       *Refusal      `json:"refused,omitempty"`
	Preference    string        `json:"preference,omitempty"` // server, client, unknown
	Evidence      []string      `json:"evidence,omitempty"`   // exchange ids
}

// GroupFact is one group's answer in one version.
type GroupFact struct {
	Version   cipher.Version `json:"version"`
	Code      cipher.Group   `json:"code"`
	Name      string         `json:"name"`
	Supported Fact           `json:"supported"`
}

// DHParameters is a finite-field group that the listener used below TLS 1.3.
type DHParameters struct {
	Version   cipher.Version `json:"version"`
	Bits      int            `json:"bits"`
	Prime     string         `json:"prime_sha256"` // SHA-256 of the prime, hex
	Generator string         `json:"generator"`    // hex
	Evidence  string         `json:"evidence"`
}

// Presented is one chain of certificates that the listener sent.
type Presented struct {
	Leaf     string           `json:"leaf"`     // SHA-256, hex
	Sent     []string         `json:"sent"`     // SHA-256 of each, in the order sent
	Versions []cipher.Version `json:"versions"` // in which versions it was sent
	SNI      string           `json:"sni,omitempty"`
	Evidence []string         `json:"evidence"`
}

// ClientAuth is whether the listener asks for a client certificate.
type ClientAuth struct {
	Requested   Fact     `json:"requested"`
	Required    Fact     `json:"required"`
	Authorities []string `json:"authorities,omitempty"` // CA names sent, RFC 4514 form
	Basis       string   `json:"basis,omitempty"`
	Evidence    []string `json:"evidence,omitempty"`

	AuthoritiesDER [][]byte `json:"authorities_der,omitempty"` // the same names as sent

	Outcomes []ClientOutcome `json:"outcomes,omitempty"` // what became of each client certificate that was tried
}

// NotTested is a question that was not put, or got no answer that counts, and why.
type NotTested struct {
	Question string `json:"question"`
	Why      string `json:"why"`
}

// Cost is what the observation cost the listener and the network.
type Cost struct {
	Connections   int   `json:"connections"`        // every dial attempted
	Repeated      int   `json:"repeated,omitempty"` // those of them that repeated one which failed: only the last has an exchange
	BytesSent     int   `json:"bytes_sent"`
	BytesReceived int   `json:"bytes_received"`
	DurationMS    int64 `json:"duration_ms"`
}

// ObservedTarget is the target as a report shows it.
type ObservedTarget struct {
	Host     string `json:"host"`
	Address  string `json:"address,omitempty"`
	Port     uint16 `json:"port"`
	SNI      string `json:"sni"`
	StartTLS string `json:"starttls"`
}

// Observation is the facts about one target, and no verdict.
type Observation struct {
	ID         string         `json:"id"`
	Started    time.Time      `json:"started"`
	Finished   time.Time      `json:"finished"`
	Vantage    string         `json:"vantage"`
	Source     string         `json:"source,omitempty"` // the address that the connections came from
	Target     ObservedTarget `json:"target"`
	State      State          `json:"state"`
	NonTLS     *NonTLS        `json:"non_tls,omitempty"`
	Failure    *Failure       `json:"failure,omitempty"`
	Protocols  []Protocol     `json:"protocols,omitempty"` // always all six, in order, for a target that was dialled
	Groups     []GroupFact    `json:"groups,omitempty"`
	DH         []DHParameters `json:"dh,omitempty"`
	Presented  []Presented    `json:"presented,omitempty"`
	ClientAuth *ClientAuth    `json:"client_auth,omitempty"`
	StartUps   []StartUp      `json:"start_ups,omitempty"` // of a target with a start-up, where all its ways were asked about
	Features   []Feature      `json:"features,omitempty"`  // in the order of package probes' list
	Members    []MemberAnswer `json:"members,omitempty"`   // by question, where hellos were repeated to see whether several servers answer
	NotTested  []NotTested    `json:"not_tested,omitempty"`
	Cost       Cost           `json:"cost"`
	Evidence   []Exchange     `json:"evidence,omitempty"`

	Certificates map[string]*certchain.Certificate `json:"-"` // by SHA-256, all that were sent
	Interrupted  bool                              `json:"-"` // the run ended before all was asked
}

// Protocol returns a version's facts; the zero Protocol when the version was not asked about.
func (o *Observation) Protocol(v cipher.Version) Protocol {
	for _, p := range o.Protocols {
		if p.Version == v {
			return p
		}
	}
	return Protocol{Version: v}
}

// Chain returns the parsed certificates of a presented chain, in the order sent.
func (o *Observation) Chain(p Presented) []*certchain.Certificate {
	chain := make([]*certchain.Certificate, 0, len(p.Sent))
	for _, sum := range p.Sent {
		if c := o.Certificates[sum]; c != nil {
			chain = append(chain, c)
		}
	}
	return chain
}
