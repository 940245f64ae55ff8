package assess

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/zmap/zcrypto/x509"
	"github.com/zmap/zlint/v3"
	"github.com/zmap/zlint/v3/lint"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// CertLint is the id of the finding about certificates that break what the RFCs, or the rules of public CAs, demand of them.
const CertLint = "CERT-LINT"

// zlintVersion is the release whose lints judge: another one may find other things in the same certificate.
const zlintVersion = "v3.7.3"

func certLint() Rule {
	return Rule{
		ID:       CertLint,
		Severity: report.Info,
		Title:    "a server certificate breaks a demand of the RFCs or of public CAs",
		Why: "Clients differ in what they let pass: a certificate that this one takes may be refused by the next one, or by its next release. " +
			"Judged at depth deep, by ZLint's lints about what the RFCs say one MUST. What the CA/Browser Forum demands is judged only of a " +
			"certificate that leads to one of the machine's own roots and says by a policy identifier that it follows the Baseline Requirements: " +
			"of others it is not known that a public CA made them, and for a CA of the enterprise's own they are no measure.",
		Remediation: refreshFirst + "Else have the certificate issued anew by a CA that follows them, with another profile or template there.",
		Elsewhere:   restartElsewhere + "Else have the certificate issued anew, with another profile or template of the CA.",
		References:  []string{"RFC 5280", "RFC 8813", "ZLint " + zlintVersion + " (https://github.com/zmap/zlint)"},
		Check: func(c *Case) []report.Finding {
			if !Deep(c.Endpoint) {
				return nil
			}
			return eachCertificate(c.leaves(c.Endpoint.Presented), func(s sent) (report.Finding, bool) {
				found, sources := c.lint(s.Certificate)
				return report.Finding{
					Expected: "a certificate in which the lints about " + sources + " find no error",
					Observed: list(found),
					Detail:   s.role() + " " + certificateName(s.Certificate) + " fails lints of ZLint " + zlintVersion + ": " + list(found),
				}, len(found) > 0
			})
		},
	}
}

// The two sets of lints. Those that only warn of what one SHOULD do are not asked: one of them depends on the day.
var (
	rfcLints = sync.OnceValue(func() lint.Registry {
		return lintsOf(lint.RFC3279, lint.RFC5280, lint.RFC5480, lint.RFC5891, lint.RFC6960, lint.RFC6962, lint.RFC8813)
	})
	publicLints = sync.OnceValue(func() lint.Registry {
		return lintsOf(lint.CABFBaselineRequirements, lint.CABFEVGuidelines)
	})
)

func lintsOf(sources ...lint.LintSource) lint.Registry {
	lints, err := lint.GlobalRegistry().Filter(lint.FilterOptions{IncludeSources: sources})
	if err != nil {
		panic("assess: " + err.Error()) // of options that exclude each other: a fault of ours
	}
	return lints
}

// lint returns the lints that find an error in a certificate, with what they rest on, sorted, and what the lints were about. A certificate that
// ZLint's parser refuses has none: who refuses it is said with the certificate. A lint that breaks down on what the peer sent is fatal to ZLint, and
// no error.
func (c *Case) lint(cert *certchain.Certificate) (found []string, sources string) {
	sources = "RFCs"
	parsed, err := x509.ParseCertificate(cert.Raw)
	if err != nil {
		return nil, sources
	}
	registries := []lint.Registry{rfcLints()}
	if c.publiclyTrusted(cert.SHA256) && followsBaseline(parsed) {
		sources, registries = "RFCs, the Baseline Requirements and the EV Guidelines", append(registries, publicLints())
	}
	for _, registry := range registries {
		for name, result := range zlint.LintCertificateEx(parsed, registry).Results {
			if result.Status == lint.Error {
				found = append(found, fmt.Sprintf("%s (%s)", name, strings.TrimSuffix(result.LintMetadata.Citation, ".")))
			}
		}
	}
	slices.Sort(found)
	return found, sources
}

// followsBaseline says whether a certificate has one of the policy identifiers by which a CA says that it followed the Baseline Requirements
// (their section 7.1.6.1). The machine's own roots may be an enterprise's too; its certificates have none.
func followsBaseline(cert *x509.Certificate) bool {
	for _, id := range cert.PolicyIdentifiers {
		if id.String() == "2.23.140.1.1" || strings.HasPrefix(id.String(), "2.23.140.1.2.") {
			return true
		}
	}
	return false
}
