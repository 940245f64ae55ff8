package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// view finds things in a report.
type view struct {
	rep     *report.Report
	expect  map[string]*report.Expectation  // by endpoint
	qm      map[string]*report.QueryMonitor // by system
	systems []string
	owner   map[string]string // which system has an address; an address of several is left out
}

func newView(rep *report.Report) *view {
	v := &view{rep: rep, expect: map[string]*report.Expectation{}, qm: map[string]*report.QueryMonitor{}, owner: map[string]string{}}
	for i := range rep.Expectations {
		x := &rep.Expectations[i]
		v.expect[x.Endpoint] = x
		v.systems = append(v.systems, x.System)
	}
	for i := range rep.QueryMonitor {
		q := &rep.QueryMonitor[i]
		v.qm[q.System] = q
		v.systems = append(v.systems, q.System)
	}
	slices.Sort(v.systems)
	v.systems = slices.Compact(v.systems)
	for _, e := range rep.Endpoints {
		address := e.Target.Address
		if known, ok := v.owner[address]; ok && known != e.System {
			v.owner[address] = ""
			continue
		}
		v.owner[address] = e.System
	}
	return v
}

// endpoints are a system's endpoints of a role.
func (v *view) endpoints(system, role string) []*report.Endpoint {
	var out []*report.Endpoint
	for i := range v.rep.Endpoints {
		if e := &v.rep.Endpoints[i]; e.System == system && e.Role == role {
			out = append(out, e)
		}
	}
	return out
}

// ports are a system's ports of a role, by estate file and parameters.
func (v *view) ports(system, role string) []uint16 {
	out := []uint16{}
	for _, e := range v.endpoints(system, role) {
		out = append(out, e.Target.Port)
	}
	if q := v.qm[system]; q != nil {
		for _, c := range q.Configured {
			if c.Role == role {
				out = append(out, c.Port)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isServer says whether the report knows of a CAE server on the system.
func (v *view) isServer(system string) bool {
	q := v.qm[system]
	return q != nil && q.Server != nil || len(v.endpoints(system, report.RoleCAEServerTLS))+len(v.endpoints(system, report.RoleCAEServerRC4)) > 0
}

// isAgent says whether the report knows of a CAE agent on the system.
func (v *view) isAgent(system string) bool {
	return v.agent(system) != nil || len(v.endpoints(system, report.RoleCAEAgent))+len(v.endpoints(system, report.RoleCAEISPF)) > 0
}

func (v *view) servers() []string { return v.those(v.isServer) }
func (v *view) agents() []string  { return v.those(v.isAgent) }

func (v *view) those(want func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(v.systems), func(s string) bool { return !want(s) })
}

func (v *view) agent(system string) *report.CAEAgent {
	if q := v.qm[system]; q != nil {
		return q.Agent
	}
	return nil
}

// source is where the estate file says something of an endpoint.
func (v *view) source(endpoint, key string) string {
	if x := v.expect[endpoint]; x != nil {
		for _, s := range x.Sources {
			if s.Key == key {
				return s.From
			}
		}
	}
	return endpoint
}

// place writes a location as FILE:LINE:COLUMN.
func place(l *report.Location) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
}

// placeOf is where a parameter stands, or the file where it is missing.
func placeOf(p *report.Parameter, file string) string {
	if p == nil {
		return file + ":1:1"
	}
	return place(&p.Location)
}

// mayStay says whether the estate file lets a listener keep RC4 for good: only the ISPF port, which stays on its system.
func mayStay(x *report.Expectation) bool {
	return x != nil && x.Role == report.RoleCAEISPF && x.Expect == report.ExpectLegacyRC4 && x.RetireBy == ""
}

// isOn says whether a parameter has the value Y.
func isOn(p *report.Parameter) bool { return p != nil && strings.EqualFold(p.Value, "Y") }
