package table

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// endpoint writes every fact about one endpoint.
func (p *page) endpoint(e *report.Endpoint) {
	p.heading(e.ID)
	p.field("Address", strings.TrimSpace(fmt.Sprintf("%s port %d", e.Target.Address, e.Target.Port)))
	sni := e.Target.SNI
	if sni == "" {
		sni = "none"
	}
	p.field("SNI", sni)
	if e.Target.StartTLS != "" {
		p.field("STARTTLS", e.Target.StartTLS)
	}
	if e.Role != "" {
		p.field("Role", e.Role)
	}
	p.field("State", string(e.State))
	if n := e.NonTLS; n != nil {
		p.field("Not TLS", n.Kind)
		if n.Protocol != "" {
			p.field("Protocol", n.Protocol)
		}
		if len(n.Banner) > 0 {
			p.field("Banner", fmt.Sprintf("%s (%s, entropy %.1f bits an octet)", n.Banner, text.Count(len(n.Banner), "byte"), n.Entropy))
		}
	}
	if e.Failure != nil {
		p.field("Failure", e.Failure.Error())
	}
	p.startUps(e)
	p.clientAuth(e)
	p.parameters(e)
	p.features(e)
	p.members(e)
	if said := facts.Confirmed(e); said != "" {
		p.field("Looked at", text.Minute(e.Look().Finished)+": "+said)
	}
	cost := e.Look().Cost
	p.field("Cost", fmt.Sprintf("%s, %s sent, %d received, %s", text.Count(cost.Connections, "connection"), text.Count(cost.BytesSent, "byte"),
		cost.BytesReceived, text.Took(time.Duration(cost.DurationMS)*time.Millisecond)))
	p.protocols(e)
	p.groups(e)
	p.vulnerabilities(e)
	p.chains(e)
	p.untested(e)
}

// field writes a name and a value, the values one below the other.
func (p *page) field(name, value string) { p.para(fmt.Sprintf("  %-12s ", name), plain, value, 0) }

// parameters writes the finite-field groups, each once, with the versions that it was used in.
func (p *page) parameters(e *report.Endpoint) {
	var order []string
	used := map[string][]string{}
	for _, dh := range e.DH {
		key := fmt.Sprintf("%d bits, generator %s, SHA-256 of the prime %s", dh.Bits, dh.Generator, dh.Prime)
		if used[key] == nil {
			order = append(order, key)
		}
		if v := dh.Version.String(); !slices.Contains(used[key], v) {
			used[key] = append(used[key], v)
		}
	}
	for _, key := range order {
		slices.Sort(used[key])
		p.field("DH group", strings.Join(used[key], ", ")+": "+key)
	}
}

// startUps writes the ways in which a session may begin.
func (p *page) startUps(e *report.Endpoint) {
	for i, s := range e.StartUps {
		name := ""
		if i == 0 {
			name = "Start-up"
		}
		p.field(name, fmt.Sprintf("%s: %s (%s)", s.Way, s.Accepted, s.Basis))
	}
}

// features writes what the listener does beside versions, suites and groups.
func (p *page) features(e *report.Endpoint) {
	for i, f := range e.Features {
		name := ""
		if i == 0 {
			name = "Features"
		}
		p.field(name, facts.Feature(f))
	}
}

// members writes the answers to hellos that were repeated.
func (p *page) members(e *report.Endpoint) {
	for i, said := range facts.Members(e) {
		name := ""
		if i == 0 {
			name = "Members"
		}
		p.field(name, said)
	}
}

func (p *page) clientAuth(e *report.Endpoint) {
	c := e.ClientAuth
	if c == nil {
		return
	}
	said := fmt.Sprintf("requested %s, required %s", c.Requested, c.Required)
	if c.Basis != "" {
		said += " (" + c.Basis + ")"
	}
	if len(c.Authorities) > 0 {
		said += "; CA names sent: " + strings.Join(c.Authorities, "; ")
	}
	p.field("Client cert", said)
	for _, o := range c.Outcomes {
		said := string(o.Outcome) + " in " + o.Version.String()
		if o.Basis != "" {
			said += " (" + o.Basis + ")"
		}
		p.field("- "+o.Certificate, said)
	}
	if may := e.ClientAuthCandidates; may != nil {
		p.field("- means", may.Note)
	}
}

