package assess

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
)

// QMServerPortNotTLS is the id of the finding about agents that do not connect to the server's TLS port.
const QMServerPortNotTLS = "QM-SERVER-PORT-NOT-TLS"

func qmServerPortNotTLS() Rule {
	return Rule{
		ID:       QMServerPortNotTLS,
		Severity: report.High,
		Varies:   "medium when SERVER_PORT is not set, or names a port of which nothing is known",
		Title:    "the agent does not connect to the CAE server's TLS port",
		Why: "An agent whose own ports speak TLS may still send SQL text to the server in RC4: SERVER_PORT decides, and it was the RC4 port " +
			"before. As long as one agent uses that port it cannot be turned off.",
		Remediation: "In CQMCPRMS set SERVER_PORT to the CAE server's TLS port (CQM_TLS_CAE_AGNT_LSTNR_PORT), together with ATTLS_ENABLED(Y) and " +
			"the outbound AT-TLS rule; then restart the agent.",
		Elsewhere:   "The agent is always on z/OS: set SERVER_PORT in its CQMCPRMS to the CAE server's TLS port, and restart it.",
		References:  []string{ibmQMArticle, ibmQMTLS},
		CheckEstate: eachSystem(checkServerPort),
	}
}

func checkServerPort(_ *Estate, q *report.QueryMonitor) []report.Finding {
	listener, ok := migrated(q)
	if q.Agent == nil || !ok {
		return nil
	}
	p := q.Agent.ServerPort
	f := report.Finding{Endpoint: listener.Endpoint, Location: place(p, q.Agent.File), Severity: report.Medium,
		Detail: listener.Endpoint + " is expected to speak TLS" + portTakenWords(q), Expected: "SERVER_PORT names the CAE server's TLS port"}
	if len(q.Agent.ServerTLS) > 0 {
		f.Expected += ": " + portWords(q.Agent.ServerTLS)
	}
	if p == nil {
		f.Observed = "SERVER_PORT is not set"
		return []report.Finding{f}
	}
	for _, port := range p.Ports {
		switch {
		case slices.Contains(q.Agent.ServerTLS, port):
			continue
		case slices.Contains(q.Agent.ServerRC4, port):
			f.Severity, f.Observed = report.High, fmt.Sprintf("SERVER_PORT(%d), the RC4 port%s", port, serverWords(q.Agent))
		case len(q.Agent.ServerTLS) > 0:
			f.Observed = fmt.Sprintf("SERVER_PORT(%d), which is no TLS port%s", port, serverWords(q.Agent))
		default:
			continue // nothing is known of the server
		}
		return []report.Finding{f}
	}
	return nil
}

func serverWords(a *report.CAEAgent) string {
	if a.ServerSystem == "" {
		return " of a CAE server of the estate"
	}
	return " of the CAE server on " + a.ServerSystem
}

// portTakenWords says that a rule takes the connection to the RC4 port nevertheless.
func portTakenWords(q *report.QueryMonitor) string {
	if _, rc4 := tooEarly(q); rc4 {
		return tooEarlyWords(q)
	}
	return ""
}
