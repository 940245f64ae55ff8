package lint

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// javaServer finds rules for connections to Query Monitor's server, which does TLS itself.
func javaServer() Rule {
	return Rule{
		ID: "ATTLS-JAVA-SERVER", Severity: report.High,
		Title: "AT-TLS for a port of the CAE server, which does TLS itself",
		Why: "The CAE server is a Java program with TLS of its own: with AT-TLS before it the server reads TLS inside of TLS, and no " +
			"browser or agent gets through. Its RC4 port does no TLS at all.",
		Remediation: "Take the port or the job out of the rule: the server needs no inbound rule.",
		References:  []string{"Db2 Query Monitor: the CAE server is a Java program and supports native TLS, so no AT-TLS rules are required for it"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			own := in.portsOf(javaRoles()...)
			for _, l := range in.listeners(javaRoles()...) {
				out = append(out, perPorts(l.Ports, func(port uint16) []portFault {
					var out []portFault
					for _, r := range in.taking(to(port, l.Job), own).sure {
						if a := in.Effective(r).ApplicationControlled; !a.Known || a.Value {
							continue // TLS never starts: the server does not ask
						}
						out = append(out, portFault{at: first(r.LocalPorts.At, r.JobnameAt, r.At), detail: fmt.Sprintf("rule %s takes connections to %s of listener %s "+
							"(%s), which is a Java program: want no rule with TTLSEnabled On to take them", r.Name, thePorts, l.Name, l.Role)})
					}
					return out
				})...)
			}
			return out
		},
	}
}
