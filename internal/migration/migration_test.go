package migration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/migration"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestYesWhenEveryAgentIsOnTLS(t *testing.T) {
	m := migration.Of(ready())
	assert.Empty(t, m.RC4.Obstacles)
	assert.Equal(t, scan.Yes, m.RC4.MayTurnOff)
	assert.Equal(t, []report.RC4Server{{System: "SYSA", Ports: []uint16{3448}, MayTurnOff: scan.Yes}, {System: "SYSB", Ports: []uint16{3448}, MayTurnOff: scan.Yes}}, m.RC4.Servers)
	assert.Equal(t, migration.Of(ready()), m, "the same report, the same answer")
}

// Each thing that a yes rests on, by itself: what takes it away, the answer then, and what is named with its place.
func TestWhatStandsInTheWay(t *testing.T) {
	old := at.Add(-61 * time.Minute)
	ahead := at.Add(10 * time.Minute)
	for _, tc := range []struct {
		name   string
		change func(rep *report.Report)
		want   string // answer, server, system, place and words of the first obstacle
	}{
		{"no parameters", func(r *report.Report) { r.QueryMonitor[2].Agent = nil }, "unknown  SYSC estate.yaml:8:9 parameters were not given"},
		{"SERVER_PORT is RC4", func(r *report.Report) { r.QueryMonitor[2].Agent.ServerPort.Ports = []uint16{3448} }, "no  SYSC SYSC.cqmcprms:2:1 an RC4 port"},
		{"SERVER_PORT is another", func(r *report.Report) { r.QueryMonitor[2].Agent.ServerPort.Ports = []uint16{99} }, "no  SYSC SYSC.cqmcprms:2:1 is not the CAE server's TLS port"},
		{"SERVER_PORT is unreadable", func(r *report.Report) { r.QueryMonitor[2].Agent.ServerPort.Ports = nil }, "unknown  SYSC SYSC.cqmcprms:2:1 not known"},
		{"SERVER_PORT is not set", func(r *report.Report) { r.QueryMonitor[2].Agent.ServerPort = nil }, "unknown  SYSC SYSC.cqmcprms:1:1 SERVER_PORT is not set"},
		{"a port that is both", func(r *report.Report) { r.QueryMonitor[2].Agent.ServerRC4 = []uint16{3449} }, "unknown  SYSC SYSC.cqmcprms:2:1 not known"},
		{"ATTLS_ENABLED is not set", func(r *report.Report) { r.QueryMonitor[2].Agent.ATTLS = nil }, "no  SYSC SYSC.cqmcprms:1:1 ATTLS_ENABLED is not set"},
		{"ATTLS_ENABLED(N)", func(r *report.Report) { r.QueryMonitor[2].Agent.ATTLS.Value = "N" }, "no  SYSC SYSC.cqmcprms:3:1 ATTLS_ENABLED(N)"},
		{"a backup elsewhere", func(r *report.Report) {
			r.QueryMonitor[2].Agent.BackupAddress = &report.Parameter{Value: "10.9.9.9", Location: loc("SYSC.cqmcprms", 5)}
		}, "unknown  SYSC SYSC.cqmcprms:5:1 BACKUP_ADDRESS(10.9.9.9) is at no system"},
		{"ring 2 does not trust the primary", func(r *report.Report) {
			endpoint(r, "SYSA/tls").Chains[1].Trusted, endpoint(r, "SYSA/tls").Chains[1].Reason = certchain.No, "no anchor"
		}, "no SYSA SYSC estate.yaml:9:9 ring agent-out@SYSC does not trust SYSA/tls: no anchor"},
		{"ring 2 does not trust the backup", func(r *report.Report) { endpoint(r, "SYSB/tls").Chains[0].Trusted = certchain.No }, "no SYSB SYSA estate.yaml:9:9 does not trust SYSB/tls"},
		{"trust is unknown", func(r *report.Report) { endpoint(r, "SYSB/tls").Chains[0].Trusted = certchain.Unknown }, "unknown SYSB SYSA estate.yaml:9:9 is not known"},
		{"no ring of the agent", func(r *report.Report) { expectation(r, "SYSA/tls").TrustedBy = []string{"agent-out@SYSA"} }, "unknown SYSA SYSC estate.yaml:9:9 names no ring of SYSC"},
		{"the backup is down", func(r *report.Report) {
			endpoint(r, "SYSB/tls").State, endpoint(r, "SYSB/tls").Chains = scan.StateClosed, nil
		},
			"unknown SYSB SYSA estate.yaml:9:9 its certificate was not seen (closed)"},
		{"the TLS port is no TLS", func(r *report.Report) { endpoint(r, "SYSA/tls").State = scan.StateNonTLS }, "no SYSA SYSA SYSA/tls does not speak TLS"},
		{"an agent on the RC4 port", func(r *report.Report) {
			r.QueryMonitor[0].Connections = append(r.QueryMonitor[0].Connections, report.ShownConnection{Job: "CQMCAESV", State: "ESTABLISHED", Local: "10.1.1.1:3448",
				Foreign: "10.1.1.3:51001", Port: 3448, Location: loc("SYSA.conn", 6)})
		}, "no SYSA SYSA SYSA.conn:6:1 10.1.1.3:51001 is connected to RC4 port 3448"},
		{"SERVER_ADDRESS elsewhere", func(r *report.Report) {
			a := r.QueryMonitor[2].Agent
			a.ServerElsewhere, a.ServerAddress = true, &report.Parameter{Value: "other.example.com", Location: loc(a.File, 4)}
		}, "unknown  SYSC SYSC.cqmcprms:4:1 SERVER_ADDRESS(other.example.com) is at no CAE server"},
		{"SERVER_PORT twice", func(r *report.Report) { line(r, 2, "SYSC.cqmcprms", "duplicate", "SERVER_PORT") }, "unknown  SYSC SYSC.cqmcprms:7:1 duplicate of SERVER_PORT"},
		{"a line of the agent that cannot be read", func(r *report.Report) { line(r, 2, "SYSC.cqmcprms", "unreadable", "") }, "unknown  SYSC SYSC.cqmcprms:7:1 unreadable of "},
		{"the RC4 port is ignored", func(r *report.Report) { line(r, 0, "stdenv", "leading-blank", "CQM_CAE_AGENT_LISTENER_PORT") },
			"unknown SYSA SYSA stdenv:7:1 which port is the RC4 port is not certain"},
		{"a state that cannot be read", func(r *report.Report) {
			r.QueryMonitor[0].Connections = append(r.QueryMonitor[0].Connections, report.ShownConnection{Job: "CQMCAESV", State: "Estab", Local: "10.1.1.1:3448",
				Foreign: "10.1.1.3:51001", Port: 3448, Location: loc("SYSA.conn", 6)})
		}, `unknown SYSA SYSA SYSA.conn:6:1 CQMCAESV 10.1.1.3:51001 is on RC4 port 3448 in a state that cannot be read ("Estab")`},
		{"lines of the listing that cannot be read", func(r *report.Report) { r.QueryMonitor[0].Listings[0].Unread = []report.Location{loc("SYSA.conn", 9)} },
			"unknown SYSA SYSA SYSA.conn has lines that cannot be read, the first at SYSA.conn:9:1"},
		{"a cut listing that shows every agent on TLS", func(r *report.Report) {
			r.QueryMonitor[0].Listings[0].Truncated = true
			r.QueryMonitor[0].Connections = append(r.QueryMonitor[0].Connections, report.ShownConnection{State: "ESTABLISHED", Local: "10.1.1.1:3449",
				Foreign: "10.1.1.1:51000", Port: 3449, Location: loc("SYSA.conn", 6)})
		}, "unknown SYSA SYSA SYSA.conn is not complete"},
		{"RC4 is off by parameters alone", func(r *report.Report) {
			r.QueryMonitor[0].Configured = serverPorts()[:1]
			s := r.QueryMonitor[0].Server
			s.RC4OffParam, s.RC4OffValue, s.RC4Off = "OFF", "N", &report.Parameter{Name: "OFF", Value: "N", Location: loc("stdenv", 4)}
			endpoint(r, "SYSA/rc4").Role, expectation(r, "SYSA/rc4").Role = report.RoleGeneric, report.RoleGeneric
		}, "unknown SYSA SYSA  no port shows that the server was restarted"},
		{"the listing is old", func(r *report.Report) { r.QueryMonitor[0].Listings[0].Collected = &old }, "unknown SYSA SYSA SYSA.conn 1 h 1 min old"},
		{"the listing is of the future", func(r *report.Report) { r.QueryMonitor[0].Listings[0].Collected = &ahead }, "unknown SYSA SYSA SYSA.conn after the time that was judged"},
		{"the listing has no date", func(r *report.Report) { r.QueryMonitor[0].Listings[0].Collected = nil }, "unknown SYSA SYSA SYSA.conn has no date"},
		{"the listing is cut", func(r *report.Report) { r.QueryMonitor[0].Listings[0].Truncated = true }, "unknown SYSA SYSA SYSA.conn is not complete"},
		{"connections were left out", func(r *report.Report) { r.QueryMonitor[0].LeftOut = 1 }, "unknown SYSA SYSA SYSA.conn is not complete"},
		{"the listing is of another port", func(r *report.Report) { r.QueryMonitor[0].Connections = nil }, "unknown SYSA SYSA SYSA.conn does not show RC4 port 3448"},
		{"there is no listing", func(r *report.Report) { r.QueryMonitor[1].Listings = nil }, "unknown SYSB SYSA  no NETSTAT listing of SYSB"},
		{"an agent's port is RC4", func(r *report.Report) {
			endpoint(r, "SYSC/agent").State, endpoint(r, "SYSC/agent").NonTLS = scan.StateNonTLS, &scan.NonTLS{Kind: "opaque"}
		}, "no  SYSC SYSC/agent the agent still takes RC4: 5610 is open and not TLS (opaque)"},
		{"RC4 port unknown", func(r *report.Report) {
			r.QueryMonitor[0].Configured = serverPorts()[:1]
			endpoint(r, "SYSA/rc4").Role, expectation(r, "SYSA/rc4").Role = report.RoleGeneric, report.RoleGeneric
		}, "unknown SYSA SYSA  which port is the RC4 port is not known"},
		{"part of the estate", func(r *report.Report) { r.Run.Scope.Declared++ }, "unknown    looked at 10 of 11 listeners"},
		{"cut short", func(r *report.Report) { r.Run.Complete = false }, "unknown    cut short"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rep := ready()
			tc.change(rep)
			m := migration.Of(rep)
			require.NotEmpty(t, m.RC4.Obstacles)
			o := m.RC4.Obstacles[0]
			got := fmt.Sprintf("%s %s %s %s %s", o.Answer, o.Server, o.System, o.From, o.What)
			words := strings.SplitN(tc.want, " ", 5)
			assert.True(t, strings.HasPrefix(got, strings.Join(words[:4], " ")), got)
			assert.Contains(t, got, words[4])
			assert.Equal(t, words[0], m.RC4.MayTurnOff.String())
			for _, s := range m.RC4.Servers {
				concerned := o.Server == "" || o.Server == s.System
				assert.Equal(t, concerned, s.MayTurnOff != scan.Yes, s.System)
			}
		})
	}
}

