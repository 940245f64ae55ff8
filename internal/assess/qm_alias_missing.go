package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// QMAliasMissing is the id of the finding about the alias of the server's TLS certificate.
const QMAliasMissing = "QM-ALIAS-MISSING"

func qmAliasMissing() Rule {
	return Rule{
		ID:       QMAliasMissing,
		Severity: report.Medium,
		Varies:   "high when the alias is set, and no certificate of the key ring has it",
		Title:    "the certificate of the CAE server's TLS socket is not named, or not there",
		Why: "Without an alias a newer server warns and presents the ring's default certificate, which agents may not trust; an older one " +
			"looks for CAE_AGENT_PORTAL and, when there is none, does not open its TLS port at all. Which parameter gives the alias is what the " +
			"estate file says (alias_param).",
		Remediation: "Set the parameter in the STDENV of CQMCAESV to the label of the certificate on the server's key ring, or connect the certificate " +
			"under that label, and restart the server.",
		Elsewhere:   qmElsewhere,
		References:  []string{ibmQMCertificate, ibmQMArticle},
		CheckEstate: eachSystem(checkAlias),
	}
}

func checkAlias(e *Estate, q *report.QueryMonitor) []report.Finding {
	d, ok := declaredTLS(q, report.RoleCAEServerTLS)
	s := q.Server
	if s == nil || s.AliasParam == "" || !ok {
		return nil
	}
	f := report.Finding{Endpoint: d.Endpoint, Location: place(s.Alias, s.File), Detail: d.Endpoint + " is expected to speak TLS",
		Expected: s.AliasParam + " names a certificate of the server's key ring"}
	switch {
	case s.Alias == nil || s.Alias.Value == "":
		f.Observed = s.AliasParam + " is not set"
	case !lacksLabel(e.Rings[d.ServedBy], s.Alias.Value):
		return nil
	default:
		f.Severity = report.High
		f.Observed = fmt.Sprintf("%s=%s, and key ring %s has no certificate with that label", s.AliasParam, s.Alias.Value, d.ServedBy)
	}
	return []report.Finding{f}
}

// lacksLabel says whether a ring whose labels are known has none like that. Java's key stores do not tell aliases apart by case.
func lacksLabel(ring *certchain.Ring, label string) bool {
	labelled := false
	if ring != nil {
		for _, entry := range ring.Entries {
			if strings.EqualFold(entry.Label, label) {
				return false
			}
			labelled = labelled || entry.Label != ""
		}
	}
	return labelled
}
