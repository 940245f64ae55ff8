package attls

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// DifferenceKind is a way in which two policies differ.
type DifferenceKind string

// The kinds of differences.
const (
	RuleAdded        DifferenceKind = "rule-added"
	RuleRemoved      DifferenceKind = "rule-removed"
	RuleRenamed      DifferenceKind = "rule-renamed" // same conditions and same settings under another name
	ConditionChanged DifferenceKind = "condition-changed"
	SettingChanged   DifferenceKind = "setting-changed"
	OrderChanged     DifferenceKind = "order-changed" // of two rules that can take the same connection
	NoLongerMatched  DifferenceKind = "no-longer-matched"
	MatchedAgain     DifferenceKind = "matched-again"
)

// Difference is one thing that two policies, or one policy on two releases, do not have in common.
type Difference struct {
	Kind     DifferenceKind
	Rule     string // its name in the second policy, or in the first when it is not in the second
	What     string // the condition or keyword; the other rule of an order
	A, B     string // what each says; empty where it says nothing
	AtA, AtB report.Location
}

// Diff says where two policies differ in meaning: rules, conditions, effective settings, and the order of rules that
// overlap. How they are written, unused statements, and user instances, which are raised at every change of a
// certificate, do not count. The differences come in the order of the rules.
func Diff(a, b *Policy, releaseA, releaseB Release) []Difference {
	d := differ{
		a: newSide(a, releaseA),
		b: newSide(b, releaseB),
	}
	var removed, added []*Rule
	for _, r := range a.ordered {
		if other := d.b.rules[d.a.keys[r]]; other != nil {
			d.rule(r, other)
		} else {
			removed = append(removed, r)
		}
	}
	for _, r := range b.ordered {
		if d.a.rules[d.b.keys[r]] == nil {
			added = append(added, r)
		}
	}
	d.alone(removed, added)
	d.order()
	d.shadows()
	return d.out
}

// side is one of the two policies. Rules are known by their names; of several with one name, which Load reports, the first
// that is asked goes with the first of the other policy, and so on.
type side struct {
	policy  *Policy
	release Release
	rules   map[ruleKey]*Rule
	keys    map[*Rule]ruleKey
}

type ruleKey struct {
	name string
	nth  int
}

func newSide(p *Policy, release Release) side {
	s := side{policy: p, release: release, rules: map[ruleKey]*Rule{}, keys: map[*Rule]ruleKey{}}
	count := map[string]int{}
	for _, r := range p.ordered {
		key := ruleKey{r.Name, count[r.Name]}
		count[r.Name]++
		s.rules[key], s.keys[r] = r, key
	}
	return s
}

type differ struct {
	a, b side
	out  []Difference
}

// rule compares two rules of one name.
func (d *differ) rule(a, b *Rule) {
	theirs := conditionsOf(b)
	for i, c := range conditionsOf(a) {
		if !c.equal(theirs[i]) {
			d.out = append(d.out, Difference{ConditionChanged, b.Name, c.name, c.text, theirs[i].text, a.At, b.At})
		}
	}
	settings := d.b.settings(b)
	for i, s := range d.a.settings(a) {
		if i < len(settings) && settings[i].Keyword == s.Keyword {
			if said(s) != said(settings[i]) {
				d.out = append(d.out, Difference{SettingChanged, b.Name, s.Keyword, said(s), said(settings[i]), s.From, settings[i].From})
			}
		}
	}
}

// settings are the effective settings that count for a rule, TTLSEnabled first. When that is Off nothing else does.
func (s side) settings(r *Rule) []Parameter {
	e := s.policy.Fold(r, s.release)
	all := slices.DeleteFunc(e.Parameters(), func(p Parameter) bool { return strings.HasSuffix(p.Keyword, "UserInstance") })
	i := slices.IndexFunc(all, func(p Parameter) bool { return p.Keyword == "TTLSEnabled" })
	if i < 0 {
		return all
	}
	all[0], all[i] = all[i], all[0]
	if e.Enabled.Known && !e.Enabled.Value {
		return all[:1]
	}
	return all
}

func said(p Parameter) string {
	switch {
	case !p.Known && p.Value != "":
		return "not known for certain: " + p.Value
	case !p.Known:
		return "not known"
	case p.Value == "":
		return "none"
	}
	return p.Value
}

// alone reports the rules that only one policy has. One of each with the same meaning is a rule that was renamed.
func (d *differ) alone(removed, added []*Rule) {
	was := map[string][]*Rule{}
	for _, r := range removed {
		was[d.a.meaning(r)] = append(was[d.a.meaning(r)], r)
	}
	renamed := map[*Rule]bool{}
	for _, r := range added {
		meaning := d.b.meaning(r)
		if before := was[meaning]; len(before) > 0 {
			was[meaning] = before[1:]
			renamed[before[0]] = true
			d.out = append(d.out, Difference{RuleRenamed, r.Name, "name", before[0].Name, r.Name, before[0].At, r.At})
			continue
		}
		d.out = append(d.out, Difference{Kind: RuleAdded, Rule: r.Name, B: r.Name, AtB: r.At})
	}
	for _, r := range removed {
		if !renamed[r] {
			d.out = append(d.out, Difference{Kind: RuleRemoved, Rule: r.Name, A: r.Name, AtA: r.At})
		}
	}
}

// meaning writes down all that a rule means but its name and its place in the order.
func (s side) meaning(r *Rule) string {
	var b strings.Builder
	for _, c := range conditionsOf(r) {
		if c.exact {
			c.text = fmt.Sprint(c.takes)
		}
		fmt.Fprintln(&b, c.name, c.text)
	}
	for _, p := range s.settings(r) {
		fmt.Fprintln(&b, p.Keyword, said(p))
	}
	return b.String()
}
