package migration_test

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

var at = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

func loc(file string, line int) report.Location {
	return report.Location{File: file, Line: line, Column: 1}
}

// ready is an estate whose every agent is on TLS: SYSA has the CAE server and an agent, SYSB the backup server, SYSC an agent. RC4 is
// still open on both servers, and nobody uses it.
func ready() *report.Report {
	rep := &report.Report{Schema: report.Schema, Digest: "sha256:d"}
	rep.Run = report.Run{Estate: "prodplex", JudgedAt: at, Complete: true}
	listener := func(system, name, role, expect, address string, port uint16, state scan.State) *report.Endpoint {
		id := system + "/" + name
		x := report.Expectation{Endpoint: id, System: system, Listener: name, Role: role, Expect: expect,
			Sources: []report.Source{{Key: "expect", From: "estate.yaml:7:9"}, {Key: "role", From: "estate.yaml:8:9"}, {Key: "trusted_by", From: "estate.yaml:9:9"}}}
		e := report.Endpoint{System: system, Listener: name, Role: role}
		e.ID, e.State, e.Target = id, state, scan.ObservedTarget{Address: address, Port: port}
		if state == scan.StateNonTLS {
			e.NonTLS = &scan.NonTLS{Kind: "opaque"}
		}
		if role == report.RoleCAEServerTLS {
			x.TrustedBy = []string{"agent-out@SYSA", "agent-out@SYSC"}
			for _, ring := range x.TrustedBy {
				e.Chains = append(e.Chains, report.ChainVerdict{Leaf: "l", Keyring: ring, Trusted: certchain.Yes})
			}
		}
		rep.Expectations = append(rep.Expectations, x)
		rep.Endpoints = append(rep.Endpoints, e)
		return &rep.Endpoints[len(rep.Endpoints)-1]
	}
	for _, s := range [][2]string{{"SYSA", "10.1.1.1"}, {"SYSB", "10.1.1.2"}} {
		listener(s[0], "web", report.RoleCAEWeb, "tls", s[1], 8443, scan.StateTLS)
		listener(s[0], "tls", report.RoleCAEServerTLS, "tls", s[1], 3449, scan.StateTLS)
		listener(s[0], "rc4", report.RoleCAEServerRC4, "closed", s[1], 3448, scan.StateNonTLS)
	}
	for _, s := range [][2]string{{"SYSA", "10.1.1.1"}, {"SYSC", "10.1.1.3"}} {
		listener(s[0], "agent", report.RoleCAEAgent, "tls", s[1], 5610, scan.StateTLS)
		listener(s[0], "ispf", report.RoleCAEISPF, "tls", s[1], 5611, scan.StateTLS)
	}
	rep.Run.Scope = report.Scope{Declared: len(rep.Endpoints), Selected: len(rep.Endpoints)}
	rep.QueryMonitor = []report.QueryMonitor{
		{System: "SYSA", Server: server(), Agent: agent("SYSA"), Configured: serverPorts()},
		{System: "SYSB", Server: server(), Configured: serverPorts()},
		{System: "SYSC", Agent: agent("SYSC")},
	}
	collected := at.Add(-10 * time.Minute)
	for i := range 2 {
		q := &rep.QueryMonitor[i]
		q.Listings = []report.NetstatListing{{File: q.System + ".conn", Collected: &collected}}
		q.Connections = []report.ShownConnection{{State: "LISTEN", Local: "0.0.0.0:3448", Port: 3448, Location: loc(q.System+".conn", 4)}}
	}
	rep.QueryMonitor[0].Connections = append(rep.QueryMonitor[0].Connections, report.ShownConnection{Job: "CQMCAESV", State: "ESTABLISHED",
		Local: "10.1.1.1:3449", Foreign: "10.1.1.3:51000", Port: 3449, Location: loc("SYSA.conn", 5)})
	return rep
}

func server() *report.CAEServer { return &report.CAEServer{File: "stdenv"} }

func serverPorts() []report.ConfiguredPort {
	return []report.ConfiguredPort{
		{Role: report.RoleCAEServerTLS, Port: 3449, Parameter: "CQM_TLS_CAE_AGNT_LSTNR_PORT", Location: loc("stdenv", 2)},
		{Role: report.RoleCAEServerRC4, Port: 3448, Parameter: "CQM_CAE_AGENT_LISTENER_PORT", Location: loc("stdenv", 3)},
	}
}

func agent(system string) *report.CAEAgent {
	file := system + ".cqmcprms"
	return &report.CAEAgent{File: file, ServerSystem: "SYSA", ServerTLS: []uint16{3449}, ServerRC4: []uint16{3448},
		ServerPort: &report.Parameter{Name: "SERVER_PORT", Value: "3449", Ports: []uint16{3449}, Location: loc(file, 2)},
		ATTLS:      &report.Parameter{Name: "ATTLS_ENABLED", Value: "Y", Location: loc(file, 3)}}
}

// line adds a line that is wrong to what is known of a system's files.
func line(rep *report.Report, i int, file, kind, parameter string) {
	q := &rep.QueryMonitor[i]
	q.Lines = append(q.Lines, report.ParameterLine{Kind: kind, Parameter: parameter, Message: kind + " of " + parameter, Location: loc(file, 7)})
}

// endpoint finds an endpoint of a report.
func endpoint(rep *report.Report, id string) *report.Endpoint {
	for i := range rep.Endpoints {
		if rep.Endpoints[i].ID == id {
			return &rep.Endpoints[i]
		}
	}
	return nil
}

// expectation finds an expectation.
func expectation(rep *report.Report, id string) *report.Expectation {
	for i := range rep.Expectations {
		if rep.Expectations[i].Endpoint == id {
			return &rep.Expectations[i]
		}
	}
	return nil
}
