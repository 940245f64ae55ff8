package assess

import "github.com/portseal/portseal/report"

// QMATTLSNotEnabled is the id of the finding about agents that are to be migrated and lack ATTLS_ENABLED(Y).
const QMATTLSNotEnabled = "QM-ATTLS-NOT-ENABLED"

func qmATTLSNotEnabled() Rule {
	return Rule{
		ID:       QMATTLSNotEnabled,
		Severity: report.High,
		Title:    "the agent is not set to use AT-TLS",
		Why: "Without ATTLS_ENABLED(Y) the agent encrypts with its own RC4, whatever the AT-TLS policy says. The sample member does not have the " +
			"keyword, so it is easily forgotten.",
		Remediation: "Add ATTLS_ENABLED(Y) to CQMCPRMS and restart the agent, together with the activation of its AT-TLS rules.",
		Elsewhere:   "The agent is always on z/OS: add ATTLS_ENABLED(Y) to its CQMCPRMS, and restart it together with its AT-TLS rules.",
		References:  []string{ibmQMArticle, ibmQMTLS},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			listener, ok := migrated(q)
			if q.Agent == nil || !ok || usesATTLS(q.Agent) {
				return nil
			}
			return []report.Finding{{Endpoint: listener.Endpoint, Location: place(q.Agent.ATTLS, q.Agent.File),
				Detail: listener.Endpoint + " is expected to speak TLS" + tooEarlyWords(q), Expected: "ATTLS_ENABLED(Y)", Observed: attlsWords(q.Agent)}}
		}),
	}
}
