package pasearch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Installed is what a stack has in force, as a policy: its positions are lines of the listing.
type Installed struct {
	*Image
	Policy   *attls.Policy    // the rules that are active; nothing in it is a fault of the policy files
	Problems []syntax.Problem // values of the listing that have no known meaning

	rules map[string]*Rule // by name
}

// Installed makes a policy of the rules that are active.
func (i *Image) Installed() *Installed {
	in := &Installed{Image: i, rules: map[string]*Rule{}}
	var active []*Rule
	for _, r := range i.Rules {
		if r.Active() {
			active = append(active, r)
			in.rules[r.Name] = r
		}
	}
	in.Policy, in.Problems = i.policy(active)
	return in
}

// policy writes rules and their actions in the policy language and gives them their meaning.
func (i *Image) policy(rules []*Rule) (*attls.Policy, []syntax.Problem) {
	w := writer{file: &syntax.File{Path: i.At.File}, names: map[string]string{}, taken: map[string]bool{}}
	for _, r := range rules {
		w.rule(r)
	}
	for _, a := range i.Actions {
		w.action(a)
	}
	p := attls.Read([]*syntax.File{w.file})
	problems := w.problems
	for _, problem := range p.Problems {
		if !strings.HasPrefix(problem.ID, "ATTLS-REF-") && !strings.HasPrefix(problem.ID, "ATTLS-RULE-") { // the listing is partial, and says so
			problem.Hard = false
			problems = append(problems, problem)
		}
	}
	p.Problems = nil
	sortProblems(problems)
	return p, problems
}

// writer writes a listing as a policy file.
type writer struct {
	file     *syntax.File
	names    map[string]string // of a written action by its type, name and all that it says
	taken    map[string]bool   // types with names
	problems []syntax.Problem
}

func newAttribute(keyword, value string, at, valueAt report.Location) *syntax.Attribute {
	a := syntax.NewAttribute(keyword, value, "")
	a.Place(at, valueAt)
	return a
}

func (w *writer) rule(r *Rule) {
	s := &syntax.Statement{Keyword: "TTLSRule", Written: "policyRule", Name: r.Name, At: r.At, NameAt: r.Fields[0].ValueAt}
	add := func(keyword, value string, at, valueAt report.Location) {
		s.Body = append(s.Body, newAttribute(keyword, value, at, valueAt))
	}
	for _, a := range attributes() {
		w.condition(s, r.shows(a))
	}
	unsure := len(r.unsureAbout) > 0
	if c := r.said(); c != nil {
		for _, f := range []struct {
			keyword string
			Field
		}{{"Jobname", c.Job}, {"Userid", c.User}, {"Direction", c.Direction}} {
			unsure = unsure || !f.Available()
			if f.Available() && f.Value != "" {
				add(f.keyword, f.Value, f.At, f.ValueAt)
			}
		}
	}
	if r.Priority > 0 {
		add("Priority", strconv.FormatUint(uint64(r.Priority), 10), r.PriorityAt, r.PriorityAt)
	}
	for _, p := range r.Periods {
		if t := p.timeCondition(); t != nil {
			s.Body = append(s.Body, t)
		}
	}
	if unsure { // a time that leads nowhere leaves it open whether the rule takes a connection
		add("IpTimeConditionRef", notAvailable, r.At, r.At)
	}
	w.uses(s, r)
	w.file.Body = append(w.file.Body, s)
}

// said is the condition that says job name, user ID and direction: the summary, or else the first that is listed.
func (r *Rule) said() *Condition {
	if r.Summary == nil && len(r.Listed) > 0 {
		return &r.Listed[0]
	}
	return r.Summary
}

// condition writes one condition on addresses or ports: directly when it is one value, else as a group. Of a range with gaps
// the ends belong to it; what else does is left open by a member of the group that says nothing.
func (w *writer) condition(s *syntax.Statement, c shown) {
	group, ref := "IpAddrGroup", c.keyword+"GroupRef"
	if name, ports := strings.CutSuffix(c.keyword, "Range"); ports {
		group, ref = "PortGroup", name+"GroupRef"
	}
	switch {
	case c.extent == anything:
		return
	case c.extent == exact && len(c.values) == 1:
		s.Body = append(s.Body, newAttribute(c.keyword, c.values[0].text, c.at, c.values[0].at))
		return
	}
	name := fmt.Sprintf("%s~%s~line%d", s.Name, c.keyword, c.at.Line) // a listing may have two rules of one name
	s.Body = append(s.Body, newAttribute(ref, name, c.at, c.at))
	g := &syntax.Statement{Keyword: group, Written: group, Name: name, At: c.at}
	for _, v := range c.values {
		if c.extent == exact {
			g.Body = append(g.Body, member(group, v.text, v.at))
		} else {
			g.Body = append(g.Body, member(group, v.low, v.at), member(group, v.high, v.at))
		}
	}
	if c.extent != exact {
		g.Body = append(g.Body, &syntax.Statement{Keyword: memberType(group, ""), Written: "group", At: c.at})
	}
	w.file.Body = append(w.file.Body, g)
}

func memberType(group, value string) string {
	switch {
	case group == "PortGroup":
		return "PortRange"
	case strings.ContainsAny(value, "/-"):
		return "IpAddrSet"
	}
	return "IpAddr"
}

func member(group, value string, at report.Location) *syntax.Statement {
	keyword := "Addr"
	switch {
	case group == "PortGroup":
		keyword = "Port"
	case strings.Contains(value, "/"):
		keyword = "Prefix"
	case strings.Contains(value, "-"):
		keyword = "Range"
	}
	t := memberType(group, value)
	return &syntax.Statement{Keyword: t, Written: t, At: at, Body: []syntax.Node{newAttribute(keyword, value, at, at)}}
}
