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

	// Compare finds the drift since a baseline. Without it the drift is the report's own.
	Compare func(rep *report.Report) *report.Drift
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
	files := append(b.Policies.Findings(rings), b.Files...)
	at := rep.Run.JudgedAt
	rep.Endpoints = assess.Join(rep.Endpoints, rep.Expectations, byName, at)
	rep.Keyrings = Keyrings(rings, problems)
	var failed []report.Finding
	rep.Profiles, failed = profile.Judge(rep.Profiles, profile.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations,
		Certificates: known(rep.Endpoints, rings), Keyrings: rep.Keyrings, At: at})
	in := assess.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations, Rings: byName,
		PrivateKeys: problems, QueryMonitor: rep.QueryMonitor, Installed: rep.Installed, Stacks: rep.Stacks, Inputs: rep.Run.Inputs,
		MaxInputAge: time.Duration(rep.Run.MaxInputAge) * time.Second, Files: files, Profiled: failed, Waivers: rep.Waivers, Narrowed: narrowed(rep), At: at, FailOn: failOn}
	rep.Rules = assess.IDs()
	rep.Certificates = List(known(rep.Endpoints, rings))
	if b.Compare != nil { // findings that came or went are drift, and drift makes findings
		rep.Findings, rep.Summary = assess.Judge(in)
		rep.Drift = b.Compare(rep)
		rep.Run.PreviousDigest = rep.Drift.Baseline.Digest
	}
	rep.Drift = weighed(rep.Drift)
	in.Drift = rep.Drift
	rep.Findings, rep.Summary = assess.Judge(in)
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
