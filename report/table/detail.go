package table

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
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
		if len(n.Banner) > 0 {
			p.field("Banner", fmt.Sprintf("%s (%d bytes, entropy %.1f bits an octet)", n.Banner, len(n.Banner), n.Entropy))
		}
	}
	if e.Failure != nil {
		p.field("Failure", e.Failure.Error())
	}
	p.clientAuth(e)
	for _, dh := range e.DH {
		p.field("DH group", fmt.Sprintf("%s: %d bits, generator %s, prime's SHA-256 %s", dh.Version, dh.Bits, dh.Generator, dh.Prime))
	}
	p.field("Cost", fmt.Sprintf("%s, %d bytes sent, %d received, %s", count(e.Cost.Connections, "connection"), e.Cost.BytesSent,
		e.Cost.BytesReceived, took(time.Duration(e.Cost.DurationMS)*time.Millisecond)))
	p.protocols(e)
	p.groups(e)
	p.chains(e)
	p.untested(e)
}

// field writes a name and a value, the values one below the other.
func (p *page) field(name, value string) { p.para(fmt.Sprintf("  %-12s ", name), plain, value, 0) }

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
		return "refused by " + v.Refused.Basis
	case v.Supported == scan.Unknown:
		return "no answer that counts"
	}
	return "-"
}

// lists says how complete a version's list of suites is, and who decides the order.
func lists(v scan.Protocol) string {
	said := "suites not enumerated"
	switch v.Enumeration {
	case scan.EnumerationFull:
		said = "all suites asked"
	case scan.EnumerationPartial:
		said = "suites asked in part"
	case scan.EnumerationOutsideRefused:
		said = "all suites but those expected are refused"
	}
	if v.Refused != nil {
		said += fmt.Sprintf(", %d refused by %s", v.Refused.Count, v.Refused.Basis)
	}
	if v.Preference != "" {
		said += "; order of preference: " + v.Preference
	}
	return said
}

// groups writes a line a version: accepted, refused, unknown.
func (p *page) groups(e *report.Endpoint) {
	if len(e.Groups) == 0 {
		return
	}
	p.heading("Groups")
	for i := len(e.Protocols) - 1; i >= 0; i-- {
		version, names := e.Protocols[i].Version, map[scan.Fact][]string{}
		for _, g := range e.Groups {
			if g.Version == version {
				names[g.Supported] = append(names[g.Supported], fmt.Sprintf("%s (%s)", g.Name, g.Code))
			}
		}
		var parts []string
		for _, f := range []struct {
			fact scan.Fact
			lead string
		}{{scan.Yes, "accepted "}, {scan.No, "refused "}, {scan.Unknown, "unknown "}} {
			if len(names[f.fact]) > 0 {
				parts = append(parts, f.lead+strings.Join(names[f.fact], ", "))
			}
		}
		if len(parts) > 0 {
			p.field(version.String(), strings.Join(parts, "; "))
		}
	}
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
