package replay

import (
	"errors"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// sections compares what was stored with what was made anew.
func (d *differ) sections(stored, fresh *report.Report) error {
	a, b := reportjson.Complete(stored), reportjson.Complete(fresh)
	var faults []error
	compare := func(pointer string, x, y any) { faults = append(faults, d.values(pointer, x, y)) }
	compare("/summary", a.Summary, b.Summary)
	faults = append(faults, d.endpoints(a.Endpoints, b.Endpoints))
	compare("/certificates", a.Certificates, b.Certificates)
	compare("/keyrings", a.Keyrings, b.Keyrings)
	compare("/profiles", a.Profiles, b.Profiles)
	compare("/findings", a.Findings, b.Findings)
	compare("/phase", a.Phase, b.Phase)
	compare("/drift", a.Drift, b.Drift)
	compare("/rules", a.Rules, b.Rules)
	return errors.Join(faults...)
}

// files compares what the report was given with what its files give now. When a file was collected is not compared: a copy has another time.
func (d *differ) files(rep, now *report.Report) error {
	if now == nil {
		return nil
	}
	rep, now = reportjson.Complete(rep), reportjson.Complete(now)
	var faults []error
	for _, x := range []struct {
		pointer     string
		stored, now any
	}{
		{"/run/estate", rep.Run.Estate, now.Run.Estate}, {"/run/inputs", undated(rep.Run.Inputs), undated(now.Run.Inputs)},
		{"/run/max_input_age_s", rep.Run.MaxInputAge, now.Run.MaxInputAge}, {"/run/scope", rep.Run.Scope, now.Run.Scope},
		{"/expectations", rep.Expectations, now.Expectations}, {"/keyrings", rep.Keyrings, now.Keyrings}, {"/waivers", rep.Waivers, now.Waivers},
		{"/policies", rep.Policies, now.Policies}, {"/query_monitor", rep.QueryMonitor, now.QueryMonitor},
		{"/installed", rep.Installed, now.Installed}, {"/stacks", rep.Stacks, now.Stacks},
	} {
		faults = append(faults, d.values(x.pointer, x.stored, x.now))
	}
	return errors.Join(faults...)
}

func undated(inputs []report.Input) []report.Input {
	out := slices.Clone(inputs)
	for i := range out {
		out[i].Collected = nil
	}
	return out
}

// endpoints compares in parallel: they are most of a report.
func (d *differ) endpoints(stored, fresh []report.Endpoint) error {
	parts := make([]differ, len(stored))
	err := parallel(len(stored), func(i int) error {
		a, b := stored[i], fresh[i]
		a.Observation.Certificates, b.Observation.Certificates = nil, nil // they are no part of the document
		return parts[i].values(fmt.Sprintf("/endpoints/%d", i), &a, &b)
	})
	for _, p := range parts {
		d.found = append(d.found, p.found...)
	}
	return err
}
