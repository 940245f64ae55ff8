package phase

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// Listeners are the patterns of the listeners that a step looks at: for an agent its system and those of the CAE servers, for
// backout the system, else all. The error says which system would be right.
func Listeners(e *estate.Estate, name, system string) ([]string, error) {
	servers := []string{report.RoleCAEServerTLS, report.RoleCAEServerRC4, report.RoleCAEWeb}
	agents := []string{report.RoleCAEAgent, report.RoleCAEISPF}
	wanted := map[string][]string{report.PhaseServerTLS: servers, report.PhaseRC4Off: servers, report.PhaseAgent: agents}[name]
	fitting := systemsWith(e, wanted)
	switch {
	case name == report.PhaseAgent && system == "":
		return nil, fmt.Errorf("--phase %s needs --system NAME: want one of %s", name, list(fitting))
	case system != "" && !slices.Contains(fitting, system):
		return nil, fmt.Errorf("--system %q: --phase %s is about one of %s", system, name, list(fitting))
	case system == "":
		return nil, nil
	case name == report.PhaseBackout:
		return []string{system + "/*"}, nil
	case name != report.PhaseAgent:
		return nil, nil
	}
	out := []string{system + "/*"}
	for _, s := range systemsWith(e, servers) { // whole, since NETSTAT and parameters are judged of whole systems only
		if s != system {
			out = append(out, s+"/*")
		}
	}
	return out, nil
}

// Comparable says why a report is no baseline of an estate's system; nil when it is one.
func Comparable(baseline *report.Report, estateName, system string) error {
	if baseline.Run.Estate != estateName {
		return fmt.Errorf("it is of estate %q; want one of %q", baseline.Run.Estate, estateName)
	}
	if !slices.ContainsFunc(baseline.Endpoints, func(e report.Endpoint) bool { return system == "" || e.System == system }) {
		return errors.New("it has no listener of " + system)
	}
	return nil
}

// systemsWith are the systems with a listener of one of the roles; all for none.
func systemsWith(e *estate.Estate, roles []string) []string {
	var out []string
	for _, s := range e.Systems {
		if len(roles) == 0 || slices.ContainsFunc(s.Listeners, func(l *estate.Listener) bool { return slices.Contains(roles, l.Role) }) {
			out = append(out, s.Name)
		}
	}
	return out
}

func list(names []string) string {
	const most = 10
	if more := len(names) - most; more > 0 {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", more))
	}
	if len(names) == 0 {
		return "the estate's systems, of which none has such listeners"
	}
	return strings.Join(names, ", ")
}
