// Package migration says, from a report, how far Query Monitor's move from its built-in RC4 encryption to TLS is, and whether the
// RC4 port may be turned off. The connections are those of IBM's article "IBM Db2 Query Monitor - Configuring AT-TLS" (2024): A
// browser to CAE server, B server and agent in both directions, C ISPF client to agent.
//
// What is observed (the wire, NETSTAT) and what is configured (parameters, policy, estate file) stand side by side, each with where it
// came from; the state is what was observed. The wire cannot show RC4: a listener that is open and not TLS is called rc4 where the
// configuration says so, or where nothing else explains it.
//
// Limits: it knows only what is in the report. A NETSTAT listing counts for an hour. All CAE servers of an estate are taken for
// backups of each other. Nothing is read, dialled or written.
package migration

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// Of makes the matrix and the verdict of a report. The report must be of an estate.
func Of(rep *report.Report) *report.Migration {
	v := newView(rep)
	m := &report.Migration{Schema: report.MigrationSchema, Estate: rep.Run.Estate, JudgedAt: rep.Run.JudgedAt, ReportDigest: rep.Digest,
		Systems: []report.MigrationSystem{}}
	for _, name := range v.systems {
		row := report.MigrationSystem{System: name, Cells: []report.MigrationCell{}}
		for _, end := range report.Ends() {
			if c := v.cell(name, end[0]); c != nil {
				c.Connection, c.End = end[1], end[0]
				settle(c)
				row.Cells = append(row.Cells, *c)
			}
		}
		if len(row.Cells) > 0 {
			m.Systems = append(m.Systems, row)
		}
	}
	m.RC4 = v.verdict(m)
	return m
}

// settle derives the states of a cell from its facts.
func settle(c *report.MigrationCell) {
	of := func(kinds ...string) (states []report.MigrationState) {
		for _, f := range c.Facts {
			if slices.Contains(kinds, f.Kind) && f.State != report.MigrationUnknown {
				states = append(states, f.State)
			}
		}
		return states
	}
	c.Configured = agreed(of(report.FactParameters, report.FactPolicy), of(report.FactEstate))
	c.Observed = together(of(report.FactWire, report.FactNetstat))
	c.State = c.Observed
}

// agreed is what all of the first say; where none says anything, what the second say. Where they contradict each other nobody knows.
func agreed(first, second []report.MigrationState) report.MigrationState {
	if len(first) == 0 {
		first = second
	}
	if len(first) == 0 || slices.ContainsFunc(first, func(s report.MigrationState) bool { return s != first[0] }) {
		return report.MigrationUnknown
	}
	return first[0]
}

// together is what several ports, or several looks, make of one end.
func together(states []report.MigrationState) report.MigrationState {
	has := func(s report.MigrationState) bool { return slices.Contains(states, s) }
	switch {
	case len(states) == 0 || has(report.MigrationUnknown):
		return report.MigrationUnknown
	case has(report.MigrationBoth), has(report.MigrationRC4) && has(report.MigrationTLS):
		return report.MigrationBoth
	case has(report.MigrationTLS):
		return report.MigrationTLS
	case has(report.MigrationRC4):
		return report.MigrationRC4
	}
	return report.MigrationClosed
}
