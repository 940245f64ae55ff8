package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// noHostCheck finds clients that take the certificate of any server.
func noHostCheck() Rule {
	return Rule{
		ID: "ATTLS-NO-HOST-CHECK", Severity: report.Info,
		Title: "A client does not check the name of its server",
		Why: "Without HostReferenceIdDNS or HostReferenceIdCN every certificate that chains to the ring is accepted, whatever name it " +
			"has: any server with one can take the place of the right one.",
		Remediation: "Write HostReferenceIdDNS with the server's name (z/OS 2.5 on, APAR PH49284), or let the ring hold only the CA that " +
			"issues to this server.",
		References: []string{"z/OS Communications Server: IP Configuration Reference, TTLSEnvironmentAdvancedParms statement", "RFC 9525"},
		Check: func(in *Input) []report.Finding {
			if in.Release == "" || !in.Release.AtLeast("2.5") {
				return nil
			}
			var out []report.Finding
			for _, r := range in.enabled() {
				e := in.Effective(r)
				dns, cn := e.Parameter("HostReferenceIdDNS"), e.Parameter("HostReferenceIdCN")
				if !e.Role.Known || e.Role.Value != attls.Client || !dns.Known || dns.Value != "" || !cn.Known || cn.Value != "" || onlyLoopback(r) {
					continue
				}
				f := found(e.Role.From, "HandshakeRole Client of "+e.Role.Statement+" without HostReferenceIdDNS or HostReferenceIdCN accepts every "+
					"certificate that chains to its ring")
				if e.Keyring.Known && e.Keyring.Value.Kind == attls.RingAuth {
					f.Detail += fmt.Sprintf(", which is %s (%s): all certificate authorities that the system trusts", e.Keyring.Value, e.Keyring.Statement)
					f.Severity = report.Low
				}
				out = append(out, f)
			}
			return out
		},
	}
}

// onlyLoopback says whether a rule's peers are all on the same stack.
func onlyLoopback(r *attls.Rule) bool {
	if r.RemoteAddr.Any() || r.RemoteAddr.Unread {
		return false
	}
	for _, a := range r.RemoteAddr.Ranges {
		if !a.From.IsLoopback() || !a.To.IsLoopback() {
			return false
		}
	}
	return true
}
