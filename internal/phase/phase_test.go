package phase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

var at = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

func loc(file string, line int) report.Location {
	return report.Location{File: file, Line: line, Column: 1}
}

// migrated is an estate of one CAE server (SYSA) and one agent (SYSB), as each step should find it; RC4 is still on.
func migrated() *report.Report {
	rep := &report.Report{}
	rep.Run = report.Run{Estate: "prodplex", Started: at, JudgedAt: at, Complete: true, Inputs: []report.Input{{Path: "b.attls", Kind: "attls"}}}
	rep.Keyrings = []report.Keyring{{Name: "agent-out@SYSB"}}
	add := func(system, name, role string, port uint16, state scan.State) {
		e := report.Endpoint{System: system, Listener: name, Role: role}
		e.ID, e.State, e.Target = system+"/"+name, state, scan.ObservedTarget{Address: "10.1.1.1", Port: port}
		x := report.Expectation{Endpoint: e.ID, System: system, Listener: name, Role: role, Expect: report.ExpectTLS}
		switch {
		case state == scan.StateNonTLS:
			e.NonTLS, x.Expect = &scan.NonTLS{Kind: "opaque"}, report.ExpectClosed
		default:
			e.Protocols = []scan.Protocol{{Version: cipher.TLSv12, Supported: scan.Yes, Enumeration: scan.EnumerationFull, CipherSuites: []scan.CipherSuite{{Code: 0xC030}}}}
			e.Presented = []scan.Presented{{Leaf: "leaf-" + name}}
		}
		if role == report.RoleCAEServerTLS {
			x.TrustedBy = []string{"agent-out@SYSB"}
			e.Chains = []report.ChainVerdict{{Keyring: "agent-out@SYSB", Trusted: certchain.Yes}}
		}
		if role == report.RoleCAEAgent {
			x.Jobname = "CQMCAEA"
			x.Policy = &report.Policy{Installs: true, Files: []string{"b.attls"}, Matches: []report.PolicyMatch{{From: report.FromPeer, Address: "10.1.1.1", Rule: "In", ClearText: scan.No}}}
		}
		rep.Expectations = append(rep.Expectations, x)
		rep.Endpoints = append(rep.Endpoints, e)
	}
	add("SYSA", "web", report.RoleCAEWeb, 8443, scan.StateTLS)
	add("SYSA", "tls", report.RoleCAEServerTLS, 3449, scan.StateTLS)
	add("SYSA", "rc4", report.RoleCAEServerRC4, 3448, scan.StateNonTLS)
	add("SYSB", "agent", report.RoleCAEAgent, 5610, scan.StateTLS)
	rep.Run.Scope = report.Scope{Declared: 4, Selected: 4}
	collected := at.Add(-time.Minute)
	rep.QueryMonitor = []report.QueryMonitor{
		{System: "SYSA", Server: &report.CAEServer{File: "stdenv", TLSPort: &report.Parameter{Name: "CQM_TLS_CAE_AGNT_LSTNR_PORT", Value: "3449", Location: loc("stdenv", 2)}}},
		{System: "SYSB", Agent: &report.CAEAgent{File: "b.prms", ServerSystem: "SYSA", ServerTLS: []uint16{3449}, ServerRC4: []uint16{3448},
			ServerPort: &report.Parameter{Name: "SERVER_PORT", Value: "3449", Ports: []uint16{3449}, Location: loc("b.prms", 1)},
			ATTLS:      &report.Parameter{Name: "ATTLS_ENABLED", Value: "Y", Location: loc("b.prms", 2)}},
			Listings:    []report.NetstatListing{{File: "b.conn", Collected: &collected}},
			Connections: []report.ShownConnection{{State: "ESTABLISHED", Local: "10.1.1.2:50000", Foreign: "10.1.1.1:3449", Port: 3449, Location: loc("b.conn", 2)}}},
	}
	return rep
}

func endpoint(rep *report.Report, id string) *report.Endpoint {
	for i := range rep.Endpoints {
		if rep.Endpoints[i].ID == id {
			return &rep.Endpoints[i]
		}
	}
	return nil
}

func options(name string) phase.Options {
	o := phase.Options{Name: name}
	switch name {
	case report.PhaseAgent:
		o.System = "SYSB"
	case report.PhaseBackout:
		o.Baseline = migrated()
	}
	return o
}

