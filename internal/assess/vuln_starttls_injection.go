package assess

import (
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// VulnStartTLSInjection is the id of the finding about commands in clear that are carried out inside TLS.
const VulnStartTLSInjection = "VULN-STARTTLS-INJECTION"

func vulnStartTLSInjection() Rule {
	return vulnerable(Rule{
		ID:       VulnStartTLSInjection,
		Severity: report.High,
		Title:    "a command in clear behind the one that asks for TLS is carried out inside TLS (STARTTLS injection)",
		Why: "Who stands between a client and the server puts commands of his own before the client's session, and the server takes them for the client's: " +
			"so he can have what the client sends then, its password or its mail, delivered to himself.",
		Remediation: "Apply the service of the server that has this start-up: AT-TLS has no part in it, unless the server itself asks AT-TLS to begin. Until then, let " +
			"clients use a port where TLS comes at once.",
		Elsewhere:  "Update the server: it must forget what it has read when TLS begins. Until then, let clients use a port where TLS comes at once.",
		References: []string{"CVE-2011-0411", "CVE-2021-38371", "RFC 3207 section 6", "https://www.usenix.org/conference/usenixsecurity21/presentation/poddebniak"},
	}, "what was read in clear is forgotten when TLS begins")
}

// startTLSInjection takes the probe's answer. Where TLS comes at once, nothing is said in clear.
func (c *Case) startTLSInjection() found {
	f := byFeature(scan.FeatureStartTLSInjection)(c)
	if f.fact == scan.Unknown && f.evidence == nil && c.Endpoint.Target.StartTLS == "" {
		return found{fact: scan.No, basis: "TLS begins at once, without a command in clear"}
	}
	return f
}
