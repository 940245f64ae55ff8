package lint

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// v2Suites finds suites of SSLv2.
func v2Suites() Rule {
	return Rule{
		ID: "ATTLS-V2-SUITES", Severity: report.Low,
		Title:       "The list names suites of SSLv2",
		Why:         "They count with SSLv2 On only, and every one of them is broken: the line is a left-over that hides what is offered.",
		Remediation: "Remove the V2CipherSuites line." + refresh,
		References:  []string{reference("TTLSCipherParms"), "RFC 6176"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				switch s := e.SSL2Suites; {
				case s.Default || s.From == (report.Location{}) || len(s.Value) == 0:
					return nil
				case isOn(e, cipher.SSLv2):
					f := found(s.From, "V2CipherSuites of "+s.Statement+" is offered, because SSLv2 is On: remove it")
					f.Severity = report.High
					return []report.Finding{f}
				default:
					return []report.Finding{found(s.From, "V2CipherSuites of "+s.Statement+" counts with SSLv2 On only: remove it")}
				}
			})
		},
	}
}
