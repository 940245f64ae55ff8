package attls

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// brief writes differences as "kind rule what: a -> b".
func brief(all []Difference) (out []string) {
	for _, d := range all {
		line := string(d.Kind) + " " + d.Rule
		if d.What != "" {
			line += " " + d.What
		}
		if d.A != "" || d.B != "" {
			line += ": " + d.A + " -> " + d.B
		}
		out = append(out, line)
	}
	return out
}

// changed is the policy of a fixture with some of its text replaced.
func changed(t *testing.T, name string, replace ...string) *Policy {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, string(data), replace[i])
	}
	return load(t, strings.NewReplacer(replace...).Replace(string(data)))
}

func TestDiffOfMeaning(t *testing.T) {
	a := fixture(t, "querymonitor.attls")
	for _, tt := range []struct {
		name    string
		replace []string
		want    []string
	}{
		{"comments and case", []string{"# Rule 1", "# The first rule", "LocalAddr                ALL", "localaddr All", "TLSv1.2 On", "tlsv1.2 ON"}, nil},
		{"another way to write addresses", []string{"10.1.2.3", "10.1.2.3/32"}, nil},
		{"other names of statements", []string{"cipherQM", "suitesQM", "advQM", "advancedQM"}, nil},
		{"a default that is written out", []string{"HandshakeRole Client\n", "HandshakeRole Client\n  CtraceClearText Off\n"}, nil},
		{"user instances", []string{"HandshakeRole Client\n", "HandshakeRole Client\n  EnvironmentUserInstance 7\n"}, nil},
		{"a priority that changes no order", []string{"Direction                Inbound", "Direction                Inbound\n  Priority 7"}, nil},
		{"a port", []string{"5605-5610", "5605-5612"}, []string{"condition-changed CaeAgentInboundRule LocalPortRange: 5611, 5605-5610 -> 5611, 5605-5612"}},
		{"an address", []string{"127.0.0.1", "All"}, []string{"condition-changed CQMISPF-OUT@Rule RemoteAddr: 127.0.0.1 -> All"}},
		{"a suite", []string{"C02FC030", "C030"}, []string{
			"setting-changed CaeAgentInboundRule V3CipherSuites: 1302 1301 C030 C02F 009D -> 1302 1301 C030 009D",
			"setting-changed CaeAgentOutboundRule V3CipherSuites: 1302 1301 C030 C02F 009D -> 1302 1301 C030 009D",
			"setting-changed CQMISPF-OUT@Rule V3CipherSuites: 1302 1301 C030 C02F 009D -> 1302 1301 C030 009D"}},
		{"the ring", []string{"CQMUSER/CQMAGENT", "CQMUSER/NEW"}, []string{"setting-changed CaeAgentInboundRule Keyring: CQMUSER/CQMAGENT -> CQMUSER/NEW"}},
		{"no label", []string{"CertificateLabel CQM Agent Cert", "SSLv3 Off"}, []string{"setting-changed CaeAgentInboundRule CertificateLabel: CQM Agent Cert -> none"}},
		{"TLS off", []string{"TTLSEnabled On", "TTLSEnabled Off"}, []string{
			"setting-changed CaeAgentInboundRule TTLSEnabled: On -> Off", "setting-changed CaeAgentOutboundRule TTLSEnabled: On -> Off",
			"setting-changed CQMISPF-OUT@Rule TTLSEnabled: On -> Off"}},
		{"a rule renamed", []string{"TTLSRule CaeAgentOutboundRule", "TTLSRule CaeAgentOut"}, []string{"rule-renamed CaeAgentOut name: CaeAgentOutboundRule -> CaeAgentOut"}},
		{"a rule renamed and changed", []string{"TTLSRule CaeAgentOutboundRule", "TTLSRule CaeAgentOut", "10.1.2.3", "10.1.2.4"},
			[]string{"rule-added CaeAgentOut:  -> CaeAgentOut", "rule-removed CaeAgentOutboundRule: CaeAgentOutboundRule -> "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := changed(t, "querymonitor.attls", tt.replace...)
			assert.Equal(t, tt.want, brief(Diff(a, b, "3.1", "3.1")))
		})
	}
}

func TestDiffOfPlaces(t *testing.T) {
	a, b := fixture(t, "querymonitor.attls"), changed(t, "querymonitor.attls", "CQMUSER/CQMAGENT", "CQMUSER/NEW", "# Rule 1", "\n\n# Rule 1")
	d := Diff(a, b, "3.1", "3.1")
	require.Len(t, d, 1)
	assert.Equal(t, "querymonitor.attls:59:5", place(d[0].AtA))
	assert.Equal(t, "p.attls:61:5", place(d[0].AtB))
}

func TestDiffOfOrder(t *testing.T) {
	wide, narrow := []string{"LocalPortRange 8000-9000", "Direction Inbound"}, []string{"LocalPortRange 8443", "Direction Inbound"}
	a := load(t, actions()+ruleText("Wide", append(wide, "Priority 1")...)+ruleText("Narrow", append(narrow, "Priority 2")...))
	b := load(t, actions()+ruleText("Wide", append(wide, "Priority 3")...)+ruleText("Narrow", append(narrow, "Priority 2")...))
	out := Diff(a, b, "3.1", "3.1")
	require.Equal(t, []string{"order-changed Wide Narrow: asked after it -> asked before it",
		"no-longer-matched Narrow:  -> rule Wide (p.attls:17:1) is asked before it and takes all of its connections"}, brief(out))
	back := brief(Diff(b, a, "3.1", "3.1"))
	assert.Equal(t, []string{"order-changed Narrow Wide: asked after it -> asked before it", "matched-again Narrow"}, back)
}

func TestDiffOfReleases(t *testing.T) {
	p, r := oneRule(t, "HandshakeTimeout 5")
	assert.Equal(t, []string{
		"setting-changed R TLSv1: On -> Off", "setting-changed R TLSv1.1: On -> Off", "setting-changed R TLSv1.2: Off -> On",
		"setting-changed R V3CipherSuites: not known -> C030 C02C C02F C02B",
		"setting-changed R Curves: 0017 0018 0019 0015 0013 -> not known",
		"setting-changed R KeyShareGroups: 0017 0018 0019 001D 001E -> not known",
		"setting-changed R SignaturePairs: 0601 0603 0501 0503 0401 0403 0402 0301 0303 0302 0201 0203 0202 -> not known",
		"setting-changed R SignaturePairsCert: 0601 0603 0501 0503 0401 0403 0402 0301 0303 0302 0201 0203 0202 -> not known",
	}, brief(Diff(p, p, "3.1", "3.2")))
	assert.Empty(t, Diff(p, p, "2.5", "3.1"))
	assert.NotNil(t, r)
}
