package scan

import (
	"net/netip"
	"time"

	"github.com/portseal/portseal/cipher"
)

// Depth says how much a target is asked. The zero value is Standard.
type Depth uint8

// The depths, and what each costs.
const (
	Standard Depth = iota // versions, suites, order, groups, certificates, client authentication, enumerated in full
	Prove                 // what a verdict needs: the Plan's partition is proven, and only a deviation is enumerated
	Quick                 // one complete handshake, nothing that a healthy listener would refuse
	Hello                 // one connection and one ClientHello: what an RC4 listener gets
	Connect               // one connection, no byte sent
	Deep                  // everything that there is a probe for, in full
)

// Plan is what the scan is to prove or to find out, without saying what is right: a neutral partition of versions and
// suites into a named set and the rest.
type Plan struct {
	Depth    Depth
	Versions []cipher.Version // Prove: the named versions; all others are asked once each
	Suites   []cipher.ID      // Prove: the named suites; nil means all of them
	Required []cipher.ID      // Prove: suites asked one by one
	Groups   bool             // Prove: enumerate the groups too
	StartUps bool             // Prove: ask in which ways a session may begin, clear text among them
	Members  int              // how often deciding hellos are repeated, since several servers may answer; 0: when there is a sign of it

	Vulnerabilities bool // Deep: put questions with octets that no healthy client sends
	Intrusive       bool // Deep: send such octets in sessions that stand, too
	// DetectStartUp: the target's StartTLS is not known beforehand. TLS at once is tried, and where a protocol with a start-up answers
	// instead, its start-up is spoken from then on.
	DetectStartUp bool

	// ClientCertificates names the Handshaker's identities that may be presented. The keys are the Handshaker's alone.
	ClientCertificates []string
}

// Names says whether v is one of the plan's named versions.
func (p Plan) Names(v cipher.Version) bool {
	for _, have := range p.Versions {
		if have == v {
			return true
		}
	}
	return false
}

// Target is one address and port to look at.
type Target struct {
	ID         string        // the endpoint's id in reports
	Host       string        // as it was named; resolved once, before the scan
	Address    netip.Addr    // the one address that every connection goes to
	Port       uint16        // 1 to 65535
	ServerName string        // SNI; empty sends none
	StartTLS   string        // a kind of package starttls, or empty
	Plan       Plan          // what to ask
	Timeout    time.Duration // of one connection, from dial to the end of its answer; zero takes the Runner's
	Failure    *Failure      // set when the target could not be made, as when its host does not resolve: it is reported, not dialled
	Skip       string        // why this target must not be dialled; empty for one that is
}

// Observed is the target as an observation shows it.
func (t Target) Observed() ObservedTarget {
	out := ObservedTarget{Host: t.Host, Port: t.Port, SNI: t.ServerName, StartTLS: t.StartTLS}
	if t.Address.IsValid() {
		out.Address = t.Address.String()
	}
	return out
}

// AddrPort returns what is dialled.
func (t Target) AddrPort() netip.AddrPort { return netip.AddrPortFrom(t.Address, t.Port) }
