package attls

import (
	"net/netip"
	"testing"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/scan"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseAddrs(t *testing.T) {
	for text, want := range map[string][2]string{
		"10.1.2.3":            {"10.1.2.3", "10.1.2.3"},
		"10.1.2.3/16":         {"10.1.0.0", "10.1.255.255"},
		"10.1.2.3/32":         {"10.1.2.3", "10.1.2.3"},
		"0.0.0.0/0":           {"0.0.0.0", "255.255.255.255"},
		"10.0.0.9-10.0.1.2":   {"10.0.0.9", "10.0.1.2"},
		"fd00::1":             {"fd00::1", "fd00::1"},
		"fd00::/9":            {"fd00::", "fd7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		"fd00::1-fd00::ffff":  {"fd00::1", "fd00::ffff"},
		"6793":                {"0.0.26.137", "0.0.26.137"}, // as pasearch shows it
		"4294967295":          {"255.255.255.255", "255.255.255.255"},
		"255.255.255.255/1":   {"128.0.0.0", "255.255.255.255"},
		"10.0.0.1-10.0.0.1":   {"10.0.0.1", "10.0.0.1"},
		"2001:db8::ab:cd/128": {"2001:db8::ab:cd", "2001:db8::ab:cd"},
	} {
		r, err := ParseAddrs(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, [2]string{r.From.String(), r.To.String()}, text)
	}
	for _, text := range []string{"All", "ALL", "all"} {
		r, err := ParseAddrs(text)
		require.NoError(t, err)
		assert.False(t, r.From.IsValid())
	}
	for text, want := range map[string]string{
		"":                  "no IP address",
		"$CAE_SERVER":       "no IP address",
		"10.1.2":            "no IP address",
		"4294967296":        "no IP address",
		"10.1.2.3/33":       "no address with a prefix length",
		"10.0.0.2-10.0.0.1": "lower address first",
		"10.0.0.1-fd00::1":  "one family",
		"10.0.0.1-":         "no IP address",
		"::ffff:10.1.2.3":   "write the IPv4 address",
		"::10.1.2.3":        "write the IPv4 address",
		"fe80::1%eth0":      "no IP address",
	} {
		_, err := ParseAddrs(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestParsePorts(t *testing.T) {
	for text, want := range map[string]string{
		"8443": "8443", "5605-5610": "5605-5610", "5605:5610": "5605-5610", "5605 5610": "5605-5610", "5605\t5610": "5605-5610",
		"7553-7554 trailing words": "7553-7554", "7553 the web port": "7553", "5605 - 5610": "5605-5610", "0": "0", "65535": "65535",
		"8443 8443": "8443",
	} {
		r, err := ParsePorts(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, r.String(), text)
	}
	for text, want := range map[string]string{
		"": "no port", "web": "no port", "65536": "no port", "-1": "no port", "8443,9443": "no port", "10-": "no port",
		"5610-5605": "lower port first", "8443x": "no port",
	} {
		_, err := ParsePorts(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          scan.Fact
	}{
		{"", "ANY", scan.Yes}, {"*", "ANY", scan.Yes}, {"CQMCAE1", "CQMCAE1", scan.Yes}, {"CQMCAE*", "CQMCAE1", scan.Yes},
		{"CQMCAE*", "CQMCAE", scan.Yes}, {"CQMCAE1", "CQMCAE2", scan.No}, {"CQMCAE*", "CQM", scan.No},
		{"ZWE1AG.*", "ZWE1AG", scan.No}, // a regular expression is none here
		{"cqmcae1", "CQMCAE1", scan.Unknown}, {"cqm*", "CQMCAE1", scan.Unknown}, {"CQM%AE1", "CQMCAE1", scan.Unknown}, {"*CAE1", "CQMCAE1", scan.Unknown},
	} {
		assert.Equal(t, tt.want, matchName(tt.pattern, tt.name), "%s %s", tt.pattern, tt.name)
		if set, certain := nameSpans(tt.pattern); certain {
			var b [maxName]byte
			copy(b[:], tt.name)
			assert.Equal(t, tt.want, scan.FactOf(set.contains(bytesPoint(b))), "spans of %s, %s", tt.pattern, tt.name)
		} else {
			assert.Equal(t, scan.Unknown, tt.want, tt.pattern)
		}
	}
}

func TestTimeCondition(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 30, 8, 30, 0, 0, cet) // a Monday, and the last day of its month
	long := "0000000000000000000000000000000"
	for _, tt := range []struct {
		lines []string
		want  scan.Fact
	}{
		{nil, scan.Yes},
		{[]string{"TimeofDayRange 08:00-17:00"}, scan.Unknown}, // 08:30 here and 07:30 UTC, and no TimeZone says which counts
		{[]string{"TimeofDayRange 07:00-17:00"}, scan.Yes},
		{[]string{"TimeofDayRange 09:00-17:00"}, scan.No},
		{[]string{"TimeofDayRange 08:00-17:00", "TimeZone Local"}, scan.Yes},
		{[]string{"TimeofDayRange 08:00-17:00", "TimeZone CET"}, scan.Unknown},
		{[]string{"TimeofDayRange 00:00-01:00,08:30-08:30", "TimeZone local"}, scan.Yes},
		{[]string{"TimeofDayRange 07:00-07:59", "TimeZone UTC"}, scan.Yes},
		{[]string{"TimeofDayRange 08:00-24:00", "TimeZone UTC"}, scan.No},
		{[]string{"TimeofDayRange 22:00-06:00"}, scan.Unknown}, // over midnight: what that means could not be read
		{[]string{"DayOfWeekMask 0100000"}, scan.Yes},
		{[]string{"DayOfWeekMask 1011111"}, scan.No},
		{[]string{"MonthOfYearMask 000000000010"}, scan.Yes},
		{[]string{"MonthOfYearMask 111111111101"}, scan.No},
		{[]string{"DayOfMonthMask " + long}, scan.No},
		{[]string{"DayOfMonthMask " + long[:29] + "10"}, scan.Yes},
		{[]string{"DayOfMonthMask " + long + "1" + long[:30]}, scan.Yes}, // the last day
		{[]string{"DayOfMonthMask " + long + "01" + long[:29]}, scan.No},
		{[]string{"ConditionTimeRange 20261101000000:20261201000000"}, scan.Yes},
		{[]string{"ConditionTimeRange 20261201000000:20271201000000"}, scan.No},
		{[]string{"ConditionTimeRange always"}, scan.Unknown},
		{[]string{"ConditionTimeRange always", "DayOfWeekMask 1011111"}, scan.No}, // what is understood excludes it
	} {
		p := loadFaulty(ruleText("R", "LocalPortRange 1", "Direction Inbound", "IpTimeConditionRef T") + actions() +
			statement(append([]string{"IpTimeCondition T"}, tt.lines...)...))
		require.Len(t, p.Rules[0].Times, 1)
		assert.Equal(t, tt.want, p.Rules[0].Times[0].Holds(at), "%v", tt.lines)
		assert.Equal(t, scan.Unknown, p.Rules[0].Times[0].Holds(time.Time{}), "no time was said")
	}
}

func TestSuites(t *testing.T) {
	codes := func(ids []cipher.ID) (out []string) {
		for _, id := range ids {
			out = append(out, id.String())
		}
		return out
	}
	ids, err := ParseSuites2("352f0A9D")
	require.NoError(t, err)
	assert.Equal(t, []string{"0035", "002F", "000A", "009D"}, codes(ids))
	ids, err = ParseSuites2("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
	require.NoError(t, err)
	assert.Equal(t, []string{"C030"}, codes(ids))
	ids, err = ParseSuites4("1301C02F")
	require.NoError(t, err)
	assert.Equal(t, []string{"1301", "C02F"}, codes(ids))
	ids, err = ParseSuitesV2("17")
	require.NoError(t, err)
	assert.Equal(t, []string{"010080", "0700C0"}, codes(ids))
	ids, err = ParseSuitesV2("TLS_RC4_128_WITH_MD5")
	require.NoError(t, err)
	assert.Equal(t, []string{"010080"}, codes(ids))

	ids, err = ParseSuites4("C030CCA8C02")
	assert.ErrorContains(t, err, `no "CCA8", "C02"`, "System SSL has no ChaCha20 below TLS 1.3")
	assert.Equal(t, []string{"C030"}, codes(ids), "what could be read")
	_, err = ParseSuites4("TLS_RSA_WITH_AES_128_CBC_SHA")
	assert.ErrorContains(t, err, "or the code 002F")
	_, err = ParseSuites4("TLS_NO_SUCH")
	assert.ErrorContains(t, err, "or the code", "no code is made up")
	for _, bad := range []string{"C030", "3", "TLS_NO_SUCH", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"} {
		_, err = ParseSuites2(bad)
		assert.Error(t, err, bad)
	}
}

func TestGroupsAndSignaturePairs(t *testing.T) {
	groups, err := ParseGroups("002300240029")
	require.NoError(t, err)
	assert.Equal(t, []cipher.Group{0x17, 0x18, 0x1D}, groups, "the codes are decimal")
	groups, err = ParseGroups("secp256r1")
	require.NoError(t, err)
	assert.Equal(t, []cipher.Group{0x17}, groups)
	_, err = ParseGroups("any")
	assert.ErrorIs(t, err, ErrAny)
	for _, bad := range []string{"0017", "001D", "23", "00230", "secp256k1", "nonsense", "4588"} {
		_, err = ParseGroups(bad)
		assert.Error(t, err, bad)
	}
	pairs, err := ParseSignaturePairs("04010804")
	require.NoError(t, err)
	assert.Equal(t, []cipher.SignatureScheme{0x0401, 0x0804}, pairs)
	pairs, err = ParseSignaturePairs("TLS_SIGALG_SHA256_WITH_RSA")
	require.NoError(t, err)
	assert.Equal(t, []cipher.SignatureScheme{0x0401}, pairs)
	for _, bad := range []string{"0101", "040", "TLS_NO_SUCH", "0807"} {
		_, err = ParseSignaturePairs(bad)
		assert.Error(t, err, bad)
	}
}

func TestParseKeyring(t *testing.T) {
	for text, want := range map[string]Keyring{
		"START1/TN3270":    {Kind: RingSAF, Owner: "START1", Name: "TN3270"},
		"RING":             {Kind: RingSAF, Name: "RING"},
		"/etc/qm/key.kdb":  {Kind: RingDatabase, Name: "/etc/qm/key.kdb"},
		"*TOKEN*/QM.TOKEN": {Kind: RingToken, Name: "QM.TOKEN"},
		"*AUTH*/*":         {Kind: RingAuth, Owner: "*AUTH*", Name: "*"},
		"*site*/*":         {Kind: RingSite, Owner: "*site*", Name: "*"},
		"CQMUSER/*":        {Kind: RingUser, Owner: "CQMUSER", Name: "*"},
	} {
		want.Written = text
		assert.Equal(t, want, ParseKeyring(text, false), text)
	}
	assert.Equal(t, RingDatabase, ParseKeyring("key.p12", true).Kind)
}

func TestConditionsOfRules(t *testing.T) {
	p := fixture(t, "appserver.attls")
	admins := p.ruleNamed(t, "APP_Admin_Off~1").RemoteAddr
	for address, want := range map[string]scan.Fact{
		"10.9.9.9": scan.Yes, "10.9.9.8": scan.No, "10.8.200.1": scan.Yes, "fd00::7f": scan.Yes, "fd00::100": scan.No,
	} {
		assert.Equal(t, want, admins.Contains(netip.MustParseAddr(address)), address)
	}
	ports := p.ruleNamed(t, "APP_Server~2").LocalPorts
	assert.Equal(t, "7550-7559", ports.String())
	assert.Equal(t, scan.No, ports.Contains(7560))
	assert.True(t, p.ruleNamed(t, "APP_Server~2").RemoteAddr.Any())
	assert.Equal(t, "All", p.ruleNamed(t, "APP_Client~4").LocalPorts.String())
}

func TestConditionsThatTakeAllOrAreNotKnown(t *testing.T) {
	for condition, want := range map[string]scan.Fact{
		"LocalAddr 0.0.0.0/0":       scan.Yes,
		"LocalAddr 0.0.0.0":         scan.Unknown,
		"LocalAddrGroupRef zero":    scan.Yes,
		"LocalAddrGroupRef all":     scan.Yes,
		"LocalAddrGroupRef empty":   scan.Unknown,
		"LocalAddrGroupRef missing": scan.Unknown,
		"LocalAddr 10.0.0.300":      scan.Unknown,
		"LocalAddr 10.0.0.3":        scan.No,
		"LocalAddrRef one":          scan.Yes,
	} {
		p := loadFaulty(ruleText("R", "LocalPortRange 1", "Direction Inbound", condition) + actions() +
			statement("IpAddrGroup zero", "IpAddr", "{", "Addr 0.0.0.0", "}") +
			statement("IpAddrGroup all", "IpAddr", "{", "Addr 10.0.0.3", "}", "IpAddrRef every") + statement("IpAddr every", "Addr All") +
			statement("IpAddr one", "Addr 10.1.1.1") + statement("IpAddrGroup empty", "# none"))
		assert.Equal(t, want, p.Rules[0].LocalAddr.Contains(netip.MustParseAddr("10.1.1.1")), condition)
	}
}

func TestRepeatedConditionsAreTheirUnion(t *testing.T) {
	p := loadFaulty(ruleText("R", "LocalPortRange 7553", "LocalPortRange 7558 7559", "LocalPortRange 7556-7557", "Direction Inbound") + actions())
	assert.Equal(t, "7553, 7558-7559, 7556-7557", p.Rules[0].LocalPorts.String())
	assert.Equal(t, scan.Yes, p.Rules[0].LocalPorts.Contains(7559))
	assert.Equal(t, scan.No, p.Rules[0].LocalPorts.Contains(7554))
	p = loadFaulty(ruleText("R", "LocalPortRange 7553", "LocalPortRange 0", "Direction Inbound") + actions())
	assert.True(t, p.Rules[0].LocalPorts.Any())
}

func TestOddFormsOfTheField(t *testing.T) {
	p := loadFaulty(ruleText("R", "LocalPortGroupRef IN@PortGroup", "RemoteAddr 6793", "Direction Inbound") + actions() +
		statement("PortGroup IN@PortGroup", "Port 5611", "Port 5605 5606"))
	assert.Empty(t, faultsOf(p), "the syntax speaks of the Port lines, lint of the number as an address")
	assert.Equal(t, "5611, 5605-5606", p.Rules[0].LocalPorts.String())
	assert.Equal(t, "0.0.26.137", p.Rules[0].RemoteAddr.Ranges[0].From.String())
	assert.Nil(t, p.Match(inbound("5611", "10.1.2.3:6793")).Rule, "so the rule never takes what it was meant for")
}

func TestStatementsOfSeveralFiles(t *testing.T) {
	p := Load([]syntax.Source{
		{Path: "common.attls", Data: []byte(actions() + statement("PortGroup web", "PortRange", "{", "Port 8443", "}", "PortRangeRef more"))},
		{Path: "sysa.attls", Data: []byte(ruleText("R", "LocalPortGroupRef web", "Direction Inbound") + statement("PortRange more", "Port 9443"))},
	})
	require.Empty(t, p.Problems)
	assert.Equal(t, "8443, 9443", p.Rules[0].LocalPorts.String())
	assert.Equal(t, "common.attls", p.Rules[0].Group.At.File)
	assert.Equal(t, "sysa.attls", p.Rules[0].LocalPorts.Ranges[1].At.File)
}
