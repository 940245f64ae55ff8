package limits

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// sentences says from where and when was looked, and what that cannot tell: what even a summary must say, and the rest.
func sentences(rep *report.Report) (brief, more []string) {
	run := rep.Run
	brief = append(brief,
		fmt.Sprintf("Seen from %s at %s: a pass shows what this address saw then.", from(run), text.Minute(run.Finished)),
		"Outbound rules, live sessions and other peers were not tested.")
	if during := !run.JudgedAt.Before(run.Started) && !run.JudgedAt.After(run.Finished); !during && !run.JudgedAt.IsZero() {
		brief = append(brief, "Validity was judged as of "+text.Minute(run.JudgedAt)+".")
	}
	if run.Redacted {
		brief = append(brief, "Names are pseudonyms, and the evidence was left out: nothing here can be checked against it.")
	}
	if n := confirmed(rep); n > 0 {
		brief = append(brief, are(n, "listener")+" looked at again and showed the same; the evidence shown is that of an earlier look.")
	}
	if n := logged(rep); n > 0 {
		brief = append(brief, fmt.Sprintf("This scan itself will have caused up to %s (EZD1286I/EZD1287I) on z/OS.", text.Count(n, "log message")))
	}
	if !run.Complete {
		more = append(more, "The run was cut short: what it had not looked at by then is not assessed.")
	}
	if n := run.Resumed; n > 0 {
		more = append(more, fmt.Sprintf("%s taken from an earlier run that was interrupted: the times and costs there are those of that look.",
			are(n, "endpoint")))
	}
	if n := run.Rounds; n > 0 {
		more = append(more, fmt.Sprintf("What did not hold was looked at again, %s; the report has the last look at each endpoint.", text.Count(n, "time")))
	}
	switch run.Clock.Synchronised {
	case scan.No:
		more = append(more, "The scanner's clock was not synchronised: its times, and what was judged by them, may be wrong.")
	case scan.Unknown:
		more = append(more, "Whether the scanner's clock was synchronised is not known.")
	}
	if rc4(rep) {
		more = append(more, "The RC4 encryption of Query Monitor cannot be proven on the wire: the wire shows whether a listener is open and not TLS; "+
			"that it is the RC4 listener is what its configuration says.")
	}
	if !run.Revocation {
		more = append(more, "No revocation list or OCSP responder was asked.")
	}
	return brief, append(more, "The digest shows that the report is whole; who made it only a signature can show.")
}

func from(run report.Run) string {
	vantage := cmp.Or(run.Vantage, "an unnamed vantage")
	if run.Proxy != "" {
		vantage += ", through the proxy " + run.Proxy
	}
	if len(run.SourceAddresses) == 0 {
		return vantage
	}
	return vantage + " (" + strings.Join(run.SourceAddresses, ", ") + ")"
}

// rc4 says whether the report is about a listener of Query Monitor's own encryption.
func rc4(rep *report.Report) bool {
	return slices.ContainsFunc(rep.Expectations, func(x report.Expectation) bool {
		return x.Role == report.RoleCAEServerRC4 || x.Expect == report.ExpectLegacyRC4
	})
}

// confirmed counts the endpoints of which an earlier look is shown.
func confirmed(rep *report.Report) int {
	n := 0
	for i := range rep.Endpoints {
		if rep.Endpoints[i].Confirmed != nil {
			n++
		}
	}
	return n
}

// logged counts the messages that the scan will have caused in z/OS logs.
func logged(rep *report.Report) int {
	n := 0
	for _, e := range rep.Endpoints {
		for _, m := range e.Logged {
			n += m.Count
		}
	}
	return n
}

func are(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " was"
	}
	return text.Count(n, thing) + " were"
}
