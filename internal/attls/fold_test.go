package attls

import (
	"fmt"
	"testing"

	"github.com/portseal/portseal/cipher"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func groupCodes(s Setting[[]cipher.Group]) string { return asText(attlsCodes(s)).Value }

func suiteCodes(s Setting[[]cipher.ID]) string { return asText(s).Value }

func TestFoldOfQueryMonitor(t *testing.T) {
	p := fixture(t, "querymonitor.attls")
	e := p.Fold(p.ruleNamed(t, "CaeAgentInboundRule"), "3.1")
	assert.True(t, e.Enabled.Value)
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, e.Versions.Value)
	assert.True(t, e.Versions.Known)

	tls13 := e.Protocols[5]
	assert.Equal(t, "TTLSConnectionAdvancedParms", tls13.Statement, "the connection action adds TLS 1.3")
	assert.Equal(t, 75, tls13.From.Line)
	assert.Equal(t, "TTLSEnvironmentAdvancedParms", e.Protocols[4].Statement)
	assert.Equal(t, Setting[bool]{Known: true, Statement: "default of z/OS 3.1", Default: true}, e.Protocols[1].Setting, "SSLv3")

	assert.Equal(t, "1302 1301 C030 C02F 009D", suiteCodes(e.Suites), "in the order of the lines, each once")
	assert.Equal(t, "TTLSCipherParms cipherQM", e.Suites.Statement)
	for13, known := e.SuitesFor(cipher.TLSv13)
	assert.True(t, known)
	assert.Len(t, for13, 2)
	assert.Equal(t, "CQM Agent Cert", e.Label.Value, "a label holds blanks, and the comment is none of it")
	assert.Equal(t, Keyring{Written: "CQMUSER/CQMAGENT", Kind: RingSAF, Owner: "CQMUSER", Name: "CQMAGENT"}, e.Keyring.Value)
	assert.Equal(t, 59, e.Keyring.From.Line)
	assert.Equal(t, "none", e.ClientAuth())
	assert.Equal(t, 6, e.Trace.Value, "the group's")
	assert.Equal(t, "TTLSGroupAction groupCaeAgentInboundRule", e.Trace.Statement)
	assert.Equal(t, 10, e.HandshakeTimeout.Value)
	assert.Equal(t, "0023 0024 0025 0021 0019", groupCodes(e.Curves))

	out := p.Fold(p.ruleNamed(t, "CQMISPF-OUT@Rule"), "3.1")
	assert.Equal(t, Client, out.Role.Value)
	assert.Equal(t, RingAuth, out.Keyring.Value.Kind)
	assert.Empty(t, out.ClientAuth())
	assert.Equal(t, "0021 0023 0024 0025 0019 0029", groupCodes(out.Curves), "x25519 comes with TLS 1.3")
	assert.Empty(t, out.Label.Value)
	assert.True(t, out.Label.Known && out.Label.Default, "no label is the ring's default certificate, for certain")
}

func TestFoldOfAnApplicationServer(t *testing.T) {
	p := fixture(t, "appserver.attls")
	e := p.Fold(p.ruleNamed(t, "APP_Server~2"), "2.5")
	assert.Equal(t, []cipher.Version{cipher.TLSv12}, e.Versions.Value, "the connection action against the environment's defaults")
	assert.Equal(t, "requested", e.ClientAuth())
	assert.True(t, e.ApplicationControlled.Value)
	assert.Equal(t, "C02C C030", suiteCodes(e.Suites))
	assert.Equal(t, "0023 0024", groupCodes(e.Curves), "the environment's: the connection action has no TTLSSignatureParms")
	assert.Equal(t, []string{"App Server RSA"}, e.ServerLabels.Value)
	assert.Equal(t, 3, e.HandshakeTimeout.Value)
	assert.Equal(t, 7, e.Trace.Value, "the environment before the group")
	assert.True(t, e.CtraceClearText.Value)
	assert.Equal(t, "Off", e.FIPS140.Value)
	assert.Empty(t, e.Keyring.Value.Owner, "the ring of whoever owns the socket")

	off := p.Fold(p.ruleNamed(t, "APP_Admin_Off~1"), "2.5")
	assert.True(t, off.Enabled.Known)
	assert.False(t, off.Enabled.Value)
	assert.False(t, off.Role.Known, "there is no environment that could say it")
}

// oneRule is a policy of one server rule with lines in its environment's advanced parms.
func oneRule(t *testing.T, advanced ...string) (*Policy, *Rule) {
	t.Helper()
	p := load(t, ruleText("R", "LocalPortRange 8443", "Direction Inbound")+statement("TTLSGroupAction on", "TTLSEnabled On")+
		statement("TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}", "TTLSEnvironmentAdvancedParmsRef adv")+
		statement(append([]string{"TTLSEnvironmentAdvancedParms adv"}, advanced...)...))
	return p, p.Rules[0]
}

