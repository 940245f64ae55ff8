package assess_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func qmAt(file string, line int) report.Location {
	return report.Location{File: file, Line: line, Column: 1}
}

func parameter(file string, line int, name, value string, ports ...uint16) *report.Parameter {
	return &report.Parameter{Name: name, Value: value, Ports: ports, Location: qmAt(file, line)}
}

// qmSystem is a migrated system with server and agent, RC4 still allowed until the end of the year, that conforms.
func qmSystem() *report.QueryMonitor {
	tls, rc4 := parameter("srv", 1, "CQM_TLS_CAE_AGNT_LSTNR_PORT", "3449", 3449), parameter("srv", 2, "CQM_CAE_AGENT_LISTENER_PORT", "3448", 3448)
	listeners, ispf := parameter("agt", 2, "LISTENER_PORTS", "5610-5612", 5610, 5611, 5612), parameter("agt", 3, "ISPF_LISTENER_PORT", "5620", 5620)
	q := &report.QueryMonitor{System: "SYSA",
		Server: &report.CAEServer{File: "srv", TLSPort: tls, RC4Port: rc4, AliasParam: "CQM_ALIAS", Alias: parameter("srv", 3, "CQM_ALIAS", "PORTAL"),
			RC4OffParam: "CQM_OFF", RC4OffValue: "Y"},
		Agent: &report.CAEAgent{File: "agt", ServerPort: parameter("agt", 1, "SERVER_PORT", "3449", 3449), ListenerPorts: listeners, ISPFPort: ispf,
			ATTLS: parameter("agt", 4, "ATTLS_ENABLED", "y"), ServerSystem: "SYSA", ServerTLS: []uint16{3449}, ServerRC4: []uint16{3448}},
		Declared: []report.DeclaredPort{
			{Endpoint: "SYSA/tls", Role: report.RoleCAEServerTLS, Port: 3449, Expect: report.ExpectTLS, ServedBy: "cae"},
			{Endpoint: "SYSA/rc4", Role: report.RoleCAEServerRC4, Port: 3448, Expect: report.ExpectClosed, RetireBy: "2026-12-31"}},
		Listings: []report.NetstatListing{{File: "net", Collected: &time.Time{}}},
		Connections: []report.ShownConnection{
			{Job: "CQMCAESV", ID: "A1", Local: "10.1.1.1:3448", Foreign: "10.1.1.2:5000", State: "ESTABLISHED", Port: 3448, Location: qmAt("net", 2)},
			{Job: "CQMCAESV", ID: "A2", Local: "10.1.1.1:3449", Foreign: "10.1.1.3:5000", State: "ESTABLISHED", Policy: "no", Port: 3449, Location: qmAt("net", 3)},
			{Job: "CQMCAE", ID: "A3", Local: "127.0.0.1:5620", Foreign: "127.0.0.1:5000", State: "ESTABLISHED", Policy: "yes", Port: 5620, Location: qmAt("net", 4)}},
	}
	q.Policy = &report.AgentPolicy{Files: []string{"pol"}, Connections: []report.AgentConnection{
		agentMatch(report.FromAgent, "Outbound", "ToServer", 3449),
		agentMatch(report.FromAgent, "Outbound", "", 3448),
		agentMatch(report.FromServer, "Inbound", "AgentIn", 5610, 5611, 5612),
		agentMatch(report.FromISPF, "Inbound", "AgentIn", 5620),
		agentMatch(report.FromISPF, "Outbound", "ToISPF", 5620)}}
	for _, p := range []uint16{5620, 5610, 5611, 5612} {
		role := report.RoleCAEAgent
		if p == 5620 {
			role = report.RoleCAEISPF
		}
		q.Declared = append(q.Declared, report.DeclaredPort{Endpoint: "SYSA/" + role, Role: role, Port: p, Expect: report.ExpectTLS})
	}
	add := func(role string, p *report.Parameter) {
		for _, port := range p.Ports {
			q.Configured = append(q.Configured, report.ConfiguredPort{Role: role, Port: port, Parameter: p.Name, Location: p.Location})
		}
	}
	add(report.RoleCAEServerTLS, tls)
	add(report.RoleCAEServerRC4, rc4)
	add(report.RoleCAEAgent, listeners)
	add(report.RoleCAEISPF, ispf)
	return q
}

