package assess

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// logged returns the messages that a z/OS stack will have written because of the scan itself, so that operators can tell them from
// others: by return code, with the ports that the connections came from. Only AT-TLS writes them: the CAE server does its own TLS, and
// a listener without TLS has no AT-TLS rule. Which return code goes with which refusal is inferred from IBM's list of AT-TLS return
// codes, not documented case by case. A listener that was confirmed was asked the same again, with the same ends; its ports are in
// Confirmed, those of the evidence are of an earlier run.
func (c *Case) logged() []report.LogMessage {
	if c.Expect == nil || c.Expect.ZOSRelease == "" || c.serverOwnTLS() || c.role() == report.RoleCAEServerRC4 || !c.tls() {
		return nil
	}
	var out []report.LogMessage
	for _, x := range c.Endpoint.Evidence {
		codes, cause := returnCodes(x)
		if codes == "" {
			continue
		}
		i := slices.IndexFunc(out, func(m report.LogMessage) bool { return m.ReturnCodes == codes })
		if i < 0 {
			i = len(out)
			out = append(out, report.LogMessage{Message: "EZD1286I/EZD1287I", ReturnCodes: codes, Cause: cause})
		}
		out[i].Count++
		if x.SourcePort != 0 && c.Endpoint.Confirmed == nil {
			out[i].SourcePorts = append(out[i].SourcePorts, x.SourcePort)
		}
	}
	return out
}

// returnCodes are the AT-TLS return codes that a connection may have caused, and why. None for a complete handshake.
func returnCodes(x scan.Exchange) (codes, cause string) {
	if aside(x) || !x.Connected() || x.Handshake != nil && x.Handshake.Completed == scan.Yes && x.Handshake.After != scan.AfterAlert {
		return "", ""
	}
	_, alert := x.End.Alert()
	refused := alert || x.End == scan.EndClose || x.End == scan.EndReset
	switch {
	case x.Handshake != nil && refused:
		return clientCodes(x)
	case strings.Contains(x.Question, "SSLv2") && refused:
		return "429", "an SSLv2 hello"
	case strings.HasPrefix(x.Question, "versions/") && refused:
		return "412 or 402", "a hello of a version that is refused"
	case refused:
		return "402 or 412", "a hello whose suites, groups or signature schemes are all refused"
	case x.End == scan.EndTimeout:
		return "5004", "a hello that got no answer in time"
	}
	return "406 or 420", "an answered hello: portseal ended the connection when it had its answer"
}

// clientCodes are the return codes of a refused client certificate, or of none.
func clientCodes(x scan.Exchange) (codes, cause string) {
	switch {
	case x.Handshake.ClientCertificate == "":
		return "5001 or 8", "a handshake without a client certificate"
	case strings.Contains(x.Question, scan.ClientExpired):
		return "401 or 8", "a handshake with an expired client certificate"
	case strings.Contains(x.Question, scan.ClientForeign):
		return "8 or 435", "a handshake with a client certificate of no CA"
	}
	return "8 or 5002", "a handshake with the client certificate that was given"
}

// aside says whether an exchange went by AT-TLS: a session in clear, and a ClientHello that the application itself has answered with
// something else.
func aside(x scan.Exchange) bool {
	const handshake, alert = 22, 21 // RFC 8446 section 5.1
	switch x.Question {
	case "start-up/" + scan.WayClear, "start-up/" + scan.WayClear + "#2":
		return true
	case "start-up/" + scan.WayAtOnce:
		return len(x.Received) > 0 && x.Received[0] != handshake && x.Received[0] != alert
	}
	return false
}
