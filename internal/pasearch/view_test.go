package pasearch

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/scan"
)

func inbound(port uint16, job string) attls.Connection {
	return attls.Connection{Direction: attls.Inbound, Job: job,
		Local: netip.AddrPortFrom(netip.MustParseAddr("10.1.1.1"), port), Remote: netip.MustParseAddrPort("10.9.9.9:40000")}
}

func outbound(to string) attls.Connection {
	return attls.Connection{Direction: attls.Outbound, Job: "CQMCAE1", Local: netip.MustParseAddrPort("10.1.1.1:40000"), Remote: netip.MustParseAddrPort(to)}
}

// TestInstalledIsFolded: the listing alone gives what counts, and the line that says so.
func TestInstalledIsFolded(t *testing.T) {
	const file = "querymonitor.pasearch"
	in := listing(t, file).Installed()
	require.Empty(t, in.Problems)
	require.True(t, in.Policy.Installs())

	m := in.Match(outbound("10.1.2.3:3449"))
	require.NotNil(t, m.Rule)
	assert.Equal(t, "CaeAgentOutboundRule", m.Rule.Name)
	assert.Equal(t, at(file, 189, 1), m.Rule.At)
	e := in.Policy.Fold(m.Rule, in.Release)
	assert.Equal(t, attls.Client, e.Role.Value)
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, e.Versions.Value)
	assert.True(t, e.Versions.Known)
	assert.Equal(t, []cipher.ID{0x1302, 0x1301, 0xC030, 0xC02F}, e.Suites.Value)
	assert.True(t, e.Suites.Known)
	assert.Equal(t, "CQMUSER/CQMSERVERCA", e.Keyring.Value.Written)

	inboundRule := in.Policy.Fold(in.Policy.Rules[0], in.Release)
	assert.Equal(t, "CQM Agent Cert", inboundRule.Label.Value)
	assert.Equal(t, []string{"     CertificateLabel:          CQM Agent Cert"}, lines(t, file, inboundRule.Label.From.Line))
	assert.Equal(t, 6, inboundRule.Label.From.Column)
}

// TestInstalledAgreesWithItsSource: what the listing means is what the policy files mean, for every setting of every rule.
func TestInstalledAgreesWithItsSource(t *testing.T) {
	in, source := listing(t, "querymonitor.pasearch").Installed(), policy(t, "querymonitor.attls")
	for _, c := range []attls.Connection{inbound(5605, "CQMCAE1"), inbound(5611, "CQMCAE1"), inbound(5612, "CQMCAE1"), inbound(5605, "OTHER"),
		outbound("10.1.2.3:3449"), outbound("127.0.0.1:5611"), outbound("10.1.2.4:3449")} {
		want, have := source.Match(c), in.Match(c)
		require.Equal(t, want.Rule == nil, have.Rule == nil, "%v", c)
		if want.Rule != nil {
			assert.Equal(t, want.Rule.Name, have.Rule.Name)
		}
		assert.True(t, have.Certain(), "%v", c)
		covered := in.Coverage([]attls.Connection{c})[0]
		assert.Equal(t, have.Rule, covered.Match.Rule)
		assert.Equal(t, scan.FactOf(have.Rule == nil), covered.ClearText, "%v: %s", c, covered.Why)
	}
}

func lines(t *testing.T, name string, number int) []string {
	t.Helper()
	return strings.Split(string(fixture(t, name)), "\n")[number-1 : number]
}

// TestASummaryIsNoRange: of a range the ends are certain, what lies outside is not taken, and what lies between is unknown.
func TestASummaryIsNoRange(t *testing.T) {
	in := listing(t, "querymonitor.pasearch").Installed()
	m := in.Match(inbound(5607, "CQMCAE1"))
	assert.Nil(t, m.Rule)
	require.Len(t, m.Unsaid, 1)
	assert.Equal(t, "CaeAgentInboundRule", m.Unsaid[0].Rule.Name)

	for port, want := range map[uint16]scan.Fact{5604: scan.Yes, 5605: scan.No, 5607: scan.Unknown} {
		covered := in.Coverage([]attls.Connection{inbound(port, "CQMCAE1")})[0]
		assert.Equal(t, want, covered.ClearText, "%d: %s", port, covered.Why)
		assert.Empty(t, covered.Match.Misses)
	}
	m = in.Match(inbound(5604, "CQMCAE1"))
	assert.Nil(t, m.Rule)
	assert.True(t, m.Certain())
	var reasons []string
	for _, miss := range m.Misses {
		reasons = append(reasons, miss.Rule.Name+": "+miss.Reason)
	}
	assert.Contains(t, reasons, "CaeAgentInboundRule: LocalPortRange is within 5605-5611, not 5604")
}

