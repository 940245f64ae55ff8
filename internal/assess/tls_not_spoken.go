package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// TLSNotSpoken is the id of the finding about a listener that should speak TLS and does not.
const TLSNotSpoken = "TLS-NOT-SPOKEN"

func tlsNotSpoken() Rule {
	return Rule{
		ID:       TLSNotSpoken,
		Severity: report.Critical,
		Title:    "TLS is expected, and the listener does not speak it",
		Why: "What goes through this port is not protected by TLS, or does not get through at all. AT-TLS fails open: a connection " +
			"that matches no rule is in clear text, silently.",
		Remediation: "Look for EZD1286I (syslogd) or EZD1287I (TCP/IP job log) at the time and source port of the evidence: the " +
			"return code says what AT-TLS did. No message: no rule took the connection. Then ask: does pasearch -t show the rule for " +
			"this port, and does its RemoteAddr admit this scanner and the real peers? Does TCPCONFIG TTLS stand in PROFILE.TCPIP, " +
			"and was the policy installed (one error in a file and nothing of it is; EZZ4249I: it has no rules)? A Query Monitor " +
			"agent that was not moved yet looks like this too: ATTLS_ENABLED(Y) in CQMCPRMS, and a restart.",
		CAEServer: javaAlgorithms + "Is an inbound AT-TLS rule in front of it nevertheless? Remove it. Is the port the TLS one " +
			"(CQM_TLS_CAE_AGNT_LSTNR_PORT) and not the RC4 one (CQM_CAE_AGENT_LISTENER_PORT)? Read the server's log for its key " +
			"store, the certificate labels WEBSERVER and CAE_AGENT_PORTAL, and warnings about them, then restart it.",
		Elsewhere: "Check that the server behind this port is configured for TLS and could load its certificate and key: its log says " +
			"why not.",
		Policy:     policyKeys(),
		References: []string{ibmRule, ibmQMPolicy, "RFC 8446 section 5.1"},
		Check: func(c *Case) []report.Finding {
			if c.stateRule() != TLSNotSpoken {
				return nil
			}
			f := report.Finding{
				Expected: c.expectedState(),
				Observed: c.observedState(),
				Detail:   c.notTLSCauses(),
				Evidence: c.exchanges(),
			}
			if p := c.policy(); p != nil && c.taking().Rule == "" {
				f.Location = top(p.Files[0])
			}
			return []report.Finding{f}
		},
	}
}

// notTLSCauses lists what may be behind the behaviour, and asserts none of it: AT-TLS resets in nearly all its failures.
func (c *Case) notTLSCauses() string {
	kind := ""
	if c.Endpoint.NonTLS != nil {
		kind = c.Endpoint.NonTLS.Kind
	}
	var out []string
	switch kind {
	case "resets", "closes":
		out = append(out, c.abortCauses()...)
	case "banner", "plaintext", "opaque":
		out = append(out, "the application itself answered, so nothing in front of it took the connection for TLS: no rule matches, "+
			"the rule "+
			"that matches says TTLSEnabled Off, or ApplicationControlled On where the program never starts TLS")
	case "silent":
		out = append(out, "something waits for bytes of another protocol (an RC4 socket would), or the TLS side hangs: a handshake "+
			"that AT-TLS waits for ends after its HandshakeTimeout"+c.handshakeTimeout())
	}
	if len(c.Expect.Peers) > 0 {
		out = append(out, fmt.Sprintf("the rule may admit only the real peers (%s): this scan came from "+
			"%s", list(c.Expect.Peers), c.source()))
	}
	if len(out) == 0 {
		return ""
	}
	return "candidates, none of them proven: " + strings.Join(out, "; ")
}

func (c *Case) source() string {
	if c.Endpoint.Source != "" {
		return c.Endpoint.Source
	}
	return "another address"
}
