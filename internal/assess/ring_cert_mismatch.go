package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingCertMismatch is the id of the finding about another certificate than the ring's.
const RingCertMismatch = "RING-CERT-MISMATCH"

func ringCertMismatch() Rule {
	return Rule{
		ID:       RingCertMismatch,
		Severity: report.High,
		Title:    "the listener does not serve the certificate that its key ring says",
		Why: "Another ring, label or older certificate is in use than the estate says: a renewal was not read, or the rule points to " +
			"another ring.",
		Remediation: refreshFirst + "Else compare Keyring in the rule's TTLSKeyringParms (a name without an owner is a ring of the " +
			"job's user) and CertificateLabel or ServerCertificateLabel with RACDCERT LISTRING: without a label the certificate with " +
			"DEFAULT YES is served. Is the certificate TRUST, and does it have its private key? A file of the ring that is older than " +
			"the ring gives this finding too.",
		CAEServer: refreshFirst + "Else compare the key store or ring of the CAE server and its labels, WEBSERVER for the web port " +
			"and CAE_AGENT_PORTAL for the agents' port, with what the estate says: when a label is missing the server may serve the " +
			"default or another private certificate instead.",
		Elsewhere: restartElsewhere + "Else compare the certificate file that the server is configured with and the one that the " +
			"estate names.",
		Policy:     policyKeys("label", "keyring"),
		References: []string{ibmKeyring, ibmAdvancedParms, ibmEnvironment, ibmQMCertificate},
		Check: func(c *Case) []report.Finding {
			s := c.Endpoint.ServedBy
			if !c.judged() || c.Expect.ServedBy == "" || len(c.Endpoint.Presented) == 0 {
				return nil
			}
			if s == nil {
				s = &report.ServedBy{Keyring: c.Expect.ServedBy, Label: c.Expect.Label, Reason: "not judged"}
			}
			var evidence []string
			for _, p := range c.primary() {
				evidence = append(evidence, p.Evidence...)
			}
			switch s.Match {
			case certchain.Yes:
				return nil
			case certchain.No:
				return []report.Finding{{
					Expected: servedWords(s),
					Observed: c.servedNames(),
					Detail:   s.Reason,
					Evidence: distinct(evidence),
				}}
			}
			f := unanswered("whether the listener serves "+servedWords(s), s.Reason)
			f.Evidence = distinct(evidence)
			return []report.Finding{f}
		},
	}
}

func servedWords(s *report.ServedBy) string {
	if s.Label != "" {
		return "the certificate with the label " + s.Label + " of ring " + s.Keyring
	}
	return "the certificate of ring " + s.Keyring
}

func (c *Case) servedNames() string {
	var names []string
	for _, leaf := range c.leaves(c.primary()) {
		names = append(names, certificateName(leaf.Certificate))
	}
	return list(names)
}
