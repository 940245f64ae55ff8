package run

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// UseProfiles lets compliance profiles judge the run: those of everywhere every endpoint, those of named the endpoints whose
// expectation names them. The plans of the targets then ask what the profiles need.
func (w *Work) UseProfiles(named, everywhere []report.Profile) error {
	for _, p := range everywhere {
		p.Everywhere = true
		if err := w.addProfile(p); err != nil {
			return err
		}
	}
	for _, p := range named {
		if err := w.addProfile(p); err != nil {
			return err
		}
	}
	expected := make(map[string]*report.Expectation, len(w.Expectations))
	for i := range w.Expectations {
		expected[w.Expectations[i].Endpoint] = &w.Expectations[i]
	}
	for i := range w.Targets {
		t, x := &w.Targets[i], expected[w.Targets[i].ID]
		t.Plan = profile.Widen(t.Plan, x, profile.Of(w.Profiles, x))
	}
	return nil
}

// addProfile adds a profile once. Two that differ and have one id would make every result ambiguous.
func (w *Work) addProfile(p report.Profile) error {
	i := slices.IndexFunc(w.Profiles, func(have report.Profile) bool { return have.ID == p.ID })
	if i < 0 {
		w.Profiles = append(w.Profiles, p)
		return nil
	}
	have := w.Profiles[i]
	have.Everywhere = p.Everywhere
	if !reflect.DeepEqual(have, p) {
		return fmt.Errorf("profile %q: two profiles of this name differ; want another name in one of the files", p.ID)
	}
	return nil
}

// Rejudge returns the report judged by other profiles: its own profiles, and all findings about them, are replaced. Facts, time,
// expectations and waivers are those that the report holds, and all else stays. What the earlier scan did not ask is not assessed.
// The result is sealed, and names the digest that it was made from.
func Rejudge(rep *report.Report, profiles []report.Profile) (*report.Report, error) {
	failOn := report.Medium // of reports that do not say
	if rep.Run.FailOn != "" {
		var err error
		if failOn, err = assess.ParseFailOn(rep.Run.FailOn); err != nil {
			return nil, fmt.Errorf("run.fail_on: %w", err)
		}
	}
	out := *rep
	certificates := make(map[string]*certchain.Certificate, len(rep.Certificates))
	for _, c := range rep.Certificates {
		if parsed, err := certchain.Parse(c.DER); err == nil { // without it the items that need it are not assessed
			certificates[c.SHA256] = parsed
		}
	}
	profiles = slices.Clone(profiles)
	for i := range profiles {
		profiles[i].Everywhere, profiles[i].Afterwards = true, true
	}
	var failed []report.Finding
	out.Profiles, failed = profile.Judge(profiles, profile.Input{Endpoints: rep.Endpoints, Expectations: rep.Expectations,
		Certificates: certificates, Keyrings: rep.Keyrings, At: rep.Run.JudgedAt})
	out.Findings, out.Summary = assess.Rejudge(rep, failed, failOn)
	out.Run.RejudgedFrom = rep.Digest
	if err := evidence.Seal(&out); err != nil {
		return nil, fmt.Errorf("seal the report: %w", err)
	}
	return &out, nil
}