func TestListedGroupsCount(t *testing.T) {
	in := listing(t, "groups.pasearch").Installed()
	for port, want := range map[uint16]string{5000: "Gaps", 5001: "Gaps", 5002: "", 5010: "Gaps", 5015: "", 5020: "Gaps", 5021: ""} {
		m := in.Match(inbound(port, "X"))
		require.True(t, m.Certain(), port)
		require.Equal(t, want == "", m.Rule == nil, port)
		if want != "" {
			assert.Equal(t, want, m.Rule.Name)
		}
	}
	prefix := in.Policy.Rules[1]
	assert.Equal(t, "192.168.0.0/16", prefix.RemoteAddr.String())
	require.Len(t, prefix.Times, 1)
	assert.Equal(t, "111111000000", prefix.Times[0].Months)
	assert.False(t, prefix.Times[0].Unread)
	assert.Equal(t, time.Date(2012, 1, 1, 2, 0, 0, 0, time.UTC), prefix.Times[0].From)
	assert.Equal(t, []string{"    FromAddr:           10.1.0.0                                      "}, lines(t, "groups.pasearch", prefix.LocalAddr.At.Line))
}

func TestInactiveRulesTakeNothing(t *testing.T) {
	in := listing(t, "drifted.pasearch").Installed()
	for _, r := range in.Policy.Rules {
		assert.NotEqual(t, "CaeAgentOutboundRule", r.Name)
	}
	assert.Len(t, in.Policy.Rules, 2)
}

func TestWhatIsNotListedIsUnknown(t *testing.T) {
	text := heading + rule + "  Priority: <not available>\n" +
		strings.Replace(summary("ABC ", "<not available> "), "FromAddr:           All", "FromAddr: <not available>", 1) +
		"  TTLS Action:                  A\n    Scope: Group\n    TTLSEnabled: <not available>\n    Trace:  <not available>\n"
	out := Parse("x", []byte(text))
	require.Len(t, out.Images, 1)
	in := out.Images[0].Installed()
	m := in.Match(inbound(8443, "ABC"))
	assert.Nil(t, m.Rule)
	require.Len(t, m.Unsaid, 1)
	e := in.Policy.Fold(in.Policy.Rules[0], "2.5")
	assert.False(t, e.Enabled.Known)
	assert.False(t, e.Trace.Known, "the default is not what is installed")

	names := Parse("x", []byte(heading+"policyRule: R1\npolicyRule: R2\n")).Images[0].Installed()
	m = names.Match(inbound(1, "X"))
	assert.Nil(t, m.Rule)
	assert.Len(t, m.Unsaid, 2)
	assert.False(t, names.Policy.Fold(names.Policy.Rules[0], "2.5").Enabled.Known)
}

func TestNegatedConditionsAreUnknown(t *testing.T) {
	in := Parse("x", []byte(heading+rule+summary("NegativeIndicator: Off", "NegativeIndicator: On"))).Images[0].Installed()
	assert.Len(t, in.Match(inbound(8443, "ABC")).Unsaid, 1)
}

func TestCopiesOfAnActionThatDiffer(t *testing.T) {
	action := "  TTLS Action:                  A\n    Scope: Group\n    TTLSEnabled: On\n    FIPS140:  On\n"
	text := heading + rule + summary("", "") + action + strings.Replace(rule, "R1", "R2", 1) + summary("ABC", "DEF") + action +
		strings.Replace(rule, "R1", "R3", 1) + summary("ABC", "GHI") + strings.Replace(action, "FIPS140:  On", "FIPS140:  Off", 1)
	in := Parse("x", []byte(text)).Images[0].Installed()
	require.Len(t, in.Problems, 1)
	assert.Equal(t, IDCopies, in.Problems[0].ID)
	modes := []string{}
	for _, r := range in.Policy.Rules {
		modes = append(modes, in.Policy.Fold(r, "2.5").FIPS140.Value)
	}
	assert.Equal(t, []string{"On", "On", "Off"}, modes)
}

// TestCompareWithItself: a listing has no difference from what it means, but for rules that are not in force.
func TestCompareWithItself(t *testing.T) {
	for _, name := range []string{"querymonitor.pasearch", "drifted.pasearch", "groups.pasearch"} {
		image := listing(t, name)
		all, _ := image.policy(image.Rules)
		for _, d := range Compare(image, all, "", time.Time{}).Differences {
			assert.Equal(t, IDInactive, d.ID, "%s: %s", name, d)
		}
	}
}

func TestASummaryOfAddressesIsNoRange(t *testing.T) {
	in := listing(t, "groups.pasearch").Installed() // EndsOnly: 10.1.0.0 to 10.1.255.255, from 192.168.0.0/16
	for address, open := range map[string]bool{"10.0.255.255": false, "10.1.2.3": true, "10.2.0.0": false, "fd00::1": false, "::ffff:10.1.2.3": true} {
		c := attls.Connection{Direction: attls.Inbound, Job: "ABCD", User: "START1", Time: time.Date(2020, 1, 31, 9, 0, 0, 0, time.UTC),
			Local: netip.AddrPortFrom(netip.MustParseAddr(address), 6000), Remote: netip.MustParseAddrPort("192.168.1.1:40000")}
		assert.Equal(t, open, !in.Match(c).Certain(), address)
	}
}

// TestTheTypoIsShown: a port typed as an address is the address that Policy Agent makes of the number.
func TestTheTypoIsShown(t *testing.T) {
	image, source := listing(t, "groups.pasearch"), policy(t, "groups.attls")
	assert.Equal(t, "0.0.26.137", image.Rules[2].Summary.RemoteAddr[0].From)
	assert.Equal(t, "6793", source.Rules[2].RemoteAddr.String())
	for _, d := range Compare(image, source, "", time.Time{}).Differences {
		assert.NotEqual(t, "Typo", d.Rule)
	}
}
