package profile

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Every kind of check has a next step of its own for each platform, and none sends the reader to look the clause up.
func TestEveryKindHasANextStep(t *testing.T) {
	general := remediesOf([]report.ProfileItem{{Check: report.ProfileCheck{Kind: "unheard of"}}}).items[0]
	for _, kind := range Kinds() {
		if kind == kindManual || kind == kindInventory { // no endpoint fails them
			continue
		}
		advice := remediesOf([]report.ProfileItem{{Check: report.ProfileCheck{Kind: kind}}})
		for _, f := range []*facts{
			{endpoint: &report.Endpoint{}},
			{endpoint: &report.Endpoint{}, expect: &report.Expectation{ZOSRelease: "3.1"}},
			{endpoint: &report.Endpoint{}, expect: &report.Expectation{Role: report.RoleCAEWeb}},
		} {
			said := advice.of(0, kind, f)
			assert.NotEmpty(t, said, kind)
			assert.NotContains(t, said, "portseal profiles", kind)
			assert.NotContains(t, []string{general.Remediation, general.Elsewhere}, said, kind)
		}
	}
}

func TestNextStepFitsThePlatform(t *testing.T) {
	suites := remediesOf([]report.ProfileItem{{Check: report.ProfileCheck{Kind: kindSuites}}})
	said := func(x *report.Expectation) string {
		return suites.of(0, kindSuites, &facts{endpoint: &report.Endpoint{}, expect: x})
	}
	assert.Contains(t, said(&report.Expectation{Role: report.RoleCAEAgent}), "V3CipherSuites4Char")
	assert.Contains(t, said(&report.Expectation{Role: report.RoleCAEServerTLS}), "jdk.tls.disabledAlgorithms")
	assert.NotContains(t, said(nil), "TTLS")

	encrypted := remediesOf([]report.ProfileItem{{Check: report.ProfileCheck{Kind: kindEncrypted}}})
	open := report.Endpoint{}
	open.State = scan.StateNonTLS
	rc4 := encrypted.of(0, kindEncrypted, &facts{endpoint: &open, expect: &report.Expectation{Role: report.RoleCAEServerRC4}})
	assert.Contains(t, rc4, "Move each agent", "the RC4 listener is not to be made to speak TLS")
	assert.Contains(t, encrypted.of(0, kindEncrypted, &facts{endpoint: &open, expect: &report.Expectation{Role: report.RoleCAEAgent}}), "EZD1286I")
}
