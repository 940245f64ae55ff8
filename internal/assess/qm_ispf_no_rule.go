package assess

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// qmISPFNoRule finds agents whose ISPF port is TLS, while the ISPF client's own connections to it are not.
func qmISPFNoRule() Rule {
	return Rule{
		ID:       "QM-ISPF-NO-RULE",
		Severity: report.High,
		Title:    "the agent's ISPF port is TLS, and no AT-TLS rule takes the ISPF client's connection to it",
		Why: "The ISPF client runs on the same system and leaves TLS to AT-TLS, as the agent does. With a rule at the agent's end only it sends clear " +
			"text to a port that wants TLS (return code 5003), and no ISPF user gets through. A scan does not show it: the port itself is right.",
		Remediation: "Add an outbound rule for RemoteAddr 127.0.0.1 and the ISPF port, with HandshakeRole Client and a key ring that trusts the agent's " +
			"certificate. Then F PAGENT,UPDATE.",
		Elsewhere:  elsewhereATTLS,
		References: []string{ibmQMArticle, ibmQMPolicy, ibmQMISPF},
		CheckEstate: eachSystem(func(_ *Estate, q *report.QueryMonitor) []report.Finding {
			if q.Agent == nil || q.Policy == nil {
				return nil
			}
			var out []report.Finding
			for _, port := range portsOf(q.Agent.ISPFPort) {
				// Of a listener of the estate the findings about policy files say it; what pasearch shows is judged here.
				if d, ok := declaredPort(q, port); ok && d.Role == report.RoleCAEISPF && !q.Policy.Listed {
					continue
				}
				in := having(q.Policy.To(report.FromISPF, inbound, port), scan.No)
				clear := having(q.Policy.To(report.FromISPF, outbound, port), scan.Yes)
				if len(in) == 0 || len(clear) == 0 {
					continue
				}
				i := slices.IndexFunc(q.Declared, func(d report.DeclaredPort) bool { return d.Port == port })
				f := report.Finding{Endpoint: agentListener(q), Location: in[0].Location,
					Expected: fmt.Sprintf("an outbound rule takes connections to 127.0.0.1 port %d", port),
					Observed: "clear text: " + connectionWords(clear[0]),
					Detail:   fmt.Sprintf("at the agent's end %s; %s (%s)", connectionWords(in[0]), policyWords(q.Policy.Listed), list(q.Policy.Files))}
				if i >= 0 {
					f.Endpoint = q.Declared[i].Endpoint
				}
				out = append(out, f)
			}
			return out
		}),
	}
}
