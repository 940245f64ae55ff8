package html

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// expected is one thing that a listener should show, beside what it shows and where it was asked for.
type expected struct{ What, Want, Seen, From string }

// Expected are the expectations of the endpoint.
func (f detail) Expected() []expected {
	x := f.page.known.Expectation(f.endpoint.ID)
	if x == nil {
		return nil
	}
	var out []expected
	seen := f.seen()
	for _, asked := range words.Asks(x) {
		if asked.Want != "" {
			out = append(out, expected{asked.Name, clean(asked.Want), seen[asked.Key], from(x, asked.Key)})
		}
	}
	return out
}

// seen is what the endpoint shows of what may be asked of it, by the key that asks. What the page has in tables of its own is not in it.
func (f detail) seen() map[string]string {
	e := f.endpoint
	out := map[string]string{"expect": seen(e), "served_by": clean(words.ServedBy(e)), "client_auth": clientCertificate(e), "starttls": clean(e.Target.StartTLS)}
	if words.Spoke(e) {
		suites := suitesIn(e)
		out["versions"], out["cipher_suites"], out["required_cipher_suites"] = accepted(e), suites, suites
	}
	if w := f.page.trusted(e); w.Kind != none {
		out["trusted_by"] = w.Text
	}
	return out
}

// from says where an expectation came from.
func from(x *report.Expectation, key string) string {
	for _, s := range x.Sources {
		if s.Key == key {
			return clean(s.From)
		}
	}
	return ""
}

// Policy is what the AT-TLS policy of the listener's system says: which rule takes whose connection, and what counts for it.
func (f detail) Policy() []field {
	x := f.page.known.Expectation(f.endpoint.ID)
	if x == nil || x.Policy == nil {
		return nil
	}
	pol := x.Policy
	out := []field{{"Policy files", join(pol.Files)}}
	for _, m := range pol.Matches {
		said := "no rule takes it"
		if m.Rule != "" {
			said = "rule " + clean(m.Rule)
		}
		said += basis(m.Why)
		if m.Location != nil {
			said += ", " + place(m.Location)
		}
		out = append(out, field{strings.TrimSpace("From " + clean(m.From) + " " + clean(m.Address)), said})
	}
	for _, s := range pol.Settings {
		said := fmt.Sprintf("%s (%s)", clean(s.Value), clean(s.Statement))
		if s.Location != nil {
			said += ", " + place(s.Location)
		}
		out = append(out, field{clean(s.Key), said})
	}
	return out
}
