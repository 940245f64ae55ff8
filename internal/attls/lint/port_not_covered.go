package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// portNotCovered finds listeners that should do TLS and that no rule takes.
func portNotCovered() Rule {
	return Rule{
		ID: "ATTLS-PORT-NOT-COVERED", Severity: report.High,
		Title:       "No rule gives TLS to a port that should have it",
		Why:         "A connection that no rule with TTLSEnabled On takes is in clear text, without any message.",
		Remediation: "Add the port to a rule with TTLSEnabled On; a program that does TLS itself needs none.",
		References:  []string{"z/OS Communications Server: IP Configuration Guide, Application Transparent Transport Layer Security data protection"},
		Check: func(in *Input) []report.Finding {
			if in.System == nil || !in.Policy.Installs() || len(in.Policy.Files) == 0 {
				return nil
			}
			half := map[uint16]bool{} // said by ATTLS-ISPF-HALF
			for _, i := range in.ispf() {
				half[i.port] = len(i.out.sure) > 0
			}
			var out []report.Finding
			for _, l := range in.System.Listeners {
				if isJava(l.Role) || l.Expect != report.ExpectTLS && l.Expect != report.ExpectStartTLS {
					continue
				}
				out = append(out, perPorts(l.Ports, func(port uint16) []portFault {
					if !in.taking(to(port, l.Job), l.Ports).none() || half[port] {
						return nil
					}
					return []portFault{notCovered(in, l, port)}
				})...)
			}
			return out
		},
	}
}

// notCovered stands at the rule that switches TLS off, else at one that names the port and does not take it, else at the
// beginning of the policy. A program that portseal knows nothing of may do TLS itself.
func notCovered(in *Input, l Listener, port uint16) portFault {
	at := report.Location{File: in.Policy.Files[0].Path, Line: 1, Column: 1}
	why := "no rule takes its connections"
	m := in.Policy.Match(to(port, l.Job))
	if m.Rule != nil {
		e := in.Effective(m.Rule)
		at, why = first(e.Enabled.From, m.Rule.At), fmt.Sprintf("rule %s takes its connections with TTLSEnabled Off", m.Rule.Name)
	}
	for _, miss := range m.Misses {
		if m.Rule == nil && names(miss.Rule, port) {
			at, why = first(miss.At, miss.Rule.At), fmt.Sprintf("rule %s names it, but %s", miss.Rule.Name, miss.Reason)
			break
		}
	}
	severity := report.High
	if l.Role != report.RoleCAEAgent && l.Role != report.RoleCAEISPF {
		severity = report.Low
	}
	return portFault{at, severity, fmt.Sprintf("listener %s (%s) is to do TLS and is in clear text as far as AT-TLS goes: %s", l.Name, thePorts, why)}
}

func names(r *attls.Rule, port uint16) bool {
	return !r.LocalPorts.Any() && r.LocalPorts.Contains(port) == scan.Yes
}
