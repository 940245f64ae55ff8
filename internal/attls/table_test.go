package attls

import (
	"testing"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/zos"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The table of keywords names releases as text: each is one of the one list, and their text sorts as they do.
func TestTheTableKnowsTheReleases(t *testing.T) {
	check := func(keyword, release string) {
		assert.True(t, release == "" || zos.Release(release).Known(), "%s: %q", keyword, release)
	}
	for _, b := range syntax.Blocks() {
		for _, p := range b.Parameters {
			check(p.Keyword, p.Since)
			for _, d := range append(p.Later, p.Defaults...) {
				check(p.Keyword, d.Since)
			}
		}
	}
	all := zos.Releases()
	for i := range all[1:] {
		assert.Less(t, string(all[i]), string(all[i+1]))
	}
	for _, s := range standards() {
		for _, r := range s.releases {
			assert.True(t, r.Known(), s.keyword)
		}
	}
}

// Each keyword that Fold asks for by name stands in the table, in the statements that the manual has it in.
func TestSettingsStandInTheTable(t *testing.T) {
	for keyword, want := range map[string][]string{
		"TTLSEnabled": {typeGroup}, "FIPS140": {typeGroup}, "Envfile": {typeGroupAdv}, "Keyring": {typeKeyring},
		"KeyringPw": {typeKeyring}, "KeyringStashFile": {typeKeyring},
		"HandshakeRole": {typeConnection, typeEnvironment}, "SuiteBProfile": {typeEnvironment}, "ClientAuthType": {typeEnvAdv},
		"Trace": {typeConnection, typeEnvironment, typeGroup}, "CtraceClearText": {typeConnection, typeEnvironment, typeGroup},
		"SecondaryMap": {typeConnAdv, typeEnvAdv, typeGroupAdv}, "HandshakeTimeout": {typeConnAdv, typeEnvAdv},
		"ApplicationControlled": {typeConnAdv, typeEnvAdv}, "CertificateLabel": {typeConnAdv, typeEnvAdv},
		"ServerCertificateLabel": {typeConnAdv, typeEnvAdv}, "TLSv1": {typeConnAdv, typeEnvAdv}, "TLSv1.3": {typeConnAdv, typeEnvAdv},
	} {
		assert.Equal(t, want, settingNamed(keyword).levels, keyword)
	}
	for _, s := range standards() {
		statement := typeSignatures
		if s.keyword == "V3CipherSuites4Char" {
			statement = typeCiphers
		}
		_, ok := syntax.Lookup(statement, s.keyword)
		require.True(t, ok, s.keyword)
	}
}

// OCSP and HTTP each have a proxy of their own, and each keyword is carried once.
func TestProxiesAreToldApart(t *testing.T) {
	p := load(t, ruleText("R", "LocalPortRange 8443", "Direction Inbound")+statement("TTLSGroupAction on", "TTLSEnabled On")+
		statement("TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}", "TTLSGskAdvancedParmsRef gsk")+
		statement("TTLSGskAdvancedParms gsk", "GSK_V3_SIDCACHE_SIZE 7", "TTLSGskOcspParms", "{", "OcspProxyServerPort 81", "}")+
		statement("TTLSGskHttpCdpParms unused", "HttpCdpProxyServerPort 82"))
	e := p.Fold(p.Rules[0], "3.1")
	have := map[string]string{}
	for _, s := range e.Parameters() {
		assert.NotContains(t, have, s.Keyword)
		have[s.Keyword] = s.Value + " " + s.Statement
	}
	for keyword, want := range map[string]string{"OcspProxyServerPort": "81 TTLSGskOcspParms", "HttpCdpProxyServerPort": "80 default of z/OS 3.1",
		"OcspRequestSigalg": "0401 default of z/OS 3.1", "OcspServerStapling": "Off default of z/OS 3.1"} {
		assert.Equal(t, want, have[keyword], keyword)
	}
}
