package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// portRepeated finds several ports where one is allowed.
func portRepeated() Rule {
	return Rule{
		ID: "ATTLS-PORT-REPEATED", Severity: report.Medium,
		Title: "Ports are repeated where a PortGroup is meant",
		Why: "A rule takes one range of local and one of remote ports, and a PortRange one Port. Whether a second one adds to the first or " +
			"replaces it is not documented; where it replaces it, the ports of the first are in clear text.",
		Remediation: "Write a PortGroup with one PortRange { Port ... } for each, and refer to it by LocalPortGroupRef or RemotePortGroupRef.",
		References:  []string{"z/OS Communications Server: IP Configuration Reference, TTLSRule, PortRange and PortGroup statements"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, f := range in.Policy.Files {
				for _, s := range f.Statements("TTLSRule") {
					out = append(out, repeated(s, "LocalPortRange", "LocalPortRangeRef", "LocalPortGroupRef")...)
					out = append(out, repeated(s, "RemotePortRange", "RemotePortRangeRef", "RemotePortGroupRef")...)
				}
				for _, s := range f.Statements("PortRange") {
					out = append(out, repeated(s, "Port")...)
				}
				for _, group := range f.Statements("PortGroup") {
					for _, s := range group.Statements("PortRange") {
						out = append(out, repeated(s, "Port")...)
					}
				}
			}
			return out
		},
	}
}

// repeated finds the lines after the first that has one of the keywords.
func repeated(s *syntax.Statement, keywords ...string) []report.Finding {
	var lines []*syntax.Attribute
	for _, keyword := range keywords {
		lines = append(lines, s.Attributes(keyword)...)
	}
	if len(lines) < 2 {
		return nil
	}
	slices.SortStableFunc(lines, func(a, b *syntax.Attribute) int { return cmp.Compare(a.At.Line, b.At.Line) })
	var out []report.Finding
	for _, a := range lines[1:] {
		out = append(out, found(a.At, fmt.Sprintf("%s %s comes after %s %s in line %d of the same %s, which takes one: want a PortGroup",
			a.Keyword, a.Value, lines[0].Keyword, lines[0].Value, lines[0].At.Line, s.Keyword)))
	}
	return out
}
