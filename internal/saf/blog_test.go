package saf_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/racdcert"
	"github.com/portseal/portseal/report"
)

// authority is the certificates of a Query Monitor set-up, by the names that the scenarios use.
type authority map[string]*x509.Certificate

func newAuthority(t *testing.T) authority {
	t.Helper()
	external, server, agents := newCA(t, "External Root"), newCA(t, "Server Root"), newCA(t, "Agent Root")
	between, err := agents.Intermediate("Agent CA", pki.WithTime(now))
	require.NoError(t, err)
	return authority{
		"external-root": external.Cert, "server-root": server.Cert, "agent-root": agents.Cert, "agent-ca": between.Cert,
		"web": issue(t, external, "web"), "portal": issue(t, server, "portal"), "agent": issue(t, agents, "agent"),
		"agent-below": issue(t, between, "agent-below"),
	}
}

// ringOf makes a ring from lines "LABEL certificate owner USAGE [default] [notrust] [not-exported]". A name that begins with "*"
// is a virtual ring's.
func (a authority) ringOf(t *testing.T, name string, lines ...string) *certchain.Ring {
	t.Helper()
	ring := &certchain.Ring{Name: name}
	var entries []racdcert.Entry
	for _, line := range lines {
		words := strings.Fields(line)
		cert := a[words[1]]
		require.NotNil(t, cert, line)
		e := racdcert.Entry{Label: words[0], Owner: words[2], Usage: words[3], Default: slices.Contains(words, "default"), Cert: cert}
		if slices.Contains(words, "notrust") {
			e.Status = "NOTRUST"
		}
		entries = append(entries, e)
		if !slices.Contains(words, "not-exported") {
			parsed, err := certchain.Parse(cert.Raw)
			require.NoError(t, err)
			ring.Entries = append(ring.Entries, certchain.Entry{Certificate: parsed})
		}
	}
	text := racdcert.List(entries...)
	if virtual, ok := strings.CutPrefix(name, "virtual:"); ok {
		ring.Virtual = virtual
	} else {
		text = racdcert.ListRing("CQM", name, entries...) + text
	}
	assert.Empty(t, join(t, ring, "", text))
	return ring
}

// listener is what serves, from which ring, and which rings must trust it.
type listener struct{ name, ring, label, role, trustedBy string }

// scenario is a set-up with the matrix that must come of it: for each listener and ring "y" trusted, "n" not, "?" not known.
type scenario struct {
	name      string
	rings     [][]string // the first word of each is its name
	listeners []listener
	matrix    []string // one row a listener, one letter a ring
	findings  []string // without looking at any listener; NOT-ASSESSED left out
}

const (
	ring0 = "ring0"
	ring1 = "ring1"
	ring2 = "ring2"
	ring3 = "ring3"
)

func server() []string {
	return []string{ring0, "WEBSERVER web CQM PERSONAL", "CAE_AGENT_PORTAL portal CQM PERSONAL default",
		"EXTERNAL external-root CERTAUTH CERTAUTH", "SERVER server-root CERTAUTH CERTAUTH", "AGENTS agent-root CERTAUTH CERTAUTH"}
}

func agentIn() []string {
	return []string{ring1, "AGENT agent CQM PERSONAL default", "AGENTS agent-root CERTAUTH CERTAUTH"}
}

// listeners are those of the blog's picture: web (A), the server's TLS port and the agent's ports (B), the ISPF port (C).
func listeners(second, third string) []listener {
	return []listener{
		{"web", ring0, "WEBSERVER", report.RoleCAEWeb, ""},
		{"portal", ring0, "CAE_AGENT_PORTAL", report.RoleCAEServerTLS, second},
		{"agent", ring1, "", report.RoleCAEAgent, ring0},
		{"ispf", ring1, "", report.RoleCAEISPF, third},
	}
}

