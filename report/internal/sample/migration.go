package sample

import (
	"fmt"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Migration is a move to TLS half way, with names and words that mean something to HTML, to a terminal, and to both. The systems are those
// named, and as many more.
func Migration(more int) *report.Migration {
	hostile := "<script>alert('x')</script>&amp;\x1b[31m\u202e\"]]>"
	fact := func(kind string, state report.MigrationState, says, from string) report.MigrationFact {
		return report.MigrationFact{Kind: kind, State: state, Says: says, From: from}
	}
	cell := func(end string, state, configured report.MigrationState, facts ...report.MigrationFact) report.MigrationCell {
		for _, e := range report.Ends() {
			if e[0] == end {
				return report.MigrationCell{Connection: e[1], End: end, State: state, Observed: state, Configured: configured, Facts: append([]report.MigrationFact{}, facts...)}
			}
		}
		return report.MigrationCell{}
	}
	ispf := cell(report.EndISPF, report.MigrationRC4, report.MigrationRC4, fact(report.FactWire, report.MigrationRC4, "5611 is open and not TLS (opaque)", "SYSB/ispf"))
	ispf.MayStay = true
	m := &report.Migration{Schema: report.MigrationSchema, Estate: "prodplex", JudgedAt: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC), ReportDigest: "sha256:d1",
		RC4: report.RC4Verdict{MayTurnOff: scan.No, Servers: []report.RC4Server{{System: "SYSA", Ports: []uint16{3448, 3450}, MayTurnOff: scan.No}}, Obstacles: []report.Obstacle{
			{Answer: scan.No, About: report.AboutNetstat, Server: "SYSA", System: "SYSB", What: "CQMCAE 10.1.1.2:51000 is connected to RC4 port 3448", From: "net/sysb.conn:12:1"},
			{Answer: scan.No, About: report.AboutRing, Server: "SYSA", System: "SYSB", What: "ring agent-out@SYSB does not trust SYSA/agent-tls: " + hostile, From: hostile},
			{About: report.AboutParameters, System: hostile, What: "the agent's parameters were not given"},
		}},
		Systems: []report.MigrationSystem{
			{System: "SYSA", Cells: []report.MigrationCell{
				cell(report.EndWeb, report.MigrationTLS, report.MigrationTLS, fact(report.FactWire, report.MigrationTLS, "8443 speaks TLSv1.2 TLSv1.3", "SYSA/web")),
				cell(report.EndServer, report.MigrationBoth, report.MigrationTLS, fact(report.FactParameters, report.MigrationBoth, "CQM_TLS_CAE_AGNT_LSTNR_PORT=3449", "qm/stdenv:2:1")),
			}},
			{System: "SYSB", Cells: []report.MigrationCell{
				cell(report.EndAgentOut, report.MigrationUnknown, report.MigrationTLS, fact(report.FactParameters, report.MigrationTLS, hostile, hostile)),
				cell(report.EndAgentIn, report.MigrationClosed, report.MigrationUnknown), ispf,
			}},
			{System: hostile, Cells: []report.MigrationCell{cell(report.EndAgentOut, report.MigrationUnknown, report.MigrationUnknown)}},
		}}
	for i := range more {
		m.Systems = append(m.Systems, report.MigrationSystem{System: fmt.Sprintf("MORE%02d", i), Cells: []report.MigrationCell{
			cell(report.EndAgentIn, report.MigrationTLS, report.MigrationTLS)}})
	}
	return m
}
