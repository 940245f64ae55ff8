package judge

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// depths are the depths by the names that reports use.
var depths = [...]string{scan.Standard: "standard", scan.Prove: "prove", scan.Quick: "quick", scan.Hello: "hello", scan.Connect: "connect", scan.Deep: "deep"}

// SetPlans writes what each endpoint was asked, plans that are equal once. Endpoints without a plan in the map stay without.
func SetPlans(rep *report.Report, plans map[string]scan.Plan) error {
	ids := map[string]string{}
	for i := range rep.Endpoints {
		e := &rep.Endpoints[i]
		plan, ok := plans[e.ID]
		if !ok {
			continue
		}
		p := report.Plan{Depth: depths[plan.Depth], Versions: plan.Versions, CipherSuites: plan.Suites, Required: plan.Required, Groups: plan.Groups,
			ClientCertificates: plan.ClientCertificates}
		key, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("plan of %s: %w", e.ID, err)
		}
		if ids[string(key)] == "" {
			p.ID = fmt.Sprintf("p%d", len(rep.Plans)+1)
			ids[string(key)] = p.ID
			rep.Plans = append(rep.Plans, p)
		}
		e.Plan = ids[string(key)]
	}
	return nil
}

// PlanOf reads a plan that SetPlans wrote.
func PlanOf(p report.Plan) (scan.Plan, error) {
	depth := slices.Index(depths[:], p.Depth)
	if depth < 0 {
		return scan.Plan{}, fmt.Errorf("plan %s: depth is %q; want one of %v", p.ID, p.Depth, depths)
	}
	return scan.Plan{Depth: scan.Depth(depth), Versions: p.Versions, Suites: p.CipherSuites, Required: p.Required, Groups: p.Groups,
		ClientCertificates: p.ClientCertificates}, nil
}
