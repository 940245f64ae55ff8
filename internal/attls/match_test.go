package attls

import (
	"net/netip"
	"testing"
	"time"

	"github.com/portseal/portseal/scan"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

// inbound is a connection to a port of the system.
func inbound(port string, from string) Connection {
	return Connection{Direction: Inbound, Local: addrPort("10.1.1.1:" + port), Remote: addrPort(from)}
}

func TestMatchOfQueryMonitor(t *testing.T) {
	p := fixture(t, "querymonitor.attls")
	server, ispf := inbound("5605", "10.1.2.3:40000"), inbound("5611", "127.0.0.1:40000")
	server.Job, ispf.Job = "CQMCAE1", "CQMCAE1"
	for _, c := range []Connection{server, ispf} {
		m := p.Match(c)
		require.NotNil(t, m.Rule)
		assert.Equal(t, "CaeAgentInboundRule", m.Rule.Name)
		assert.True(t, m.Certain())
	}

	m := p.Match(inbound("5605", "10.1.2.3:40000"))
	assert.Nil(t, m.Rule, "for certain no rule takes it")
	require.Len(t, m.Unsaid, 1)
	assert.Equal(t, "CaeAgentInboundRule", m.Unsaid[0].Rule.Name)
	assert.Equal(t, []string{"Jobname CQMCAE1"}, m.Unsaid[0].Wants)
	assert.False(t, m.Certain())

	out := Connection{Direction: Outbound, Local: addrPort("127.0.0.1:40000"), Remote: addrPort("127.0.0.1:5611"), Job: "TSOUSER"}
	m = p.Match(out)
	require.NotNil(t, m.Rule)
	assert.Equal(t, "CQMISPF-OUT@Rule", m.Rule.Name, "a rule without a job name takes any program")
	require.Len(t, m.Misses, 2)
	assert.Equal(t, "CaeAgentInboundRule", m.Misses[0].Rule.Name)
	assert.Equal(t, "Direction is Inbound, not Outbound", m.Misses[0].Reason)
	assert.Equal(t, 10, m.Misses[0].At.Line)
	assert.Equal(t, "RemotePortRange is 3449, not 5611", m.Misses[1].Reason)
	assert.Equal(t, 31, m.Misses[1].At.Line)
}

// The rule of the product's manual names the CAE server's address: neither the ISPF client nor a scanner elsewhere takes it.
func TestMatchOfARuleWithRemoteAddr(t *testing.T) {
	p := load(t, ruleText("CaeAgentInboundRule", "LocalPortRange 5605 5611", "RemoteAddr 10.1.2.3", "Direction Inbound")+actions())
	assert.NotNil(t, p.Match(inbound("5605", "10.1.2.3:40000")).Rule)
	for _, other := range []string{"127.0.0.1:40000", "10.7.7.7:40000", "[fd00::1]:40000"} {
		m := p.Match(inbound("5611", other))
		assert.Nil(t, m.Rule)
		assert.True(t, m.Certain())
		assert.Contains(t, m.Misses[0].Reason, "RemoteAddr is 10.1.2.3, not "+addrPort(other).Addr().String())
	}
	unsaid := p.Match(Connection{Direction: Inbound, Local: addrPort("10.1.1.1:5611")})
	assert.Equal(t, []string{"RemoteAddr 10.1.2.3"}, unsaid.Unsaid[0].Wants)
}

func TestMatchTakesTheFirstByPriority(t *testing.T) {
	p := fixture(t, "appserver.attls")
	assert.Equal(t, []string{"APP_Admin_Off~1", "APP_Server~2", "APP_Server_Mutual~3", "APP_Client~4"}, names(p.Ordered()))
	admin := inbound("7557", "10.8.1.1:40000")
	admin.Job = "APPSRV1"
	m := p.Match(admin)
	assert.Equal(t, "APP_Admin_Off~1", m.Rule.Name, "the rule with TTLSEnabled Off makes a hole")
	user := inbound("7557", "10.7.1.1:40000")
	user.Job = "APPSRV1"
	assert.Equal(t, "APP_Server~2", p.Match(user).Rule.Name)
}

func TestBothDirections(t *testing.T) {
	p := load(t, ruleText("R", "LocalPortRange 8443", "Direction Both")+actions())
	for _, d := range []Direction{Inbound, Outbound, ""} {
		m := p.Match(Connection{Direction: d, Local: addrPort("10.1.1.1:8443")})
		assert.NotNil(t, m.Rule, d)
	}
	p = load(t, ruleText("R", "LocalPortRange 8443", "Direction Inbound")+actions())
	m := p.Match(Connection{Local: addrPort("10.1.1.1:8443")})
	assert.Equal(t, []string{"Direction Inbound"}, m.Unsaid[0].Wants)
}

func TestAPortWithoutAnAddress(t *testing.T) {
	p := load(t, ruleText("R", "LocalPortRange 8443", "Direction Inbound")+actions())
	c := Connection{Direction: Inbound, Local: netip.AddrPortFrom(netip.Addr{}, 8443)}
	assert.NotNil(t, p.Match(c).Rule)
	c.Local = netip.AddrPortFrom(netip.MustParseAddr("::ffff:10.1.1.1"), 8443)
	p = load(t, ruleText("R", "LocalAddr 10.1.1.1", "Direction Inbound")+actions())
	assert.NotNil(t, p.Match(c).Rule, "a mapped address is the IPv4 one")
}

// Upper and lower case and digits sort one way in EBCDIC and the other way in ASCII.
func TestEqualPriorities(t *testing.T) {
	rules := func(names ...string) *Policy {
		text := actions()
		for _, n := range names {
			text += ruleText(n, "LocalPortRange 8443", "Direction Inbound")
		}
		return load(t, text)
	}
	c := inbound("8443", "10.9.9.9:40000")
	m := rules("ServerB", "ServerA").Match(c)
	assert.Equal(t, "ServerA", m.Rule.Name)
	assert.True(t, m.Certain(), "the order of the file does not count")

	for _, pair := range [][2]string{{"rule", "RULE"}, {"RuleA", "Rule1"}, {"a", "B"}, {"r~1", "rA"}, {"r_", "ra"}} {
		m = rules(pair[1], pair[0]).Match(c)
		assert.Equal(t, pair[0], m.Rule.Name, "first in EBCDIC")
		assert.Equal(t, []string{pair[1]}, names(m.Ambiguous), "%v", pair)
		assert.False(t, m.Certain())
	}
	p := load(t, actions()+ruleText("RULE", "LocalPortRange 8443", "Direction Inbound", "Jobname X")+ruleText("rule", "LocalPortRange 8443", "Direction Inbound"))
	m = p.Match(c)
	assert.Equal(t, "rule", m.Rule.Name)
	require.Len(t, m.Unsaid, 1)
	assert.True(t, m.Unsaid[0].Possible)

	p = load(t, actions()+ruleText("RULE", "LocalPortRange 8443", "Direction Inbound", "Priority 2")+ruleText("rule", "LocalPortRange 8443", "Direction Inbound"))
	assert.True(t, p.Match(c).Certain(), "priorities decide")
}

func TestCollationIsIBM1047(t *testing.T) {
	var order []rune
	for b := range 256 {
		if r := charmap.CodePage1047.DecodeByte(byte(b)); r >= ' ' && r <= '~' {
			order = append(order, r)
		}
	}
	assert.Equal(t, string(order), collation)
	assert.Equal(t, -1, compareEBCDIC("RULE", "RULE1"))
	assert.Equal(t, 0, compareEBCDIC("RULE", "RULE"))
	assert.Equal(t, 1, compareEBCDIC("é", "9"), "what is not ASCII comes last")
}

func TestTimeIsAnArgument(t *testing.T) {
	p := load(t, actions()+ruleText("R", "LocalPortRange 8443", "Direction Inbound", "IpTimeConditionRef T")+
		statement("IpTimeCondition T", "TimeofDayRange 08:00-17:00"))
	c := inbound("8443", "10.9.9.9:40000")
	m := p.Match(c)
	assert.Nil(t, m.Rule)
	assert.Equal(t, []string{"IpTimeCondition a time in force"}, m.Unsaid[0].Wants)
	c.Time = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	assert.NotNil(t, p.Match(c).Rule)
	c.Time = time.Date(2026, 6, 1, 20, 0, 0, 0, time.UTC)
	m = p.Match(c)
	assert.Nil(t, m.Rule)
	assert.True(t, m.Certain())
	assert.Contains(t, m.Misses[0].Reason, "2026-06-01 20:00:00")
}

func TestCoverage(t *testing.T) {
	p := fixture(t, "appserver.attls")
	admin, user, other := inbound("7557", "10.8.1.1:4000"), inbound("7557", "10.7.1.1:4000"), inbound("9999", "10.7.1.1:4000")
	named := user
	named.Job = "APPSRV1"
	out := p.Coverage([]Connection{admin, user, named, other})
	assert.Equal(t, scan.Yes, out[0].ClearText)
	assert.Contains(t, out[0].Why, "APP_Admin_Off~1 takes it, with TTLSEnabled Off (appserver.attls:66:3)")
	assert.Equal(t, scan.Unknown, out[1].ClearText, "it depends on the job")
	assert.Contains(t, out[1].Why, "; or no rule takes it")
	assert.Equal(t, scan.No, out[2].ClearText)
	assert.Equal(t, scan.Yes, out[3].ClearText)
	assert.Equal(t, "no rule takes it", out[3].Why)

	p = loadFaulty(ruleText("R", "LocalPortRange 8443", "Direction Inbound"))
	out = p.Coverage([]Connection{inbound("8443", "10.7.1.1:4000")})
	assert.Equal(t, scan.Unknown, out[0].ClearText, "its group action is not defined")
}

func TestCoverageWhereAllCandidatesAgree(t *testing.T) {
	p := load(t, actions()+ruleText("RULE", "LocalPortRange 8443", "Direction Inbound")+ruleText("rule", "LocalPortRange 8443", "Direction Inbound"))
	out := p.Coverage([]Connection{inbound("8443", "10.7.1.1:4000")})
	assert.False(t, out[0].Match.Certain())
	assert.Equal(t, scan.No, out[0].ClearText)
}

func TestTwoNamesInOneRule(t *testing.T) {
	p := loadFaulty(actions() + ruleText("R", "LocalPortRange 8443", "Jobname A", "Jobname B", "Direction Inbound"))
	c := inbound("8443", "10.9.9.9:40000")
	c.Job = "B"
	assert.Equal(t, []string{"Jobname B"}, p.Match(c).Unsaid[0].Wants, "which of the two counts is not known")
	p = loadFaulty(actions() + ruleText("R", "LocalPortRange 8443", "Jobname A", "Jobname A", "Direction Inbound"))
	c.Job = "A"
	assert.NotNil(t, p.Match(c).Rule)
}
