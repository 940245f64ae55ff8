package revocation

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// Again makes the checks of a stored report anew: the questions from its endpoints, what responders and listeners answered from their octets. What
// came of a list, and that no answer came, rests on the report's word; what follows from that is made anew.
func Again(stored []report.RevocationCheck, endpoints []report.Endpoint, known map[string]*certchain.Certificate) []report.RevocationCheck {
	type source struct{ certificate, by, url string }
	have := make(map[source]report.RevocationCheck, len(stored))
	for _, c := range stored {
		have[source{c.Certificate, c.By, c.URL}] = c
	}
	var out []report.RevocationCheck
	for _, q := range Questions(endpoints, known) {
		was, ok := have[source{q.Certificate.SHA256, q.By, q.URL}]
		fresh, unasked := q.Unasked(was.At)
		switch {
		case unasked:
		case !ok:
			fresh = q.Failed(was.At, report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "missing", Message: "the report does not have the answer"})
		default:
			fresh = q.again(was)
		}
		out = append(out, fresh)
	}
	return out
}

func (q Question) again(was report.RevocationCheck) report.RevocationCheck {
	base := q.check(was.At)
	switch {
	case len(was.DER) > 0:
		return q.Answer(was.At, was.DER)
	case was.Status == "" && was.Failure != nil && was.Failure.Stage != report.RevocationFreshness: // nothing came, or nothing that could be read
		base.Failure, base.Size, base.SHA256 = was.Failure, was.Size, was.SHA256
		return base
	case q.By != report.ByCRL:
		return q.Failed(was.At, report.RevocationFailure{Stage: report.RevocationAnswer, Kind: "missing", Message: "the report does not have the answer"})
	}
	fresh := was
	fresh.Certificate, fresh.Issuer, fresh.By, fresh.URL = base.Certificate, base.Issuer, base.By, base.URL
	conclude(&fresh)
	return fresh
}
