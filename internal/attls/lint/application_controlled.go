package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// applicationControlled compares who starts TLS, the stack or the application, with what the program behind the port does.
func applicationControlled() Rule {
	return Rule{
		ID: "ATTLS-APPLICATION-CONTROLLED", Severity: report.High,
		Title: "ApplicationControlled does not suit the program",
		Why: "With Off the stack expects a handshake at once, and a program that begins in clear text (FTP, TN3270, CSSMTP) never " +
			"gets to speak. With On the connection stays in clear text until the program asks for TLS, which most never do.",
		Remediation: "Write ApplicationControlled On for programs that start TLS themselves, and Off for all others.",
		References: []string{
			"z/OS Communications Server: IP Configuration Reference, TTLSEnvironmentAdvancedParms statement",
			"z/OS Communications Server: IP Configuration Guide, Application Transparent Transport Layer Security data protection",
		},
		Check: func(in *Input) []report.Finding {
			out := startedByWhom(in)
			for _, r := range in.enabled() {
				a := in.Effective(r).ApplicationControlled
				if program := startsInClear(r); program != "" && a.Known && !a.Value {
					out = append(out, found(first(a.From, r.At), fmt.Sprintf("rule %s is for %s, which begins in clear text and starts TLS itself, but "+
						"ApplicationControlled is Off (%s): want On", r.Name, program, a.Statement)))
				}
			}
			return out
		},
	}
}

// startedByWhom compares the rules with how an estate says that its listeners start TLS.
func startedByWhom(in *Input) []report.Finding {
	var out []report.Finding
	if in.System == nil {
		return nil
	}
	for _, l := range in.System.Listeners {
		out = append(out, perPorts(l.Ports, func(port uint16) []portFault {
			var out []portFault
			for _, r := range in.taking(to(port, l.Job), l.Ports).sure {
				if f := startedBy(in.Effective(r).ApplicationControlled, l, port, r); f.detail != "" {
					out = append(out, f)
				}
			}
			return out
		})...)
	}
	return out
}

func startedBy(a attls.Setting[bool], l Listener, port uint16, r *attls.Rule) portFault {
	switch {
	case !a.Known || startsInClear(r) != "":
	case l.StartTLS != "" && !a.Value:
		return portFault{at: first(a.From, r.At), detail: fmt.Sprintf("listener %s (%s) starts TLS by %s, but ApplicationControlled is Off (%s), so that "+
			"the stack expects a handshake at once: want On", l.Name, thePorts, l.StartTLS, a.Statement)}
	case l.StartTLS == "" && l.Expect == report.ExpectTLS && a.Value && !asksAtOnce(port):
		severity := report.Low
		if l.Role == report.RoleCAEAgent || l.Role == report.RoleCAEISPF {
			severity = report.Medium
		}
		return portFault{a.From, severity, fmt.Sprintf("listener %s (%s) should speak TLS at once, but ApplicationControlled is On (%s), so that it stays in "+
			"clear text until the program asks for TLS: want Off, unless the program does ask", l.Name, thePorts, a.Statement)}
	}
	return portFault{}
}

// asksAtOnce is the ports of programs that ask for TLS themselves as soon as they accept: FTP (TLSPORT) and TN3270E Telnet.
func asksAtOnce(port uint16) bool { return port == 990 || port == 992 }

// startsInClear names the program that a rule is for, when its job or well-known port says so and it begins in clear text.
func startsInClear(r *attls.Rule) string {
	only := func(ports attls.PortSet, port uint16) bool {
		return len(ports.Ranges) > 0 && !ports.Unread && !slices.ContainsFunc(ports.Ranges, func(p attls.PortRange) bool { return p.From != port || p.To != port })
	}
	switch {
	case strings.TrimRight(r.Jobname, "0123456789*") == "FTPD": // it forks FTPD1 to FTPD9
		return "the FTP server"
	case strings.HasPrefix(r.Jobname, "TN3270"):
		return "the TN3270E Telnet server"
	case strings.HasPrefix(r.Jobname, "CSSMTP"):
		return "CSSMTP"
	case r.Jobname != "":
		return ""
	case inbound(r) && only(r.LocalPorts, 21):
		return "the FTP server"
	case inbound(r) && only(r.LocalPorts, 23):
		return "the TN3270E Telnet server"
	case r.Direction == attls.Outbound && only(r.RemotePorts, 21):
		return "the FTP client"
	}
	return ""
}
