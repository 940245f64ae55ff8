package lint

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ispf is Query Monitor's connection between the ISPF client and the agent of the same LPAR, over 127.0.0.1, for one port:
// both ends need a rule.
type ispf struct {
	port     uint16
	expect   string // of the listener; empty: not known
	in, out  taking
	excludes []exclusion
}

// exclusion is a rule for the port that leaves 127.0.0.1 out, and the condition that does so.
type exclusion struct {
	rule      *attls.Rule
	condition string
	at        report.Location
}

func loopback() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// ispf asks the policy for each port of the agent that ISPF clients connect to: the estate names them, or else outbound
// rules with the name that IBM's sample has. Of a policy that is not installed nothing is asked.
func (in *Input) ispf() []ispf {
	if !in.Policy.Installs() {
		return nil
	}
	own := in.portsOf(report.RoleCAEAgent, report.RoleCAEISPF)
	var out []ispf
	for _, l := range in.listeners(report.RoleCAEISPF) {
		for _, port := range l.Ports {
			out = append(out, in.ispfOf(port, l.Expect, l.Job, own))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, r := range in.enabled() {
		if !outbound(r) || !strings.Contains(strings.ToUpper(r.Name), "QMISPF") {
			continue
		}
		for _, p := range r.RemotePorts.Ranges {
			if p.From == p.To && p.From != 0 {
				out = append(out, in.ispfOf(p.From, "", "", nil))
			}
		}
	}
	return out
}

func (in *Input) ispfOf(port uint16, expect, job string, own []uint16) ispf {
	end := netip.AddrPortFrom(loopback(), port)
	client := netip.AddrPortFrom(loopback(), 0)
	accepted := attls.Connection{Direction: attls.Inbound, Local: end, Remote: client, Job: job}
	i := ispf{port: port, expect: expect,
		in:  in.taking(accepted, own),
		out: in.taking(attls.Connection{Direction: attls.Outbound, Local: client, Remote: end}, own),
	}
	for _, r := range in.enabled() {
		named := r.Jobname != "" || r.Userid != ""
		if !inbound(r) || r.LocalPorts.Any() || r.LocalPorts.Contains(port) != scan.Yes || named && !meant(r, accepted, own) {
			continue
		}
		switch scan.No {
		case r.RemoteAddr.Contains(loopback()):
			i.excludes = append(i.excludes, exclusion{r, "RemoteAddr " + r.RemoteAddr.String(), r.RemoteAddr.At})
		case r.LocalAddr.Contains(loopback()):
			i.excludes = append(i.excludes, exclusion{r, "LocalAddr " + r.LocalAddr.String(), r.LocalAddr.At})
		}
	}
	return i
}

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
