package sample

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// rings of a large estate: every chain is judged by each.
const largeRings = 5

// Large is an estate of so many endpoints, a system with ten listeners each: of ten listeners seven speak TLS with a certificate of their
// own, an intermediate and a root, judged by five rings, with suites, groups and the evidence of ten connections; the others are closed, not
// TLS or filtered. Every fifth has findings, some of which are waived.
func Large(n int) *report.Report {
	b := newBuilder("largeplex", "verify", "largeplex.yaml")
	rep := &b.rep
	rep.Endpoints = make([]report.Endpoint, 0, n)
	rep.Expectations = make([]report.Expectation, 0, n)
	const root, intermediate = "CN=Example Root CA,O=Example AG", "CN=Example Issuing CA,O=Example AG"
	l := large{builder: b, chain: []string{b.newCertificate(intermediate, root, 1000, nil), b.newCertificate(root, root, 3000, nil)}}
	var names []string
	for i := range largeRings {
		name := fmt.Sprintf("ring-%d", i)
		names = append(names, name)
		rep.Keyrings = append(rep.Keyrings, report.Keyring{Name: name, Anchors: l.chain[1:], Consumer: "system-ssl"})
	}
	for i := range n {
		l.add(i, names)
	}
	slices.SortFunc(rep.Certificates, func(a, b report.Certificate) int { return cmp.Compare(a.SHA256, b.SHA256) })
	rep.Waivers = []report.Waiver{{Finding: "CERT-EXPIRES-SOON", Listener: "*/l0", Until: "2027-01-15", Reason: "renewal ordered"}}
	out := b.finish()
	slices.SortFunc(out.Expectations, func(a, b report.Expectation) int { return cmp.Compare(a.Endpoint, b.Endpoint) })
	return out
}

// large adds endpoints without looking at those that are there.
type large struct {
	*builder
	chain []string
}

func (l large) add(i int, rings []string) {
	system, listener := fmt.Sprintf("SYS%04d", i/10), fmt.Sprintf("l%d", i%10)
	role, state := report.RoleGeneric, scan.StateTLS
	switch i % 10 {
	case 7:
		role, state = report.RoleCAEServerRC4, scan.StateClosed
	case 8:
		role, state = report.RoleCAEServerRC4, scan.StateNonTLS
	case 9:
		state = scan.StateFiltered
	}
	e := l.endpoint(system, listener, role, state)
	x := &l.rep.Expectations[len(l.rep.Expectations)-1]
	switch {
	case state == scan.StateNonTLS:
		e.NonTLS = &scan.NonTLS{Kind: "opaque", Banner: octets(i, 64), Entropy: 7.2}
		l.find(report.Finding{ID: "RC4-LISTENER-OPEN", Severity: report.Low, Endpoint: e.ID, Title: "The RC4 listener is open", Expected: "closed by 2026-12-31",
			Observed: "open and not TLS: answers with bytes that are no TLS record", Remediation: "Check that no agent still uses the port.", Evidence: []string{"e1"}})
	case state == scan.StateFiltered:
		e.Failure = &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindTimeout, Message: "no answer to connect within 5 s"}
		l.find(report.Finding{ID: "PORT-FILTERED", Severity: report.Medium, Inconclusive: true, Endpoint: e.ID, Title: "The port is filtered",
			Observed: "no answer to connect within 5 s, twice"})
	case state == scan.StateTLS:
		x.Versions, x.TrustedBy, x.ServedBy = []cipher.Version{cipher.TLSv12, cipher.TLSv13}, rings, rings[0]
		x.CipherSuites = []cipher.ID{0xC030, 0xC02F, 0x1301, 0x1302}
		l.speak(i, e, rings)
	}
}

