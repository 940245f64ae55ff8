package assess

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// VulnBEAST is the id of the finding about beast.
const VulnBEAST = "VULN-BEAST"

func vulnBEAST() Rule {
	return unlessMeant(vulnerable(Rule{
		ID:       VulnBEAST,
		Severity: report.Low,
		Title:    "TLS 1.0 with CBC is accepted (BEAST)",
		Why: "TLS 1.0 takes the end of a record as the start of the next one's encryption: who can make a client send text of " +
			"his choice can guess what it sends. Clients of today split their records against it.",
		Remediation: "TLSv1 Off in TTLSEnvironmentAdvancedParms and TTLSConnectionAdvancedParms, once no client needs TLS 1.0. Raise " +
			"EnvironmentUserInstance, F PAGENT,UPDATE.",
		Elsewhere:  "Turn TLS 1.0 off once no client needs it.",
		References: []string{"CVE-2011-3389", "RFC 8996", "RFC 9325 section 3.1.1", ibmAdvancedParms},
	}, "no CBC suite in TLS 1.0"), func(c *Case) bool { return slices.Contains(c.Expect.Versions, tlsv10) })
}
