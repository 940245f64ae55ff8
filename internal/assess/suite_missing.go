package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// SuiteMissing is the id of the finding about suites that should be accepted and are not.
const SuiteMissing = "SUITE-MISSING"

func suiteMissing() Rule {
	return Rule{
		ID:       SuiteMissing,
		Severity: report.Medium,
		Title:    "a suite that should be accepted is refused",
		Why:      "Peers that have only this suite cannot connect; and a policy that was meant to bring it is not in force.",
		Remediation: "See that the suite stands in V3CipherSuites4Char of the TTLSCipherParms that counts (a connection's replaces " +
			"the environment's), as a four-digit code and not as a name, which is not used. Elliptic-curve and GCM suites need ICSF; " +
			"ECDSA suites need an ECDSA certificate, the others an RSA one; System SSL has no CCM and, below TLS 1.3, no ChaCha20. " +
			"Raise EnvironmentUserInstance, F PAGENT,UPDATE.",
		CAEServer: javaAlgorithms + "See that the suite is not in jdk.tls.disabledAlgorithms, and that the certificate's key type " +
			"fits it; restart the server.",
		Elsewhere:  "Add the suite to the server's list, and see that its certificate's key type fits it.",
		Policy:     policyKeys("cipher_suites"),
		References: []string{ibmCipherParms, "RFC 9325 section 4.2"},
		Check: func(c *Case) []report.Finding {
			if !c.judged() {
				return nil
			}
			return append(c.noneOfAllowed(), c.requiredRefused()...)
		},
	}
}

// noneOfAllowed looks for versions in which no suite of the allowed set is accepted.
func (c *Case) noneOfAllowed() []report.Finding {
	if len(c.Expect.CipherSuites) == 0 {
		return nil
	}
	var none, open []cipher.Version
	for _, v := range c.versions() {
		switch c.acceptsAny(v, c.Expect.CipherSuites) {
		case scan.No:
			none = append(none, v)
		case scan.Unknown:
			open = append(open, v)
		}
	}
	var out []report.Finding
	if len(none) > 0 {
		out = append(out, report.Finding{
			Expected: "in each of " + versionNames(none) + " at least one of " + suiteNames(c.Expect.CipherSuites),
			Observed: "none of them accepted in " + versionNames(none),
			Evidence: c.refusals(none...),
		})
	}
	if len(open) > 0 {
		f := c.unknown("whether "+versionNames(open)+" accepts a suite of cipher_suites", suiteKeywords(open)...)
		f.Evidence = c.evidenceOf(open...)
		out = append(out, f)
	}
	return out
}

func (c *Case) acceptsAny(v cipher.Version, ids []cipher.ID) scan.Fact {
	answer := scan.No
	for _, id := range ids {
		switch c.accepts(v, id) {
		case scan.Yes:
			return scan.Yes
		case scan.Unknown:
			answer = scan.Unknown
		}
	}
	return answer
}

// requiredRefused looks at the suites that must each be accepted, in some version that can have them.
func (c *Case) requiredRefused() []report.Finding {
	var refused, open []cipher.ID
	for _, id := range c.Expect.RequiredCipherSuites {
		switch c.acceptedSomewhere(id) {
		case scan.No:
			refused = append(refused, id)
		case scan.Unknown:
			open = append(open, id)
		}
	}
	var out []report.Finding
	if len(refused) > 0 {
		out = append(out, report.Finding{
			Expected: "accepted: " + suiteNames(c.Expect.RequiredCipherSuites),
			Observed: "refused: " + suiteNames(refused),
			Evidence: c.refusals(c.versions()...),
		})
	}
	if len(open) > 0 {
		var words []string
		for _, id := range open {
			words = append(words, "required/"+id.String())
		}
		out = append(out, c.unknown("whether required suites are accepted: "+suiteNames(open), words...))
	}
	return out
}

// acceptedSomewhere answers for a required suite. When no version that can have it is there, the finding about the missing
// version says so, and the suite is passed over; an unknown version leaves it unknown.
func (c *Case) acceptedSomewhere(id cipher.ID) scan.Fact {
	asked, answer := false, scan.No
	for _, v := range c.usableVersions(id) {
		p := c.Endpoint.Protocol(v)
		if p.Supported == scan.No {
			continue
		}
		asked = true
		switch c.accepts(v, id) {
		case scan.Yes:
			return scan.Yes
		case scan.Unknown:
			answer = scan.Unknown
		}
	}
	if !asked && len(c.Expect.Versions) > 0 {
		return scan.Yes
	}
	return answer
}

// usableVersions are the expected versions that a suite may be negotiated in.
func (c *Case) usableVersions(id cipher.ID) []cipher.Version {
	s := cipher.Describe(id)
	return slices.DeleteFunc(cipher.Versions(), func(v cipher.Version) bool {
		return !c.mayHave(v) || s.Known && !s.Usable(v)
	})
}
