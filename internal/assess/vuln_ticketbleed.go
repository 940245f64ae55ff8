package assess

import "github.com/portseal/portseal/report"

// VulnTicketbleed is the id of the finding about Ticketbleed.
const VulnTicketbleed = "VULN-TICKETBLEED"

func vulnTicketbleed() Rule {
	return vulnerable(Rule{
		ID:       VulnTicketbleed,
		Severity: report.High,
		Title:    "memory of the server is echoed with a session id (Ticketbleed)",
		Why: "Who can connect can read up to 31 octets of the server's memory at a time: session ids of others, and whatever else " +
			"stands there.",
		Remediation: "This is an F5 BIG-IP, which stands before the system: turn Session Ticket off in its client SSL profile, or " +
			"update it as F5's K05121675 says.",
		Elsewhere:  "Turn Session Ticket off in the client SSL profile of the F5 BIG-IP, or update it as F5's K05121675 says.",
		References: []string{"CVE-2016-9244", "https://filippo.io/Ticketbleed/", "RFC 5077 section 3.4"},
	}, "a session id is echoed as it was sent")
}
