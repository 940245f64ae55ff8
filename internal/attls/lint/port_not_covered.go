package lint

import (
	"fmt"
	"slices"

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
					t := in.taking(to(port, l.Job), l.Ports)
					if !t.none() || half[port] {
						return nil
					}
					return []portFault{notCovered(in, l, port, t.off)}
				})...)
			}
			return out
		},
	}
}

// notCovered stands at the rule that switches TLS off, else at one that names the port and does not take it, else at the
// beginning of the policy. A program that portseal knows nothing of may do TLS itself.
func notCovered(in *Input, l Listener, port uint16, off *attls.Rule) portFault {
	at := report.Location{File: in.Policy.Files[0].Path, Line: 1, Column: 1}
	why := "no rule takes its connections"
	if off != nil {
		at, why = first(in.Effective(off).Enabled.From, off.At), fmt.Sprintf("rule %s takes its connections with TTLSEnabled Off", off.Name)
	} else if i := slices.IndexFunc(in.Policy.Rules, func(r *attls.Rule) bool { return names(r, port) }); i >= 0 {
		r := in.Policy.Rules[i]
		if inbound(r) {
			at, why = first(r.JobnameAt, r.At), fmt.Sprintf("rule %s names it, but for Jobname %s, not %s", r.Name, r.Jobname, l.Job)
		} else {
			at, why = first(r.DirectionAt, r.At), fmt.Sprintf("rule %s names it, but for Direction %s", r.Name, r.Direction)
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
