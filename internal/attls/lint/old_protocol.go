package lint

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// oldProtocol finds SSLv2 and SSLv3 turned on.
func oldProtocol() Rule {
	return Rule{
		ID: "ATTLS-OLD-PROTOCOL", Severity: report.Critical,
		Title: "SSLv2 or SSLv3 is on",
		Why: "Both are broken by design. SSLv2 on any port that shares a key endangers the TLS ports too (DROWN); SSLv3 lets an attacker " +
			"read cookies and passwords (POODLE).",
		Remediation: "Write SSLv2 Off and SSLv3 Off, or remove the lines: Off is the default." + refresh,
		References:  []string{reference("TTLSEnvironmentAdvancedParms"), "RFC 6176", "RFC 7568", "CVE-2016-0800", "CVE-2014-3566"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				var out []report.Finding
				for _, v := range []cipher.Version{cipher.SSLv2, cipher.SSLv3} {
					if p := protocol(e, v); isOn(e, v) && !p.Default {
						out = append(out, found(p.From, fmt.Sprintf("%s On of %s: want Off", v, p.Statement)))
					}
				}
				return out
			})
		},
	}
}
