package assess

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
)

// QMPortNotListed is the id of the finding about ports of the parameters that the estate file does not have.
const QMPortNotListed = "QM-PORT-NOT-LISTED"

func qmPortNotListed() Rule {
	return Rule{
		ID:       QMPortNotListed,
		Severity: report.Medium,
		Title:    "the parameters open a port that the estate file does not list",
		Why:      "A port that is not listed is not scanned: whether it speaks TLS, or still RC4, is not known.",
		Remediation: "Add a listener with that port and its role (cae-server-tls, cae-server-rc4, cae-agent, cae-ispf) to the system in the estate file, " +
			"or correct the parameter.",
		Elsewhere:   "Add a listener with that port and its role to the system in the estate file, or correct the parameter.",
		References:  []string{ibmQMTLS},
		CheckEstate: eachSystem(checkNotListed),
	}
}

// checkNotListed makes one finding a parameter. The default TLS port is left out: the server opens it only when it has a certificate for it.
func checkNotListed(_ *Estate, q *report.QueryMonitor) []report.Finding {
	var out []report.Finding
	var missing []uint16
	for i, c := range q.Configured {
		is := func(d report.DeclaredPort) bool { return d.Port == c.Port && d.Role == c.Role }
		if !slices.ContainsFunc(q.Declared, is) && (!c.Default || c.Role != report.RoleCAEServerTLS) {
			missing = append(missing, c.Port)
		}
		if i+1 < len(q.Configured) && q.Configured[i+1].Role == c.Role || len(missing) == 0 {
			continue
		}
		out = append(out, report.Finding{Location: &c.Location, Expected: "a listener of role " + c.Role + " for each",
			Observed: fmt.Sprintf("%s names %s, %s", c.Parameter, portWords(missing), otherRole(q, missing))})
		missing = nil
	}
	return out
}

// otherRole says what the estate file has at these ports instead.
func otherRole(q *report.QueryMonitor, ports []uint16) string {
	for _, d := range q.Declared {
		if slices.Contains(ports, d.Port) {
			return fmt.Sprintf("and the estate file has %s of role %s there", d.Endpoint, d.Role)
		}
	}
	return "and the estate file has no listener there"
}
