package replay

import (
	"errors"
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// files compares what the report was given with what its files give now. When a file was collected is not compared: a copy has another time.
func (d *differ) files(rep, now *report.Report) error {
	if now == nil {
		return nil
	}
	rep, now = reportjson.Complete(rep), reportjson.Complete(now)
	faults := []error{d.targets(rep.Endpoints, now.Endpoints)}
	for _, x := range []struct {
		pointer     string
		stored, now any
	}{
		{"/run/estate", rep.Run.Estate, now.Run.Estate}, {"/run/inputs", undated(rep.Run.Inputs), undated(now.Run.Inputs)},
		{"/run/max_input_age_s", rep.Run.MaxInputAge, now.Run.MaxInputAge}, {"/run/scope", rep.Run.Scope, now.Run.Scope},
		{"/expectations", rep.Expectations, now.Expectations}, {"/keyrings", rep.Keyrings, now.Keyrings}, {"/waivers", inFiles(rep.Waivers), now.Waivers},
		{"/policies", rep.Policies, now.Policies}, {"/query_monitor", rep.QueryMonitor, now.QueryMonitor},
		{"/installed", rep.Installed, now.Installed}, {"/stacks", rep.Stacks, now.Stacks},
	} {
		faults = append(faults, d.values(x.pointer, x.stored, x.now))
	}
	if !rejudged(rep) {
		faults = append(faults, d.values("/profiles", own(rep.Profiles), own(now.Profiles)))
	}
	return errors.Join(faults...)
}

// inFiles are the waivers of the estate's files: those that were made with the service stand in none.
func inFiles(waivers []report.Waiver) []report.Waiver {
	return slices.DeleteFunc(slices.Clone(waivers), func(w report.Waiver) bool { return w.Service != nil })
}

// own are the profiles that are not built in, without their results.
func own(profiles []report.Profile) []report.Profile {
	out := slices.DeleteFunc(slices.Clone(profiles), func(p report.Profile) bool { return profile.Source(p.ID) != nil })
	for i := range out {
		out[i].Results = nil
	}
	return out
}

func undated(inputs []report.Input) []report.Input {
	out := slices.Clone(inputs)
	for i := range out {
		out[i].Collected = nil
	}
	return out
}

// targets wants the endpoints to be those that the files name: which port of which host. An address that the files do not say is the
// resolver's, and was taken from the report. Endpoints that only one of the two has are differences of their expectations.
func (d *differ) targets(stored, now []report.Endpoint) error {
	named := map[string]scan.ObservedTarget{}
	for _, e := range now {
		named[e.ID] = e.Target
	}
	var faults []error
	for i, e := range stored {
		want, ok := named[e.ID]
		if cut := e.State == scan.StateSkipped && e.Target == (scan.ObservedTarget{}); cut || !ok { // lines that end before it: see internal/stored
			continue
		}
		if want.Address == "" {
			want.Address = e.Target.Address
		}
		faults = append(faults, d.values(fmt.Sprintf("/endpoints/%d/target", i), e.Target, want))
	}
	return errors.Join(faults...)
}
