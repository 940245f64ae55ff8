package lint

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// ispfHalf finds that only one end of the connection has a rule.
func ispfHalf() Rule {
	return Rule{
		ID: "ATTLS-ISPF-HALF", Severity: report.High,
		Title: "Only one end of the ISPF connection has AT-TLS",
		Why: "ISPF client and agent both leave TLS to AT-TLS: with a rule at one end only, the other gets bytes that it cannot read, " +
			"and no ISPF client connects (return code 5003 at the end that has TLS).",
		Remediation: "Add the missing rule: inbound on the ISPF port of the agent, outbound from the ISPF client to that port on 127.0.0.1.",
		References:  []string{"Db2 Query Monitor: AT-TLS rules for communication between CAE server, agent and ISPF (rules 1 and 3)"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, i := range in.ispf() {
				for _, r := range i.in.sure {
					if i.out.none() {
						out = append(out, found(first(r.LocalPorts.At, r.At), fmt.Sprintf("rule %s gives TLS to the agent's ISPF port %d, but no outbound rule to "+
							"127.0.0.1 port %d does so for the ISPF client", r.Name, i.port, i.port)))
					}
				}
				for _, r := range i.out.sure {
					if i.in.none() && len(i.excludes) == 0 {
						out = append(out, found(first(r.RemotePorts.At, r.At), fmt.Sprintf("rule %s gives TLS to the ISPF client's connection to port %d, but no "+
							"inbound rule on port %d does so for the agent", r.Name, i.port, i.port)))
					}
				}
			}
			return out
		},
	}
}
