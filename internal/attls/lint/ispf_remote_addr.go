package lint

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// ispfRemoteAddr finds the server's address left in the rule that is to take ISPF clients too.
func ispfRemoteAddr() Rule {
	return Rule{
		ID: "ATTLS-ISPF-REMOTE-ADDR", Severity: report.High,
		Title: "The rule for the ISPF port leaves out 127.0.0.1",
		Why: "The ISPF client connects to the agent of its own LPAR on 127.0.0.1. A rule with the address of the CAE server does not " +
			"take that connection, which stays in clear text at the agent's end.",
		Remediation: "Remove RemoteAddr from the rule, or give the ISPF port a rule of its own.",
		References:  []string{"Db2 Query Monitor: AT-TLS rules for communication between CAE server, agent and ISPF (modified rule 1)"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, i := range in.ispf() {
				if !i.in.none() || i.in.off != nil || i.expect != report.ExpectTLS && len(i.out.sure) == 0 {
					continue
				}
				for _, x := range i.excludes {
					out = append(out, found(x.at, fmt.Sprintf("%s of rule %s leaves out 127.0.0.1, from where ISPF clients connect to port %d: want no such condition "+
						"on that port", x.condition, x.rule.Name, i.port)))
				}
			}
			return out
		},
	}
}