// agentMatch is a connection that a rule takes, or, without one, that is in clear text.
func agentMatch(from, direction, rule string, ports ...uint16) report.AgentConnection {
	c := report.AgentConnection{PolicyMatch: report.PolicyMatch{From: from, Rule: rule, ClearText: scan.No, Why: "rule " + rule + " takes it"},
		Direction: direction, Ports: ports}
	if rule == "" {
		c.ClearText, c.Why = scan.Yes, "no rule takes it"
		return c
	}
	at := qmAt("pol", 1)
	c.Location = &at
	return c
}

// clearTo makes the policy leave a connection in clear text.
func clearTo(i int) func(*report.QueryMonitor) {
	return func(q *report.QueryMonitor) {
		c := q.Policy.Connections[i]
		q.Policy.Connections[i] = agentMatch(c.From, c.Direction, "", c.Ports...)
	}
}

// underRule lets NETSTAT show the connection to the ISPF port under one rule, where the policy gives another.
func underRule(shown, now string) func(*report.QueryMonitor) {
	return func(q *report.QueryMonitor) {
		match := agentMatch(report.FromISPF, "Inbound", now, 5620).PolicyMatch
		q.Connections[2].Rule, q.Connections[2].Now = shown, &match
	}
}

func (w *world) labelled(name string, labels ...string) map[string]*certchain.Ring {
	r := &certchain.Ring{Name: name}
	for _, l := range labels {
		r.Entries = append(r.Entries, certchain.Entry{Label: l, Certificate: w.leaf})
	}
	return map[string]*certchain.Ring{name: r}
}

func judgeQM(t *testing.T, at time.Time, systems ...*report.QueryMonitor) []report.Finding {
	t.Helper()
	in := assess.Input{At: at, Rings: newWorld(t).labelled("cae", "Portal", "WEBSERVER")}
	for _, q := range systems {
		in.QueryMonitor = append(in.QueryMonitor, *q)
	}
	findings, _ := assess.Judge(in)
	return findings
}

func TestConformingQueryMonitorHasNoFinding(t *testing.T) {
	assert.Empty(t, judgeQM(t, now, qmSystem()))

	before := qmSystem() // not migrated: the agent still uses RC4, and may
	before.Agent.ATTLS, before.Agent.ServerPort = nil, parameter("agt", 1, "SERVER_PORT", "3448", 3448)
	before.Server.TLSPort, before.Server.Alias = nil, nil
	before.Configured[0].Default = true
	before.Declared = append(before.Declared[1:2:2], before.Declared[2:]...)
	for i := range before.Declared {
		before.Declared[i].Expect = report.ExpectLegacyRC4
	}
	before.Connections[2].Policy = "no"
	for i := range before.Policy.Connections {
		clearTo(i)(before)
	}
	assert.Empty(t, judgeQM(t, now, before))

	after := qmSystem() // RC4 is off
	after.Server.RC4Off, after.Server.RC4Port = parameter("srv", 4, "CQM_OFF", "Y"), nil
	after.Configured, after.Connections = append(after.Configured[:1:1], after.Configured[2:]...), nil
	assert.Empty(t, judgeQM(t, now.AddDate(1, 0, 0), after))
}

