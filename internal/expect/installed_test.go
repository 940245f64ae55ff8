package expect_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

const listedEstate = `name: prodplex
zos_release: "3.1"
systems:
  - name: SYSA
    host: 192.0.2.1
    $GIVEN
    listeners:
      - {name: agent, role: cae-agent, port: 5607, expect: tls, peers: [10.1.2.3]}
      - {name: ispf, role: cae-ispf, port: 5611, expect: tls, reach: local}
      - {name: other, port: 9999, expect: any}
`

// installed compiles the estate with the policy and the listing of internal/pasearch's tests, each changed by replacing pairs.
func installed(t *testing.T, given string, inPolicy, inListing []string) *expect.Compiled {
	t.Helper()
	read := func(name string, pairs []string) string {
		text, err := os.ReadFile("../pasearch/testdata/" + name)
		require.NoError(t, err)
		return strings.NewReplacer(pairs...).Replace(string(text))
	}
	return monitor(t, expect.Options{Source: func(netip.AddrPort) netip.Addr { return netip.MustParseAddr("198.51.100.9") }},
		strings.ReplaceAll(listedEstate, "$GIVEN", given), map[string]string{"policy": read("querymonitor.attls", inPolicy),
			"listing": read("querymonitor.pasearch", inListing), "net": "CQMCAE1 000000A4 0.0.0.0..5607 0.0.0.0..0 Listen\n",
			"conn": "CQMCAE1 000000A5 10.1.1.1..5607 10.1.2.3..4000 Establsh\nCQMCAE1 000000A6 10.1.1.1..5099 10.1.2.3..3449 Establsh\n" +
				"OTHER 000000A7 10.1.1.1..5608 10.1.2.3..4000 Establsh\n",
			"agent": "SERVER_ADDRESS(10.1.2.3) SERVER_PORT(3449)\nLISTENER_PORTS(5605-5610) ISPF_LISTENER_PORT(5611)\nATTLS_ENABLED(Y)\n"})
}

// What pasearch shows decides, with places in the listing; groups of which it shows the ends alone are as in the files.
func TestWhatIsInstalledCounts(t *testing.T) {
	c := installed(t, "attls: [policy]\n    pasearch: listing", nil, nil)
	x := c.Endpoints[0].Expectation
	require.Equal(t, "SYSA/agent", x.Endpoint)
	assert.True(t, x.Policy.Listed)
	assert.Equal(t, []string{"listing"}, x.Policy.Files)
	peer := x.Policy.From(report.FromPeer)[0]
	assert.Equal(t, "CaeAgentInboundRule", peer.Rule)
	assert.Equal(t, scan.No, peer.ClearText)
	assert.Equal(t, "listing", peer.Location.File)
	assert.Equal(t, "LocalPortRange as in policy:2, Jobname CQMCAE1", peer.Assumes)
	assert.Contains(t, x.Sources, report.Source{Key: "versions", From: "listing:70:6, TTLSEnvironmentAdvancedParms of rule CaeAgentInboundRule, taken to match: " + peer.Assumes})
	require.Len(t, c.Installed, 1)
	assert.True(t, c.Installed[0].Used)
	assert.Equal(t, "2026-03-02 09:15:00", c.Installed[0].Listed)
	for _, d := range c.Installed[0].Differences {
		assert.Equal(t, "installed-uncompared", d.Kind, "the rest is churn: %+v", d)
	}
	assert.Empty(t, c.Installed[0].Problems)

	alone := installed(t, "pasearch: listing", nil, nil)
	assert.Equal(t, scan.Unknown, alone.Endpoints[0].Expectation.Policy.Matches[0].ClearText, "5607 lies between the ends of a group that is not shown")
	ispf := alone.Endpoints[1].Expectation
	assert.Equal(t, scan.No, ispf.Policy.From(report.FromPeer)[0].ClearText, "5611 is an end")
	assert.Empty(t, alone.Installed[0].Differences, "without files there is nothing to compare")
}

// An action that many rules use differs once, and names them.
func TestDifferencesAreNotedOnce(t *testing.T) {
	c := installed(t, "attls: [policy]\n    pasearch: listing", []string{"TTLSEnabled On", "TTLSEnabled Off", "TTLSRule CQMISPF-OUT@Rule", "TTLSRule Renamed"}, nil)
	var have []string
	for _, d := range c.Installed[0].Differences {
		if d.Kind != "installed-uncompared" {
			have = append(have, d.Kind+" "+d.What+" "+strings.Join(d.Rules, " "))
		}
	}
	assert.ElementsMatch(t, []string{"installed-differs TTLSEnabled CaeAgentInboundRule CaeAgentOutboundRule", "not-in-source rule CQMISPF-OUT@Rule",
		"not-installed rule Renamed"}, have)
	assert.Equal(t, scan.No, c.Endpoints[0].Expectation.Policy.From(report.FromPeer)[0].ClearText, "what is installed counts, not the file")
}

