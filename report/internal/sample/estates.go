package sample

import (
	"fmt"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Prodplex is an estate of four systems and twenty listeners in the middle of a migration: RC4 listeners open, a chain
// that one ring does not trust, certificates that end, a waived finding, a listener behind a packet filter.
func Prodplex() *report.Report {
	b := newBuilder("prodplex", "verify", "prodplex.yaml")
	b.ring("cae-server", "browsers", "agent-out@SYSA", "agent-out@SYSB", "agent-out@SYSC", "agent-out@SYSD", "ispf-out")
	for i, system := range []string{"SYSA", "SYSB", "SYSC", "SYSD"} {
		b.tls(system, "web", report.RoleCAEWeb, 400, "browsers")
		tls := b.tls(system, "agent-tls", report.RoleCAEServerTLS, 400, "agent-out@SYSA", "agent-out@SYSB", "agent-out@SYSC", "agent-out@SYSD")
		b.tls(system, "agent", report.RoleCAEAgent, 21+300*i, "cae-server")
		ispf := b.tls(system, "ispf", report.RoleCAEISPF, 400, "ispf-out")
		switch system {
		case "SYSA":
			b.endpoint(system, "agent-rc4", report.RoleCAEServerRC4, scan.StateClosed)
			b.find(expiresSoon("SYSA/agent", 21))
			b.find(report.Finding{ID: "CERT-EXPIRES-SOON", Severity: report.Medium, Endpoint: "SYSA/web",
				Title: "The certificate ends soon", Observed: "29 days left", Expected: "more than 30 days",
				Waived: &report.Waived{Reason: "renewal ordered", Until: "2027-01-15", ApprovedBy: "J. Doe", Ticket: "CHG123"}})
		case "SYSD":
			b.filtered(ispf)
			b.rc4(system, report.Low)
		default:
			untrusted(b, tls, "agent-out@SYSC")
			b.rc4(system, report.Critical)
		}
	}
	b.rep.Waivers = []report.Waiver{{Finding: "CERT-EXPIRES-SOON", Listener: "SYSA/web", Until: "2027-01-15", Reason: "renewal ordered",
		ApprovedBy: "J. Doe", Ticket: "CHG123"}}
	return b.finish()
}

// Conforming is an estate of one system whose listeners all are as they should be.
func Conforming() *report.Report {
	b := newBuilder("devplex", "verify", "devplex.yaml")
	b.ring("cae-server", "browsers")
	b.tls("DEVA", "web", report.RoleCAEWeb, 400, "browsers")
	b.tls("DEVA", "agent", report.RoleCAEAgent, 400, "cae-server")
	b.endpoint("DEVA", "agent-rc4", report.RoleCAEServerRC4, scan.StateClosed)
	return b.finish()
}

// Demo is an estate as the demo has it, with every kind of finding and gap.
func Demo() *report.Report {
	b := newBuilder("demo", "demo")
	b.ring("cae-server", "agent-out@SYSA", "agent-out@SYSB", "ispf-out")
	b.tls("SYSA", "web", report.RoleCAEWeb, -12)
	b.find(report.Finding{ID: "CERT-EXPIRED", Severity: report.Critical, Endpoint: "SYSA/web", Title: "The certificate has expired",
		Expected: "a certificate that is valid on 2026-11-22", Observed: "CN=sysa.example.com,OU=web,O=Example AG ended on 2026-11-10",
		Remediation: "Renew the certificate with label WEBSERVER on key ring 0, connect it as the default, and restart the CAE server.",
		References:  []string{"RFC 5280 section 4.1.2.5"}, Evidence: []string{"e1"}})
	tls := b.tls("SYSA", "agent-tls", report.RoleCAEServerTLS, 400, "agent-out@SYSA", "agent-out@SYSB")
	untrusted(b, tls, "agent-out@SYSB")
	b.rc4("SYSA", report.Critical)
	b.tls("SYSA", "agent", report.RoleCAEAgent, 400, "cae-server")
	b.tls("SYSA", "ispf", report.RoleCAEISPF, 400, "ispf-out")
	agent := b.endpoint("SYSB", "agent", report.RoleCAEAgent, scan.StateNonTLS)
	agent.NonTLS = &scan.NonTLS{Kind: "silent"}
	b.find(report.Finding{ID: "TLS-NOT-SPOKEN", Severity: report.Critical, Endpoint: "SYSB/agent", Title: "The listener does not speak TLS",
		Expected: "TLS", Observed: "not TLS: silent after the ClientHello, 5 s waited",
		Remediation: "Add the agent's port to an AT-TLS rule with Direction Inbound and refresh the policy agent (F PAGENT,REFRESH).",
		Evidence:    []string{"e1"}})
	skipped := b.endpoint("SYSB", "ispf", report.RoleCAEISPF, scan.StateSkipped)
	b.find(report.Finding{ID: "NOT-ASSESSED", Severity: report.Medium, Inconclusive: true, Endpoint: skipped.ID,
		Title: "The listener was not assessed", Observed: "not dialled: reach is local, and this is not a vantage on SYSB"})
	b.rep.Run.Scope.Skipped = []report.Skipped{{ID: skipped.ID, Reason: "reach: local; this vantage is not on SYSB"}}
	legacy := b.tls("SYSB", "tn3270", report.RoleGeneric, 25)
	legacy.State, legacy.Target.StartTLS = scan.StateStartTLS, "tn3270"
	legacy.Protocols[4].CipherSuites = append(legacy.Protocols[4].CipherSuites, scan.CipherSuite{Code: 0x0005, Name: "TLS_RSA_WITH_RC4_128_SHA"})
	legacy.NotTested = []scan.NotTested{{Question: "groups of TLSv1.3", Why: "budget of 60 connections used"}}
	b.find(report.Finding{ID: "RC4-SUITE-ACCEPTED", Severity: report.High, Endpoint: legacy.ID, Title: "RC4 cipher suites are accepted",
		Expected: "no RC4 suite", Observed: "TLSv1.2 TLS_RSA_WITH_RC4_128_SHA (0005)",
		Remediation: "Remove 05 and 0005 from the TTLSCipherParms of the rule that covers the port.", Evidence: []string{"e1"}})
	soon := expiresSoon(legacy.ID, 25)
	soon.Waived = &report.Waived{Reason: "renewal ordered", Until: "2027-01-15", ApprovedBy: "J. Doe", Ticket: "CHG123"}
	b.find(soon)
	b.find(report.Finding{ID: "INPUT-STALE", Severity: report.Info, Title: "An input is older than the run",
		Location: &report.Location{File: "policy/sysb.attls", Line: 1, Column: 1}, Observed: "last changed 2026-08-01"})
	return b.finish()
}

func (b *builder) ring(names ...string) {
	root := b.certificate("CN=Example Root CA,O=Example AG", "CN=Example Root CA,O=Example AG", 3000)
	for _, name := range names {
		b.rep.Keyrings = append(b.rep.Keyrings, report.Keyring{Name: name, Anchors: []string{root}, Consumer: "system-ssl"})
	}
}

func (b *builder) rc4(system string, severity report.Severity) {
	e := b.endpoint(system, "agent-rc4", report.RoleCAEServerRC4, scan.StateNonTLS)
	e.NonTLS = &scan.NonTLS{Kind: "opaque", Banner: []byte("\x00\x17\x9f\x1b[2J\xfe"), Entropy: 2.8}
	f := report.Finding{ID: "RC4-LISTENER-OPEN", Severity: severity, Endpoint: e.ID, Title: "The RC4 listener is open",
		Expected: "closed, since the retire_by date 2026-10-31 has passed", Observed: "open and not TLS: answers with bytes that are no TLS record",
		Remediation: "Check with portseal migration that no agent still uses the RC4 port, then remove SERVER_PORT from the CAE server's parameters " +
			"and restart it.", References: []string{"RFC 7465"}, Evidence: []string{"e1"}}
	if severity < report.Critical {
		f.Expected = "closed by 2026-12-31"
	}
	b.find(f)
}

func (b *builder) filtered(e *report.Endpoint) {
	e.State, e.Presented, e.Chains, e.ClientAuth = scan.StateFiltered, nil, nil, nil
	e.Protocols, e.Cost = protocols(nil), scan.Cost{Connections: 2, DurationMS: 10000}
	e.Failure = &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindTimeout, Message: "no answer to connect within 5 s"}
	b.find(report.Finding{ID: "PORT-FILTERED", Severity: report.Medium, Inconclusive: true, Endpoint: e.ID,
		Title: "The port is filtered", Observed: "no answer to connect within 5 s, twice"})
}

