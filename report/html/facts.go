package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// detail is all that the page shows of one endpoint.
type detail struct {
	At, ID    string
	Worst     word
	State     string
	endpoint  *report.Endpoint
	page      *page
	index     int
	Evidenced bool // its bytes are on the page
}

// Facts are the facts of the endpoints that the page has room for, in the order of the report.
func (p *page) Facts() []detail {
	var out []detail
	for i := range p.rep.Endpoints {
		if e := &p.rep.Endpoints[i]; p.shown[i] {
			out = append(out, detail{At: anchor(i), ID: clean(e.ID), Worst: p.worst(i), State: seen(e), endpoint: e, page: p, index: i, Evidenced: p.evidence[i]})
		}
	}
	return out
}

// Fields are the facts that are one line each.
func (f detail) Fields() []field {
	e := f.endpoint
	out := []field{{"Address", clean(words.Address(e))}, {"Server name", cmp.Or(clean(e.Target.SNI), "none sent")}}
	add := func(name, text string) {
		if text != "" {
			out = append(out, field{name, text})
		}
	}
	add("STARTTLS", clean(e.Target.StartTLS))
	add("Role", clean(e.Role))
	if n := e.NonTLS; n != nil {
		add("Not TLS", clean(n.Kind))
		add("Protocol", clean(n.Protocol))
		if len(n.Banner) > 0 {
			add("Banner", fmt.Sprintf("%s (%s, entropy %.1f bits an octet)", bannerOf(n.Banner), text.Count(len(n.Banner), "byte"), n.Entropy))
		}
	}
	if e.Failure != nil {
		add("Failure", clean(e.Failure.Error()))
	}
	add("Members", strings.Join(cleanAll(facts.Members(e)), "; "))
	for _, s := range e.StartUps {
		add("Start-up "+clean(s.Way), s.Accepted.String()+basis(s.Basis))
	}
	if c := e.ClientAuth; c != nil {
		add("Client certificate", fmt.Sprintf("requested: %s; required: %s%s", c.Requested, c.Required, basis(c.Basis)))
		add("CA names sent", strings.Join(cleanAll(c.Authorities), "; "))
		for _, o := range c.Outcomes {
			add("With certificate: "+clean(o.Certificate), fmt.Sprintf("%s in %s%s", clean(string(o.Outcome)), o.Version, basis(o.Basis)))
		}
	}
	if may := e.ClientAuthCandidates; may != nil {
		add("ClientAuthType", clean(may.Note))
	}
	for _, dh := range e.DH {
		add("DH group", fmt.Sprintf("%s: %d bits, generator %s, SHA-256 of the prime %s", dh.Version, dh.Bits, clean(dh.Generator), clean(dh.Prime)))
	}
	for _, f := range e.Features {
		add("Feature", clean(facts.Feature(f)))
	}
	for _, v := range facts.WorstFirst(e.Vulnerabilities) {
		add("Vulnerability", clean(facts.Vulnerability(v)))
	}
	if s := e.ServedBy; s != nil {
		add("Served by", strings.TrimSpace(clean(s.Keyring)+" "+clean(s.Label))+": "+clean(words.ServedBy(e)))
	}
	look := e.Look()
	add("Looked at", fmt.Sprintf("%s from %s", clock(look.Started), strings.TrimSpace(clean(e.Vantage)+" "+clean(look.Source))))
	add("Showed", clean(facts.Confirmed(e)))
	add("Cost", fmt.Sprintf("%s, %s sent, %d received", text.Count(look.Cost.Connections, "connection"), text.Count(look.Cost.BytesSent, "byte"), look.Cost.BytesReceived))
	return out
}

// bannerOf is what a listener said first: as text where most of it is text, else its first bytes in hex.
func bannerOf(b []byte) string {
	if said := clean(string(b)); len(said) <= 2*len(b) {
		return said
	}
	if len(b) > 32 {
		return fmt.Sprintf("% x ...", b[:32])
	}
	return fmt.Sprintf("% x", b)
}

func basis(s string) string {
	if s == "" {
		return ""
	}
	return " (" + clean(s) + ")"
}

// version is a version's line.
type version struct {
	Version, Basis string
	Accepted       word
	Suites         []suiteName
	Groups         string
}

type suiteName struct{ Code, Name string }

// Versions are the protocol versions, newest first; none where nothing is known of any.
func (f detail) Versions() []version {
	var out []version
	known := false
	for _, v := range slices.Backward(f.endpoint.Protocols) {
		known = known || v.Supported != scan.Unknown
		one := version{Version: v.Version.String(), Accepted: factOf(v.Supported), Basis: lists(v), Groups: groups(f.endpoint, v.Version)}
		for _, s := range v.CipherSuites {
			one.Suites = append(one.Suites, suiteName{s.Code.String(), clean(s.Name)})
		}
		out = append(out, one)
	}
	if !known {
		return nil
	}
	return out
}

// lists says how complete what is known of a version is, and what it rests on.
func lists(v scan.Protocol) string {
	var parts []string
	switch {
	case v.Supported == scan.Unknown && len(v.Evidence) == 0:
		return "not asked"
	case v.Supported == scan.Unknown:
		return "no answer that counts"
	case v.Supported == scan.Yes:
		parts = append(parts, map[string]string{scan.EnumerationFull: "all suites asked", scan.EnumerationPartial: "not all suites asked",
			scan.EnumerationOutsideRefused: "all suites but those expected are refused"}[v.Enumeration])
	}
	if v.Refused != nil {
		by := clean(v.Refused.Basis)
		if by == "version" {
			by = "choosing an older version"
		}
		if v.Supported == scan.No {
			return "refused by " + by
		}
		parts = append(parts, fmt.Sprintf("%d refused by %s", v.Refused.Count, by))
	}
	if v.Preference != "" {
		parts = append(parts, "order chosen by: "+clean(v.Preference))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

// groups says which groups a version accepts. Of those that are not accepted only the post-quantum ones are named, since their absence is
// news; the many old curves are counted.
func groups(e *report.Endpoint, v cipher.Version) string {
	var parts []string
	for _, answer := range []struct {
		fact scan.Fact
		lead string
	}{{scan.Yes, "accepted: "}, {scan.No, "refused: "}, {scan.Unknown, "unknown: "}} {
		var list []string
		others := 0
		for _, g := range e.Groups {
			switch {
			case g.Version != v || g.Supported != answer.fact:
			case answer.fact == scan.Yes || slices.Contains(cipher.PostQuantumGroups(), g.Code):
				list = append(list, clean(g.Name))
			default:
				others++
			}
		}
		if others > 0 {
			list = append(list, text.Count(others, "other"))
		}
		if len(list) > 0 {
			parts = append(parts, answer.lead+strings.Join(list, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// Findings are the findings of the endpoint.
func (f detail) Findings() []field {
	var out []field
	for _, x := range f.page.findings[f.index] {
		said := clean(cmp.Or(x.Observed, x.Title))
		if x.Waived != nil {
			said += " (waived)"
		}
		out = append(out, field{clean(x.ID), said})
	}
	return out
}

// NotTested are the questions that got no answer.
func (f detail) NotTested() []field {
	var out []field
	for _, n := range f.endpoint.NotTested {
		out = append(out, field{clean(n.Question), clean(n.Why)})
	}
	return out
}

// Exchanges are what was asked and answered.
func (f detail) Exchanges() []exchange {
	var out []exchange
	for i := range f.endpoint.Evidence {
		out = append(out, exchangeOf(f.endpoint, f.index, i))
	}
	return out
}
