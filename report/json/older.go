package json

import (
	"encoding/json"

	"github.com/portseal/portseal/report"
)

// anyVersion is a report in the form of this version or an earlier one; its own keys hide the report's.
type anyVersion struct {
	*report.Report
	Profiles []anyProfile `json:"profiles"`
}

func (v anyVersion) report() *report.Report {
	for _, p := range v.Profiles {
		v.Report.Profiles = append(v.Report.Profiles, report.Profile(p))
	}
	return v.Report
}

// anyProfile is a profile; in the first reports it was its id alone.
type anyProfile report.Profile

// UnmarshalJSON reads either form.
func (p *anyProfile) UnmarshalJSON(doc []byte) error {
	var id string
	if json.Unmarshal(doc, &id) == nil {
		*p = anyProfile{ID: id}
		return nil
	}
	return json.Unmarshal(doc, (*report.Profile)(p))
}
