package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
)

// contradiction is one way in which the wire, the key rings or Query Monitor's parameters differ from what is written.
type contradiction struct {
	name    string
	finding string   // severity, id, endpoint
	at      string   // file, and the beginning of the line that the finding is at; empty: no file
	says    []string // what else names the other end: a ring, a label, a parameter
}

func contradictions() []contradiction {
	return []contradiction{
		{"the policy has a version Off, and the port speaks it", "high PROTOCOL-UNEXPECTED SYSB/old-version", "sysb.attls: TLSv1.1",
			[]string{"TLSv1.1 accepted", "TLSv1.1 Off (sysb.attls:"}},
		{"the policy has a version On, and the port refuses it", "medium PROTOCOL-MISSING SYSB/no-tls13", "sysb.attls: TLSv1.3",
			[]string{"TLSv1.3 refused", "TLSv1.3 On (sysb.attls:"}},
		{"a suite that the policy does not list", "medium SUITE-UNEXPECTED SYSB/suite", "sysb.attls: V3CipherSuites4Char 13021301", []string{"C028"}},
		{"a client certificate is requested where HandshakeRole is Server", "high CLIENT-AUTH-MISMATCH SYSB/client-cert", "sysb.attls: HandshakeRole Server",
			[]string{"requested"}},
		{"another certificate than the policy's label", "high RING-CERT-MISMATCH SYSB/label", "sysb.attls: CertificateLabel CQM Agent",
			[]string{"label CQM Agent of ring agent-in", `ring's "Second"`}},
		{"another certificate than the ring's default", "high RING-CERT-MISMATCH SYSC/default", "sysc.attls: Keyring CQMCAE/AgentIn",
			[]string{"label CQM Agent of ring agent-in", `ring's "Second"`}},
		{"the intermediate CA is not sent", "high CHAIN-UNTRUSTED SYSB/chain", "sysb.attls: Keyring CQMCAE/AgentIn",
			[]string{"not trusted by cae-server", "did not send a certificate of the issuer CN=Issuing CA"}},
		{"a port in clear text that a rule covers", "critical TLS-NOT-SPOKEN SYSB/clear", "sysb.attls: TTLSRule CQMCAE-IN@Rule", nil},
		{"a port in clear text that no rule covers", "critical TLS-NOT-SPOKEN SYSB/uncovered", "sysb.attls: TTLSRule CQMCAE-IN@Rule",
			[]string{"the AT-TLS policy: no rule takes the connection"}},
		{"the policy alone shows that no rule covers it", "high ATTLS-PORT-NOT-COVERED", "sysb.attls: TTLSRule CQMCAE-IN@Rule",
			[]string{"listener uncovered (port ", "no rule takes its connections"}},
		{"the ISPF port has a rule for the agent, and none for the client", "high ATTLS-ISPF-HALF", "sysc.attls: LocalPortGroupRef",
			[]string{"rule CQMCAE-IN@Rule gives TLS to the agent's ISPF port"}},
		{"the rule admits the scanner, and not the real peer", "high ATTLS-PEER-CLEAR-TEXT SYSB/excluded", "sysb.attls: RemoteAddr",
			[]string{"192.0.2.7", "rule Excluded@Rule, which takes this scan's, does not: RemoteAddr is 127.0.0.1"}},
		{"the client's ring lacks the root of the server", "high CHAIN-UNTRUSTED SYSA/agent-tls", "rings/ring2.txt: >AgentOut<",
			[]string{"not trusted by agent-out@SYSB", "CN=Corporate Root"}},
		{"the root on the ISPF client's ring is NOTRUST", "high CHAIN-UNTRUSTED SYSC/ispf", "rings/ring3.txt: >IspfOut<",
			[]string{"not trusted by ispf-out@SYSC"}},
		{"the CAE server speaks a version that the estate excludes", "high PROTOCOL-UNEXPECTED SYSA/agent-tls", "", []string{"only TLSv1.2, TLSv1.3", "TLSv1.1 accepted"}},
		{"the web port serves another label of ring 0", "high RING-CERT-MISMATCH SYSA/web", "", []string{"label WEBSERVER of ring cae-server", `ring's "OLD WEB"`}},
		{"the alias names no certificate of ring 0", "high QM-ALIAS-MISSING SYSA/agent-tls", "cqmcaesv.stdenv: CQM_KEY_ALIAS=CAE_PORTAL", []string{"key ring cae-server"}},
		{"the RC4 port is open after its last day", "critical RC4-LISTENER-OPEN SYSA/agent-rc4", "", []string{"it was to be gone after 2020-12-31"}},
		{"SERVER_PORT still names the RC4 port", "high QM-SERVER-PORT-NOT-TLS SYSC/agent", "sysc.cqmcprms: SERVER_PORT(", []string{"the RC4 port of the CAE server on SYSA"}},
		{"the agent is connected to the RC4 port", "medium QM-RC4-IN-USE SYSC/agent", "sysc.conn: EZZ2550I Client Name: CQMCAEA", []string{"CQMCAEA (000000BC)"}},
		{"ATTLS_ENABLED is N", "high QM-ATTLS-NOT-ENABLED SYSC/agent", "sysc.cqmcprms: ATTLS_ENABLED(N)", nil},
		{"a real connection that no rule took", "high QM-CONNECTION-CLEAR SYSC/agent", "sysc.conn: EZZ2550I Client Name: CQMCAEA", []string{"127.0.0.1:51844"}},
	}
}