// An agent's own listing is as good as the server's, where it shows the agent on the TLS port.
func TestTheAgentsOwnListing(t *testing.T) {
	rep := ready()
	rep.QueryMonitor[0].Listings, rep.QueryMonitor[1].Listings = nil, nil
	rep.QueryMonitor[0].Connections, rep.QueryMonitor[1].Connections = nil, nil
	collected := at.Add(-time.Minute)
	for _, i := range []int{0, 2} {
		q := &rep.QueryMonitor[i]
		q.Listings = []report.NetstatListing{{File: "own", Collected: &collected}}
		q.Connections = []report.ShownConnection{{State: "ESTABLISHED", Local: "10.1.1.9:51000", Foreign: "10.1.1.1:3449", Port: 3449, Policy: "yes", Location: loc("own", 3)}}
	}
	assert.Equal(t, scan.Unknown, migration.Of(rep).RC4.MayTurnOff, "a listing of the server's TLS port alone")
	for _, i := range []int{0, 2} {
		q := &rep.QueryMonitor[i]
		q.Connections = append(q.Connections, report.ShownConnection{State: "LISTEN", Local: "0.0.0.0:5610", Port: 5610, Location: loc("own", 2)})
	}
	m := migration.Of(rep)
	assert.Equal(t, scan.Yes, m.RC4.MayTurnOff, "%v", m.RC4.Obstacles)
	assert.Equal(t, report.MigrationTLS, m.Cell("SYSC", report.EndAgentOut).State)
	rep.QueryMonitor[2].Connections[0].Policy = "no"
	m = migration.Of(rep)
	assert.Equal(t, scan.Unknown, m.RC4.MayTurnOff)
	assert.Equal(t, report.MigrationUnknown, m.Cell("SYSC", report.EndAgentOut).State, "a TLS port without an AT-TLS rule is neither")
}

