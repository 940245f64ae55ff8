package lint

import (
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// keyringPassword finds passwords of key databases in clear text. It never shows one.
func keyringPassword() Rule {
	return Rule{
		ID: "ATTLS-KEYRING-PASSWORD", Severity: report.High,
		Title:       "The password of a key database stands in the policy",
		Why:         "Whoever may read the policy, a copy or a listing of it can open the database and take the private keys.",
		Remediation: "Use a SAF key ring, which has no password, or KeyringStashFile; then change the password.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSKeyringParms statement"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			eachAttribute(in.Policy, func(_ *syntax.Statement, a *syntax.Attribute) {
				if a.Keyword == "KeyringPw" && len(a.Words) > 0 {
					out = append(out, found(a.At, "KeyringPw gives the password in clear text (not shown here): want a SAF key ring, or KeyringStashFile"))
				}
			})
			return out
		},
	}
}
