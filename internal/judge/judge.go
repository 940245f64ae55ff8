package judge

import (
	"fmt"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/report"
)

// Certificates are parsed certificates by SHA-256.
type Certificates map[string]*certchain.Certificate

// Report judges. The endpoints' Certificates must be filled in; known are those of the rings. Baseline is the report that a backout
// is compared with: without it that phase is left as it is.
func Report(rep *report.Report, known Certificates, baseline *report.Report) error {
	rings, problems, err := Rings(rep.Keyrings, known)
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
	files, err := policyFindings(rep.Policies, rings)
	if err != nil {
		return err
	}
	at := rep.Run.JudgedAt
	rep.Endpoints = assess.Join(rep.Endpoints, rep.Expectations, byName, at)
	rep.Findings, rep.Summary = assess.Judge(assess.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations, Rings: byName,
		PrivateKeys: problems, QueryMonitor: rep.QueryMonitor, Installed: rep.Installed, Stacks: rep.Stacks, Inputs: rep.Run.Inputs,
		MaxInputAge: time.Duration(rep.Run.MaxInputAge) * time.Second, Files: files, Waivers: rep.Waivers, Narrowed: narrowed(rep), At: at, FailOn: failOn})
	// Here profiles and drift are judged, from rep.Profiles and rep.Drift, and their findings join the others before they are summed up.
	rep.Rules = assess.IDs()
	rep.Certificates = certificates(rep.Endpoints, rings)
	rep.Keyrings = Keyrings(rings, problems)
	if p := rep.Phase; p != nil && (p.Name != report.PhaseBackout || baseline != nil) {
		judged := phase.Judge(rep, phase.Options{Name: p.Name, System: p.System, FailOn: failOn, Baseline: baseline})
		judged.Baseline = p.Baseline
		rep.Phase = judged
	}
	return nil
}

// narrowed says whether the run looked at a part of the estate.
func narrowed(rep *report.Report) bool { return rep.Run.Scope.Selected < rep.Run.Scope.Declared }
