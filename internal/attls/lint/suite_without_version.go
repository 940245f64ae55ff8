package lint

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// suiteWithoutVersion finds suites whose version is off.
func suiteWithoutVersion() Rule {
	return Rule{
		ID: "ATTLS-SUITE-WITHOUT-VERSION", Severity: report.Medium,
		Title: "The list names suites of a version that is off",
		Why: "Suites of TLS 1.3, and those with AES-GCM or SHA-256 of TLS 1.2, need their version: who wrote them meant it to be on, and it " +
			"is Off by default up to z/OS 3.1.",
		Remediation: "Write TLSv1.3 On or TLSv1.2 On, or take the suites out." + refresh,
		References:  []string{reference("TTLSCipherParms"), reference("TTLSEnvironmentAdvancedParms"), "RFC 8446 section 4.1.2", "RFC 5246 section 1.2"},
		Check: func(in *Input) []report.Finding {
			used := map[report.Location]bool{} // a list that several rules share is judged by all of them
			for _, r := range in.enabled() {
				e := in.Effective(r)
				for _, l := range suitesOf(e) {
					used[l.at] = used[l.at] || len(versionless(e, l)) == 0
				}
			}
			return in.perRule(func(e *attls.Effective) []report.Finding {
				var out []report.Finding
				for _, l := range suitesOf(e) {
					dead := versionless(e, l)
					if used[l.at] || len(dead) == 0 {
						continue
					}
					off := protocol(e, dead[0].MinVersion)
					f := found(l.at, fmt.Sprintf("%s cannot be negotiated: %s is Off (%s)", suiteNames(dead), keywordOf(off.Version), off.Statement))
					if !off.Default {
						f.Severity = report.Low
					}
					out = append(out, f)
				}
				return out
			})
		},
	}
}

// versionless are the suites of a line whose only version, the first such if they have several, is off. Those before TLS 1.2
// have none of their own.
func versionless(e *attls.Effective, l suiteLine) []cipher.Suite {
	dead := only(l.suites, func(s cipher.Suite) bool { return s.MinVersion >= cipher.TLSv12 && !usable(e, s) })
	return only(dead, func(s cipher.Suite) bool { return s.MinVersion == dead[0].MinVersion })
}
