package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// outboundUnscoped finds client rules that take the connections of every program.
func outboundUnscoped() Rule {
	return Rule{
		ID: "ATTLS-OUTBOUND-UNSCOPED", Severity: report.Medium,
		Title: "An outbound rule takes the connections of every program",
		Why: "A program that does TLS itself (Java, curl, a scanner on the LPAR) is wrapped once more: its peer gets TLS inside of TLS " +
			"and hangs up. 127.0.0.1 is matched like any other address.",
		Remediation: "Add the RemoteAddr of the server, or the Jobname or Userid of the client; or exempt the programs that do TLS " +
			"themselves by a rule of higher Priority with TTLSEnabled Off.",
		References: []string{"z/OS Communications Server: IP Configuration Guide, Application Transparent Transport Layer Security data protection"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.enabled() {
				a := in.Effective(r).ApplicationControlled
				if !outbound(r) || !unscoped(r) || !a.Known || a.Value {
					continue
				}
				what, severity := "to remote port "+r.RemotePorts.String(), report.Medium
				if r.RemotePorts.Any() {
					what, severity = "to any port", report.High
				}
				f := found(first(r.RemotePorts.At, r.DirectionAt, r.At), fmt.Sprintf("rule %s takes connections %s of every job to every address, of programs too that "+
					"do TLS themselves: want a RemoteAddr, Jobname or Userid", r.Name, what))
				f.Severity = severity
				out = append(out, f)
			}
			return out
		},
	}
}

// unscoped says whether nothing but the remote port tells which program a rule is for. A local port does: clients have none
// of their own.
func unscoped(r *attls.Rule) bool {
	anyone := func(name string) bool { return name == "" || name == "*" }
	return r.RemoteAddr.Any() && r.LocalPorts.Any() && anyone(r.Jobname) && anyone(r.Userid)
}
