// Package sample makes reports for the tests of the renderers: estates and single targets with every kind of state,
// fact and finding in them. The reports hold no real certificate: the bytes of one are its own subject, and its name is
// their SHA-256, so that digests and references are right.
package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Now is when all samples were made and judged.
var Now = time.Date(2026, 11, 22, 3, 15, 0, 0, time.UTC)

// builder collects a report; finish counts and sorts it.
type builder struct {
	rep  report.Report
	port uint16
}

func newBuilder(estate string, arguments ...string) *builder {
	return &builder{port: 3400, rep: report.Report{
		Schema: report.Schema,
		Tool:   report.Tool{Name: "portseal", Version: "0.1.0"},
		Run: report.Run{
			ID: "20261122T031500Z-1", Started: Now.Add(-2100 * time.Millisecond), Finished: Now, JudgedAt: Now,
			Operator: "ops@build1", Vantage: "local", SourceAddresses: []string{"192.0.2.10"}, Arguments: arguments,
			Probes: "standard", Pace: "gentle", Estate: estate, Clock: report.Clock{Synchronised: scan.Yes}, Complete: true,
		},
		Rules: []string{"CERT-EXPIRED", "CHAIN-UNTRUSTED", "RC4-LISTENER-OPEN"},
	}}
}

// certificate adds a certificate, valid from a year ago for some days from Now, and returns its hash.
func (b *builder) certificate(subject, issuer string, days int, names ...string) string {
	hash := sha256.Sum256([]byte(subject))
	name := hex.EncodeToString(hash[:])
	known := slices.ContainsFunc(b.rep.Certificates, func(c report.Certificate) bool { return c.SHA256 == name })
	if !known {
		b.rep.Certificates = append(b.rep.Certificates, report.Certificate{
			SHA256: name, Subject: subject, Issuer: issuer, Serial: "0A" + strings.ToUpper(name[:8]),
			NotBefore: Now.AddDate(-1, 0, 0), NotAfter: Now.Add(time.Duration(days)*24*time.Hour + time.Hour),
			Key: "RSA 2048", Signature: "SHA256-RSA", Names: names, DER: []byte(subject),
		})
	}
	return name
}

// endpoint adds an endpoint without facts.
func (b *builder) endpoint(system, listener, role string, state scan.State) *report.Endpoint {
	b.port++
	host := strings.ToLower(system) + ".example.com"
	e := report.Endpoint{System: system, Listener: listener, Role: role}
	e.ID = system + "/" + listener
	e.Vantage, e.Source, e.State = "local", "192.0.2.10", state
	e.Started, e.Finished = Now.Add(-1900*time.Millisecond), Now.Add(-900*time.Millisecond)
	e.Target = scan.ObservedTarget{Host: host, Address: address(system).String(), Port: b.port, SNI: host}
	if state == scan.StateSkipped {
		e.Target.Address = ""
	} else {
		e.Protocols = protocols(nil)
		e.Cost = scan.Cost{Connections: 1, BytesSent: 220, BytesReceived: 0, DurationMS: 12}
		e.Evidence = []scan.Exchange{{ID: "e1", Question: "reach", Sent: []byte{0x16, 3, 1}, End: scan.EndClose, At: e.Started}}
	}
	if b.rep.Run.Estate != "" {
		b.rep.Expectations = append(b.rep.Expectations, report.Expectation{Endpoint: e.ID, System: system, Listener: listener, Role: role,
			Expect: expect(role), MinDaysLeft: 30})
	}
	b.rep.Endpoints = append(b.rep.Endpoints, e)
	return &b.rep.Endpoints[len(b.rep.Endpoints)-1]
}

func expect(role string) string {
	if role == report.RoleCAEServerRC4 {
		return report.ExpectClosed
	}
	return report.ExpectTLS
}

func address(system string) netip.Addr {
	hash := sha256.Sum256([]byte(system))
	return netip.AddrFrom4([4]byte{198, 51, 100, hash[0]})
}