func TestEveryStepMayBeGo(t *testing.T) {
	for _, name := range report.Phases() {
		rep := migrated()
		if name == report.PhaseRC4Off {
			endpoint(rep, "SYSA/rc4").State, endpoint(rep, "SYSA/rc4").NonTLS = scan.StateClosed, nil
		}
		p := phase.Judge(rep, options(name))
		assert.Equal(t, report.Go, p.Verdict, "%s: %+v", name, p.Checks)
		assert.NotEmpty(t, p.Next)
		assert.NotEmpty(t, p.Checks, name)
		for _, c := range p.Checks {
			assert.NotEmpty(t, c.Evidence, "%s: %s", name, c.Name)
			assert.NotEmpty(t, c.Next, "%s: %s", name, c.Name)
		}
	}
}

// Each thing that a step needs, by itself.
func TestWhatIsNoGo(t *testing.T) {
	failed, unknown := report.CheckFailed, report.CheckUnknown
	for _, tc := range []struct {
		step, check, result string
		change              func(r *report.Report)
	}{
		{"before", "AT-TLS policy files", failed, func(r *report.Report) {
			l := loc("b.attls", 7)
			r.Findings = []report.Finding{{ID: "ATTLS-REF-DANGLING", Severity: report.High, Location: &l}}
		}},
		{"before", "AT-TLS policy files", unknown, func(r *report.Report) { r.Run.Inputs = nil }},
		{"before", "key rings", failed, func(r *report.Report) {
			r.Findings = []report.Finding{{ID: "RING-ROOT-MISSING", Severity: report.High, Endpoint: "SYSA/tls"}}
		}},
		{"before", "key rings", unknown, func(r *report.Report) { r.Keyrings = nil }},
		{"before", "SYSA server parameters", unknown, func(r *report.Report) { r.QueryMonitor[0].Server = nil }},
		{"before", "SYSA server parameters", failed, func(r *report.Report) { r.QueryMonitor[0].Server.TLSPort = nil }},
		{"before", "SYSA server parameters", failed, func(r *report.Report) {
			l := loc("stdenv", 7)
			r.Findings = []report.Finding{{ID: "QM-LINE-IGNORED", Severity: report.Medium, Location: &l}}
		}},
		{"before", "SYSA/rc4 is still open", failed, func(r *report.Report) { endpoint(r, "SYSA/rc4").State = scan.StateClosed }},
		{"before", "SYSA/rc4 is still open", unknown, func(r *report.Report) { endpoint(r, "SYSA/rc4").State = scan.StateFiltered }},
		{"before", "the run", unknown, func(r *report.Report) { r.Run.Complete = false }},
		{"server-tls", "SYSA/tls speaks TLS", failed, func(r *report.Report) { endpoint(r, "SYSA/tls").State = scan.StateClosed }},
		{"server-tls", "SYSA/tls speaks TLS", unknown, func(r *report.Report) { endpoint(r, "SYSA/tls").State = scan.StateFiltered }},
		{"server-tls", "SYSA/tls speaks TLS", failed, func(r *report.Report) {
			r.Findings = []report.Finding{{ID: "RING-CERT-MISMATCH", Severity: report.High, Endpoint: "SYSA/tls"}, {ID: "CERT-EXPIRED", Severity: report.Critical, Endpoint: "SYSA/tls"}}
		}},
		{"server-tls", "SYSA/web speaks TLS", unknown, func(r *report.Report) {
			r.Findings = []report.Finding{{ID: "NOT-ASSESSED", Inconclusive: true, Endpoint: "SYSA/web"}}
		}},
		{"server-tls", "SYSA/rc4 is still open", failed, func(r *report.Report) { endpoint(r, "SYSA/rc4").State = scan.StateClosed }},
		{"agent", "SYSB AT-TLS rules", failed, func(r *report.Report) { r.Expectations[3].Policy.Matches[0].ClearText = scan.Yes }},
		{"agent", "SYSB AT-TLS rules", unknown, func(r *report.Report) { r.Expectations[3].Policy = nil }},
		{"agent", "SYSB AT-TLS rules", unknown, func(r *report.Report) { r.Expectations[3].Policy.Installs = false }},
		{"agent", "SYSB policy is installed", unknown, func(r *report.Report) { r.Installed = []report.Installed{{System: "SYSB", File: "b.pasearch"}} }},
		{"agent", "SYSB policy is installed", failed, func(r *report.Report) {
			r.Installed = []report.Installed{{System: "SYSB", File: "b.pasearch", Used: true}}
			r.Findings = []report.Finding{{ID: "ATTLS-NOT-INSTALLED", Severity: report.High, Detail: "AT-TLS on SYSB, rule In"}}
		}},
		{"agent", "SYSB/agent speaks TLS", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").State = scan.StateNonTLS }},
		{"agent", "SYSB/agent speaks TLS", unknown, func(r *report.Report) { endpoint(r, "SYSB/agent").State = scan.StateSkipped }},
		{"agent", "SYSB agent parameters", failed, func(r *report.Report) { r.QueryMonitor[1].Agent.ATTLS = nil }},
		{"agent", "SYSB agent parameters", failed, func(r *report.Report) { r.QueryMonitor[1].Agent.ServerPort.Ports = []uint16{3448} }},
		{"agent", "SYSB agent parameters", unknown, func(r *report.Report) { r.QueryMonitor[1].Agent = nil }},
		{"agent", "SYSB key ring 2", failed, func(r *report.Report) { endpoint(r, "SYSA/tls").Chains[0].Trusted = certchain.No }},
		{"agent", "SYSB key ring 2", unknown, func(r *report.Report) { endpoint(r, "SYSA/tls").Chains = nil }},
		{"agent", "SYSB agent is connected with TLS", failed, func(r *report.Report) {
			r.QueryMonitor[1].Connections[0].Foreign, r.QueryMonitor[1].Connections[0].Port = "10.1.1.1:3448", 3448
		}},
		{"agent", "SYSB agent is connected with TLS", unknown, func(r *report.Report) { r.QueryMonitor[1].Listings[0].Collected = nil }},
		{"rc4-off", "SYSA/rc4 is closed", failed, func(r *report.Report) { endpoint(r, "SYSA/rc4").State = scan.StateNonTLS }},
		{"rc4-off", "SYSA/rc4 is closed", unknown, func(r *report.Report) { endpoint(r, "SYSA/rc4").State = scan.StateFiltered }},
		{"rc4-off", "SYSA/tls speaks TLS", failed, func(r *report.Report) { endpoint(r, "SYSA/tls").State = scan.StateClosed }},
		{"rc4-off", "SYSB agent is there", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").State = scan.StateClosed }},
		{"rc4-off", "SYSB agent is connected with TLS", unknown, func(r *report.Report) { r.QueryMonitor[1].Connections = nil }},
		{"backout", "SYSB/agent is as before", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").State = scan.StateClosed }},
		{"backout", "SYSB/agent is as before", unknown, func(r *report.Report) { endpoint(r, "SYSB/agent").State = scan.StateFiltered }},
		{"backout", "SYSB/agent is as before", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").Protocols[0].Supported = scan.No }},
		{"backout", "SYSB/agent is as before", unknown, func(r *report.Report) { endpoint(r, "SYSB/agent").Protocols[0].Supported = scan.Unknown }},
		{"backout", "SYSB/agent is as before", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").Protocols[0].CipherSuites[0].Code = 0xC02F }},
		{"backout", "SYSB/agent is as before", unknown, func(r *report.Report) {
			endpoint(r, "SYSB/agent").Protocols[0].CipherSuites[0].Code, endpoint(r, "SYSB/agent").Protocols[0].Enumeration = 0xC02F, scan.EnumerationPartial
		}},
		{"backout", "SYSB/agent is as before", failed, func(r *report.Report) { endpoint(r, "SYSB/agent").Presented[0].Leaf = "another" }},
		{"backout", "SYSA/rc4 is as before", failed, func(r *report.Report) { endpoint(r, "SYSA/rc4").NonTLS.Kind = "closes" }},
		{"backout", "SYSB/new is as before", unknown, func(r *report.Report) { endpoint(r, "SYSB/agent").ID = "SYSB/new" }},
	} {
		t.Run(tc.step+" "+tc.check+" "+tc.result, func(t *testing.T) {
			rep := migrated()
			if tc.step == report.PhaseRC4Off {
				endpoint(rep, "SYSA/rc4").State, endpoint(rep, "SYSA/rc4").NonTLS = scan.StateClosed, nil
			}
			tc.change(rep)
			p := phase.Judge(rep, options(tc.step))
			assert.Equal(t, report.NoGo, p.Verdict)
			assert.Equal(t, tc.result, p.Result(), "%+v", p.Checks)
			found := false
			for _, c := range p.Checks {
				if c.Name == tc.check && c.Result == tc.result {
					found = true
					assert.Equal(t, c.Next, p.Next)
					assert.NotEmpty(t, c.Evidence)
				}
			}
			require.True(t, found, "%+v", p.Checks)
		})
	}
}

// The estate file describes the end: what the step does not need does not fail it. A waived finding does not either.
func TestOnlyTheStepCounts(t *testing.T) {
	rep := migrated()
	l := loc("stdenv", 3)
	rep.Findings = []report.Finding{
		{ID: "RC4-LISTENER-OPEN", Severity: report.Critical, Endpoint: "SYSA/rc4"}, {ID: "QM-RC4-NOT-OFF", Severity: report.High, Endpoint: "SYSA/rc4", Location: &l},
		{ID: "CHAIN-UNTRUSTED", Severity: report.High, Endpoint: "SYSA/tls"}, {ID: "TLS-NOT-SPOKEN", Severity: report.Critical, Endpoint: "SYSB/agent"},
		{ID: "CERT-EXPIRED", Severity: report.Critical, Endpoint: "SYSA/web", Waived: &report.Waived{}}, {ID: "CHAIN-ORDER", Severity: report.Low, Endpoint: "SYSA/web"},
	}
	assert.Equal(t, report.Go, phase.Judge(rep, options(report.PhaseServerTLS)).Verdict)
	o := options(report.PhaseServerTLS)
	o.FailOn = report.Low
	assert.Equal(t, report.NoGo, phase.Judge(rep, o).Verdict)
}

// The first failed check says what to do, before one that is not known.
func TestFailedComesFirst(t *testing.T) {
	rep := migrated()
	rep.Expectations[3].Policy = nil
	rep.QueryMonitor[1].Agent.ATTLS = nil
	p := phase.Judge(rep, options(report.PhaseAgent))
	assert.Equal(t, "P CQMCAEA, then S CQMCAEA (SYSB), after CQMCPRMS is corrected", p.Next)
}

// Nobody is told to turn RC4 off while something stands in the way of it.
func TestRC4StaysOnWhileItIsInUse(t *testing.T) {
	rep := migrated()
	q := &rep.QueryMonitor[1]
	q.Connections = append(q.Connections, report.ShownConnection{State: "LISTEN", Local: "0.0.0.0:5610", Port: 5610, Location: loc("b.conn", 1)})
	p := phase.Judge(rep, phase.Options{Name: report.PhaseRC4Off})
	assert.Equal(t, "P CQMCAESV, then S CQMCAESV (SYSA), with RC4 turned off", p.Next)
	q.Agent.ServerPort.Ports = []uint16{3448}
	p = phase.Judge(rep, phase.Options{Name: report.PhaseRC4Off})
	assert.Equal(t, report.NoGo, p.Verdict)
	assert.Equal(t, "D TCPIP,,N,CONN (SYSA), and leave RC4 on: SYSB: SERVER_PORT(3449), an RC4 port of the CAE server", p.Next)
}

// A parameter that is there and does not count is shown where it stands.
func TestIgnoredTLSPort(t *testing.T) {
	rep := migrated()
	q := &rep.QueryMonitor[0]
	q.Server.TLSPort = nil
	q.Lines = []report.ParameterLine{{Kind: "leading-blank", Parameter: "CQM_TLS_CAE_AGNT_LSTNR_PORT", Message: "ignored", Location: loc("stdenv", 4)}}
	p := phase.Judge(rep, phase.Options{Name: report.PhaseServerTLS})
	require.NotEmpty(t, p.Checks)
	assert.Equal(t, report.CheckFailed, p.Checks[0].Result)
	assert.Equal(t, "ignored stdenv:4:1", p.Checks[0].Evidence+" "+p.Checks[0].From)
}
