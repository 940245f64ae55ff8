package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// portFault is what is wrong with a port. Ports with the same fault make one finding.
type portFault struct {
	at       report.Location
	severity report.Severity
	detail   string // with thePorts where they are named
}

const thePorts = "{ports}"

// perPorts judges each port of a listener.
func perPorts(ports []uint16, judge func(uint16) []portFault) []report.Finding {
	var order []portFault
	having := map[portFault][]uint16{}
	for _, port := range ports {
		for _, f := range judge(port) {
			if having[f] == nil {
				order = append(order, f)
			}
			having[f] = append(having[f], port)
		}
	}
	var out []report.Finding
	for _, f := range order {
		finding := found(f.at, strings.Replace(f.detail, thePorts, sayPorts(having[f]), 1))
		finding.Severity = f.severity
		out = append(out, finding)
	}
	return out
}

// sayPorts is "port 5610", or "ports 5605-5607, 5610".
func sayPorts(ports []uint16) string {
	ports = slices.Compact(slices.Sorted(slices.Values(ports)))
	var out []string
	for i := 0; i < len(ports); {
		j := i
		for j+1 < len(ports) && ports[j+1] == ports[j]+1 {
			j++
		}
		if i == j {
			out = append(out, fmt.Sprint(ports[i]))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", ports[i], ports[j]))
		}
		i = j + 1
	}
	if len(ports) == 1 {
		return "port " + out[0]
	}
	return "ports " + strings.Join(out, ", ")
}
