package web

import (
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// certificateFacts are what a chain shows of a certificate.
type certificateFacts struct {
	report.Certificate
	Ends word
}

// chain is what was sent as certificates, leaf first.
type chain struct {
	Title string
	Sent  []certificateFacts
	sums  []string
}

// chainsOf are the different chains that an endpoint sent.
func chainsOf(e *report.Endpoint, known []report.Certificate, at time.Time) []chain {
	var out []chain
	for _, sent := range e.Presented {
		i := slices.IndexFunc(out, func(c chain) bool { return slices.Equal(c.sums, sent.Sent) })
		if i < 0 {
			i = len(out)
			out = append(out, chain{sums: sent.Sent})
			for _, sum := range sent.Sent {
				c := report.Certificate{SHA256: sum, Subject: "not at hand"}
				if k := slices.IndexFunc(known, func(c report.Certificate) bool { return c.SHA256 == sum }); k >= 0 {
					c = known[k]
				}
				out[i].Sent = append(out[i].Sent, certificateFacts{c, words.Left(&c, at)})
			}
		}
		for _, v := range sent.Versions {
			if !strings.Contains(out[i].Title, v.String()) {
				out[i].Title = strings.TrimPrefix(out[i].Title+", "+v.String(), ", ")
			}
		}
	}
	return out
}

// ringRow is what one ring says to an endpoint: a row of the trust matrix.
type ringRow struct {
	Ring           string
	Wanted         string
	Answer, AsSent word
	Reason         string
}

// ringsOf are the answers of all rings that were asked. Only the rings of trusted_by and not_trusted_by are.
func ringsOf(e *report.Endpoint, x *report.Expectation) []ringRow {
	var out []ringRow
	for _, c := range e.Chains {
		not := x != nil && slices.Contains(x.NotTrustedBy, c.Keyring)
		row := ringRow{Ring: c.Keyring, Answer: words.Trusted(c.Trusted, not), AsSent: words.Trusted(c.TrustedAsSent, not), Reason: c.Reason}
		switch {
		case x == nil:
			row.Answer, row.AsSent = unjudged(row.Answer), unjudged(row.AsSent)
		case not:
			row.Wanted = "not trusted"
		default:
			row.Wanted = "trusted" // which is why the ring was asked
		}
		out = append(out, row)
	}
	return out
}

// unjudged is an answer of which it is not said whether it is the wanted one.
func unjudged(w word) word {
	if w.Kind != warn {
		w.Kind = none
	}
	return w
}
