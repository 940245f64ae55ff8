package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Show is a policy resolved: its rules with all that counts for them.
type Show struct {
	About
	Rules  []Rule   `json:"rules"`  // in the order in which they are asked
	Unused []Action `json:"unused"` // statements that nothing refers to

	whole bool // one rule was asked for: every setting is shown
}

// Rule is a rule, its conditions, and what counts for the connections that it takes.
type Rule struct {
	Order int `json:"order"` // from 1
	RuleName
	Priority     uint32      `json:"priority"`
	Conditions   []Condition `json:"conditions"`              // those that are coded
	NeverMatches string      `json:"never_matches,omitempty"` // why no connection ever takes it
	Actions      []Action    `json:"actions"`
	Settings     []Setting   `json:"settings"`
}

// Condition is what a rule demands of a connection.
type Condition struct {
	Name     string           `json:"name"`
	Value    string           `json:"value"`
	Location *report.Location `json:"location,omitempty"`
}

// Action is a named statement.
type Action struct {
	Type     string           `json:"type"`
	Name     string           `json:"name"`
	Location *report.Location `json:"location,omitempty"`
}

// NewShow resolves a policy; with a name only the rules of that name, of which there may be none.
func NewShow(in Input, name string) Show {
	s := Show{About: about("portseal.policy-show/v1", in), Rules: []Rule{}, Unused: []Action{}, whole: name != ""}
	never := map[*attls.Rule]string{}
	for _, n := range in.Policy.NeverMatched() {
		never[n.Rule] = n.Why
	}
	folds := newFolds(in)
	for i, r := range in.Policy.Ordered() {
		if name != "" && r.Name != name {
			continue
		}
		s.Rules = append(s.Rules, Rule{Order: i + 1, RuleName: nameOf(r), Priority: r.Priority, Conditions: conditionsOf(r),
			NeverMatches: never[r], Actions: actionsOf(r), Settings: folds.of(r)})
	}
	if name == "" {
		for _, u := range in.Policy.Unused() {
			s.Unused = append(s.Unused, Action{u.Keyword, u.Name, placeOf(u.At)})
		}
	}
	return s
}

func conditionsOf(r *attls.Rule) []Condition {
	out := []Condition{}
	add := func(name, value string, at report.Location) {
		if value != "" && at.Line > 0 {
			out = append(out, Condition{name, value, placeOf(at)})
		}
	}
	add("Direction", string(r.Direction), r.DirectionAt)
	add("LocalAddr", r.LocalAddr.String(), r.LocalAddr.At)
	add("RemoteAddr", r.RemoteAddr.String(), r.RemoteAddr.At)
	add("LocalPortRange", r.LocalPorts.String(), r.LocalPorts.At)
	add("RemotePortRange", r.RemotePorts.String(), r.RemotePorts.At)
	add("Jobname", r.Jobname, r.JobnameAt)
	add("Userid", r.Userid, r.UseridAt)
	for _, t := range r.Times {
		add("IpTimeCondition", t.String(), t.At)
	}
	return out
}

func actionsOf(r *attls.Rule) []Action {
	out := []Action{}
	for _, a := range []*attls.Action{r.Group, r.Environment, r.Connection} {
		if a != nil {
			out = append(out, Action{a.Type, a.Name, placeOf(a.At)})
		}
	}
	return out
}

// Write writes the rules for people.
func (s Show) Write(w io.Writer, look Look) error {
	p := newPage(look)
	order := text.Count(len(s.Rules), "rule") + ", in the order in which Policy Agent asks"
	p.title(text.Strong, fmt.Sprintf("%s, z/OS %s: %s", s.files(), s.ZOSRelease, order))
	p.warn(s.Side)
	for _, r := range s.Rules {
		p.blank()
		p.rule(r, s.whole)
	}
	if len(s.Unused) > 0 {
		p.blank()
		p.title(text.Strong, "Nothing refers to")
		for _, u := range s.Unused {
			p.para(1, u.Type+" "+u.Name, text.Plain, "("+u.Location.String()+")")
		}
	}
	return p.write(w)
}

func (p *page) rule(r Rule, whole bool) {
	p.para(0, fmt.Sprintf("%d. %s", r.Order, r.Name), text.Strong, fmt.Sprintf("(%s), priority %d", r.Location.String(), r.Priority))
	if r.NeverMatches != "" {
		p.para(1, "Never matches:", text.Bad, r.NeverMatches)
	}
	var takes []string
	for _, c := range r.Conditions {
		takes = append(takes, c.Name+" "+c.Value)
	}
	if len(takes) == 0 {
		takes = []string{"every connection"}
	}
	p.para(1, "Takes", text.Plain, strings.Join(takes, "; "))
	var uses []string
	for _, a := range r.Actions {
		uses = append(uses, fmt.Sprintf("%s %s (%s)", a.Type, a.Name, a.Location.String()))
	}
	if len(uses) > 0 {
		p.para(1, "Uses", text.Plain, strings.Join(uses, "; "))
	}
	settings := r.Settings
	if !whole {
		settings = short(settings)
	}
	p.facts(1, factsOf(settings))
}
