package assess

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
)

// QMTLSPortMissing is the id of the finding about servers whose TLS port is not set.
const QMTLSPortMissing = "QM-TLS-PORT-MISSING"

func qmTLSPortMissing() Rule {
	return Rule{
		ID:       QMTLSPortMissing,
		Severity: report.Medium,
		Varies:   "low when the estate file has the default, 3449",
		Title:    "the CAE server's TLS port is not set",
		Why: "Agents are to connect to this port, and port reservations and AT-TLS rules name it: a server that takes its default (3449) may open " +
			"another one than they expect, and a default may change.",
		Remediation: "Add CQM_TLS_CAE_AGNT_LSTNR_PORT=PORT to the STDENV of CQMCAESV, from column 1, with the port that SERVER_PORT of the agents " +
			"names, and restart the server. RC4 stays possible beside it.",
		Elsewhere:  qmElsewhere,
		References: []string{ibmQMCertificate, ibmQMArticle},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			d, ok := declaredTLS(q, report.RoleCAEServerTLS)
			if q.Server == nil || q.Server.TLSPort != nil || !ok {
				return nil
			}
			f := report.Finding{Endpoint: d.Endpoint, Location: top(q.Server.File), Detail: d.Endpoint + " is expected to speak TLS",
				Expected: fmt.Sprintf("CQM_TLS_CAE_AGNT_LSTNR_PORT=%d", d.Port), Observed: "CQM_TLS_CAE_AGNT_LSTNR_PORT is not set"}
			if slices.ContainsFunc(q.Configured, func(c report.ConfiguredPort) bool { return c.Role == d.Role && c.Port == d.Port }) {
				f.Severity = report.Low
			}
			return []report.Finding{f}
		}),
	}
}
