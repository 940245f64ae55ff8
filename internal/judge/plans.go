package judge

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// depths are the depths by the names that reports use.
var depths = [...]string{scan.Standard: "standard", scan.Prove: "prove", scan.Quick: "quick", scan.Hello: "hello", scan.Connect: "connect", scan.Deep: "deep"}

// Plans describes what targets are asked, plans that are equal once, and says which is whose by the targets' ids.
func Plans(targets []scan.Target) ([]report.Plan, map[string]string) {
	var out []report.Plan
	ids := map[string]string{}
	whose := make(map[string]string, len(targets))
	for _, t := range slices.SortedFunc(slices.Values(targets), func(a, b scan.Target) int { return cmp.Compare(a.ID, b.ID) }) {
		p := report.Plan{Depth: depths[t.Plan.Depth], Versions: t.Plan.Versions, CipherSuites: t.Plan.Suites, Required: t.Plan.Required,
			Groups: t.Plan.Groups, StartUps: t.Plan.StartUps, DetectStartUp: t.Plan.DetectStartUp, Members: t.Plan.Members,
			Vulnerabilities: t.Plan.Vulnerabilities, Intrusive: t.Plan.Intrusive, ClientCertificates: t.Plan.ClientCertificates}
		key := fmt.Sprintf("%#v", p) // which tells no suites from all, as %v does not
		if ids[key] == "" {
			p.ID = fmt.Sprintf("p%d", len(out)+1)
			ids[key] = p.ID
			out = append(out, p)
		}
		whose[t.ID] = ids[key]
	}
	return out, whose
}

// PlanOf reads a plan that Plans wrote.
func PlanOf(p report.Plan) (scan.Plan, error) {
	depth := slices.Index(depths[:], p.Depth)
	if depth < 0 {
		return scan.Plan{}, fmt.Errorf("plan %s: depth is %q; want one of %v", p.ID, p.Depth, depths)
	}
	return scan.Plan{Depth: scan.Depth(depth), Versions: p.Versions, Suites: p.CipherSuites, Required: p.Required, Groups: p.Groups, StartUps: p.StartUps,
		DetectStartUp: p.DetectStartUp, Members: p.Members, Vulnerabilities: p.Vulnerabilities, Intrusive: p.Intrusive, ClientCertificates: p.ClientCertificates}, nil
}