// A listing that is none, or that is of several stacks, decides nothing: the files then do.
func TestListingsThatCannotBeUsed(t *testing.T) {
	two := []string{"\nTCP/IP pasearch", "\nTCP/IP pasearch"}
	for name, c := range map[string]struct {
		listing []string
		kind    string
	}{
		"no pasearch":  {[]string{"\n", "\x00"}, "pasearch-unreadable"},
		"other kinds":  {[]string{"TTLS", "QoS"}, "pasearch-partial"},
		"several ones": {append(two, "TTLS Instance Id:     1772441700", "TTLS Instance Id:     1\n\nTCP/IP pasearch CS 3.1    Image Name: TCPIP2\n  TTLS Instance Id: 2"), "pasearch-partial"},
	} {
		t.Run(name, func(t *testing.T) {
			got := installed(t, "attls: [policy]\n    pasearch: listing", nil, c.listing)
			assert.False(t, got.Installed[0].Used)
			assert.False(t, got.Endpoints[0].Expectation.Policy.Listed)
			assert.Equal(t, []string{"policy"}, got.Endpoints[0].Expectation.Policy.Files)
			require.NotEmpty(t, got.Installed[0].Problems)
			var kinds []string
			for _, p := range got.Installed[0].Problems {
				kinds = append(kinds, p.Kind)
			}
			assert.Contains(t, kinds, c.kind)
			alone := installed(t, "pasearch: listing", nil, c.listing)
			assert.Nil(t, alone.Endpoints[0].Expectation.Policy)
		})
	}
}

// The connections that the agent's parameters lead to are matched at this system's end.
func TestAgentConnections(t *testing.T) {
	c := installed(t, "attls: [policy]\n    query_monitor: {agent_params: agent}\n    netstat: [net]", nil, nil)
	require.Len(t, c.QueryMonitor, 1)
	p := c.QueryMonitor[0].Policy
	require.NotNil(t, p)
	assert.False(t, p.Listed)
	to := p.To(report.FromAgent, "Outbound", 3449)
	require.Len(t, to, 1)
	assert.Equal(t, []any{"CaeAgentOutboundRule", scan.No, "10.1.2.3", ""}, []any{to[0].Rule, to[0].ClearText, to[0].Address, to[0].Assumes})
	in := p.To(report.FromServer, "Inbound", 5607)
	require.Len(t, in, 1)
	assert.Equal(t, []uint16{5605, 5606, 5607, 5608, 5609, 5610}, in[0].Ports, "ports that fare alike are one entry")
	assert.Equal(t, "CQMISPF-OUT@Rule", p.To(report.FromISPF, "Outbound", 5611)[0].Rule)
	assert.Equal(t, "CaeAgentInboundRule", p.To(report.FromISPF, "Inbound", 5611)[0].Rule)

	elsewhere := installed(t, "attls: [policy]\n    query_monitor: {agent_params: agent}", []string{"10.1.2.3", "10.1.2.4"}, nil)
	assert.Equal(t, scan.Yes, elsewhere.QueryMonitor[0].Policy.To(report.FromAgent, "Outbound", 3449)[0].ClearText)

	broken := installed(t, "attls: [policy]\n    query_monitor: {agent_params: agent}", []string{"TTLSEnabled On", "Nonsense On"}, nil)
	assert.Nil(t, broken.QueryMonitor[0].Policy, "a policy that is not installed does nothing")
}

// Where the estate file says no job, the one that NETSTAT shows listening decides, and the expectation says so.
func TestNetstatSaysTheJob(t *testing.T) {
	c := installed(t, "attls: [policy]\n    netstat: [net]", nil, nil)
	x := c.Endpoints[0].Expectation
	assert.Equal(t, "CQMCAE1", x.Jobname)
	assert.Contains(t, x.Sources, report.Source{Key: "jobname", From: "net:1:1, the job that NETSTAT shows listening"})
	assert.Empty(t, x.Policy.From(report.FromPeer)[0].Assumes)
	other := installed(t, "attls: [policy]\n    netstat: [net]", []string{"CQMCAE1", "OTHER"}, nil)
	assert.Equal(t, scan.Yes, other.Endpoints[0].Expectation.Policy.From(report.FromPeer)[0].ClearText, "it is another job's rule")
	without := installed(t, "attls: [policy]", nil, nil)
	assert.Empty(t, without.Endpoints[0].Expectation.Jobname)
	assert.Equal(t, "Jobname CQMCAE1", without.Endpoints[0].Expectation.Policy.From(report.FromPeer)[0].Assumes)
}

// What the policy gives a connection that NETSTAT shows is a fact beside it, where it is certain.
func TestWhatThePolicyGivesShownConnections(t *testing.T) {
	now := func(given string, inPolicy ...string) []string {
		var out []string
		for _, s := range installed(t, given+"\n    query_monitor: {agent_params: agent}\n    netstat: [conn]", inPolicy, nil).QueryMonitor[0].Connections {
			switch {
			case s.Now == nil:
				out = append(out, s.ID+" open")
			default:
				out = append(out, s.ID+" "+s.Now.Rule+" "+s.Now.ClearText.String())
			}
		}
		return out
	}
	assert.Equal(t, []string{"000000A5 CaeAgentInboundRule no", "000000A7  yes"}, now("attls: [policy]"))
	assert.Equal(t, []string{"000000A5 CaeAgentInboundRule no", "000000A7  yes"}, now("attls: [policy]\n    pasearch: listing"), "the ends of a group are as in the files")
	assert.Equal(t, []string{"000000A5 open", "000000A7  yes"}, now("pasearch: listing"))
	assert.Equal(t, []string{"000000A5 open", "000000A7  yes"}, now("attls: [policy]", "Direction                Inbound", "Direction Inbound\n  Userid CQM*"))
}