// tls adds an endpoint that speaks TLS 1.2 and 1.3 with one chain.
func (b *builder) tls(system, listener, role string, days int, trusted ...string) *report.Endpoint {
	e := b.endpoint(system, listener, role, scan.StateTLS)
	root := b.certificate("CN=Example Root CA,O=Example AG", "CN=Example Root CA,O=Example AG", 3000)
	subject := fmt.Sprintf("CN=%s,OU=%s,O=Example AG", e.Target.Host, listener)
	leaf := b.certificate(subject, "CN=Example Root CA,O=Example AG", days, e.Target.Host)
	e.Protocols = protocols(map[cipher.Version][]scan.CipherSuite{
		cipher.TLSv12: {{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, {Code: 0xC02F, Name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}},
		cipher.TLSv13: {{Code: 0x1302, Name: "TLS_AES_256_GCM_SHA384"}, {Code: 0x1301, Name: "TLS_AES_128_GCM_SHA256"}},
	})
	e.Presented = []scan.Presented{{Leaf: leaf, Sent: []string{leaf, root}, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13},
		SNI: e.Target.SNI, Evidence: []string{"e1"}}}
	for _, ring := range trusted {
		e.Chains = append(e.Chains, report.ChainVerdict{Leaf: leaf, Keyring: ring, Trusted: certchain.Yes, TrustedAsSent: certchain.Yes,
			Path: []string{leaf, root}})
	}
	e.ClientAuth = &scan.ClientAuth{Requested: scan.No, Required: scan.No, Basis: "no CertificateRequest", Evidence: []string{"e1"}}
	e.Cost = scan.Cost{Connections: 9, BytesSent: 2900, BytesReceived: 21000, DurationMS: 640}
	return e
}

// protocols lists the six versions: those of accepted with their suites, all others refused.
func protocols(accepted map[cipher.Version][]scan.CipherSuite) []scan.Protocol {
	var all []scan.Protocol
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.Unknown, Enumeration: scan.EnumerationNone}
		switch suites, ok := accepted[v]; {
		case ok:
			p.Supported, p.Enumeration, p.Preference, p.CipherSuites = scan.Yes, scan.EnumerationFull, "server", suites
			p.Refused = &scan.Refusal{Count: 310, Basis: "alert", Evidence: []string{"e1"}}
		case accepted != nil:
			p.Supported, p.Refused = scan.No, &scan.Refusal{Count: 1, Basis: "alert", Evidence: []string{"e1"}}
		}
		all = append(all, p)
	}
	return all
}

func (b *builder) find(f report.Finding) { b.rep.Findings = append(b.rep.Findings, f) }

// finish counts, sorts and judges the run.
func (b *builder) finish() *report.Report {
	rep := &b.rep
	slices.SortFunc(rep.Endpoints, func(x, y report.Endpoint) int { return strings.Compare(x.ID, y.ID) })
	report.SortFindings(rep.Findings)
	s := report.Summary{Endpoints: len(rep.Endpoints), Assessed: len(rep.Endpoints), ByState: map[scan.State]int{},
		BySeverity: map[string]int{}, Verdict: report.Pass}
	for _, e := range rep.Endpoints {
		s.ByState[e.State]++
		s.Connections += e.Look().Cost.Connections
	}
	for _, f := range rep.Findings {
		if f.Inconclusive && f.Waived == nil {
			s.Assessed--
			s.NotAssessed++
			if s.Verdict == report.Pass {
				s.Verdict = report.Incomplete
			}
			continue
		}
		if f.ID == "RC4-LISTENER-OPEN" {
			s.RC4ListenersOpen++
		}
		if f.Waived == nil {
			s.BySeverity[f.Severity.String()]++
			if f.Severity >= report.Medium {
				s.Verdict = report.Fail
			}
		}
	}
	rep.Summary = s
	rep.Run.Scope = report.Scope{Declared: s.Endpoints, Selected: s.Endpoints - len(rep.Run.Scope.Skipped), Skipped: rep.Run.Scope.Skipped}
	return rep
}

// All returns every sample by a name that is good for a file.
func All() map[string]*report.Report {
	return map[string]*report.Report{
		"prodplex": Prodplex(), "conforming": Conforming(), "demo": Demo(), "adhoc": AdHoc(), "closed": Closed(), "hostile": Hostile(),
	}
}
