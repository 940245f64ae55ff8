package assess

import (
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ClientAuthMismatch is the id of the finding about client certificates.
const ClientAuthMismatch = "CLIENT-AUTH-MISMATCH"

// The values of client_auth in an estate.
const (
	authNone      = "none"
	authRequested = "requested"
	authRequired  = "required"
)

func clientAuthMismatch() Rule {
	return Rule{
		ID:       ClientAuthMismatch,
		Severity: report.High,
		Title:    "the listener asks for client certificates otherwise than expected",
		Why: "Where a certificate should be required and is not, anybody may connect. Where none is expected and one is required, " +
			"clients without one cannot. CA names that are not the ring's keep clients from choosing their certificate.",
		Remediation: refreshFirst + "Else: HandshakeRole ServerWithClientAuth asks for a certificate, Server does not (a connection " +
			"action's role counts instead of the environment's); ClientAuthType Required or SAFCheck demands one, Full and PassThru " +
			"only ask. The CA names that are sent are those of the CA certificates on the ring.",
		CAEServer: refreshFirst + "The CAE server asks for client certificates by its own configuration, in Java: no AT-TLS rule " +
			"changes it, and a rule in front of it would be wrong.",
		Elsewhere:  restartElsewhere + "Else correct the server's setting for client certificates, and the list of CAs that it accepts.",
		Policy:     policyKeys("client_auth"),
		References: []string{ibmEnvironment, ibmAdvancedParms, "RFC 8446 section 4.3.2", "RFC 5246 section 7.4.4"},
		Check: func(c *Case) []report.Finding {
			if !c.judged() || c.Expect.ClientAuth == "" || len(c.versions()) == 0 {
				return nil
			}
			a := c.Endpoint.ClientAuth
			if a == nil {
				a = &scan.ClientAuth{}
			}
			switch clientAuthAnswer(a, c.Expect.ClientAuth) {
			case scan.No:
				return []report.Finding{{
					Expected: "client certificate: " + c.Expect.ClientAuth,
					Observed: "client certificate: " + clientAuthWords(a),
					Detail:   c.clientAuthDetail(a),
					Evidence: distinct(a.Evidence),
				}}
			case scan.Unknown:
				f := c.unknown("whether a client certificate is "+openAuthQuestion(a), "client-auth", "handshake")
				f.Evidence = distinct(a.Evidence)
				return []report.Finding{f}
			}
			return c.authorities(a)
		},
	}
}

// clientAuthAnswer says whether the listener asks as expected. A definite difference counts, even while another part of the
// question is open.
func clientAuthAnswer(a *scan.ClientAuth, expected string) scan.Fact {
	wantRequested, wantRequired := scan.Yes, scan.No
	switch expected {
	case authNone:
		wantRequested = scan.No
	case authRequired:
		wantRequired = scan.Yes
	}
	requested, required := a.Requested, a.Required
	if required == scan.Yes {
		requested = scan.Yes
	}
	if requested == scan.No {
		required = scan.No
	}
	switch {
	case requested != scan.Unknown && requested != wantRequested, required != scan.Unknown && required != wantRequired:
		return scan.No
	case requested == scan.Unknown || required == scan.Unknown:
		return scan.Unknown
	}
	return scan.Yes
}

// clientAuthDetail is what the fact rests on, and what the outcomes of client certificates are consistent with.
func (c *Case) clientAuthDetail(a *scan.ClientAuth) string {
	if may := c.clientAuthCandidates(); may != nil {
		return a.Basis + "; " + may.Note
	}
	return a.Basis
}

func clientAuthWords(a *scan.ClientAuth) string {
	switch {
	case a.Required == scan.Yes:
		return authRequired
	case a.Requested == scan.No:
		return authNone
	case a.Requested == scan.Yes && a.Required == scan.No:
		return authRequested
	case a.Requested == scan.Yes:
		return "requested; whether it is required is not known"
	}
	return "not required"
}

func openAuthQuestion(a *scan.ClientAuth) string {
	if a.Requested == scan.Yes {
		return "required or only requested"
	}
	return "requested"
}

// authorities compares the CA names that were sent with the anchors of the ring that the listener is served by. No names at
// all is every client's free choice (RFC 8446 section 4.2.4), and no difference.
func (c *Case) authorities(a *scan.ClientAuth) []report.Finding {
	if a.Requested != scan.Yes || c.Expect.ServedBy == "" || len(a.AuthoritiesDER) == 0 {
		return nil
	}
	ring := c.Rings[c.Expect.ServedBy]
	if ring == nil {
		return []report.Finding{unanswered("whether the CA names sent are those of ring "+c.Expect.ServedBy, "the ring was not read")}
	}
	facts := certchain.Authorities(a.AuthoritiesDER, ring)
	if facts.Match != certchain.No {
		return nil
	}
	var words []string
	if len(facts.Extra) > 0 {
		words = append(words, "named, and no CA of the ring: "+strings.Join(facts.Extra, "; "))
	}
	if len(facts.Missing) > 0 {
		words = append(words, "on the ring, and not named: "+strings.Join(facts.Missing, "; "))
	}
	return []report.Finding{{
		Expected: "the CA names of ring " + c.Expect.ServedBy,
		Observed: strings.Join(words, "; "),
		Evidence: distinct(a.Evidence),
	}}
}
