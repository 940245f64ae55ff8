package migration

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ofAgent judges an agent's parameters.
func (v *view) ofAgent(system string) []report.Obstacle {
	var out []report.Obstacle
	found := func(answer scan.Fact, what, from string) {
		out = append(out, report.Obstacle{Answer: answer, About: report.AboutParameters, System: system, What: what, From: from})
	}
	a := v.agent(system)
	if a == nil {
		from := ""
		for _, role := range []string{report.RoleCAEISPF, report.RoleCAEAgent} {
			for _, e := range v.endpoints(system, role) {
				from = v.source(e.ID, "role")
			}
		}
		found(scan.Unknown, "the agent's parameters were not given: want query_monitor: {agent_params: FILE} of "+system, from)
		return out
	}
	at := placeOf(a.ServerPort, a.File)
	if a.ServerPort == nil {
		found(scan.Unknown, "SERVER_PORT is not set", at)
	} else {
		switch state, says := serverPort(a); {
		case state == report.MigrationRC4:
			found(scan.No, says, at)
		case state != report.MigrationTLS && len(a.ServerPort.Ports) > 0 && len(a.ServerTLS) > 0 && !within(a.ServerPort.Ports, a.ServerTLS):
			found(scan.No, fmt.Sprintf("SERVER_PORT(%.20s) is not the CAE server's TLS port", a.ServerPort.Value), at)
		case state != report.MigrationTLS:
			found(scan.Unknown, says, at)
		}
	}
	if !isOn(a.ATTLS) {
		what := "ATTLS_ENABLED is not set"
		if a.ATTLS != nil {
			what = fmt.Sprintf("ATTLS_ENABLED(%.20s)", a.ATTLS.Value)
		}
		found(scan.No, what+"; want Y", placeOf(a.ATTLS, a.File))
	}
	out = append(out, v.ofLines(system, a)...)
	if a.ServerElsewhere {
		found(scan.Unknown, fmt.Sprintf("SERVER_ADDRESS(%.60s) is at no CAE server of the estate, so whether the agent trusts it is not known: want it as host "+
			"or in addresses of the server's listener", a.ServerAddress.Value), place(&a.ServerAddress.Location))
	}
	if a.BackupAddress != nil && a.BackupSystem == "" {
		found(scan.Unknown, fmt.Sprintf("BACKUP_ADDRESS(%.60s) is at no system of the estate, so whether the agent trusts it is not known",
			a.BackupAddress.Value), place(&a.BackupAddress.Location))
	}
	return out
}

// ofLines are the lines of an agent's member that leave open where it connects: what cannot be read may be a parameter of these, and of two
// values nobody knows which one counts.
func (v *view) ofLines(system string, a *report.CAEAgent) []report.Obstacle {
	var out []report.Obstacle
	for _, l := range v.qm[system].Lines {
		if l.Location.File == a.File && l.Kind != "placeholder" && slices.Contains(decides(), l.Parameter) {
			out = append(out, report.Obstacle{About: report.AboutParameters, System: system, What: l.Message, From: place(&l.Location)})
		}
	}
	return out
}

// decides are the parameters that say where an agent connects, and how; empty for a line that has no name.
func decides() []string {
	return []string{"", "SERVER_PORT", "SERVER_ADDRESS", "BACKUP_ADDRESS", "ATTLS_ENABLED"}
}

func within(some, all []uint16) bool {
	return !slices.ContainsFunc(some, func(p uint16) bool { return !slices.Contains(all, p) })
}