// Each mistake by itself gives its one finding.
func TestQueryMonitorMistakes(t *testing.T) {
	nextYear := now.AddDate(1, 0, 0)
	tests := []struct {
		name     string
		id       string
		severity report.Severity
		endpoint string
		line     int // of the location
		observed string
		at       time.Time
		change   func(*report.QueryMonitor)
	}{
		{"RC4 port", assess.QMServerPortNotTLS, report.High, "SYSA/cae-agent", 1, "SERVER_PORT(3448), the RC4 port of the CAE server on SYSA", now,
			func(q *report.QueryMonitor) { q.Agent.ServerPort = parameter("agt", 1, "SERVER_PORT", "3448", 3448) }},
		{"other port", assess.QMServerPortNotTLS, report.Medium, "SYSA/cae-agent", 1, "SERVER_PORT(9), which is no TLS port of a CAE server of the estate", now,
			func(q *report.QueryMonitor) {
				q.Agent.ServerPort, q.Agent.ServerSystem = parameter("agt", 1, "SERVER_PORT", "9", 9), ""
			}},
		{"no server port", assess.QMServerPortNotTLS, report.Medium, "SYSA/cae-agent", 1, "SERVER_PORT is not set", now,
			func(q *report.QueryMonitor) { q.Agent.ServerPort = nil }},
		{"no AT-TLS", assess.QMATTLSNotEnabled, report.High, "SYSA/cae-agent", 1, "ATTLS_ENABLED is not set", now,
			func(q *report.QueryMonitor) { q.Agent.ATTLS = nil }},
		{"AT-TLS off", assess.QMATTLSNotEnabled, report.High, "SYSA/cae-agent", 4, "ATTLS_ENABLED(N)", now,
			func(q *report.QueryMonitor) { q.Agent.ATTLS.Value = "N" }},
		{"default TLS port", assess.QMTLSPortMissing, report.Low, "SYSA/tls", 1, "CQM_TLS_CAE_AGNT_LSTNR_PORT is not set", now,
			func(q *report.QueryMonitor) { q.Server.TLSPort, q.Configured[0].Default = nil, true }},
		{"no alias", assess.QMAliasMissing, report.Medium, "SYSA/tls", 1, "CQM_ALIAS is not set", now,
			func(q *report.QueryMonitor) { q.Server.Alias = nil }},
		{"alias not on the ring", assess.QMAliasMissing, report.High, "SYSA/tls", 3, "CQM_ALIAS=OTHER, and key ring cae has no certificate with that label", now,
			func(q *report.QueryMonitor) { q.Server.Alias.Value = "OTHER" }},
		{"ISPF port missing", assess.QMISPFPortMissing, report.Medium, "", 1, "ISPF_LISTENER_PORT is not set", now,
			func(q *report.QueryMonitor) { q.Agent.ISPFPort, q.Configured = nil, q.Configured[:5] }},
		{"ISPF port overlaps", assess.QMPortOverlap, report.Medium, "", 3, "ISPF_LISTENER_PORT and SERVER_PORT both name 3449", now,
			func(q *report.QueryMonitor) {
				q.Agent.ISPFPort, q.Configured = parameter("agt", 3, "ISPF_LISTENER_PORT", "3449", 3449), q.Configured[:5]
			}},
		{"port not listed", assess.QMPortNotListed, report.Medium, "", 2, "LISTENER_PORTS names 5610-5612, and the estate file has no listener there", now,
			func(q *report.QueryMonitor) {
				kept := q.Declared[:0]
				for _, d := range q.Declared {
					if d.Role != report.RoleCAEAgent {
						kept = append(kept, d)
					}
				}
				q.Declared = kept
			}},
		{"port not configured", assess.QMPortNotConfigured, report.Medium, "SYSA/more", 2, "LISTENER_PORTS names 5610-5612", now,
			func(q *report.QueryMonitor) {
				q.Declared = append(q.Declared, report.DeclaredPort{Endpoint: "SYSA/more", Role: report.RoleCAEAgent, Port: 7, Expect: report.ExpectTLS})
			}},
		{"RC4 not off", assess.QMRC4NotOff, report.High, "SYSA/rc4", 1, "CQM_OFF is not set", nextYear,
			func(q *report.QueryMonitor) { q.Connections = nil }},
		{"RC4 not off, no date", assess.QMRC4NotOff, report.High, "SYSA/rc4", 4, "CQM_OFF has another value", now,
			func(q *report.QueryMonitor) {
				q.Server.RC4Off, q.Declared[1].RetireBy, q.Connections = parameter("srv", 4, "CQM_OFF", "N"), "", nil
			}},
		{"RC4 in use", assess.QMRC4InUse, report.Medium, "SYSA/rc4", 2, "connected: 10.1.1.2:5000 CQMCAESV (A1)", nextYear,
			func(q *report.QueryMonitor) { q.Server.RC4OffParam = "" }},
		{"agent uses RC4 elsewhere", assess.QMRC4InUse, report.Medium, "SYSA/cae-agent", 9, "connected: 10.9.9.9:4448 CQMCAE (B1)", now,
			func(q *report.QueryMonitor) {
				q.Agent.ServerRC4 = []uint16{4448}
				q.Connections = append(q.Connections, report.ShownConnection{Job: "CQMCAE", ID: "B1", Local: "10.1.1.1:5000", Foreign: "10.9.9.9:4448",
					State: "ESTABLISHED", Port: 4448, Location: qmAt("net", 9)})
			}},
		{"clear connection", assess.QMConnectionClear, report.High, "SYSA/cae-ispf", 4, "without AT-TLS policy: 127.0.0.1:5000 CQMCAE (A3)", now,
			func(q *report.QueryMonitor) { q.Connections[2].Policy = "no" }},
		{"no outbound rule", "QM-NO-RULE", report.High, "SYSA/cae-agent", 1, "clear text: to the CAE server port 3449: no rule takes it", now, clearTo(0)},
		{"no inbound rule", "QM-NO-RULE", report.High, "SYSA/cae-agent", 2, "clear text: from the CAE server to port 5610-5612: no rule takes it", now,
			func(q *report.QueryMonitor) { q.Policy.Listed = true; clearTo(2)(q) }},
		{"no rule for the ISPF client", "QM-ISPF-NO-RULE", report.High, "SYSA/cae-ispf", 1, "clear text: no rule takes it", now,
			func(q *report.QueryMonitor) { q.Policy.Listed = true; clearTo(4)(q) }},
		{"rule before AT-TLS", "QM-RULE-TOO-EARLY", report.High, "SYSA/cae-agent", 4, "to the CAE server's port 3449: rule ToServer (pol:1:1) takes it; " +
			"to the agent's own port 5610: rule AgentIn (pol:1:1) takes it; to the agent's ISPF port 5620: rule AgentIn (pol:1:1) takes it", now,
			func(q *report.QueryMonitor) { q.Agent.ATTLS.Value = "N"; unmigrated(q) }},
		{"rule for the RC4 port", "QM-RULE-TOO-EARLY", report.High, "SYSA/cae-agent", 1, "to the CAE server's port 3448: rule Wide (pol:1:1) takes it", now,
			func(q *report.QueryMonitor) {
				q.Agent.ServerPort = parameter("agt", 1, "SERVER_PORT", "3448", 3448)
				q.Policy.Connections[1] = agentMatch(report.FromAgent, "Outbound", "Wide", 3448)
				unmigrated(q)
			}},
		{"old rule", "QM-CONNECTION-OLD-RULE", report.Medium, "SYSA/cae-ispf", 4, "under rule Old: 127.0.0.1:5000 CQMCAE (A3)", now, underRule("Old", "AgentIn")},
		{"rule that is gone", "QM-CONNECTION-OLD-RULE", report.Medium, "SYSA/cae-ispf", 4, "under rule Old: 127.0.0.1:5000 CQMCAE (A3)", now, underRule("Old", "")},
		{"before the rule", "QM-CONNECTION-OLD-RULE", report.Medium, "SYSA/tls", 3, "under no rule: 10.1.1.3:5000 CQMCAESV (A2)", now,
			func(q *report.QueryMonitor) {
				match := agentMatch(report.FromServer, "Inbound", "New", 3449).PolicyMatch
				q.Connections[1].Now = &match
			}},
		{"ignored line", assess.QMLineIgnored, report.Medium, "", 7, "m", now, line("leading-blank", "P")},
		{"placeholder", assess.QMPlaceholder, report.Medium, "", 7, "m", now, line("placeholder", "P")},
		{"duplicate", assess.QMParameterDuplicate, report.Low, "", 7, "m", now, line("duplicate", "P")},
		{"no parameter", assess.QMParameterUnreadable, report.Low, "", 7, "m", now, line("unreadable", "")},
		{"value not understood", assess.QMParameterUnreadable, report.Medium, "", 7, "m", now, line("unreadable", "P")},
	}
	seen := map[string]bool{}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			q := qmSystem()
			tc.change(q)
			findings := judgeQM(t, tc.at, q)
			require.Len(t, findings, 1, "%+v", findings)
			f := findings[0]
			assert.Equal(t, []any{tc.id, tc.severity, tc.endpoint, tc.observed}, []any{f.ID, f.Severity, f.Endpoint, f.Observed})
			require.NotNil(t, f.Location)
			assert.Equal(t, tc.line, f.Location.Line)
			assert.Contains(t, f.Detail, "Query Monitor on SYSA")
			assert.NotEmpty(t, f.Expected)
			assert.NotEmpty(t, f.Remediation)
		})
		seen[tc.id] = true
	}
	for _, id := range assess.IDs() {
		if len(id) > 3 && id[:3] == "QM-" {
			assert.True(t, seen[id], "no test for %s", id)
		}
	}
}

