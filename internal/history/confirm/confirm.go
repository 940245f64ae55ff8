package confirm

import (
	"fmt"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// By is a run's Confirm, by what earlier runs have shown. An endpoint that shows something else, or of which the history has nothing, or nothing
// that can be put together, is returned as it is.
func By(shown map[string]history.Shown) func(now report.Endpoint) report.Endpoint {
	return func(now report.Endpoint) report.Endpoint {
		last, ok := shown[now.ID]
		if !ok {
			return now
		}
		earlier, err := Restore(last)
		if err != nil || !Same(earlier, now) {
			return now
		}
		run := last.Run
		if earlier.Confirmed != nil {
			run = earlier.Confirmed.Run // that run showed an earlier one's look itself
		}
		return put(run, earlier, now)
	}
}

// Restore makes a stored endpoint whole again, as a scan leaves it: the certificates are in its evidence, and parsed beside it. Its verdicts are
// those of the report that it was stored with.
func Restore(s history.Shown) (report.Endpoint, error) {
	e := s.Endpoint
	exchanges, err := evidence.Restore(e.Evidence, evidence.StoreOf(s.Certificates))
	if err != nil {
		return report.Endpoint{}, fmt.Errorf("%s: %w", e.ID, err)
	}
	sums := sent(&e)
	e.Evidence, e.Certificates = exchanges, map[string]*certchain.Certificate{}
	for _, stored := range s.Certificates {
		if sums[stored.SHA256] {
			c, _ := certchain.Parse(stored.DER) // what cannot be parsed is a certificate with its bytes, and says so itself
			e.Certificates[c.SHA256] = c
		}
	}
	for sum := range sums {
		if e.Certificates[sum] == nil {
			return report.Endpoint{}, fmt.Errorf("%s: certificate %s, which it sent, is not in the history", e.ID, sum)
		}
	}
	return e, nil
}

// sent are the certificates that a listener sent, of a stored endpoint.
func sent(e *report.Endpoint) map[string]bool {
	out := map[string]bool{}
	for _, p := range e.Presented {
		for _, sum := range p.Sent {
			out[sum] = true
		}
	}
	for _, x := range e.Evidence {
		for _, c := range x.Cut {
			out[c.SHA256] = true
		}
	}
	return out
}

// put shows an earlier look in the place of this run's, under the number that its plan has now.
func put(run string, earlier, now report.Endpoint) report.Endpoint {
	earlier.Plan = now.Plan
	earlier.Chains, earlier.ServedBy, earlier.Logged, earlier.ClientAuthCandidates, earlier.Vulnerabilities = nil, nil, nil, nil, nil
	earlier.Confirmed = &report.Confirmed{Run: run, Started: now.Started, Finished: now.Finished, Source: now.Source,
		SourcePorts: sourcePorts(now.Evidence), Cost: now.Cost}
	return earlier
}

func sourcePorts(exchanges []scan.Exchange) []uint16 {
	var out []uint16
	for _, x := range exchanges {
		if x.SourcePort != 0 {
			out = append(out, x.SourcePort)
		}
	}
	return out
}
