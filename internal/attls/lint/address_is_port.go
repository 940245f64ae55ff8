package lint

import (
	"encoding/binary"
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// addressIsPort finds a port number where an address belongs.
func addressIsPort() Rule {
	return Rule{
		ID: "ATTLS-ADDRESS-IS-PORT", Severity: report.High,
		Title: "A port number is written as an address",
		Why: "Policy Agent takes the number 6793 as the address 0.0.26.137 without a word. The rule then matches nothing, and the " +
			"connections that it is for are in clear text.",
		Remediation: "Write the number after LocalPortRange or RemotePortRange, and an address, or All, here.",
		References:  []string{reference("TTLSRule")},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.Policy.Rules {
				out = append(out, portsAmong(r, r.LocalAddr, "LocalPortRange")...)
				out = append(out, portsAmong(r, r.RemoteAddr, "RemotePortRange")...)
			}
			return out
		},
	}
}

func portsAmong(r *attls.Rule, addrs attls.AddrSet, want string) []report.Finding {
	var out []report.Finding
	for _, a := range addrs.Ranges {
		if port := portOf(a); port != 0 {
			out = append(out, found(a.At, fmt.Sprintf("%s is the address %s, which no host has, so rule %s never matches: want %s %d",
				a.Written, a.From, r.Name, want, port)))
		}
	}
	return out
}

// portOf is the port that was meant by an address of 0.0.0.0/16, which no host has (RFC 1122 section 3.2.1.3); else 0.
func portOf(a attls.AddrRange) uint16 {
	if a.From != a.To || !a.From.Is4() {
		return 0
	}
	b := a.From.As4()
	if b[0] != 0 || b[1] != 0 {
		return 0
	}
	return binary.BigEndian.Uint16(b[2:])
}
