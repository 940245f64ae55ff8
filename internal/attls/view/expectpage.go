package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Write writes the ports, and below each what its connections get.
func (x Expect) Write(w io.Writer, look Look) error {
	p := newPage(look)
	p.title(text.Strong, fmt.Sprintf("%s, z/OS %s: what inbound connections get", x.files(), x.ZOSRelease))
	p.warn(x.Side)
	if len(x.Ports) == 0 {
		p.para(0, "Clear text:", text.Bad, "no rule takes an inbound connection")
	}
	for _, one := range x.Ports {
		p.blank()
		p.title(text.Strong, one.title())
		for _, o := range one.Outcomes {
			p.outcome(o)
		}
	}
	return p.write(w)
}

func (p Ports) title() string {
	if p.Ports == otherPorts {
		return "Any other port"
	}
	return "Port " + p.Ports
}

func (p *page) outcome(o Outcome) {
	lead, words := "Otherwise:", o.Why
	if o.Rule != nil {
		lead, words = "Rule "+o.Rule.Name, "("+o.Rule.Location.String()+")"
		if len(o.When) > 0 {
			words += ", if " + strings.Join(o.When, ", ")
		}
		words += ": " + o.Why
	}
	style := text.Plain
	if o.Expect == report.ExpectPlaintext {
		style = text.Warning
	}
	p.para(1, lead, style, words)
	from := map[string]string{}
	for _, s := range o.Sources {
		from[s.Key] = s.From
	}
	group := func(g cipher.Group) string { return cipher.DescribeGroup(g).Name }
	var facts []fact
	for _, f := range []fact{{key: "versions", value: list(o.Versions, cipher.Version.String)}, {key: "cipher_suites", value: suiteNames(o.CipherSuites)},
		{key: "curves", value: list(o.Curves, group)}, {key: "key_share_groups", value: list(o.KeyShareGroups, group)},
		{key: "client_auth", value: o.ClientAuth}, {key: "keyring", value: o.Keyring}, {key: "label", value: o.Label}} {
		if f.from = from[f.key]; f.value != "" {
			facts = append(facts, f)
		}
	}
	p.facts(2, facts)
}

func list[T any](values []T, text func(T) string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = text(v)
	}
	return strings.Join(out, ", ")
}
