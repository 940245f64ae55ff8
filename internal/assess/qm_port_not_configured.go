package assess

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// QMPortNotConfigured is the id of the finding about listeners of the estate file that the parameters do not open.
const QMPortNotConfigured = "QM-PORT-NOT-CONFIGURED"

func qmPortNotConfigured() Rule {
	return Rule{
		ID:       QMPortNotConfigured,
		Severity: report.Medium,
		Title:    "the estate file lists a port that the parameters do not open",
		Why:      "Either the estate file is out of date, or the parameters are: what is scanned here is not what Query Monitor uses.",
		Remediation: "Correct the listener's port or role in the estate file, or the parameter, and restart the product. Where the parameter files are " +
			"copies, collect them again.",
		Elsewhere:   "Correct the listener's port or role in the estate file, or the parameter, and restart the product.",
		References:  []string{ibmQMTLS},
		CheckEstate: eachSystem(checkNotConfigured),
	}
}

func checkNotConfigured(_ *Estate, q *report.QueryMonitor) []report.Finding {
	configured := map[string][]report.ConfiguredPort{}
	for _, c := range q.Configured {
		configured[c.Role] = append(configured[c.Role], c)
	}
	var out []report.Finding
	for _, d := range q.Declared {
		have := configured[d.Role]
		unset := len(have) == 0 || have[0].Default && d.Role == report.RoleCAEServerTLS // which has findings of its own
		if unset || d.Expect == report.ExpectClosed {
			continue
		}
		var ports []uint16
		open := false
		for _, c := range have {
			ports = append(ports, c.Port)
			open = open || c.Port == d.Port
		}
		if open {
			continue
		}
		observed := fmt.Sprintf("%s names %s", have[0].Parameter, portWords(ports))
		if have[0].Default {
			observed = fmt.Sprintf("%s is not set, and its default is %s", have[0].Parameter, portWords(ports))
		}
		out = append(out, report.Finding{Endpoint: d.Endpoint, Location: &have[0].Location, Detail: "the estate file has role " + d.Role + " at this port",
			Expected: fmt.Sprintf("port %d among them", d.Port), Observed: observed})
	}
	return out
}
