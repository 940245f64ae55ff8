package view

import (
	"cmp"
	"fmt"
	"io"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Diff is what two policies, or one on two releases, do not have in common.
type Diff struct {
	Schema      string       `json:"schema"`
	Old         Side         `json:"old"`
	New         Side         `json:"new"`
	Differences []Difference `json:"differences"` // in the order of the rules
}

// Difference is one of them.
type Difference struct {
	Kind        attls.DifferenceKind `json:"kind"`
	Rule        string               `json:"rule"`           // its name in the new policy, or in the old one
	What        string               `json:"what,omitempty"` // the condition or keyword; the other rule of an order
	Old         string               `json:"old,omitempty"`
	New         string               `json:"new,omitempty"`
	OldLocation *report.Location     `json:"old_location,omitempty"` // absent for a default
	NewLocation *report.Location     `json:"new_location,omitempty"`
}

// NewDiff compares two policies by meaning.
func NewDiff(before, after Input) Diff {
	d := Diff{Schema: "portseal.policy-diff/v1", Old: before.Side(), New: after.Side(), Differences: []Difference{}}
	for _, x := range attls.Diff(before.Policy, after.Policy, before.Release, after.Release) {
		d.Differences = append(d.Differences, Difference{Kind: x.Kind, Rule: x.Rule, What: x.What, Old: syntax.Shown(x.What, x.A), New: syntax.Shown(x.What, x.B),
			OldLocation: placeOf(x.AtA), NewLocation: placeOf(x.AtB)})
	}
	return d
}

// Write writes the differences below the rules that they are about.
func (d Diff) Write(w io.Writer, look Look) error {
	p := newPage(look)
	head := text.Count(len(d.Differences), "difference")
	if len(d.Differences) == 0 {
		head = "No difference in meaning"
	}
	p.title(text.Strong, fmt.Sprintf("%s: %s on z/OS %s, and %s on z/OS %s", head, d.Old.files(), d.Old.ZOSRelease, d.New.files(), d.New.ZOSRelease))
	p.warn(d.Old)
	if d.New.files() != d.Old.files() {
		p.warn(d.New)
	}
	rule := ""
	for i, x := range d.Differences {
		if i == 0 || x.Rule != rule {
			p.blank()
			p.title(text.Strong, "Rule "+x.Rule)
			rule = x.Rule
		}
		p.difference(x)
	}
	return p.write(w)
}

func (p *page) difference(x Difference) {
	from, to := x.OldLocation.String(), x.NewLocation.String()
	switch x.Kind {
	case attls.RuleAdded:
		p.para(1, "added", text.Notice, "("+to+")")
	case attls.RuleRemoved:
		p.para(1, "removed", text.Warning, "("+from+")")
	case attls.RuleRenamed:
		p.para(1, "renamed:", text.Notice, fmt.Sprintf("it was %s (%s), and is the same otherwise (%s)", x.Old, from, to))
	case attls.OrderChanged:
		p.para(1, "order:", text.Warning, fmt.Sprintf("of rule %s, which can take the same connections: was %s, is %s", x.What, x.Old, x.New))
	case attls.NoLongerMatched:
		p.para(1, "never matches now:", text.Bad, x.New)
	case attls.MatchedAgain:
		p.para(1, "can match now:", text.Notice, "before, other rules took all of its connections")
	default:
		p.para(1, x.What+":", text.Warning, fmt.Sprintf("%s (%s) -> %s (%s)", cmp.Or(x.Old, "none"), cmp.Or(from, "default"),
			cmp.Or(x.New, "none"), cmp.Or(to, "default")))
	}
}