// TestContradicts finds each contradiction, with both of its ends, and nothing else that would fail a run.
func TestContradicts(t *testing.T) {
	dir := contradicting(t)
	rep := verify(t, dir, "outside")
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	found := map[string]report.Finding{}
	for _, f := range rep.Findings {
		if f.Severity < report.Medium {
			continue
		}
		key := strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.ID, f.Endpoint))
		assert.NotContains(t, found, key, "twice")
		found[key] = f
	}
	for _, c := range contradictions() {
		t.Run(c.name, func(t *testing.T) {
			f, ok := found[c.finding]
			require.True(t, ok, "no %s", c.finding)
			delete(found, c.finding)
			assert.True(t, strings.HasPrefix(place(t, dir, f.Location), c.at), "at %q, want %q", place(t, dir, f.Location), c.at)
			assert.Equal(t, c.at == "", f.Location == nil, "%v", f.Location)
			words := strings.Join([]string{f.Expected, f.Observed, f.Detail}, "\n")
			for _, want := range c.says {
				assert.Contains(t, words, want)
			}
			assert.NotEmpty(t, f.Remediation)
		})
	}
	assert.Empty(t, found, "nobody contradicted anything there")
}

// place is a file and the text of its line.
func place(t *testing.T, dir string, at *report.Location) string {
	t.Helper()
	if at == nil {
		return ""
	}
	data, err := os.ReadFile(filepath.Join(dir, at.File))
	require.NoError(t, err)
	lines := strings.Split(string(data), "\n")
	require.Greater(t, len(lines), at.Line-1)
	require.Positive(t, at.Line)
	return at.File + ": " + strings.TrimSpace(lines[at.Line-1])
}

// contradicting starts the servers and writes the rings that differ from the policies, and returns the folder of their estate.
func contradicting(t *testing.T) string {
	t.Helper()
	c := newCertificates(t)
	bare := *c.agent
	bare.ChainPEM = bare.CertPEM
	const gcm = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256"
	p := ports{"WEB": cae(t, c.oldWeb, "TLSv1.2", "TLSv1.3"), "AGENT_TLS": cae(t, c.portal, "TLSv1.1", "TLSv1.2", "TLSv1.3"), "AGENT_RC4": clearText(t),
		"OLD_VERSION": attls(t, c.agent, "sslVersionMin", "TLSv1.1", "securityLevel", "0", "ciphers", gcm+":ECDHE-RSA-AES256-SHA"),
		"NO_TLS13":    attls(t, c.agent, "sslVersionMax", "TLSv1.2"),
		"SUITE":       attls(t, c.agent, "ciphers", gcm+":ECDHE-RSA-AES256-SHA384"),
		"CLIENT_CERT": attls(t, c.agent, "verify", "0"), // asks, and takes any or none
		"LABEL":       attls(t, c.second), "CHAIN": attls(t, &bare), "CLEAR": clearText(t), "UNCOVERED": clearText(t),
		"EXCLUDED": attls(t, c.agent), "AGENT": attls(t, c.agent), "DEFAULT": attls(t, c.second), "ISPF": attls(t, c.agent)}
	rings := c.files()
	rings["ring0.txt"] = listing("CQMCAESV", "Server", personal("CQMCAESV", "WEBSERVER", c.web, true), personal("CQMCAESV", "OLD WEB", c.oldWeb, false),
		personal("CQMCAESV", "CAE_AGENT_PORTAL", c.portal, false), authority("Web Root", c.webRoot), authority("Corporate Root", c.root))
	rings["ring1.txt"] = listing("CQMCAE", "AgentIn", personal("CQMCAE", "CQM Agent", c.agent, true), personal("CQMCAE", "Second", c.second, false),
		authority("Corporate Root", c.root), authority("Issuing CA", c.issuing))
	rings["ring2.txt"] = listing("CQMCAE", "AgentOut", authority("Web Root", c.webRoot))
	notrust := authority("Corporate Root", c.root)
	notrust.Status = "NOTRUST"
	rings["ring3.txt"] = listing("CQMISPF", "IspfOut", notrust)
	return estateIn(t, "contradicts", p, rings)
}
