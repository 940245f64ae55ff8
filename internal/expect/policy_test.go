package expect

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

const parms = `
TTLSGroupAction on
{
  TTLSEnabled On
}
TTLSGroupAction off
{
  TTLSEnabled Off
}
TTLSEnvironmentAction server
{
  HandshakeRole Server
  TTLSKeyringParms
  {
    Keyring CQMCAE/AgentIn
  }
  TTLSEnvironmentAdvancedParms
  {
    TLSv1 Off
    TLSv1.1 Off
    TLSv1.2 On
    CertificateLabel Agent
  }
}
`

func rule(name, conditions, group string) string {
	return "TTLSRule " + name + "\n{\n" + conditions + "\n  TTLSGroupActionRef " + group + "\n  TTLSEnvironmentActionRef server\n}\n"
}

// compilePolicy compiles one listener of role cae-agent on port 5610 at 192.0.2.1, looked at from 198.51.100.9, whose CAE server is 192.0.2.2.
func compilePolicy(t *testing.T, policy, listener string) report.Expectation {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.attls"), []byte(policy), 0o600))
	file := filepath.Join(dir, "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`name: e
zos_release: "3.1"
systems:
  - name: SYSA
    host: 192.0.2.1
    attls: [p.attls]
    listeners:
      - {name: agent, role: cae-agent, port: 5610, expect: tls`+listener+`}
  - name: SYSB
    host: 192.0.2.2
    listeners:
      - {name: agent-tls, role: cae-server-tls, port: 3449, expect: tls}
`), 0o600))
	e, err := estate.Load(file, estate.Options{})
	require.NoError(t, err)
	c, err := Compile(e, Options{Source: func(netip.AddrPort) netip.Addr { return netip.MustParseAddr("198.51.100.9") }})
	require.NoError(t, err)
	require.Equal(t, "SYSA/agent", c.Endpoints[0].Expectation.Endpoint)
	assert.Nil(t, c.Endpoints[1].Expectation.Policy, "the CAE server does its own TLS")
	return c.Endpoints[0].Expectation
}

func TestPolicyFillsInWhatTheEstateLeavesUnsaid(t *testing.T) {
	x := compilePolicy(t, rule("In", "  LocalPortRange 5610\n  Direction Inbound", "on")+parms, "")
	assert.Equal(t, "TLSv1.2", join(x.Versions, cipher.Version.String))
	assert.Empty(t, x.CipherSuites, "the release's default list is not known")
	assert.Equal(t, "none", x.ClientAuth)
	assert.Equal(t, scan.Yes, x.Policy.SameRule)
	require.Len(t, x.Policy.Matches, 2)
	assert.Equal(t, "192.0.2.2", x.Policy.From(report.FromPeer)[0].Address, "an agent's client is the CAE server")

	x = compilePolicy(t, rule("In", "  LocalPortRange 5610\n  Direction Inbound", "on")+parms, ", versions: [TLSv1.3], client_auth: required")
	assert.Equal(t, "required", x.ClientAuth)
	assert.Len(t, x.Versions, 1)
}

func TestPolicyMatchesTheRealPeers(t *testing.T) {
	for name, c := range map[string]struct {
		policy, listener string
		same             scan.Fact
		peer, vantage    string
		clear            scan.Fact // of the peer
	}{
		"one rule for all":       {rule("In", "  LocalPortRange 5610\n  Direction Inbound", "on"), "", scan.Yes, "In", "In", scan.No},
		"the server alone":       {rule("In", "  LocalPortRange 5610\n  RemoteAddr 192.0.2.2\n  Direction Inbound", "on"), "", scan.No, "In", "", scan.No},
		"the scanner alone":      {rule("In", "  LocalPortRange 5610\n  RemoteAddr 198.51.100.0/24\n  Direction Inbound", "on"), "", scan.No, "", "In", scan.Yes},
		"nobody":                 {rule("In", "  LocalPortRange 5611\n  Direction Inbound", "on"), "", scan.Yes, "", "", scan.Yes},
		"two with same actions":  {rule("A", "  LocalPortRange 5610\n  RemoteAddr 192.0.2.2\n  Direction Inbound", "on") + rule("B", "  LocalPortRange 5610\n  Direction Inbound", "on"), "", scan.Yes, "A", "B", scan.No},
		"off for the server":     {rule("A", "  LocalPortRange 5610\n  RemoteAddr 192.0.2.2\n  Direction Inbound", "off") + rule("B", "  LocalPortRange 5610\n  Direction Inbound", "on"), "", scan.No, "A", "B", scan.Yes},
		"named peers":            {rule("In", "  LocalPortRange 5610\n  RemoteAddr 203.0.113.5\n  Direction Inbound", "on"), ", peers: [203.0.113.5]", scan.No, "In", "", scan.No},
		"another job":            {rule("In", "  LocalPortRange 5610\n  Jobname CQM*\n  Direction Inbound", "on"), ", jobname: OTHER", scan.Yes, "", "", scan.Yes},
		"that job":               {rule("In", "  LocalPortRange 5610\n  Jobname CQM*\n  Direction Inbound", "on"), ", jobname: CQMCAEA", scan.Yes, "In", "In", scan.No},
		"a job that nobody said": {rule("In", "  LocalPortRange 5610\n  Jobname CQM*\n  Direction Inbound", "on"), "", scan.Yes, "In", "In", scan.No},
	} {
		t.Run(name, func(t *testing.T) {
			x := compilePolicy(t, c.policy+parms, c.listener)
			assert.Equal(t, c.same, x.Policy.SameRule)
			peer, vantage := x.Policy.From(report.FromPeer)[0], x.Policy.From(report.FromVantage)[0]
			assert.Equal(t, c.peer, peer.Rule)
			assert.Equal(t, c.vantage, vantage.Rule)
			assert.Equal(t, c.clear, peer.ClearText)
			assert.Equal(t, name == "a job that nobody said", peer.Assumes != "", peer.Assumes)
		})
	}
}

// A policy that Policy Agent would not install says nothing of what a listener shows.
func TestPolicyThatIsNotInstalled(t *testing.T) {
	x := compilePolicy(t, rule("In", "  LocalPortRange 5610\n  Direction Inbound", "on")+parms+"TTLSNonsense x\n{\n}\n", "")
	assert.False(t, x.Policy.Installs)
	assert.Empty(t, x.Versions)
	assert.Empty(t, x.Policy.Settings)
}

// A certificate of a ring's files that may be one of those listed is not counted beside them.
func TestLintSystemCountsWhatTheListingHas(t *testing.T) {
	entry := func(label string, on certchain.Answer) certchain.Entry {
		return certchain.Entry{Label: label, Usage: certchain.UsagePersonal, OnRing: on}
	}
	ring := &certchain.Ring{Entries: []certchain.Entry{entry("", certchain.Unknown), entry("One", certchain.Yes), entry("Gone", certchain.No)},
		Listing: &certchain.Listing{Ring: "CQMCAE/AgentIn", Whole: true, Unproven: []certchain.Listed{
			{Label: "Two", Usage: certchain.UsagePersonal, Default: certchain.Yes}, {Label: "Three", Usage: certchain.UsagePersonal},
			{Label: "Root", Usage: certchain.UsageCertAuth}}}}
	s := LintSystem(&estate.System{Name: "SYSA"}, []*estate.Keyring{{Name: "agent-in", Ring: ring}})
	assert.Equal(t, []lint.Ring{{Owner: "CQMCAE", Name: "AgentIn", Personal: 3, Default: true, Labels: []string{"One", "Two", "Three"}}}, s.Rings)
}

// Systems may share a policy file: its faults are found once, and say whose policy it is.
func TestAFileThatSystemsShareIsJudgedOnce(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.attls"), []byte(rule("In", "  LocalPortRange 5610\n  Direction Inbound", "on")+parms+"TTLSNonsense x\n{\n}\n"), 0o600))
	file := filepath.Join(dir, "estate.yaml")
	system := func(name, host string) string {
		return "  - name: " + name + "\n    host: " + host + "\n    attls: [p.attls]\n    listeners:\n      - {name: agent, port: 5610, expect: tls}\n"
	}
	require.NoError(t, os.WriteFile(file, []byte("name: e\nzos_release: \"3.1\"\nsystems:\n"+system("SYSA", "192.0.2.1")+system("SYSB", "192.0.2.2")), 0o600))
	e, err := estate.Load(file, estate.Options{})
	require.NoError(t, err)
	c, err := Compile(e, Options{})
	require.NoError(t, err)
	var details []string
	for _, f := range c.Policies.Findings(c.Rings) {
		if f.ID == "ATTLS-SYNTAX-KEYWORD" {
			details = append(details, f.Detail)
		}
	}
	require.Len(t, details, 1)
	assert.Contains(t, details[0], "; it is the policy of SYSA, SYSB")
}
