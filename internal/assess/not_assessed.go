package assess

import (
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// NotAssessed is the id of the finding about a question that has no answer.
const NotAssessed = "NOT-ASSESSED"

// notAssessed speaks for whole listeners, and for TLS listeners whose certificate is not known; the rules that miss a
// single fact return a finding with this id themselves.
func notAssessed() Rule {
	return Rule{
		ID:           NotAssessed,
		Severity:     report.Info,
		Inconclusive: true,
		Title:        "something that should be judged could not be",
		Why: "A question without an answer is neither a pass nor a failure. A run with one is incomplete, so that nobody takes it for " +
			"a pass.",
		Remediation: "The detail says why. Scan again from a vantage that can reach the listener (a worker on or near the LPAR), with " +
			"more time, a larger budget, or at another moment; the z/OS side may say more: NETSTAT TTLS, pasearch -t, EZD1286I.",
		Elsewhere:  "The detail says why. Scan again from where the listener can be reached, with more time or a larger budget.",
		References: []string{"NIST SP 800-115 section 2"},
		Anyway:     true,
		Check: func(c *Case) []report.Finding {
			if why, at := c.unproven(); why != "" {
				f := unanswered("what the real peers meet", why)
				f.Expected, f.Observed, f.Evidence, f.Location = c.expectedState(), c.observedState(), c.exchanges(), at
				return []report.Finding{f}
			}
			if c.stateRule() == NotAssessed {
				return []report.Finding{{
					Detail:      "could not be assessed: " + c.listenerQuestion(),
					Expected:    c.expectedState(),
					Observed:    c.observedState(),
					Remediation: c.listenerAdvice(),
					Evidence:    c.exchanges(),
				}}
			}
			if c.Expect == nil && c.tls() && !c.speaks() {
				return []report.Finding{c.noVersion()}
			}
			if c.judged() && len(c.Endpoint.Presented) == 0 && c.certificateDue() {
				return []report.Finding{c.unknown("which certificate the listener serves", "certificate", "handshake", "chain")}
			}
			return nil
		},
	}
}

// listenerQuestion says what about the whole listener stayed open.
func (c *Case) listenerQuestion() string {
	switch c.Endpoint.State {
	case scan.StateSkipped:
		return "the listener was " + c.observedState() + " (" + c.why("all") + ")"
	case scan.StateClosed:
		return "the port is closed, so there is nothing to judge"
	case scan.StateNonTLS:
		return "the listener does not speak TLS, so there is nothing to judge"
	case scan.StateOpen:
		return "whether the open port speaks TLS: it was only connected to"
	}
	return "what the listener is (" + c.observedState() + ")"
}

// listenerAdvice is for targets that no estate names and that are no TLS listeners; empty leaves it to the rule.
func (c *Case) listenerAdvice() string {
	switch {
	case c.Expect != nil:
		return ""
	case c.Endpoint.State == scan.StateClosed:
		return "Nothing listens on the port: start the service, or correct the port."
	case c.Endpoint.State == scan.StateNonTLS && c.Endpoint.Failure != nil && c.Endpoint.Failure.Kind == scan.KindRefused:
		return "The listener speaks " + c.Endpoint.Target.StartTLS + " and refuses to start TLS: enable STARTTLS in the server, and see in its log whether its " +
			"certificate and key could be loaded."
	case c.Endpoint.State == scan.StateNonTLS:
		return "The port is open and does not speak TLS: correct the port, or name the start-up that leads to TLS with --starttls."
	}
	return ""
}

// speaks says whether any version is known to be accepted, SSLv2 and SSLv3 too.
func (c *Case) speaks() bool {
	return slices.ContainsFunc(c.Endpoint.Protocols, func(p scan.Protocol) bool { return p.Supported == scan.Yes })
}

// noVersion is the finding about a TLS listener of which no version is known that it accepts. One that refused all that was
// asked answers somebody, and to what is not known: that is no pass.
func (c *Case) noVersion() report.Finding {
	for _, p := range c.Endpoint.Protocols {
		if p.Supported == scan.Unknown {
			return c.unknown("which versions the listener speaks", "versions/")
		}
	}
	return unanswered("what the listener accepts", "it answers as TLS, and refused every version with every suite that was offered")
}

// certificateDue says whether a certificate is to be expected: not when all that the listener accepts is known and works
// without one.
func (c *Case) certificateDue() bool {
	for _, v := range c.versions() {
		p := c.Endpoint.Protocol(v)
		if p.Enumeration != scan.EnumerationFull || len(p.CipherSuites) == 0 {
			return true
		}
		for _, s := range p.CipherSuites {
			if !certificateLess(s.Code) {
				return true
			}
		}
	}
	return false
}
