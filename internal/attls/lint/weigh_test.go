package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// What a mistake leads to decides how bad it is: here are the rules that weigh, with the severities of their fixtures in order.
func TestFixturesAreWeighed(t *testing.T) {
	for id, want := range map[string][]report.Severity{
		"ATTLS-OFF-SHADOWS-ON":     {report.High, report.Low, report.Medium},
		"ATTLS-PRIORITY-OVERLAP":   {report.Medium, report.High},
		"ATTLS-SUITE-INSECURE":     {report.High, report.High, report.Low},
		"ATTLS-V2-SUITES":          {report.Low, report.High},
		"ATTLS-VIRTUAL-RING":       {report.High, report.High, report.Medium},
		"ATTLS-WEAK-VERSIONS":      {report.Medium, report.Low, report.Low, report.High},
		"ATTLS-CLIENT-AUTH-UNUSED": {report.Medium},
		"ATTLS-TLS13-NO-SUITE":     {report.Medium},
	} {
		path := filepath.Join("testdata", id+".attls")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var got []report.Severity
		for _, f := range lint.Run(input(path, text)) {
			if f.ID == id {
				got = append(got, f.Severity)
			}
		}
		assert.Equal(t, want, got, id)
	}
}

// policy is an inbound rule with an environment of these lines, from which all that is not asked about is left out.
func policy(environment ...string) string {
	return "TTLSRule r\n{\nLocalPortRange 5610\nDirection Inbound\nTTLSGroupActionRef g\nTTLSEnvironmentActionRef e\n}\n" +
		"TTLSGroupAction g\n{\nTTLSEnabled On\n}\nTTLSEnvironmentAction e\n{\nTTLSKeyringParms\n{\nKeyring CQMCAE/AgentIn\n}\n" +
		strings.Join(environment, "\n") + "\n}\n"
}

func block(keyword string, lines ...string) string {
	return keyword + "\n{\n" + strings.Join(lines, "\n") + "\n}"
}

// judge returns what the rules find, in order, as "ID severity".
func judge(text string, release attls.Release) []string {
	var out []string
	for _, f := range lint.Run(&lint.Input{Policy: attls.Load([]syntax.Source{{Path: "p.attls", Data: []byte(text)}}), Release: release}) {
		out = append(out, fmt.Sprintf("%s %s", f.ID, f.Severity))
	}
	return out
}

const (
	tls12 = "TLSv1 Off\nTLSv1.1 Off\nTLSv1.2 On"
	tls13 = "TLSv1 Off\nTLSv1.1 Off\nTLSv1.2 Off\nTLSv1.3 On"
)

