package assess_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// now is when everything here is judged.
var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const id = "SYSA/agent-tls"

// world is a small PKI, and what is judged in it.
type world struct {
	t        *testing.T
	root     *pki.CA
	ca       *pki.CA // intermediate
	other    *pki.CA // a root that issued nothing here
	leaf     *certchain.Certificate
	endpoint report.Endpoint
	expect   *report.Expectation
	rings    map[string]*certchain.Ring
	waivers  []report.Waiver
	at       time.Time
	failOn   report.Severity
}

// newWorld has a listener that conforms to its expectation: TLS 1.2 and 1.3, one suite each, a chain that its ring trusts.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, rings: map[string]*certchain.Ring{}, at: now}
	w.root, w.other = w.newCA("Root"), w.newCA("Other Root")
	ca, err := w.root.Intermediate("Intermediate", pki.WithTime(now))
	require.NoError(t, err)
	w.ca = ca
	w.leaf = w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}})
	w.endpoint = report.Endpoint{
		Observation: scan.Observation{
			ID: id, State: scan.StateTLS, Source: "192.0.2.9",
			Target:   scan.ObservedTarget{Host: "sysa.example.com", Address: "192.0.2.1", Port: 3449, SNI: "sysa.example.com"},
			Evidence: []scan.Exchange{{ID: "e1", Question: "versions/TLSv1.3"}, {ID: "e2", Question: "versions/TLSv1.2"}},
			Cost:     scan.Cost{Connections: 9},
		},
		System: "SYSA", Listener: "agent-tls", Role: report.RoleGeneric,
	}
	for _, v := range cipher.Versions() {
		w.version(v, scan.No)
	}
	w.version(cipher.TLSv12, scan.Yes, 0xC030)
	w.version(cipher.TLSv13, scan.Yes, 0x1302)
	w.present("sysa.example.com", w.leaf, w.parse(w.ca.DER))
	w.endpoint.ClientAuth = &scan.ClientAuth{Requested: scan.No, Required: scan.No, Evidence: []string{"e2"}}
	w.expect = &report.Expectation{
		Endpoint: id, System: "SYSA", Listener: "agent-tls", Role: report.RoleGeneric, Expect: report.ExpectTLS,
		Versions:     []cipher.Version{cipher.TLSv12, cipher.TLSv13},
		CipherSuites: []cipher.ID{0xC030, 0x1302},
		ClientAuth:   "none", TrustedBy: []string{"clients"}, ServedBy: "server", Names: []string{"sysa.example.com"},
		MinDaysLeft: 30,
	}
	w.ring("clients", w.root.DER)
	w.ring("server", w.leaf.Raw, w.ca.DER, w.root.DER)
	return w
}

func (w *world) newCA(name string, opts ...pki.Option) *pki.CA {
	w.t.Helper()
	ca, err := pki.NewCA(name, append([]pki.Option{pki.WithTime(now)}, opts...)...)
	require.NoError(w.t, err)
	return ca
}

func (w *world) issue(l pki.Leaf) *certchain.Certificate {
	w.t.Helper()
	identity, err := w.ca.Leaf(l)
	require.NoError(w.t, err)
	return w.parse(identity.DER)
}

func (w *world) parse(der []byte) *certchain.Certificate {
	w.t.Helper()
	c, err := certchain.Parse(der)
	require.NoError(w.t, err)
	return c
}

// ring defines a ring of the strict consumer.
func (w *world) ring(name string, certificates ...[]byte) *certchain.Ring {
	r := &certchain.Ring{Name: name, Consumer: certchain.Strict}
	for _, der := range certificates {
		r.Entries = append(r.Entries, certchain.Entry{Certificate: w.parse(der)})
	}
	w.rings[name] = r
	return r
}

// version sets what is known of a version. A supported one has had every suite outside the allowed ones refused.
func (w *world) version(v cipher.Version, supported scan.Fact, suites ...cipher.ID) *scan.Protocol {
	p := scan.Protocol{Version: v, Supported: supported, Enumeration: scan.EnumerationNone, Evidence: []string{"e1"}}
	if supported == scan.Yes {
		p.Enumeration = scan.EnumerationOutsideRefused
	}
	for _, s := range suites {
		p.CipherSuites = append(p.CipherSuites, scan.CipherSuite{Code: s, Name: cipher.Describe(s).Name})
	}
	for i, have := range w.endpoint.Protocols {
		if have.Version == v {
			w.endpoint.Protocols[i] = p
			return &w.endpoint.Protocols[i]
		}
	}
	w.endpoint.Protocols = append(w.endpoint.Protocols, p)
	return &w.endpoint.Protocols[len(w.endpoint.Protocols)-1]
}

// present adds a chain that the listener sent.
func (w *world) present(sni string, chain ...*certchain.Certificate) {
	p := scan.Presented{Leaf: chain[0].SHA256, SNI: sni, Versions: []cipher.Version{cipher.TLSv12}, Evidence: []string{"e2"}}
	if w.endpoint.Certificates == nil {
		w.endpoint.Certificates = map[string]*certchain.Certificate{}
	}
	for _, c := range chain {
		p.Sent = append(p.Sent, c.SHA256)
		w.endpoint.Certificates[c.SHA256] = c
	}
	w.endpoint.Presented = append(w.endpoint.Presented, p)
}

// serve replaces what the listener sends, and puts the leaf on the server's ring.
func (w *world) serve(chain ...*certchain.Certificate) {
	w.endpoint.Presented = nil
	w.present("sysa.example.com", chain...)
	w.ring("server", chain[0].Raw, w.ca.DER, w.root.DER)
}

// state makes the endpoint something else than TLS: nothing more is then known of it.
func (w *world) state(s scan.State) {
	w.endpoint.State = s
	w.endpoint.Protocols, w.endpoint.Presented, w.endpoint.ClientAuth, w.endpoint.Groups = nil, nil, nil, nil
	for _, v := range cipher.Versions() {
		w.version(v, scan.Unknown)
	}
	if s == scan.StateNonTLS {
		w.endpoint.NonTLS = &scan.NonTLS{Kind: "resets"}
	}
}

func (w *world) input() assess.Input {
	in := assess.Input{Rings: w.rings, Waivers: w.waivers, At: w.at, FailOn: w.failOn}
	if w.expect != nil {
		in.Expectations = []report.Expectation{*w.expect}
	}
	in.Endpoints = assess.Join([]report.Endpoint{w.endpoint}, in.Expectations, w.rings, w.at)
	return in
}

func (w *world) judge() []report.Finding {
	w.t.Helper()
	findings, _ := assess.Judge(w.input())
	return findings
}

// one judges and wants exactly one finding, with this id.
func (w *world) one(id string) report.Finding {
	w.t.Helper()
	findings := w.judge()
	require.Equal(w.t, []string{id}, idsOf(findings), "%+v", findings)
	return findings[0]
}

func idsOf(findings []report.Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.ID)
	}
	return out
}
