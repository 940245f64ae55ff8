package sample

import (
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// AdHoc is the scan of one target without an estate, with facts of every kind.
func AdHoc() *report.Report {
	b := newBuilder("", "scan", "mail.example.com:465")
	e := adHoc(b, "mail.example.com")
	b.find(report.Finding{ID: "PROTOCOL-INSECURE", Severity: report.Medium, Endpoint: e.ID, Title: "An old protocol version is accepted",
		Expected: "TLSv1.2 or TLSv1.3", Observed: "TLSv1.0", Remediation: "Turn TLS 1.0 and 1.1 off.", Evidence: []string{"e1"},
		References: []string{"RFC 8996"}})
	return b.finish()
}

// Closed is the scan of one target that refused the connection.
func Closed() *report.Report {
	b := newBuilder("", "scan", "mail.example.com:465")
	e := b.endpoint("mail", "mail", "", scan.StateClosed)
	e.System, e.Listener, e.ID = "", "", "mail.example.com:465"
	e.Failure = &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindRefused, Message: "connection refused"}
	b.find(report.Finding{ID: "NOT-ASSESSED", Severity: report.Medium, Inconclusive: true, Endpoint: e.ID, Title: "The target was not assessed",
		Observed: "connection refused"})
	return b.finish()
}

// Attack is what a hostile peer would put into every text it controls: it clears the screen, turns text green, claims a
// pass on a line of its own, reorders letters, hides some, and holds bytes that are no text.
const Attack = "CN=\x1b[2J\x1b[32mgood\r\nPASS  all conform\u202egnp.exe\u2066\u200b\u009b1m\xff東京, O=\u0301\u2028x"

// Hostile is a scan whose peer attacks whoever reads the report.
func Hostile() *report.Report {
	b := newBuilder("", "scan", "mail.example.com:465")
	e := adHoc(b, "mail.example.com")
	e.State, e.NonTLS = scan.StateNonTLS, &scan.NonTLS{Kind: "banner", Banner: []byte(Attack), Entropy: 5.1}
	e.Failure = &scan.Failure{Stage: scan.StageHello, Kind: scan.KindProtocol, Message: Attack}
	e.ClientAuth.Authorities = []string{Attack}
	for i := range b.rep.Certificates {
		c := &b.rep.Certificates[i]
		c.Subject, c.Issuer, c.Note, c.Names = Attack, Attack, Attack, []string{Attack, "mail.example.com"}
	}
	b.find(report.Finding{ID: "CERT-NAME-MISMATCH", Severity: report.Medium, Endpoint: e.ID, Title: "The certificate does not cover the name",
		Expected: "mail.example.com", Observed: Attack, Detail: Attack, Remediation: "Ask " + Attack + " for another certificate."})
	return b.finish()
}

