package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// CertNameMismatch is the id of the finding about names that the certificate does not cover.
const CertNameMismatch = "CERT-NAME-MISMATCH"

func certNameMismatch() Rule {
	return Rule{
		ID:       CertNameMismatch,
		Severity: report.Medium,
		Title:    "the certificate does not cover a name that it should",
		Why: "Browsers refuse it; AT-TLS clients check names only with HostReferenceIdDNS or HostReferenceIdCN, so this is judged " +
			"where the estate lists names, and for the web port.",
		Remediation: refreshFirst + "Is it the right certificate that is served (RING-CERT-MISMATCH says)? Else have one issued with " +
			"the names as subjectAltName: RACDCERT GENCERT or GENREQ with ALTNAME(DOMAIN('...')).",
		Elsewhere:  restartElsewhere + "Else have a certificate issued with these names as subjectAltName.",
		References: []string{"RFC 9525 section 6", "RFC 5280 section 4.2.1.6", ibmAdvancedParms},
		Check: func(c *Case) []report.Finding {
			names := c.expectedNames()
			if !c.judged() || len(names) == 0 {
				return nil
			}
			var out []report.Finding
			for _, leaf := range c.leaves(c.primary()) {
				out = append(out, c.judgeNames(leaf, names)...)
			}
			return out
		},
	}
}

// expectedNames are those that the estate lists; without any, the web port must cover the name that browsers use.
func (c *Case) expectedNames() []string {
	switch {
	case c.Expect == nil:
		return nil
	case len(c.Expect.Names) > 0:
		return c.Expect.Names
	case c.role() != report.RoleCAEWeb:
		return nil
	case c.Endpoint.Target.SNI != "":
		return []string{c.Endpoint.Target.SNI}
	case c.Endpoint.Target.Host != "":
		return []string{c.Endpoint.Target.Host}
	}
	return nil
}

func (c *Case) judgeNames(leaf sent, names []string) []report.Finding {
	var missing, details, open []string
	for _, name := range names {
		m := certchain.CoversName(leaf.Certificate, name)
		switch {
		case m.Covered == certchain.Unknown:
			open = append(open, name+": "+m.Detail)
		case m.Covered == certchain.No, m.By == "cn" && c.role() == report.RoleCAEWeb:
			missing = append(missing, name)
			details = append(details, m.Detail)
		}
	}
	var out []report.Finding
	if len(missing) > 0 {
		out = append(out, report.Finding{
			Expected: "covers " + list(names),
			Observed: "does not cover " + list(missing),
			Detail:   certificateName(leaf.Certificate) + ": " + list(details),
			Evidence: leaf.evidence,
		})
	}
	if len(open) > 0 {
		f := unanswered("whether "+certificateName(leaf.Certificate)+" covers its names", list(open))
		f.Evidence = leaf.evidence
		out = append(out, f)
	}
	return out
}
