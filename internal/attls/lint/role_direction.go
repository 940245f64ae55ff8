package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// roleDirection finds roles that do not fit who opens the connection.
func roleDirection() Rule {
	return Rule{
		ID: "ATTLS-ROLE-DIRECTION", Severity: report.Medium,
		Title: "The handshake role does not fit the direction",
		Why: "Who opens a connection begins the handshake as its client. With the roles the other way round both sides wait, until the " +
			"handshake times out with return code 5004. Only data connections of FTP may be meant so.",
		Remediation: "Write HandshakeRole Client for Direction Outbound, and Server for Inbound." + refresh,
		References:  []string{reference("TTLSEnvironmentAction"), reference("TTLSRule"), "RFC 4217 section 7"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				direction, fits, want := e.Rule.Direction, true, ""
				switch direction {
				case attls.Inbound:
					fits, want = e.Role.Value != attls.Client, "Server or ServerWithClientAuth"
				case attls.Outbound:
					fits, want = e.Role.Value == attls.Client, "Client"
				}
				byApplication := !e.ApplicationControlled.Known || e.ApplicationControlled.Value // as FTP does
				if !e.Role.Known || fits || byApplication {
					return nil
				}
				return []report.Finding{found(e.Role.From, fmt.Sprintf("HandshakeRole %s of %s is used with Direction %s (%s): want %s",
					e.Role.Value, e.Role.Statement, direction, line(e.Rule.DirectionAt, e.Role.From), want))}
			})
		},
	}
}