// Each case is a policy, a release and, of one rule, what it finds there; empty: nothing.
func TestRulesWeighWhatIsKnown(t *testing.T) {
	advanced := func(lines ...string) string { return block("TTLSEnvironmentAdvancedParms", lines...) }
	suites := func(lines ...string) string { return block("TTLSCipherParms", lines...) }
	for _, tt := range []struct {
		name, id, want string
		release        attls.Release
		environment    []string
	}{
		{"the defaults of an unknown release", "ATTLS-WEAK-VERSIONS", "", "", []string{"HandshakeRole Server", advanced("TLSv1.2 On")}},
		{"the defaults of 3.2", "ATTLS-WEAK-VERSIONS", "", "3.2", []string{"HandshakeRole Server", advanced("TLSv1.2 On")}},
		{"coded on 3.2", "ATTLS-WEAK-VERSIONS", "medium", "3.2", []string{"HandshakeRole Server", advanced("TLSv1 On"), suites("V3CipherSuites 2F")}},
		{"one of two turned off", "ATTLS-WEAK-VERSIONS", "medium", "2.5", []string{"HandshakeRole Server", advanced("TLSv1 Off", "TLSv1.2 On")}},
		{"no newer version, and only suites for one", "ATTLS-WEAK-VERSIONS", "high", "3.1", []string{"HandshakeRole Server", suites("V3CipherSuites4Char C030")}},
		{"TLS 1.3 alone", "ATTLS-WEAK-VERSIONS", "medium", "2.5", []string{"HandshakeRole Server", advanced("TLSv1.3 On")}},
		{"a reference that leads nowhere", "ATTLS-WEAK-VERSIONS", "", "3.1", []string{"HandshakeRole Server", "TTLSEnvironmentAdvancedParmsRef gone"}},
		{"what 2.3 does not know", "ATTLS-TLS13-NO-SUITE", "", "2.3", []string{"HandshakeRole Server", advanced(tls12, "TLSv1.3 On"), suites("V3CipherSuites 2F")}},

		{"no suite for any version", "ATTLS-TLS13-NO-SUITE", "high", "3.1", []string{"HandshakeRole Server", advanced(tls13), suites("V3CipherSuites4Char C030")}},
		{"no suite for any version, the other way", "ATTLS-TLS12-NO-SUITE", "high", "3.1", []string{"HandshakeRole Server", advanced(tls12), suites("V3CipherSuites4Char 1301")}},
		{"TLS 1.3 on by the list of 3.2", "ATTLS-TLS13-NO-SUITE", "medium", "3.2", []string{"HandshakeRole Server", advanced("TLSv1.3 On")}},
		{"TLS 1.3 on by the list of 3.1", "ATTLS-TLS13-NO-SUITE", "", "3.1", []string{"HandshakeRole Server", advanced(tls13)}},
		{"a suite that could not be read", "ATTLS-TLS13-NO-SUITE", "", "3.1", []string{"HandshakeRole Server", advanced(tls13), suites("V3CipherSuites4Char C0301399")}},
		{"a Suite B profile", "ATTLS-TLS13-NO-SUITE", "", "3.1", []string{"HandshakeRole Server", "SuiteBProfile All", advanced(tls13), suites("V3CipherSuites4Char C030")}},
		{"a Suite B profile without a list", "ATTLS-SUITEB-IGNORES-SUITES", "", "3.1", []string{"HandshakeRole Server", "SuiteBProfile All", advanced(tls12)}},
		{"RC4 beside a suite that could not be read", "ATTLS-SUITE-INSECURE", "high", "3.1", []string{"HandshakeRole Server", advanced(tls12), suites("V3CipherSuites 05ZZ")}},
		{"RC4 that a Suite B profile ignores", "ATTLS-SUITE-INSECURE", "", "3.1", []string{"HandshakeRole Server", "SuiteBProfile All", advanced(tls12), suites("V3CipherSuites 05")}},
		{"TLS 1.3 turned off", "ATTLS-SUITE-WITHOUT-VERSION", "low", "3.1", []string{"HandshakeRole Server", advanced(tls12, "TLSv1.3 Off"), suites("V3CipherSuites4Char C0301301")}},
		{"GCM for TLS 1.1", "ATTLS-SUITE-WITHOUT-VERSION", "medium", "3.1", []string{"HandshakeRole Server", suites("V3CipherSuites4Char C030002F")}},
		{"GCM for an unknown release", "ATTLS-SUITE-WITHOUT-VERSION", "", "", []string{"HandshakeRole Server", suites("V3CipherSuites4Char C030002F")}},

		{"the list of 2.1", "ATTLS-DEFAULT-SUITES", "high", "2.1", []string{"HandshakeRole Server", advanced(tls12)}},
		{"the list of an unknown release", "ATTLS-DEFAULT-SUITES", "medium", "", []string{"HandshakeRole Server", advanced(tls12)}},
		{"the list of 3.2", "ATTLS-DEFAULT-SUITES", "info", "3.2", []string{"HandshakeRole Server", advanced(tls12)}},
		{"a Suite B profile for a list", "ATTLS-DEFAULT-SUITES", "", "3.1", []string{"HandshakeRole Server", "SuiteBProfile All", advanced(tls12)}},

		{"a client with *SITE*/*", "ATTLS-VIRTUAL-RING", "", "3.1", []string{"HandshakeRole Client", block("TTLSKeyringParms", "Keyring *SITE*/*")}},
		{"a client's ClientAuthType", "ATTLS-CLIENT-AUTH-UNUSED", "low", "3.1", []string{"HandshakeRole Client", advanced("ClientAuthType Required")}},
		{"ClientAuthType PassThru", "ATTLS-CLIENT-AUTH-UNUSED", "low", "3.1", []string{"HandshakeRole Server", advanced("ClientAuthType PassThru")}},
		{"an unknown release", "ATTLS-RELEASE", "", "", []string{"HandshakeRole Server", advanced("TLSv1.3 On")}},
		{"a release that knows it", "ATTLS-RELEASE", "", "2.4", []string{"HandshakeRole Server", advanced("TLSv1.3 On")}},
		{"two references of one type", "ATTLS-REF-AND-INLINE", "high", "3.1", []string{"HandshakeRole Server", "TTLSCipherParmsRef a", "TTLSCipherParmsRef b"}},
		{"one reference twice", "ATTLS-REF-AND-INLINE", "", "3.1", []string{"HandshakeRole Server", "TTLSCipherParmsRef a", "TTLSCipherParmsRef a"}},
	} {
		t.Run(tt.id+" "+tt.name, func(t *testing.T) {
			var got []string
			for _, line := range judge(policy(tt.environment...), tt.release) {
				if id, severity, _ := strings.Cut(line, " "); id == tt.id {
					got = append(got, severity)
				}
			}
			assert.Equal(t, tt.want, strings.Join(got, " "))
		})
	}
}