// unmigrated expects nothing of the agent's listeners yet.
func unmigrated(q *report.QueryMonitor) {
	for i := range q.Declared {
		if q.Declared[i].Role == report.RoleCAEAgent || q.Declared[i].Role == report.RoleCAEISPF {
			q.Declared[i].Expect = report.ExpectLegacyRC4
		}
	}
}

func line(kind, name string) func(*report.QueryMonitor) {
	return func(q *report.QueryMonitor) {
		q.Lines = []report.ParameterLine{{Kind: kind, Parameter: name, Message: "m; want n", Location: qmAt("srv", 7)}}
	}
}

// What is not known gives no finding: files that were not given, values that were not understood, names that nobody said.
func TestUnknownQueryMonitorIsNotJudged(t *testing.T) {
	nothing := qmSystem()
	nothing.Server, nothing.Agent, nothing.Configured, nothing.Connections = nil, nil, nil, nil
	assert.Empty(t, judgeQM(t, now.AddDate(1, 0, 0), nothing))

	unsaid := qmSystem()
	unsaid.Server.AliasParam, unsaid.Server.Alias, unsaid.Server.RC4OffParam, unsaid.Connections = "", nil, "", nil
	unsaid.Agent.ServerPort.Ports = nil
	assert.Empty(t, judgeQM(t, now.AddDate(1, 0, 0), unsaid))

	elsewhere := qmSystem() // nothing is known of the server
	elsewhere.Agent.ServerTLS, elsewhere.Agent.ServerRC4 = nil, nil
	assert.Empty(t, judgeQM(t, now, elsewhere))

	open := qmSystem() // whether a rule takes the connections is not certain
	for i := range open.Policy.Connections {
		open.Policy.Connections[i].ClearText = scan.Unknown
	}
	open.Policy.Listed = true
	assert.Empty(t, judgeQM(t, now, open))

	short := qmSystem() // NETSTAT CONN shows no rules
	underRule("", "AgentIn")(short)
	short.Connections[2].Policy = ""
	assert.Empty(t, judgeQM(t, now, short))
}

// A waiver may name the listener, or none for a finding about a file alone; a run of a part of the estate does not call it unused.
func TestWaiversOfQueryMonitor(t *testing.T) {
	q := qmSystem()
	q.Agent.ATTLS, q.Agent.ISPFPort, q.Configured = nil, nil, q.Configured[:5]
	waivers := []report.Waiver{{Finding: assess.QMATTLSNotEnabled, Listener: "SYSA/*", Until: "2099-01-01", Reason: "r"},
		{Finding: assess.QMISPFPortMissing, Until: "2099-01-01", Reason: "r"}}
	findings, _ := assess.Judge(assess.Input{At: now, QueryMonitor: []report.QueryMonitor{*q}, Waivers: waivers})
	require.Len(t, findings, 2)
	assert.NotNil(t, findings[0].Waived)
	assert.NotNil(t, findings[1].Waived)
	findings, _ = assess.Judge(assess.Input{At: now, Narrowed: true, Waivers: waivers})
	assert.Empty(t, findings)
}
