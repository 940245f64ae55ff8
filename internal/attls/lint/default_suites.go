package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// defaultSuites finds rules without a list of suites.
func defaultSuites() Rule {
	return Rule{
		ID: "ATTLS-DEFAULT-SUITES", Severity: report.Medium,
		Title: "The suites are those of the release",
		Why: "Without TTLSCipherParms the suites are System SSL's own, which change with the release and with FIPS140: an auditor cannot " +
			"read them from the policy, and an upgrade changes them silently.",
		Remediation: "Write the suites down in TTLSCipherParms: 1302 and 1301 for TLS 1.3, C030, C02F, C02C and C02B for TLS 1.2." + refresh,
		References:  []string{reference("TTLSCipherParms"), "PCI DSS 4.0.1 requirement 12.3.3"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				if !e.Suites.Default || e.Envfile.Value != "" {
					return nil
				}
				return []report.Finding{relianceOf(e)}
			})
		},
	}
}

// relianceOf says what relying on a release means. Of its lists only the oldest and the newest could be read: System SSL
// Programming of z/OS 2.1, and IBM's "AT-TLS and System SSL defaults in z/OS 3.2".
func relianceOf(e *attls.Effective) report.Finding {
	f := found(environmentAt(e), "no list of suites counts, neither of the environment nor of the connection action")
	switch {
	case e.Release == "2.1" && e.FIPS140.Known && e.FIPS140.Value == "Off":
		f.Severity = report.High
		f.Detail += ": the default of z/OS 2.1 begins with RC4 and holds NULL and export suites"
	case e.Suites.Known:
		f.Severity = report.Info
		f.Detail += fmt.Sprintf(": the %s holds %s today", e.Suites.Statement, asCodes(e))
	default:
		f.Detail += ": do not expect forward secrecy"
	}
	return f
}

func asCodes(e *attls.Effective) string {
	var out []string
	for _, id := range e.Suites.Value {
		out = append(out, id.String())
	}
	return and(out)
}