// Where an estate says that the program does TLS itself, or that no TLS is wanted, a rule turns it off with reason.
func TestAHoleThatTheEstateExplains(t *testing.T) {
	text := policy("HandshakeRole Server", block("TTLSEnvironmentAdvancedParms", tls12)) + "TTLSRule off\n{\nLocalPortRange 5610-5611\n" +
		"Direction Inbound\nPriority 9\nTTLSGroupActionRef o\n}\n" + block("TTLSGroupAction o", "TTLSEnabled Off") + "\n"
	text = strings.Replace(text, "LocalPortRange 5610\n", "LocalPortRange 5605-5620\n", 1)
	java := lint.Listener{Role: report.RoleCAEServerTLS, Expect: report.ExpectTLS, Ports: []uint16{5610}}
	clear := lint.Listener{Role: report.RoleGeneric, Expect: report.ExpectPlaintext, Ports: []uint16{5611}}
	agent := lint.Listener{Role: report.RoleCAEAgent, Expect: report.ExpectTLS, Ports: []uint16{5611}}
	for want, system := range map[int][]*lint.System{
		0: {{Listeners: []lint.Listener{java, clear}}},
		1: {nil, {Listeners: []lint.Listener{java}}, {Listeners: []lint.Listener{java, agent}}},
	} {
		for _, s := range system {
			in := input("p.attls", []byte(text))
			in.System = s
			holes := slices.DeleteFunc(lint.Run(in), func(f report.Finding) bool { return f.ID != "ATTLS-OFF-SHADOWS-ON" })
			assert.Len(t, holes, want, s)
		}
	}
}

// An action that many rules share has its fault once; the finding names some of them.
func TestASharedActionHasOneFault(t *testing.T) {
	text := policy("HandshakeRole Server", block("TTLSEnvironmentAdvancedParms", tls12, "SSLv3 On"))
	for i := range 9 {
		text += fmt.Sprintf("TTLSRule s%d\n{\nLocalPortRange 600%d\nDirection Inbound\nTTLSGroupActionRef g\nTTLSEnvironmentActionRef e\n}\n", i, i)
	}
	findings := slices.DeleteFunc(lint.Run(input("p.attls", []byte(text))), func(f report.Finding) bool { return f.ID != "ATTLS-OLD-PROTOCOL" })
	require.Len(t, findings, 1)
	assert.Equal(t, "SSLv3 On of TTLSEnvironmentAdvancedParms: want Off (rules r, s0, s1, s2, s3 and 5 more)", findings[0].Detail)
}

// Whatever the text, every finding has a place in it and a kind that the catalogue has.
func FuzzRun(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.attls")
	require.NoError(f, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(text, "3.1")
	}
	known := map[string]bool{}
	for _, r := range lint.Catalogue() {
		known[r.ID] = true
	}
	f.Fuzz(func(t *testing.T, text []byte, release string) {
		in := &lint.Input{Policy: attls.Load([]syntax.Source{{Path: "p.attls", Data: text}}), Release: attls.Release(release)}
		for _, finding := range lint.Run(in) {
			require.True(t, known[finding.ID], finding.ID)
			require.NotNil(t, finding.Location, finding.ID)
			require.Equal(t, "p.attls", finding.Location.File, finding.ID)
			require.Positive(t, finding.Location.Line, finding.ID)
			require.NotZero(t, finding.Severity, finding.ID)
		}
	})
}
