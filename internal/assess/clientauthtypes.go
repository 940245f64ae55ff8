package assess

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// clientAuthType is a value of AT-TLS's ClientAuthType, and what it does not do (IBM, "AT-TLS handshake roles": PassThru and Full
// leave the certificate to the client, Required and SAFCheck do not; all but PassThru validate it against the key ring; SAFCheck
// wants a user ID for it besides). A good certificate is not in the table: whether the ring has its CA, and the security
// product a user ID for it, is not known here, so only PassThru cannot refuse it.
type clientAuthType struct {
	name          string
	neverAccepts  []string
	neverRefuses  []string
	distinguished string // what would tell it from another that fits as well
}

func clientAuthTypes() []clientAuthType {
	invalid := []string{scan.ClientForeign, scan.ClientExpired}
	demands := append([]string{scan.ClientNone}, invalid...)
	return []clientAuthType{
		{name: "PassThru", neverRefuses: append([]string{scan.ClientGood}, demands...)},
		{name: "Full", neverAccepts: invalid, neverRefuses: []string{scan.ClientNone}},
		{name: "Required", neverAccepts: demands},
		{name: "SAFCheck", neverAccepts: demands,
			distinguished: " Required and SAFCheck differ only for a valid certificate that has no user ID: SAFCheck refuses it (return code 5002)."},
	}
}

// clientAuthCandidates says which values of ClientAuthType the outcomes do not contradict: candidates, since the listener's platform
// is not seen on the wire, and an unknown outcome contradicts nothing. Nil where no certificate was tried, or the CAE server
// does its own TLS.
func (c *Case) clientAuthCandidates() *report.ClientAuthCandidates {
	a := c.Endpoint.ClientAuth
	if a == nil || len(a.Outcomes) == 0 || c.serverOwnTLS() {
		return nil
	}
	out := &report.ClientAuthCandidates{Types: []string{}}
	var tell string
	for _, t := range clientAuthTypes() {
		if !slices.ContainsFunc(a.Outcomes, t.contradicts) {
			out.Types = append(out.Types, t.name)
			tell = t.distinguished
		}
	}
	const where = "if AT-TLS with HandshakeRole ServerWithClientAuth does the TLS of this port, "
	switch len(out.Types) {
	case 0:
		out.Note = where + "no value of ClientAuthType explains all of these outcomes."
	case len(clientAuthTypes()):
		out.Note = where + "these outcomes exclude no value of ClientAuthType."
	default:
		out.Note = where + "these outcomes are consistent with ClientAuthType " + strings.Join(out.Types, " or ") + "." + tell
	}
	return out
}

func (t clientAuthType) contradicts(o scan.ClientOutcome) bool {
	switch o.Outcome {
	case scan.OutcomeAccepted:
		return slices.Contains(t.neverAccepts, o.Certificate)
	case scan.OutcomeRefused, scan.OutcomeReset, scan.OutcomeClosed:
		return slices.Contains(t.neverRefuses, o.Certificate)
	}
	return false
}
