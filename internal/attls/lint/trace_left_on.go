package lint

import (
	"fmt"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// traceLeftOn finds traces that are meant for the search of a fault: what they write holds the data that TLS protects.
func traceLeftOn() Rule {
	return Rule{
		ID: "ATTLS-TRACE-LEFT-ON", Severity: report.Medium,
		Title: "A trace is left on",
		Why: "Trace 255 writes every event, flow and record to syslogd, and CtraceClearText On puts the data in clear text into " +
			"component traces and dumps, where everybody who may read those can read them. Both cost processor time.",
		Remediation: "Take CtraceClearText out and set Trace to 2 (errors to syslogd), 3 or 7, then raise GroupUserInstance or " +
			"EnvironmentUserInstance and F PAGENT,UPDATE.",
		References: []string{"z/OS Communications Server: IP Configuration Reference, TTLSGroupAction and TTLSEnvironmentAction statements"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.Policy.Rules {
				out = append(out, traces(in.Effective(r))...)
			}
			return out
		},
	}
}

// loudTrace are the bits of Trace that write flows and data: 16 and 32 (IP Configuration Reference).
const loudTrace = 16 | 32

func traces(e *attls.Effective) []report.Finding {
	var out []report.Finding
	if e.Trace.Known && !e.Trace.Default && e.Trace.Value&loudTrace != 0 {
		out = append(out, found(e.Trace.From, fmt.Sprintf("Trace %d of %s writes flows or data of every connection", e.Trace.Value, e.Trace.Statement)))
	}
	if e.CtraceClearText.Known && !e.CtraceClearText.Default && e.CtraceClearText.Value {
		out = append(out, found(e.CtraceClearText.From, "CtraceClearText On of "+e.CtraceClearText.Statement+" puts data in clear text into traces and dumps"))
	}
	return out
}
