package web

import (
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

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
				out[i].Sent = append(out[i].Sent, certificateOf(c, at))
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
	wanted := func(ring string) string {
		switch {
		case x == nil:
			return ""
		case slices.Contains(x.NotTrustedBy, ring):
			return "not trusted"
		}
		return "trusted" // which is why the ring was asked
	}
	for _, c := range e.Chains {
		w := wanted(c.Keyring)
		out = append(out, ringRow{Ring: c.Keyring, Wanted: w, Answer: answerOf(c.Trusted, w), AsSent: answerOf(c.TrustedAsSent, w), Reason: c.Reason})
	}
	return out
}

// answerOf shows an answer, good where it is the wanted one.
func answerOf(a certchain.Answer, wanted string) word {
	switch {
	case a == certchain.Yes && wanted == "not trusted", a == certchain.No && wanted == "trusted":
		return word{a.String(), bad}
	case a == certchain.Yes || a == certchain.No:
		return word{a.String(), map[bool]string{true: good, false: none}[wanted != ""]}
	}
	return word{"unknown", warn}
}
