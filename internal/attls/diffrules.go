package attls

import (
	"slices"
	"strings"
)

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
		other := d.b.rules[d.a.keys[r]]
		if other == nil {
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
	was, now := map[*Rule]bool{}, map[*Rule]string{}
	for _, s := range d.a.policy.NeverMatched() {
		was[s.Rule] = true
	}
	for _, s := range d.b.policy.NeverMatched() {
		now[s.Rule] = s.Why
	}
	for _, r := range d.b.policy.ordered {
		before := d.a.rules[d.b.keys[r]]
		if before == nil {
			continue
		}
		why, shadowed := now[r]
		switch {
		case shadowed && !was[before]:
			d.out = append(d.out, Difference{NoLongerMatched, r.Name, "", "", why, before.At, r.At})
		case !shadowed && was[before]:
			d.out = append(d.out, Difference{MatchedAgain, r.Name, "", "", "", before.At, r.At})
		}
	}
}