// speak gives an endpoint the facts of TLS, with their evidence.
func (l large) speak(i int, e *report.Endpoint, rings []string) {
	leaf := l.newCertificate(fmt.Sprintf("CN=%s,OU=%s,O=Example AG", e.Target.Host, e.Listener), "CN=Example Issuing CA,O=Example AG", 20+i%700, []string{e.Target.Host})
	e.Protocols = protocols(map[cipher.Version][]scan.CipherSuite{
		cipher.TLSv12: {{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, {Code: 0xC02F, Name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}},
		cipher.TLSv13: {{Code: 0x1302, Name: "TLS_AES_256_GCM_SHA384"}, {Code: 0x1301, Name: "TLS_AES_128_GCM_SHA256"}},
	})
	for _, g := range []scan.GroupFact{{Code: 0x0017, Name: "secp256r1", Supported: scan.Yes}, {Code: 0x0018, Name: "secp384r1", Supported: scan.Yes},
		{Code: 0x001D, Name: "x25519", Supported: scan.Yes}, {Code: 0x11EC, Name: "X25519MLKEM768", Supported: scan.No}} {
		for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
			g.Version = v
			e.Groups = append(e.Groups, g)
		}
	}
	sent := append([]string{leaf}, l.chain...)
	e.Presented = []scan.Presented{{Leaf: leaf, Sent: sent, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, SNI: e.Target.SNI, Evidence: []string{"e1"}}}
	for r, ring := range rings {
		c := report.ChainVerdict{Leaf: leaf, Keyring: ring, Trusted: certchain.Yes, TrustedAsSent: certchain.Yes, Path: sent}
		if i%5 == 0 && r == 3 {
			c.Trusted, c.TrustedAsSent, c.Path, c.Reason = certchain.No, certchain.No, nil, "the ring has no anchor for CN=Example Root CA,O=Example AG"
			l.find(report.Finding{ID: "CHAIN-UNTRUSTED", Severity: report.High, Endpoint: e.ID, Title: "A key ring does not trust the chain", Expected: "trusted by " + ring,
				Observed: "no anchor for CN=Example Root CA,O=Example AG on " + ring, Remediation: "Connect the root to " + ring + ".", Evidence: []string{"e1"}})
		}
		e.Chains = append(e.Chains, c)
	}
	e.ServedBy = &report.ServedBy{Keyring: rings[0], Label: "SERVER", Match: certchain.Yes}
	e.ClientAuth = &scan.ClientAuth{Requested: scan.No, Required: scan.No, Basis: "no CertificateRequest", Evidence: []string{"e10"}}
	e.NotTested = []scan.NotTested{{Question: "groups/TLSv1.1", Why: "the version is refused"}}
	e.Cost = scan.Cost{Connections: 10, BytesSent: 3500, BytesReceived: 14000, DurationMS: 640}
	e.Evidence = nil
	for n := range 10 {
		e.Evidence = append(e.Evidence, scan.Exchange{ID: fmt.Sprintf("e%d", n+1), Question: fmt.Sprintf("versions/%d", n), Sent: octets(i+n, 340),
			Received: octets(i-n, 800-70*n), End: scan.EndAlert(40), At: e.Started.Add(time.Duration(n) * time.Millisecond)})
	}
	if i%20 == 0 {
		f := expiresSoon(e.ID, 20+i%700)
		f.Waived = &report.Waived{Reason: "renewal ordered", Until: "2027-01-15"}
		l.find(f)
	}
}

// newCertificate is certificate for one that is not there yet; its bytes are as many as those of a real one.
func (b *builder) newCertificate(subject, issuer string, days int, names []string) string {
	der := append([]byte(subject), make([]byte, 900)...)
	name := Hash(string(der))
	b.rep.Certificates = append(b.rep.Certificates, report.Certificate{SHA256: name, Subject: subject, Issuer: issuer, Serial: "0A" + strings.ToUpper(name[:8]),
		NotBefore: Now.AddDate(-1, 0, 0), NotAfter: Now.Add(time.Duration(days)*24*time.Hour + time.Hour),
		Key: "RSA 2048", Signature: "SHA256-RSA", Names: names, DER: der})
	return name
}

// octets are bytes that look random and are the same each time.
func octets(seed, n int) []byte {
	out := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = byte(x >> 24)
	}
	return out
}
