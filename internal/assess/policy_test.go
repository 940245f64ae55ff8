package assess_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// policed is the conforming listener with a policy that says so: rule In takes the scanner and the peer.
func policed(t *testing.T) (*world, *report.Policy) {
	w := newWorld(t)
	at := func(line int) *report.Location { return &report.Location{File: "p.attls", Line: line, Column: 3} }
	p := &report.Policy{Files: []string{"p.attls"}, Installs: true, SameRule: scan.Yes,
		Matches: []report.PolicyMatch{
			{From: report.FromVantage, Address: "192.0.2.9", Rule: "In", Location: at(1), ClearText: scan.No},
			{From: report.FromPeer, Address: "192.0.2.2", Rule: "In", Location: at(1), ClearText: scan.No},
		},
		Settings: []report.PolicySetting{
			{Key: "TLSv1.0", Value: "Off", Statement: "TTLSEnvironmentAdvancedParms e", Location: at(10)},
			{Key: "TLSv1.2", Value: "On", Statement: "TTLSEnvironmentAdvancedParms e", Location: at(11)},
			{Key: "TLSv1.3", Value: "On", Statement: "TTLSEnvironmentAdvancedParms e", Location: at(12)},
			{Key: "cipher_suites", Value: "C030, 1302", Statement: "TTLSCipherParms c", Location: at(20)},
			{Key: "keyring", Value: "CQMCAE/AgentIn", Statement: "TTLSKeyringParms k", Location: at(30)},
		}}
	w.expect.Policy = p
	return w, p
}

func (w *world) findings() []report.Finding {
	w.t.Helper()
	findings, _ := assess.Judge(w.input())
	return findings
}

func TestPolicyThatAgreesFindsNothing(t *testing.T) {
	w, _ := policed(t)
	assert.Empty(t, w.findings())
}

func TestAFindingNamesTheStatementThatExplainsIt(t *testing.T) {
	w, p := policed(t)
	p.Settings[0] = report.PolicySetting{Key: "TLSv1.0", Value: "On", Statement: "default of z/OS 3.1"}
	w.version(cipher.TLSv10, scan.Yes, 0x0035)
	f := w.one("PROTOCOL-UNEXPECTED")
	assert.Contains(t, f.Detail, "rule In (p.attls:1:3) says TLSv1.0 On (default of z/OS 3.1)")
	assert.Equal(t, 1, f.Location.Line, "a default has no line: the rule has")

	w, _ = policed(t)
	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0xC02F)
	f = w.one("SUITE-UNEXPECTED")
	assert.Equal(t, &report.Location{File: "p.attls", Line: 20, Column: 3}, f.Location)
}

// What Policy Agent would not install explains nothing and hides nothing.
func TestPolicyThatIsNotInstalledExplainsNothing(t *testing.T) {
	w, p := policed(t)
	p.Installs, p.SameRule = false, scan.No
	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0xC02F)
	assert.Nil(t, w.one("SUITE-UNEXPECTED").Location)
}

func TestAnotherRuleThanThePeersProvesNothing(t *testing.T) {
	w, p := policed(t)
	p.SameRule = scan.No
	p.Matches[1].Rule, p.Matches[1].Location = "ForTheServer", &report.Location{File: "p.attls", Line: 7, Column: 1}
	w.state(scan.StateNonTLS)
	w.endpoint.NonTLS = &scan.NonTLS{Kind: "silent"}
	findings := w.findings()
	require.Equal(t, []string{"NOT-ASSESSED"}, idsOf(findings), "not TLS-NOT-SPOKEN: that is what the scanner meets, not the peer")
	assert.Contains(t, findings[0].Detail, "peer 192.0.2.2 take rule ForTheServer (p.attls:7:1)")
	assert.Equal(t, 7, findings[0].Location.Line)

	w.state(scan.StateClosed)
	assert.Equal(t, []string{"PORT-CLOSED"}, idsOf(w.findings()), "closed is closed for all")
}

func TestAPeerThatThePolicyLeavesInClearText(t *testing.T) {
	w, p := policed(t)
	p.SameRule = scan.No
	p.Matches[1] = report.PolicyMatch{From: report.FromPeer, Address: "192.0.2.2", ClearText: scan.Yes, Why: "no rule takes it"}
	assert.ElementsMatch(t, []string{"ATTLS-PEER-CLEAR-TEXT", "NOT-ASSESSED"}, idsOf(w.findings()))

	// Nor does the scanner take a rule, and yet it meets TLS: the file is not what is in force.
	p.SameRule, p.Settings = scan.Yes, nil
	p.Matches[0] = report.PolicyMatch{From: report.FromVantage, ClearText: scan.Yes, Why: "no rule takes it"}
	assert.Equal(t, []string{"ATTLS-PEER-CLEAR-TEXT"}, idsOf(w.findings()))
	w.state(scan.StateNonTLS)
	w.endpoint.NonTLS = &scan.NonTLS{Kind: "silent"}
	assert.Equal(t, []string{"TLS-NOT-SPOKEN"}, idsOf(w.findings()))
}

// On the system the scanner's own connections may be taken by an outbound rule.
func TestAScannerThatIsWrapped(t *testing.T) {
	w, p := policed(t)
	p.Matches = append(p.Matches, report.PolicyMatch{From: report.FromScanner, Rule: "Out", Location: &report.Location{File: "p.attls", Line: 9, Column: 1}, ClearText: scan.No})
	f := w.one("NOT-ASSESSED")
	assert.Contains(t, f.Detail, "TLS inside TLS")
	assert.Equal(t, 9, f.Location.Line)
	p.Matches[2].ClearText = scan.Yes
	assert.Empty(t, w.findings())
}

func TestWireAndEstateAgainstThePolicy(t *testing.T) {
	w, p := policed(t)
	p.Settings[2].Value = "Off"
	f := w.one("ATTLS-WIRE-DIFFERS")
	assert.Contains(t, f.Observed, "TLSv1.3")
	assert.Equal(t, 12, f.Location.Line)
}

func TestKeyringOfThePolicyAndOfTheListing(t *testing.T) {
	for listed, found := range map[string]bool{"CQMCAE/AgentIn": false, "cqmcae/AgentIn": false, "CQMCAE/Other": true, "WEBSRV/AgentIn": true} {
		w, _ := policed(t)
		w.rings["server"].Listing = &certchain.Listing{Ring: listed}
		assert.Equal(t, found, len(w.findings()) == 1, listed)
	}
	for keyring, found := range map[string]bool{"AgentIn": false, "Other": true, "*AUTH*/*": false, "/etc/agent.kdb": false} {
		w, p := policed(t)
		p.Settings[4].Value = keyring
		w.rings["server"].Listing = &certchain.Listing{Ring: "CQMCAE/AgentIn"}
		assert.Equal(t, found, len(w.findings()) == 1, keyring)
	}
}
