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
		a: side{policy: a, release: releaseA, byName: byName(a)},
		b: side{policy: b, release: releaseB, byName: byName(b)},
	}
	var removed, added []*Rule
	for _, r := range a.ordered {
		if other := d.b.byName[r.Name]; other != nil {
			d.rule(r, other)
		} else {
			removed = append(removed, r)
		}
	}
	for _, r := range b.ordered {
		if d.a.byName[r.Name] == nil {
			added = append(added, r)
		}
	}
	d.alone(removed, added)
	d.order()
	d.shadows()
	return d.out
}

type side struct {
	policy  *Policy
	release Release
	byName  map[string]*Rule
}

// byName keeps the first of several rules of one name, as they are asked; Load reports the others.
func byName(p *Policy) map[string]*Rule {
	out := map[string]*Rule{}
	for _, r := range p.ordered {
		if out[r.Name] == nil {
			out[r.Name] = r
		}
	}
	return out
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
	case !p.Known:
		return "not known"
	case p.Value == "":
		return "none"
	}
	return p.Value
}

// condition is one condition of a rule for comparison: by what it takes where that is known, else as written.
type condition struct {
	name, text string
	takes      spans
	exact      bool
}

func (c condition) equal(other condition) bool {
	if c.exact && other.exact {
		return slices.Equal(c.takes, other.takes)
	}
	return c.exact == other.exact && c.text == other.text
}

func conditionsOf(r *Rule) []condition {
	var times []string
	for _, t := range r.Times {
		times = append(times, t.String())
	}
	return []condition{
		{name: "Direction", text: string(r.Direction)},
		setCondition("LocalAddr", r.LocalAddr), setCondition("RemoteAddr", r.RemoteAddr),
		setCondition("LocalPortRange", r.LocalPorts), setCondition("RemotePortRange", r.RemotePorts),
		{name: "Jobname", text: r.Jobname}, {name: "Userid", text: r.Userid},
		{name: typeTime, text: strings.Join(times, "; ")},
	}
}

func setCondition[V any, R entry[V]](name string, s Set[V, R]) condition {
	return condition{name, s.String(), s.spans(), s.Any() || !s.Unread}
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

// order reports the pairs of rules that can take the same connection and are asked the other way round.
func (d *differ) order() {
	place := map[*Rule]int{}
	for i, r := range d.b.policy.ordered {
		place[r] = i
	}
	type common struct {
		rule, other *Rule
		place       int // in the second policy
		takes       region
	}
	var above []common
	highest := -1
	for _, r := range d.a.policy.ordered {
		other := d.b.byName[r.Name]
		if other == nil || d.a.byName[r.Name] != r {
			continue
		}
		takes, _ := regionOf(r)
		here := common{r, other, place[other], takes}
		if here.place < highest { // some rule has gone below it
			for _, was := range above {
				if was.place > here.place && was.takes.overlaps(takes) {
					d.out = append(d.out, Difference{OrderChanged, r.Name, was.rule.Name, "asked after it", "asked before it", r.At, other.At})
				}
			}
		}
		highest = max(highest, here.place)
		above = append(above, here)
	}
}

// shadows reports the rules that both policies have and that only one can ever use.
func (d *differ) shadows() {
	was, now := map[string]bool{}, map[string]Shadowed{}
	for _, s := range d.a.policy.NeverMatched() {
		was[s.Rule.Name] = true
	}
	for _, s := range d.b.policy.NeverMatched() {
		now[s.Rule.Name] = s
	}
	for _, r := range d.b.policy.ordered {
		before := d.a.byName[r.Name]
		if before == nil || d.b.byName[r.Name] != r {
			continue
		}
		s, shadowed := now[r.Name]
		switch {
		case shadowed && !was[r.Name]:
			d.out = append(d.out, Difference{NoLongerMatched, r.Name, "", "", s.Why, before.At, r.At})
		case !shadowed && was[r.Name]:
			d.out = append(d.out, Difference{MatchedAgain, r.Name, "", "", "", before.At, r.At})
		}
	}
}
