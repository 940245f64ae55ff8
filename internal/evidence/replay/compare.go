package replay

import (
	"errors"
	"fmt"

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
	compare("/revocation", a.Revocation, b.Revocation)
	compare("/rules", a.Rules, b.Rules)
	return errors.Join(faults...)
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
