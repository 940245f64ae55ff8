package assess

import (
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// RingAlone judges a ring by itself, without any listener: as that of a server with the label ("" for its default) when it has
// personal certificates, else as that of a client. Every certificate on it counts as needed, and without a listing its files
// are taken for all that it has.
func RingAlone(ring *certchain.Ring, label string, minDays int, at time.Time) []report.Finding {
	x := report.Expectation{Role: report.RoleGeneric, Expect: report.ExpectTLS, Label: label, MinDaysLeft: minDays}
	if ring.As() == certchain.SystemSSL {
		x.ZOSRelease = "any" // the advice is that for z/OS
	}
	serves := len(ring.PersonalEntries())+len(ring.UnprovenPersonal()) > 0 || label != ""
	if x.TrustedBy = []string{ring.Name}; serves {
		x.ServedBy, x.TrustedBy = ring.Name, nil
	}
	rings := map[string]*certchain.Ring{ring.Name: ring}
	c := &Case{Endpoint: &report.Endpoint{Observation: scan.Observation{State: scan.StateSkipped}}, Expect: &x, Rings: rings, Alone: true, At: at}
	out := judgeEstate(&Estate{Rings: rings, Expectations: []report.Expectation{x}, Alone: true, At: at})
	index := ruleMap(All())
	for _, r := range All() {
		if r.Check == nil || !strings.HasPrefix(r.ID, "RING-") {
			continue
		}
		for _, f := range r.Check(c) {
			f.ID = r.ID
			out = append(out, complete(f, index, c))
		}
	}
	if _, problem := ring.ServedEntry(label); serves && problem != "" && (label != "" || hasDefault(ring)) {
		f := unanswered("what a server would send from the ring", problem)
		f.Remediation = "Name a label of the ring, or export its certificate without its key (RACDCERT EXPORT) and add it to the ring's files."
		out = append(out, complete(f, index, c))
	}
	report.SortFindings(out)
	return out
}
