package assess

import (
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Input is all that a verdict depends on.
type Input struct {
	Endpoints    []report.Endpoint // joined: see Join
	Expectations []report.Expectation
	Rings        map[string]*certchain.Ring
	PrivateKeys  []RingProblem // ring files that hold a private key
	QueryMonitor []report.QueryMonitor
	Installed    []report.Installed
	Stacks       []report.Stack
	Inputs       []report.Input
	MaxInputAge  time.Duration    // how old inputs from z/OS may be at At; 0 asks for nothing
	Files        []report.Finding // faults of files, found when those were read
	Profiled     []report.Finding // what internal/profile found: particulars only, as of a rule's check
	Waivers      []report.Waiver
	Revocation   []report.RevocationCheck
	Drift        *report.Drift   // since a baseline; nil without one
	Narrowed     bool            // the run looks at a part of the estate: waivers for the rest are not unused
	At           time.Time       // validity, waivers and retire_by are judged as of then
	FailOn       report.Severity // findings from here on fail the run; the zero value is medium, Never none
}

// Judge runs every rule and sums up. The findings are in the order of reports.
func Judge(in Input) ([]report.Finding, report.Summary) {
	findings := judgeEndpoints(in.Endpoints, in, All())
	if !in.Narrowed {
		findings = append(findings, judgeEndpoints(unseen(in), in, All())...)
	}
	findings = append(findings, judgeEstate(&Estate{PrivateKeys: in.PrivateKeys, QueryMonitor: in.QueryMonitor, Installed: in.Installed, Rings: in.Rings,
		Expectations: in.Expectations, Endpoints: in.Endpoints, Stacks: in.Stacks, Inputs: in.Inputs, MaxInputAge: in.MaxInputAge,
		Narrowed: in.Narrowed, Drift: in.Drift, At: in.At})...)
	findings = append(findings, in.Files...)
	var scope []string
	if in.Narrowed {
		scope = endpointIDs(in.Endpoints)
	}
	waivers := in.Waivers
	if in.Drift == nil { // nobody can say whether a waiver of drift is needed
		waivers = slices.DeleteFunc(slices.Clone(waivers), func(w report.Waiver) bool { return strings.HasPrefix(w.Finding, DriftPrefix) })
	}
	findings = Apply(findings, waivers, scope, in.At)
	report.SortFindings(findings)
	return findings, Summarise(in.Endpoints, findings, in.FailOn)
}

// JudgeEndpoint runs the rules about endpoints for one endpoint, as soon as it is known: in gives it and its expectation alone. What only
// the whole run shows, as rules about the estate do, is missing.
func JudgeEndpoint(in Input) []report.Finding {
	findings := judgeEndpoints(in.Endpoints, in, All())
	var scope []string
	for _, e := range in.Endpoints {
		scope = append(scope, e.ID)
	}
	findings = Apply(findings, in.Waivers, scope, in.At)[:len(findings)] // after them come those about waivers
	report.SortFindings(findings)
	return findings
}

// unseen stands in for the endpoints that are expected and of which the run brings no observation: none is lost in silence.
func unseen(in Input) []report.Endpoint {
	seen := make(map[string]bool, len(in.Endpoints))
	for i := range in.Endpoints {
		seen[in.Endpoints[i].ID] = true
	}
	var out []report.Endpoint
	for _, x := range in.Expectations {
		if !seen[x.Endpoint] {
			out = append(out, report.Endpoint{Observation: scan.Observation{
				ID: x.Endpoint, State: scan.StateSkipped,
				NotTested: []scan.NotTested{{Question: "all", Why: "the run has no observation of it"}},
			}})
		}
	}
	return out
}

// judgeEndpoints runs the rules about endpoints that are among some.
func judgeEndpoints(endpoints []report.Endpoint, in Input, rules []Rule) []report.Finding {
	index := ruleMap(All())
	profiled := map[string][]report.Finding{}
	for _, f := range in.Profiled {
		profiled[f.Endpoint] = append(profiled[f.Endpoint], f)
	}
	out := []report.Finding{}
	expected, addresses := byEndpoint(in.Expectations), siblings(endpoints)
	revocation := map[string][]report.RevocationCheck{}
	for _, r := range in.Revocation {
		revocation[r.Certificate] = append(revocation[r.Certificate], r)
	}
	for i := range endpoints {
		e := &endpoints[i]
		c := &Case{Endpoint: e, Expect: expected[e.ID], Rings: in.Rings, At: in.At, siblings: addresses[e.ID], profiled: profiled[e.ID], revocation: revocation}
		unproven, _ := c.unproven()
		for _, r := range rules {
			if r.Check == nil || unproven != "" && !r.Anyway {
				continue
			}
			for _, f := range r.Check(c) {
				if f.ID == "" {
					f.ID = r.ID
				}
				out = append(out, complete(f, index, c))
			}
		}
	}
	return out
}