func adHoc(b *builder, host string) *report.Endpoint {
	e := b.tls("mail", "mail", "", 90)
	e.System, e.Listener, e.ID = "", "", host+":465"
	e.Target = scan.ObservedTarget{Host: host, Address: "2001:db8::25", Port: 465, SNI: host}
	e.Protocols = protocols(map[cipher.Version][]scan.CipherSuite{
		cipher.TLSv10: {{Code: 0xC014, Name: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}, {Code: 0x002F, Name: "TLS_RSA_WITH_AES_128_CBC_SHA"}},
		cipher.TLSv12: {{Code: 0xCCA8, Name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}, {Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
			{Code: 0x009F, Name: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}, {Code: 0xFF99, Name: "0xFF99"}},
		cipher.TLSv13: {{Code: 0x1302, Name: "TLS_AES_256_GCM_SHA384"}},
	})
	e.Protocols[0].Supported, e.Protocols[0].Refused = scan.Unknown, nil
	e.Protocols[4].Enumeration = scan.EnumerationPartial
	e.Groups = []scan.GroupFact{
		{Version: cipher.TLSv12, Code: 0x0017, Name: "secp256r1", Supported: scan.Yes},
		{Version: cipher.TLSv13, Code: 0x11EC, Name: "X25519MLKEM768", Supported: scan.Yes},
		{Version: cipher.TLSv13, Code: 0x001D, Name: "x25519", Supported: scan.Yes},
		{Version: cipher.TLSv13, Code: 0x0018, Name: "secp384r1", Supported: scan.No},
		{Version: cipher.TLSv13, Code: 0x0019, Name: "secp521r1", Supported: scan.Unknown},
	}
	e.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: 2048, Prime: "c0ffee00" + e.Presented[0].Leaf[8:], Generator: "02", Evidence: "e1"}}
	e.ClientAuth = &scan.ClientAuth{Requested: scan.Yes, Required: scan.Unknown, Authorities: []string{"CN=Client CA,O=Example AG"},
		Basis: "CertificateRequest; silence after an empty Certificate", Evidence: []string{"e1"},
		Outcomes: clientOutcomes(e.Presented[0].Leaf)}
	e.ClientAuthCandidates = &report.ClientAuthCandidates{Types: []string{"Full"}, Note: "consistent with Full."}
	e.StartUps = []scan.StartUp{
		{Way: scan.WayAtOnce, Accepted: scan.No, Basis: "the answer to the ClientHello is no TLS record", Evidence: []string{"e1"}},
		{Way: scan.WayClear, Accepted: scan.Yes, Basis: "the session went on without TLS", Evidence: []string{"e2"}},
	}
	e.Features = []scan.Feature{
		{Name: "extended-master-secret", Version: cipher.TLSv12, Answer: scan.Yes, Evidence: []string{"e1"}},
		{Name: "alpn", Answer: scan.Yes, Values: []string{"h2", "http/1.1"}, Evidence: []string{"e1"}},
		{Name: "fallback-scsv", Answer: scan.Unknown, Basis: "no answer within the time limit", Evidence: []string{"e2"}},
	}
	e.Vulnerabilities = []report.Vulnerability{
		{ID: "VULN-HEARTBLEED", Name: "Heartbleed", CVE: []string{"CVE-2014-0160"}, Vulnerable: scan.No, Finding: "VULN-HEARTBLEED",
			Basis: "the heartbeat extension is not negotiated", Evidence: []string{"e1"}},
		{ID: "VULN-ROBOT", Name: "ROBOT", CVE: []string{"CVE-2017-13099"}, Vulnerable: scan.Unknown, Finding: "VULN-ROBOT",
			Why: "no answer within the time limit, whatever was sent", Evidence: []string{"e2"}},
		{ID: "VULN-RC4", Name: "RC4", CVE: []string{"CVE-2013-2566", "CVE-2015-2808"}, Vulnerable: scan.Yes, Finding: "RC4-SUITE-ACCEPTED",
			Basis: "accepted: TLSv1.2: C011 TLS_ECDHE_RSA_WITH_RC4_128_SHA", Evidence: []string{"e1"}},
	}
	e.Members = []scan.MemberAnswer{
		{Question: "versions/TLSv1.3", Version: cipher.TLSv13, CipherSuite: &scan.CipherSuite{Code: 0x1302, Name: "TLS_AES_256_GCM_SHA384"},
			Group: 0x001D, Leaf: e.Presented[0].Leaf, Connections: 2, Evidence: []string{"e1", "e2"}},
		{Question: "versions/TLSv1.3", Refused: "alert:70", Connections: 1, Evidence: []string{"e2"}},
	}
	e.NotTested = []scan.NotTested{{Question: "SSLv2", Why: "no answer within 5 s"}, {Question: "suites of TLSv1.2", Why: "250 of 350 asked: budget used"}}
	suite, alert := cipher.ID(0x1302), uint8(116)
	e.Evidence = append(e.Evidence, scan.Exchange{ID: "e2", Question: "handshake", Sent: []byte{0x16}, Received: []byte{0x16, 3, 3},
		End: scan.EndCut, At: Now.Add(-time.Second), SourcePort: 50123, Preamble: []byte("220 mail"), Secret: []byte{1, 2, 3},
		SentAs: "e1", Cut: []scan.CutCertificate{{At: 3, SHA256: e.Presented[0].Leaf}},
		Handshake: &scan.HandshakeResult{Completed: scan.Yes, Library: "crypto/tls", Version: cipher.TLSv13, Suite: &suite,
			CertificateRequested: scan.Yes, After: scan.AfterAlert, Alert: &alert,
			Tickets:       []scan.Ticket{{LifetimeS: 7200, MaxEarlyData: 16384}},
			Renegotiation: &scan.Renegotiation{Accepted: scan.No, Alert: &alert}, Injected: scan.No}})
	return e
}

// clientOutcomes are what became of no certificate and of a foreign one.
func clientOutcomes(sha256 string) []scan.ClientOutcome {
	unknownCA := uint8(48)
	return []scan.ClientOutcome{
		{Certificate: scan.ClientNone, Outcome: scan.OutcomeAccepted, Version: cipher.TLSv13, Basis: "the listener went on after the handshake",
			Evidence: []string{"e2"}},
		{Certificate: scan.ClientForeign, SHA256: sha256, Outcome: scan.OutcomeRefused, Alert: &unknownCA, Version: cipher.TLSv13,
			Basis: "alert 48 after the handshake", Evidence: []string{"e2"}},
	}
}
