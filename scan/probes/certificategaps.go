package probes

import (
	"strings"

	"github.com/portseal/portseal/scan"
)

// certificateGaps says of each question for a certificate that got no answer that counts, neither a chain nor a refusal, that what it asked about
// is unknown: a chain that is not presented may be one that did not get through.
func certificateGaps(log *scan.Log, o *scan.Observation) {
	for _, x := range log.All() {
		id := x.Question
		if !strings.HasPrefix(id, "certificates/") || strings.HasSuffix(id, again) {
			continue
		}
		r, _ := settled(log, id)
		why := ""
		switch r.outcome() {
		case alerted:
		case answered:
			if below := r.flight.ServerHello != nil && r.flight.ServerHello.Version < tls13; below && len(r.flight.Certificates) == 0 && !r.flight.Done {
				why = "the answer ended before its certificates (" + r.ID + ")"
			}
		default:
			_, _, why = refused(log, id)
		}
		if why != "" {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: id, Why: why})
		}
	}
}