// protocols writes a line a suite, newest version first, and what the lists rest on.
func (p *page) protocols(e *report.Endpoint) {
	if len(e.Protocols) == 0 {
		return
	}
	if !slices.ContainsFunc(e.Protocols, func(v scan.Protocol) bool { return v.Supported != scan.Unknown }) {
		p.field("Versions", "all unknown: no answer that counts")
		return
	}
	columns := []column{{title: "Version"}, {title: "Accepted"}, {title: "Code"}, {title: "Cipher suite, in the order that the listener chose"}}
	add := func(cells ...cell) {
		for i, c := range cells {
			columns[i].cells = append(columns[i].cells, c)
		}
	}
	var basis []item
	for i := len(e.Protocols) - 1; i >= 0; i-- {
		v := e.Protocols[i]
		version, accepted := cell{text: v.Version.String()}, cell{text: v.Supported.String()}
		if len(v.CipherSuites) == 0 {
			add(version, accepted, cell{text: "-"}, cell{text: refusal(v)})
			continue
		}
		for _, suite := range v.CipherSuites {
			add(version, accepted, cell{text: suite.Code.String()}, cell{text: suite.Name})
		}
		basis = append(basis, item{v.Version.String(), lists(v)})
	}
	p.blank()
	p.grid(columns)
	if len(basis) > 0 {
		p.blank()
	}
	for _, b := range basis {
		p.field(b.lead, b.text)
	}
}

// refusal says why a version has no suites.
func refusal(v scan.Protocol) string {
	switch {
	case v.Supported == scan.No && v.Refused != nil:
		return "refused by " + means(v.Refused.Basis)
	case v.Supported == scan.Unknown && len(v.Evidence) == 0:
		return "not asked"
	case v.Supported == scan.Unknown:
		return "no answer that counts"
	}
	return "-"
}

// means words the basis of a refusal.
func means(basis string) string {
	if basis == "version" {
		return "choosing an older version"
	}
	return basis
}

// lists says how complete a version's list of suites is, and who decides the order.
func lists(v scan.Protocol) string {
	said := "suites not enumerated"
	switch v.Enumeration {
	case scan.EnumerationFull:
		said = "all suites asked"
	case scan.EnumerationPartial:
		said = "not all suites asked"
	case scan.EnumerationOutsideRefused:
		said = "all suites but those expected are refused"
	}
	if v.Refused != nil {
		said += fmt.Sprintf(", %d refused by %s", v.Refused.Count, means(v.Refused.Basis))
	}
	if v.Preference != "" {
		said += "; order of preference: " + v.Preference
	}
	return said
}

// groups writes a line a version: accepted, refused, unknown. Of those that are not accepted only the post-quantum ones are
// named, since their absence is news; the many old curves are counted.
func (p *page) groups(e *report.Endpoint) {
	if len(e.Groups) == 0 {
		return
	}
	p.heading("Groups")
	for i := len(e.Protocols) - 1; i >= 0; i-- {
		version := e.Protocols[i].Version
		var parts []string
		for _, f := range []struct {
			fact scan.Fact
			lead string
		}{{scan.Yes, "accepted "}, {scan.No, "refused "}, {scan.Unknown, "unknown "}} {
			if names := groupNames(e, version, f.fact); len(names) > 0 {
				parts = append(parts, f.lead+strings.Join(names, ", "))
			}
		}
		if len(parts) > 0 {
			p.field(version.String(), strings.Join(parts, "; "))
		}
	}
}

func groupNames(e *report.Endpoint, v cipher.Version, fact scan.Fact) []string {
	var names []string
	others := 0
	for _, g := range e.Groups {
		switch {
		case g.Version != v || g.Supported != fact:
		case fact == scan.Yes || slices.Contains(cipher.PostQuantumGroups(), g.Code):
			names = append(names, fmt.Sprintf("%s (%s)", g.Name, g.Code))
		default:
			others++
		}
	}
	switch {
	case others > 0 && len(names) > 0:
		names = append(names, text.Count(others, "other"))
	case others > 0:
		names = append(names, text.Count(others, "group"))
	}
	return names
}

func (p *page) untested(e *report.Endpoint) {
	if len(e.NotTested) == 0 {
		return
	}
	p.heading("Not tested")
	for _, n := range e.NotTested {
		p.para("  ", plain, n.Question+": "+n.Why, 0)
	}
}