func TestISPFMayStayRC4(t *testing.T) {
	rep := ready()
	endpoint(rep, "SYSC/ispf").State, endpoint(rep, "SYSC/ispf").NonTLS = scan.StateNonTLS, &scan.NonTLS{Kind: "opaque"}
	m := migration.Of(rep)
	assert.Equal(t, scan.No, m.RC4.MayTurnOff)
	assert.Equal(t, report.AboutListener, m.RC4.Obstacles[0].About)
	expectation(rep, "SYSC/ispf").Expect = report.ExpectLegacyRC4
	m = migration.Of(rep)
	assert.Equal(t, scan.Yes, m.RC4.MayTurnOff)
	assert.True(t, m.Cell("SYSC", report.EndISPF).MayStay)
	expectation(rep, "SYSC/ispf").RetireBy = "2027-01-01"
	assert.Equal(t, scan.No, migration.Of(rep).RC4.MayTurnOff)
}

func TestStates(t *testing.T) {
	opaque, resets := &scan.NonTLS{Kind: "opaque"}, &scan.NonTLS{Kind: "resets"}
	for _, tc := range []struct {
		name, id, system, end string
		state                 scan.State
		kind                  *scan.NonTLS
		want                  report.MigrationState
	}{
		{"TLS and RC4", "SYSA/tls", "SYSA", report.EndServer, scan.StateTLS, nil, report.MigrationBoth},
		{"RC4 closed", "SYSA/rc4", "SYSA", report.EndServer, scan.StateClosed, nil, report.MigrationTLS},
		{"TLS closed", "SYSA/tls", "SYSA", report.EndServer, scan.StateClosed, nil, report.MigrationRC4},
		{"RC4 filtered", "SYSA/rc4", "SYSA", report.EndServer, scan.StateFiltered, nil, report.MigrationUnknown},
		{"RC4 resets", "SYSA/rc4", "SYSA", report.EndServer, scan.StateNonTLS, resets, report.MigrationBoth},
		{"agent opaque", "SYSC/agent", "SYSC", report.EndAgentIn, scan.StateNonTLS, opaque, report.MigrationRC4},
		{"agent resets", "SYSC/agent", "SYSC", report.EndAgentIn, scan.StateNonTLS, resets, report.MigrationUnknown},
		{"agent closed", "SYSC/agent", "SYSC", report.EndAgentIn, scan.StateClosed, nil, report.MigrationClosed},
		{"agent skipped", "SYSC/agent", "SYSC", report.EndAgentIn, scan.StateSkipped, nil, report.MigrationUnknown},
		{"web in clear text", "SYSA/web", "SYSA", report.EndWeb, scan.StateNonTLS, &scan.NonTLS{Kind: "plaintext"}, report.MigrationUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rep := ready()
			endpoint(rep, tc.id).State, endpoint(rep, tc.id).NonTLS = tc.state, tc.kind
			assert.Equal(t, tc.want, migration.Of(rep).Cell(tc.system, tc.end).State)
		})
	}
}

// What is configured comes from parameters and policy, and from the estate file only where these say nothing.
func TestConfigured(t *testing.T) {
	rep := ready()
	cell := func() *report.MigrationCell { return migration.Of(rep).Cell("SYSC", report.EndAgentIn) }
	assert.Equal(t, report.MigrationTLS, cell().Configured)
	expectation(rep, "SYSC/agent").Policy = &report.Policy{Installs: true, Files: []string{"sysc.attls"},
		Matches: []report.PolicyMatch{{From: report.FromPeer, Address: "10.1.1.1", ClearText: scan.Yes}}}
	assert.Equal(t, report.MigrationUnknown, cell().Configured, "parameters and policy contradict each other")
	rep.QueryMonitor[2].Agent = nil
	assert.Equal(t, report.MigrationRC4, cell().Configured)
	expectation(rep, "SYSC/agent").Policy.Installs = false
	assert.Equal(t, report.MigrationTLS, cell().Configured, "only the estate file is left")
	assert.Nil(t, migration.Of(rep).Cell("SYSB", report.EndAgentIn), "SYSB has no agent")
}