func scenarios() []scenario {
	const auth = "virtual:*AUTH*/*"
	clientAuth := []string{auth, "EXTERNAL external-root CERTAUTH CERTAUTH", "SERVER server-root CERTAUTH CERTAUTH",
		"AGENTS agent-root CERTAUTH CERTAUTH"}
	shared := func(name string) []string {
		return []string{name, "QM portal CQM PERSONAL default", "SERVER server-root CERTAUTH CERTAUTH"}
	}
	out2, out3 := []string{ring2, "SERVER server-root CERTAUTH CERTAUTH"}, []string{ring3, "AGENTS agent-root CERTAUTH CERTAUTH"}
	return []scenario{
		{"four rings", [][]string{server(), agentIn(), out2, out3}, listeners(ring2, ring3),
			[]string{"ynnn", "ynyn", "yyny", "yyny"}, nil},
		{"the clients on *AUTH*/*", [][]string{server(), agentIn(), clientAuth}, listeners(auth, auth),
			[]string{"yny", "yny", "yyy", "yyy"}, nil},
		{"one shared ring", [][]string{shared(ring0)}, []listener{{"web", ring0, "", report.RoleCAEWeb, ""}, {"portal", ring0, "", report.RoleCAEServerTLS, ring0},
			{"agent", ring0, "", report.RoleCAEAgent, ring0}, {"ispf", ring0, "", report.RoleCAEISPF, ring0}},
			[]string{"y", "y", "y", "y"}, nil},
		{"mixed: the agents with a ring of their own, the server's certificate for all else",
			[][]string{append(shared(ring0), "AGENTS agent-root CERTAUTH CERTAUTH"), agentIn(), out2, out3},
			[]listener{{"web", ring0, "QM", report.RoleCAEWeb, ""}, {"portal", ring0, "QM", report.RoleCAEServerTLS, ring2},
				{"agent", ring1, "AGENT", report.RoleCAEAgent, ring0}, {"ispf", ring1, "AGENT", report.RoleCAEISPF, ring3}},
			[]string{"ynyn", "ynyn", "yyny", "yyny"}, nil},
		{"an intermediate: System SSL stops at it, and a SITE certificate is an anchor too",
			[][]string{{ring1, "AGENT agent-below CQM PERSONAL default", "CA agent-ca CERTAUTH CERTAUTH", "AGENTS agent-root CERTAUTH CERTAUTH"},
				{ring2, "CA agent-ca CERTAUTH CERTAUTH"}, {ring3, "AGENTS agent-root SITE SITE"}},
			[]listener{{"agent", ring1, "", report.RoleCAEAgent, ring2}, {"ispf", ring1, "", report.RoleCAEISPF, ring3}},
			[]string{"yyy", "yyy"}, nil},
		{"the root as PERSONAL, as NOTRUST, and listed only",
			[][]string{server(), agentIn(), {ring2, "SERVER server-root CERTAUTH PERSONAL"}, {ring3, "AGENTS agent-root CERTAUTH CERTAUTH notrust"},
				{"ring4", "AGENTS agent-root CERTAUTH CERTAUTH not-exported", "SERVER server-root CERTAUTH CERTAUTH"}},
			append(listeners(ring2, ring3), listener{"other", ring1, "", report.RoleCAEAgent, "ring4"}),
			[]string{"ynnn?", "ynnny", "yynn?", "yynn?", "yynn?"},
			[]string{"RING-ROOT-MISSING ispf", "RING-ROOT-MISSING portal", "RING-NOTRUST", "RING-UNPROVEN"}},
		{"the rings of the clients changed over",
			[][]string{server(), agentIn(), out2, out3}, listeners(ring3, ring2), []string{"ynnn", "ynyn", "yyny", "yyny"},
			[]string{"RING-ROOT-MISSING ispf", "RING-ROOT-MISSING portal", "RING-CA-UNUSED", "RING-CA-UNUSED"}},
		{"the intermediate is missing on the server's ring",
			[][]string{{ring1, "AGENT agent-below CQM PERSONAL default", "AGENTS agent-root CERTAUTH CERTAUTH"},
				{ring3, "CA agent-ca CERTAUTH CERTAUTH", "AGENTS agent-root CERTAUTH CERTAUTH"}},
			[]listener{{"ispf", ring1, "", report.RoleCAEISPF, ring3}}, []string{"ny"},
			[]string{"RING-CHAIN-INCOMPLETE ispf", "RING-CA-UNUSED"}},
		{"a server on *AUTH*/*, and one without a default",
			[][]string{{auth, "AGENTS agent-root CERTAUTH CERTAUTH"}, {ring1, "AGENT agent CQM PERSONAL", "AGENTS agent-root CERTAUTH CERTAUTH"}},
			[]listener{{"agent", auth, "", report.RoleCAEAgent, ring1}, {"ispf", ring1, "", report.RoleCAEISPF, ring1}}, []string{"  ", "yy"},
			[]string{"RING-VIRTUAL-SERVER agent", "RING-NO-DEFAULT ispf"}},
	}
}

// The rings of the Query Monitor blog, as RACF lists them: what each listener would send, against each ring.
func TestMatrices(t *testing.T) {
	a := newAuthority(t)
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			var rings []*certchain.Ring
			in := assess.Input{Rings: map[string]*certchain.Ring{}, At: now}
			for _, r := range s.rings {
				ring := a.ringOf(t, r[0], r[1:]...)
				rings, in.Rings[ring.Name] = append(rings, ring), ring
			}
			for i, l := range s.listeners {
				x := report.Expectation{Endpoint: l.name, Role: l.role, Expect: report.ExpectTLS, ServedBy: l.ring, Label: l.label, ClientAuth: "none",
					MinDaysLeft: 30, ZOSRelease: "3.1"}
				if l.trustedBy != "" {
					x.TrustedBy = []string{l.trustedBy}
				}
				in.Expectations = append(in.Expectations, x)
				assert.Equal(t, s.matrix[i], matrixRow(in.Rings[l.ring], l.label, rings), l.name)
			}
			findings, _ := assess.Judge(in)
			var got []string
			for _, f := range findings {
				if f.ID != assess.NotAssessed {
					got = append(got, strings.TrimSpace(f.ID+" "+f.Endpoint))
				}
			}
			assert.Equal(t, s.findings, got, "%+v", findings)
		})
	}
}

// matrixRow judges what a ring sends by every ring; blanks when nobody knows what it sends.
func matrixRow(from *certchain.Ring, label string, rings []*certchain.Ring) string {
	entry, problem := from.ServedEntry(label)
	if problem != "" {
		return strings.Repeat(" ", len(rings))
	}
	var row strings.Builder
	for _, r := range rings {
		switch certchain.Judge(from.Chain(entry.Certificate), r, now).Trusted.Value {
		case certchain.Yes:
			row.WriteByte('y')
		case certchain.No:
			row.WriteByte('n')
		default:
			row.WriteByte('?')
		}
	}
	return row.String()
}
