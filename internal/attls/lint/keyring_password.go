package lint

import (
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// keyringPassword finds passwords of key databases and LDAP servers in clear text. It never shows one.
func keyringPassword() Rule {
	return Rule{
		ID: "ATTLS-KEYRING-PASSWORD", Severity: report.High,
		Title:       "A password stands in the policy",
		Why:         "Whoever may read the policy, a copy or a listing of it can open the key database and take the private keys, or use the LDAP server.",
		Remediation: "Use a SAF key ring, which has no password, or KeyringStashFile; then change the password.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSKeyringParms statement"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			eachAttribute(in.Policy, func(s *syntax.Statement, a *syntax.Attribute) {
				p, _ := syntax.Lookup(s.Keyword, a.Keyword)
				if !p.Secret || a.Value == "" {
					return
				}
				want := "an LDAP server that needs no password, and the file readable by Policy Agent alone"
				if a.Keyword == "KeyringPw" {
					want = "a SAF key ring, or KeyringStashFile"
				}
				out = append(out, found(a.At, a.Keyword+" gives a password in clear text (not shown here): want "+want))
			})
			return out
		},
	}
}
