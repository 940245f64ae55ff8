package assess

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// Rejudge returns a stored report's findings and summary with its findings about compliance profiles replaced by others, and waivers
// applied anew. All other findings stay as they are: they rest on the same facts.
func Rejudge(rep *report.Report, profiles []report.Finding, failOn report.Severity) ([]report.Finding, report.Summary) {
	kept := slices.DeleteFunc(slices.Clone(rep.Findings), func(f report.Finding) bool {
		return slices.Contains([]string{ProfileFailed, ProfileNotAssessed, WaiverExpired, WaiverUnused}, f.ID)
	})
	findings := append(kept, judgeEndpoints(rep.Endpoints, Input{Expectations: rep.Expectations, Profiled: profiles, At: rep.Run.JudgedAt},
		[]Rule{profileFailed(), profileNotAssessed()})...)
	var scope []string
	if rep.Run.Scope.Selected < rep.Run.Scope.Declared {
		scope = endpointIDs(rep.Endpoints)
	}
	findings = Apply(findings, rep.Waivers, scope, rep.Run.JudgedAt)
	report.SortFindings(findings)
	return findings, Summarise(rep.Endpoints, findings, failOn)
}

// endpointIDs are the endpoints that a run of a part of the estate looked at.
func endpointIDs(endpoints []report.Endpoint) []string {
	out := make([]string, 0, len(endpoints))
	for _, e := range endpoints {
		out = append(out, e.ID)
	}
	return out
}