func TestDefaultsOfReleases(t *testing.T) {
	p, r := oneRule(t, "HandshakeTimeout 5")
	for _, tt := range []struct {
		release  Release
		versions string
		suites   string
		curves   string
	}{
		{"2.1", "[TLSv1.0 TLSv1.1]", "", ""},
		{"2.4", "[TLSv1.0 TLSv1.1]", "", ""},
		{"2.5", "[TLSv1.0 TLSv1.1]", "", "0023 0024 0025 0021 0019"},
		{"3.1", "[TLSv1.0 TLSv1.1]", "", "0023 0024 0025 0021 0019"},
		{"3.2", "[TLSv1.2]", "C030 C02C C02F C02B", ""},
	} {
		e := p.Fold(r, tt.release)
		assert.True(t, e.Versions.Known && e.Versions.Default, tt.release)
		assert.Equal(t, "default of z/OS "+string(tt.release), e.Versions.Statement)
		assert.Equal(t, tt.versions, fmt.Sprint(e.Versions.Value), tt.release)
		assert.Equal(t, tt.suites, suiteCodes(e.Suites), tt.release)
		assert.Equal(t, tt.suites != "", e.Suites.Known, "the default suites of %s could not be found", tt.release)
		assert.Equal(t, tt.curves, groupCodes(e.Curves), tt.release)
		assert.Equal(t, tt.curves != "", e.Curves.Known, tt.release)
	}
	e := p.Fold(r, "")
	assert.False(t, e.Versions.Known, "they depend on the release, which was not said")
	assert.True(t, e.Protocols[0].Known, "SSLv2 is Off everywhere")
	assert.True(t, e.ApplicationControlled.Known)
	assert.False(t, e.Suites.Known)
	assert.Equal(t, e.Protocols, p.Fold(r, "4.1").Protocols, "of a release that nobody knows, no more is known")
}

func TestVersionsOfTheClassicWeakPolicy(t *testing.T) {
	p, r := oneRule(t, "TLSv1.2 On")
	assert.Equal(t, "[TLSv1.0 TLSv1.1 TLSv1.2]", fmt.Sprint(p.Fold(r, "3.1").Versions.Value))
	assert.Equal(t, "[TLSv1.2]", fmt.Sprint(p.Fold(r, "3.2").Versions.Value))
}

func TestAParameterThatTheReleaseDoesNotKnow(t *testing.T) {
	p, r := oneRule(t, "TLSv1.3 On")
	assert.False(t, p.Fold(r, "2.3").Protocols[5].Known)
	assert.False(t, p.Fold(r, "2.3").Versions.Known)
	assert.True(t, p.Fold(r, "2.4").Versions.Known)
}

func TestTwoLinesThatDiffer(t *testing.T) {
	p, r := oneRule(t, "TLSv1 Off", "TLSv1 Off", "HandshakeTimeout 5", "HandshakeTimeout 6")
	e := p.Fold(r, "3.1")
	assert.True(t, e.Protocols[2].Known, "the same twice")
	assert.False(t, e.HandshakeTimeout.Known, "which of two counts is not known")
}

func TestALaterStatementReplacesAnEarlierOne(t *testing.T) {
	ref, inline := "TTLSEnvironmentAdvancedParmsRef adv", []string{"TTLSEnvironmentAdvancedParms", "{", "TLSv1.2 On", "}"}
	head := []string{"TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}"}
	text := ruleText("R", "LocalPortRange 8443", "Direction Inbound") + statement("TTLSGroupAction on", "TTLSEnabled On") +
		statement("TTLSEnvironmentAdvancedParms adv", "TLSv1 Off", "TLSv1.1 Off", "TLSv1.3 On")
	p := load(t, text+statement(append(append(head, ref), inline...)...))
	assert.Equal(t, "[TLSv1.0 TLSv1.1 TLSv1.2]", fmt.Sprint(p.Fold(p.Rules[0], "3.1").Versions.Value), "replaced, not merged")
	assert.Equal(t, "", p.Rules[0].Environment.Parms(typeEnvAdv).Name)
	p = load(t, text+statement(append(append(head, inline...), ref)...))
	assert.Equal(t, "[TLSv1.3]", fmt.Sprint(p.Fold(p.Rules[0], "3.1").Versions.Value))
	assert.Equal(t, "adv", p.Rules[0].Environment.Parms(typeEnvAdv).Name)
}

