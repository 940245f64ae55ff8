package assess

import "github.com/portseal/portseal/report"

// QMISPFPortMissing is the id of the finding about agents without ISPF_LISTENER_PORT.
const QMISPFPortMissing = "QM-ISPF-PORT-MISSING"

func qmISPFPortMissing() Rule {
	return Rule{
		ID:       QMISPFPortMissing,
		Severity: report.Medium,
		Title:    "the agent's ISPF port is not set",
		Why: "ISPF_LISTENER_PORT is required and has no default: without it the agent does not register (CQMC0093E, wrong params), and the ISPF " +
			"panels cannot connect.",
		Remediation: "Add ISPF_LISTENER_PORT(PORT) to CQMCPRMS, with a port that neither LISTENER_PORTS nor SERVER_PORT names, and restart the agent.",
		Elsewhere:   "The agent is always on z/OS: add ISPF_LISTENER_PORT to its CQMCPRMS, and restart it.",
		References:  []string{ibmQMISPF},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			if q.Agent == nil || q.Agent.ISPFPort != nil {
				return nil
			}
			return []report.Finding{{Location: top(q.Agent.File), Expected: "ISPF_LISTENER_PORT(PORT)", Observed: "ISPF_LISTENER_PORT is not set"}}
		}),
	}
}
