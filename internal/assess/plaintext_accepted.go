package assess

import (
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// PlaintextAccepted is the id of the finding about a listener that speaks TLS and goes on without it just as well.
const PlaintextAccepted = "PLAINTEXT-ACCEPTED"

func plaintextAccepted() Rule {
	return Rule{
		ID:       PlaintextAccepted,
		Severity: report.High,
		Title:    "the listener also takes sessions in clear text",
		Why: "A client that does not ask for TLS, or is kept from asking, gets a session all the same: user ids, passwords and data can " +
			"be read and changed on the way.",
		Remediation: "Demand TLS: TN3270E CONNTYPE SECURE or NEGTSECURE instead of ANY or BASIC (in TELNETPARMS, and in every " +
			"PARMSGROUP that these connections map to); FTP SECURE_FTP REQUIRED beside EXTENSIONS AUTH_TLS. A DRDA port that answers in clear " +
			"has no AT-TLS rule that covers it.",
		Elsewhere: "Configure the server to refuse every command before TLS but those that start it: hostssl in pg_hba.conf, security ssf for slapd, " +
			"ssl = required for Dovecot, smtpd_tls_security_level = encrypt for Postfix, Force Encryption for SQL Server, c2s_require_encryption for Prosody, " +
			"security_layer=tls for xrdp, VeNCrypt with X.509 alone for VNC. A mail server for the public must " +
			"take mail without TLS (RFC 3207 section 4): waive that, and offer AUTH behind TLS only.",
		References: []string{ibmTelnetTLS, ibmFTPTLS, "RFC 4217 section 11.1", "RFC 3207 section 4", "RFC 9325 section 3.2"},
		Check: func(c *Case) []report.Finding {
			if !c.tls() || !c.wantsTLS() {
				return nil
			}
			for _, s := range c.Endpoint.StartUps {
				if s.Way == scan.WayClear && s.Accepted == scan.Yes {
					return []report.Finding{{Expected: "no session without TLS", Observed: s.Basis, Evidence: distinct(s.Evidence)}}
				}
			}
			return nil
		},
	}
}
