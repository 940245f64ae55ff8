package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// Certificates are parsed certificates by SHA-256.
type Certificates map[string]*certchain.Certificate

// Beside is what is at hand beside the report, in the form that judging needs.
type Beside struct {
	Certificates Certificates     // of the rings, parsed
	Policies     kept.Set         // the report's policies, read
	Files        []report.Finding // what was found in policies that the report could not keep
	Baseline     *report.Report   // what a backout is compared with: without it that phase is left as it is

	// Drift compares the judged report with a baseline. Nil leaves the report's drift as it is given.
	Drift func(rep *report.Report) *report.Drift
}

// Report judges. The endpoints' Certificates must be filled in.
func Report(rep *report.Report, b Beside) error {
	rings, problems, err := Rings(rep.Keyrings, b.Certificates)
	if err != nil {
		return err
	}
	failOn, err := assess.ParseFailOn(rep.Run.FailOn)
	if err != nil {
		return fmt.Errorf("run.fail_on: %w", err)
	}
	byName := map[string]*certchain.Ring{}
	for _, r := range rings {
		byName[r.Name] = r
	}
	at := rep.Run.JudgedAt
	rep.Endpoints = assess.Join(rep.Endpoints, rep.Expectations, byName, at)
	all := Known(rep.Endpoints, rings)
	rep.Rules, rep.Certificates, rep.Keyrings = assess.IDs(), List(all), Keyrings(rings, problems)
	var failed []report.Finding
	rep.Profiles, failed = profile.Judge(rep.Profiles, profile.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations,
		Certificates: all, Keyrings: rep.Keyrings, At: at})
	rep.Drift = weighed(rep.Drift)
	in := assess.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations, Rings: byName, PrivateKeys: problems,
		QueryMonitor: rep.QueryMonitor, Installed: rep.Installed, Stacks: rep.Stacks, Inputs: rep.Run.Inputs,
		MaxInputAge: time.Duration(rep.Run.MaxInputAge) * time.Second, Files: append(b.Policies.Findings(rings), b.Files...), Profiled: failed,
		Waivers: rep.Waivers, Drift: rep.Drift, Revocation: rep.Revocation, Narrowed: narrowed(rep), At: at, FailOn: failOn}
	rep.Findings, rep.Summary = assess.Judge(in)
	if b.Drift != nil { // findings that came or went are drift, and drift makes findings
		rep.Drift = b.Drift(rep)
		rep.Run.PreviousDigest, in.Drift = rep.Drift.Baseline.Digest, rep.Drift
		rep.Findings, rep.Summary = assess.Judge(in)
	}
	if p := rep.Phase; p != nil && (p.Name != report.PhaseBackout || b.Baseline != nil) {
		judged := phase.Judge(rep, phase.Options{Name: p.Name, System: p.System, FailOn: failOn, Baseline: b.Baseline})
		judged.Baseline = p.Baseline
		rep.Phase = judged
	}
	return nil
}

// weighed is a drift with the severities that its changes have.
func weighed(drift *report.Drift) *report.Drift {
	if drift == nil {
		return nil
	}
	out := *drift
	out.Changes = slices.Clone(drift.Changes)
	for i := range out.Changes {
		out.Changes[i].Severity = assess.ChangeSeverity(out.Changes[i])
	}
	return &out
}

// narrowed says whether the run looked at a part of the estate.
func narrowed(rep *report.Report) bool { return rep.Run.Scope.Selected < rep.Run.Scope.Declared }
