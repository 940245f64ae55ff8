package assess

import "github.com/portseal/portseal/report"

// PortFiltered is the id of the finding about a port that does not answer connection requests.
const PortFiltered = "PORT-FILTERED"

func portFiltered() Rule {
	return Rule{
		ID:           PortFiltered,
		Severity:     report.Info,
		Inconclusive: true,
		Title:        "no answer to the connection request",
		Why: "A firewall, an IP filter rule or a lost route swallows the packets, or the host is down. The port may be open to " +
			"others: it is not known to be closed.",
		Remediation: "Scan from a vantage that the network lets through, such as a worker on or near the LPAR. On the LPAR: IP filter " +
			"rules (ipsec -f display), the IDS policy's traffic regulation, and EZZ8643I for this source.",
		Elsewhere:  "Scan from where the network lets the packets through, or open the path for the scanner's address.",
		References: []string{"RFC 9293 section 3.10.7"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != PortFiltered {
				return nil
			}
			return []report.Finding{{Expected: c.expectedState(), Observed: c.observedState(), Evidence: c.exchanges()}}
		},
	}
}
