package html

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// expected is one thing that a listener should show, beside what it shows and where it was asked for.
type expected struct{ What, Want, Seen, From string }

// Expected are the expectations of the endpoint.
func (f detail) Expected() []expected {
	x := f.page.known.Expectation(f.endpoint.ID)
	if x == nil {
		return nil
	}
	e := f.endpoint
	var out []expected
	add := func(key, what, want, seen string) {
		if want != "" {
			out = append(out, expected{what, clean(want), seen, from(x, key)})
		}
	}
	add("expect", "Listener", x.Expect, seen(e))
	add("retire_by", "Retired by", x.RetireBy, "")
	versions, suites := "", ""
	if spoke(e) {
		versions, suites = accepted(e), suitesIn(e)
	}
	add("versions", "Versions", names(x.Versions), versions)
	add("cipher_suites", "Cipher suites allowed", suiteNames(x.CipherSuites), suites)
	add("required_cipher_suites", "Cipher suites required", suiteNames(x.RequiredCipherSuites), suites)
	add("groups", "Groups", groupNames(x.Groups), "")
	add("names", "Names", strings.Join(x.Names, ", "), "")
	served := ""
	if e.ServedBy != nil {
		served = e.ServedBy.Match.String() + basis(e.ServedBy.Reason)
	}
	add("served_by", "Served by", strings.TrimSpace(x.ServedBy+" "+x.Label), served)
	trusted := ""
	if w := f.page.trusted(e); w.Kind != none {
		trusted = w.Text
	}
	add("trusted_by", "Trusted by", strings.Join(x.TrustedBy, ", "), trusted)
	add("not_trusted_by", "Not trusted by", strings.Join(x.NotTrustedBy, ", "), "")
	add("client_auth", "Client certificate", x.ClientAuth, clientCertificate(e))
	add("starttls", "STARTTLS", x.StartTLS, clean(e.Target.StartTLS))
	return out
}

func suiteNames(ids []cipher.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, cipher.Describe(id).Name+" ("+id.String()+")")
	}
	return strings.Join(out, ", ")
}

func groupNames(groups []cipher.Group) string {
	var out []string
	for _, g := range groups {
		out = append(out, cipher.DescribeGroup(g).Name)
	}
	return strings.Join(out, ", ")
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
