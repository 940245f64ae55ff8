package assess

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// QMRC4NotOff is the id of the finding about servers whose parameters do not turn RC4 off in time.
const QMRC4NotOff = "QM-RC4-NOT-OFF"

func qmRC4NotOff() Rule {
	return Rule{
		ID:       QMRC4NotOff,
		Severity: report.High,
		Title:    "the CAE server's parameters do not turn RC4 off",
		Why: "The RC4 port is to be closed, and the server's parameters will open it at its next start, even where nothing listens today. " +
			"Which parameter turns RC4 off is what the estate file says (rc4_off_param).",
		Remediation: "When no agent is left on the RC4 port (SERVER_PORT in every CQMCPRMS, NETSTAT), set the parameter in the STDENV of CQMCAESV, and of " +
			"CQMCAEWD where there is one, as the Query Monitor manual describes, and restart the server.",
		Elsewhere:  qmElsewhere,
		References: []string{ibmQMRC4Off, ibmQMTLS},
		CheckEstate: eachSystem(func(e *Estate, q *report.QueryMonitor) []report.Finding {
			s := q.Server
			if s == nil || s.RC4OffParam == "" || s.RC4Off != nil && s.RC4Off.Value == s.RC4OffValue {
				return nil
			}
			var out []report.Finding
			for _, d := range q.Declared {
				if !due(d, e.At) {
					continue
				}
				observed := s.RC4OffParam + " is not set"
				if s.RC4Off != nil {
					observed = s.RC4OffParam + " has another value"
				}
				detail := fmt.Sprintf("RC4 port %d is expected to be closed", d.Port)
				if d.RetireBy != "" {
					detail = fmt.Sprintf("RC4 port %d was to be gone after %s", d.Port, d.RetireBy)
				}
				out = append(out, report.Finding{Endpoint: d.Endpoint, Location: place(s.RC4Off, s.File), Detail: detail,
					Expected: s.RC4OffParam + "=" + s.RC4OffValue, Observed: observed})
			}
			return out
		}),
	}
}
