package assess

import "github.com/portseal/portseal/report"

// RC4ListenerOpen is the id of the finding about Query Monitor's built-in RC4 socket.
const RC4ListenerOpen = "RC4-LISTENER-OPEN"

func rc4ListenerOpen() Rule {
	return Rule{
		ID:       RC4ListenerOpen,
		Severity: report.Critical,
		Varies:   "low until retire_by has passed, and for expect: legacy-rc4 without a date",
		Title:    "Query Monitor's RC4 listener is open",
		Why: "Query Monitor's built-in encryption is RC4, which is broken: SQL text, host variables and passwords on this port can be " +
			"recovered by who listens. The protocol cannot be proven on the wire; the wire shows a port that is open and not TLS, and " +
			"the estate says that it is the RC4 listener.",
		Remediation: "Find who still uses the port before it is turned off: SERVER_PORT in every agent's CQMCPRMS, and the " +
			"connections that NETSTAT CONN shows ESTABLISHED on it (those that exist keep running until they end). Move each agent: " +
			"its AT-TLS rules, ATTLS_ENABLED(Y), SERVER_PORT set to the CAE server's TLS port (CQM_TLS_CAE_AGNT_LSTNR_PORT), restart. " +
			"When none is left, stop the CAE server from opening RC4 sockets as the Query Monitor manual describes, and restart it.",
		Elsewhere:  "Move every client of this port to the TLS listener, then turn the RC4 listener off and restart the server.",
		References: []string{ibmQMRC4Off, ibmQMTLS, "RFC 7465", "CVE-2013-2566", "CVE-2015-2808"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != RC4ListenerOpen {
				return nil
			}
			f := report.Finding{
				Severity: c.rc4Severity(),
				Detail:   "on the wire: " + c.observedState() + "; by configuration: " + c.rc4Claim() + c.retirement(),
				Expected: c.expectedState(),
				Observed: c.observedState(),
				Evidence: c.exchanges(),
			}
			return []report.Finding{f}
		},
	}
}

// rc4Severity is low while the listener may still be there, and critical after.
func (c *Case) rc4Severity() report.Severity {
	dated := c.Expect.RetireBy != ""
	if dated && !c.retired() || !dated && c.Expect.Expect == report.ExpectLegacyRC4 {
		return report.Low
	}
	return report.Critical
}

func (c *Case) rc4Claim() string {
	if c.role() == report.RoleCAEServerRC4 {
		return "this is the CAE server's RC4 listener (role cae-server-rc4)"
	}
	return "this listener still uses Query Monitor's RC4 (expect: legacy-rc4)"
}

func (c *Case) retirement() string {
	switch {
	case c.Expect.RetireBy == "":
		return ""
	case c.retired():
		return "; it was to be gone after " + c.Expect.RetireBy
	}
	return "; it may stay until " + c.Expect.RetireBy
}
