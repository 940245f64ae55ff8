package lint

import (
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