func untrusted(b *builder, e *report.Endpoint, ring string) {
	for i := range e.Chains {
		if c := &e.Chains[i]; c.Keyring == ring {
			c.Trusted, c.TrustedAsSent, c.Path = certchain.No, certchain.No, nil
			c.Reason = "the ring has no anchor for CN=Example Root CA,O=Example AG"
		}
	}
	b.find(report.Finding{ID: "CHAIN-UNTRUSTED", Severity: report.High, Endpoint: e.ID, Title: "A key ring does not trust the chain",
		Expected: fmt.Sprintf("trusted by %s", ring), Observed: "no anchor for CN=Example Root CA,O=Example AG on " + ring,
		Remediation: fmt.Sprintf("Connect the certificate of CN=Example Root CA,O=Example AG to %s with USAGE(CERTAUTH), then refresh: "+
			"RACDCERT CONNECT(CERTAUTH LABEL('EXAMPLE ROOT') RING(...) USAGE(CERTAUTH)) and SETROPTS RACLIST(DIGTCERT DIGTRING) REFRESH.", ring),
		Evidence: []string{"e1"}})
}

func expiresSoon(endpoint string, days int) report.Finding {
	return report.Finding{ID: "CERT-EXPIRES-SOON", Severity: report.Medium, Endpoint: endpoint, Title: "The certificate ends soon",
		Expected: "more than 30 days left", Observed: fmt.Sprintf("%d days left", days),
		Remediation: "Renew the certificate now, and connect the new one to the ring before the old one ends.", Evidence: []string{"e1"}}
}
