package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// virtualRing finds virtual key rings that hold nothing which the role needs.
func virtualRing() Rule {
	return Rule{
		ID: "ATTLS-VIRTUAL-RING", Severity: report.High,
		Title: "A virtual key ring does not fit the role",
		Why: "*AUTH*/* and *SITE*/* hold certificates of authorities and of the site, and no private key that the job may use; the virtual ring " +
			"of a user holds personal certificates, which are no trust anchors. What is missing fails every handshake.",
		Remediation: "Connect the server's certificate as PERSONAL, and the authorities as CERTAUTH, to a ring of the job's user, and name that." + refresh,
		References:  []string{reference("TTLSKeyringParms"), "z/OS Security Server RACF Callable Services: R_datalib"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(func(e *attls.Effective) []report.Finding {
				if !e.Keyring.Known || !e.Role.Known {
					return nil
				}
				var out []report.Finding
				add := func(s report.Severity, why string) {
					f := found(e.Keyring.From, fmt.Sprintf("Keyring %s with HandshakeRole %s: %s", e.Keyring.Value, e.Role.Value, why))
					f.Severity = s
					out = append(out, f)
				}
				server := e.Role.Value != attls.Client
				switch kind := e.Keyring.Value.Kind; {
				case server && (kind == attls.RingAuth || kind == attls.RingSite):
					add(report.High, "it holds no personal certificate that a server could show")
				case !server && kind == attls.RingUser:
					add(report.High, "it holds no authority, so that no server is trusted")
				case server && kind == attls.RingUser:
					add(report.Medium, "it holds every personal certificate of the user, and no authority or intermediate to send with it")
				}
				return out
			})
		},
	}
}