func TestWhatADanglingReferenceLeavesUnknown(t *testing.T) {
	p := loadFaulty(ruleText("R", "LocalPortRange 8443", "Direction Inbound") + statement("TTLSGroupAction on", "TTLSEnabled On") +
		statement("TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}",
			"TTLSEnvironmentAdvancedParmsRef none", "TTLSCipherParmsRef none"))
	e := p.Fold(p.Rules[0], "3.2")
	assert.False(t, e.Versions.Known)
	assert.False(t, e.Suites.Known)
	assert.Contains(t, e.Suites.Statement, "TTLSCipherParmsRef none, which is not defined")
	assert.True(t, e.Role.Known, "the environment itself is there")
}

func TestSuiteBAndEnvfileMakeUnknown(t *testing.T) {
	text := func(group, environment string) string {
		return ruleText("R", "LocalPortRange 8443", "Direction Inbound") +
			statement("TTLSGroupAction on", "TTLSEnabled On", "TTLSGroupAdvancedParms", "{", group, "}") +
			statement("TTLSEnvironmentAction env", "HandshakeRole Server", environment, "TTLSKeyringParms", "{", "Keyring RING", "}", "TTLSCipherParmsRef c") +
			statement("TTLSCipherParms c", "V3CipherSuites4Char C030")
	}
	p := load(t, text("SyslogFacility Auth", "SuiteBProfile 192"))
	e := p.Fold(p.Rules[0], "3.1")
	assert.False(t, e.Suites.Known)
	assert.Contains(t, e.Suites.Statement, "SuiteBProfile")
	assert.True(t, e.Versions.Known)

	p = load(t, text("Envfile /etc/gsk.env", "TTLSEnvironmentAdvancedParms\n{\nTLSv1.3 On\n}"))
	e = p.Fold(p.Rules[0], "3.1")
	assert.True(t, e.Protocols[5].Known, "what the policy says stays known")
	assert.False(t, e.Versions.Known)
	assert.Contains(t, e.Protocols[4].Statement, "unless Envfile /etc/gsk.env changes it")
	assert.True(t, e.Suites.Known)
	assert.Equal(t, "C030", suiteCodes(e.Suites))
}

func TestSuitesOfTheConnectionReplaceTheEnvironments(t *testing.T) {
	p := load(t, ruleText("R", "LocalPortRange 8443", "Direction Inbound", "TTLSConnectionActionRef con")+
		statement("TTLSGroupAction on", "TTLSEnabled On")+
		statement("TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}",
			"TTLSCipherParms", "{", "V3CipherSuites 352F", "V2CipherSuites 1", "}",
			"TTLSSignatureParms", "{", "ServerKexECurves 0023", "SignaturePairs 0401", "}")+
		statement("TTLSConnectionAction con", "HandshakeRole ServerWithClientAuth", "TTLSCipherParms", "{", "V3CipherSuites4Char 1301", "}",
			"TTLSSignatureParms", "{", "ServerKexECurves 0024", "}"))
	e := p.Fold(p.Rules[0], "3.1")
	assert.Equal(t, "1301", suiteCodes(e.Suites))
	assert.False(t, e.SSL2Suites.Known, "not the environment's")
	assert.Empty(t, e.SSL2Suites.Value)
	assert.Equal(t, "0024", groupCodes(e.Curves))
	assert.Equal(t, []cipher.SignatureScheme{0x0401}, e.SignaturePairs.Value, "what the connection leaves out is the environment's")
	assert.Equal(t, "required", e.ClientAuth(), "ClientAuthType Required is the default")
}

func TestParametersListEverySetting(t *testing.T) {
	p := fixture(t, "querymonitor.attls")
	e := p.Fold(p.ruleNamed(t, "CaeAgentInboundRule"), "3.1")
	byKeyword := map[string]Parameter{}
	for _, s := range e.Parameters() {
		if s.Statement == "" {
			assert.Fail(t, "where does it come from", s.Keyword)
		}
		byKeyword[s.Keyword] = s
	}
	require.Contains(t, byKeyword, "GSK_V3_SIDCACHE_SIZE")
	assert.Equal(t, "512", byKeyword["GSK_V3_SIDCACHE_SIZE"].Value)
	assert.Equal(t, "On", byKeyword["TLSv1.3"].Value)
	assert.Equal(t, "1302 1301 C030 C02F 009D", byKeyword["V3CipherSuites"].Value)
	first := e.Parameters()
	first[0].Keyword = "changed"
	assert.NotEqual(t, "changed", e.Parameters()[0].Keyword, "a copy")
}
