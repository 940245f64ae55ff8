package assess

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// CertInternalName is the id of the finding about names in a publicly trusted certificate that nobody on the Internet can own.
const CertInternalName = "CERT-INTERNAL-NAME"

// machineRing is the name of the ring of the machine's own roots, as package keyring has it.
const machineRing = "system"

func certInternalName() Rule {
	return Rule{
		ID:       CertInternalName,
		Severity: report.Info,
		Title:    "a publicly trusted certificate has an internal name or address",
		Why: "A name without a public suffix and a private address belong to nobody: a public CA may not certify them, any other network may have " +
			"the same, and the logs of public CAs show the names to all. A CA of the enterprise's own may certify them; those are not judged.",
		Remediation: refreshFirst + "Else have the certificate issued for public names only (RACDCERT GENREQ with ALTNAME), or by the enterprise's own CA.",
		Elsewhere:   restartElsewhere + "Else have the certificate issued for public names only, or by the enterprise's own CA.",
		References:  []string{"CA/Browser Forum Baseline Requirements section 7.1.2.7.12", "RFC 6761", "RFC 1918", "RFC 4193"},
		Check: func(c *Case) []report.Finding {
			return eachCertificate(c.leaves(c.Endpoint.Presented), func(s sent) (report.Finding, bool) {
				if !c.publiclyTrusted(s.SHA256) {
					return report.Finding{}, false
				}
				names := internalNames(s.Certificate)
				return report.Finding{
					Expected: "names with a public suffix, and public addresses",
					Observed: firstFew(names),
					Detail:   s.role() + " " + certificateName(s.Certificate) + " names " + firstFew(names),
				}, len(names) > 0
			})
		},
	}
}

// publiclyTrusted says whether a leaf leads to one of the machine's own roots, where those were among the rings.
func (c *Case) publiclyTrusted(leaf string) bool {
	return slices.ContainsFunc(c.Endpoint.Chains, func(v report.ChainVerdict) bool {
		return v.Leaf == leaf && v.Keyring == machineRing && v.Trusted == certchain.Yes
	})
}

// internalNames returns the names of the subjectAltName that are under no public suffix, and the addresses that are not routed on the Internet.
func internalNames(cert *certchain.Certificate) []string {
	var out []string
	for _, name := range cert.DNSNames {
		bare := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(name, "*."), "."))
		// A suffix that is not in the list is the last label, by the list's default rule "*".
		if suffix, icann := publicsuffix.PublicSuffix(bare); !icann && !strings.Contains(suffix, ".") {
			out = append(out, name)
		}
	}
	for _, text := range cert.IPAddresses {
		a, err := netip.ParseAddr(text)
		if err == nil && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified()) {
			out = append(out, text)
		}
	}
	return out
}
