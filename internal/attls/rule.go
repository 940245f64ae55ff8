package attls

import (
	"strconv"

	"github.com/portseal/portseal/internal/attls/syntax"
)

// rule gives a TTLSRule its meaning.
func (l *loader) rule(s *syntax.Statement) *Rule {
	r := &Rule{Name: s.Name, At: s.At, Statement: s, Priority: 1}
	var addrs [2][]AddrSet
	var ports [2][]PortSet
	for _, n := range s.Body {
		switch n := n.(type) {
		case *syntax.Attribute:
			switch n.Keyword {
			case "LocalAddr", "LocalAddrRef", "LocalAddrSetRef", "LocalAddrGroupRef":
				addrs[0] = append(addrs[0], l.addrs.ofRule(n))
			case "RemoteAddr", "RemoteAddrRef", "RemoteAddrSetRef", "RemoteAddrGroupRef":
				addrs[1] = append(addrs[1], l.addrs.ofRule(n))
			case "LocalPortRange", "LocalPortRangeRef", "LocalPortGroupRef":
				ports[0] = append(ports[0], l.ports.ofRule(n))
			case "RemotePortRange", "RemotePortRangeRef", "RemotePortGroupRef":
				ports[1] = append(ports[1], l.ports.ofRule(n))
			default:
				l.ruleAttribute(r, n)
			}
		case *syntax.Statement:
			if n.Keyword == typeTime {
				r.Times = append(r.Times, l.time(n))
			}
		}
	}
	r.LocalAddr, r.RemoteAddr = join(addrs[0]), join(addrs[1])
	r.LocalPorts, r.RemotePorts = join(ports[0]), join(ports[1])
	l.ruleIsComplete(r, len(addrs[0])+len(addrs[1])+len(ports[0])+len(ports[1]) > 0)
	return r
}

func (l *loader) ruleAttribute(r *Rule, a *syntax.Attribute) {
	value := a.Word(0)
	switch a.Keyword {
	case "Jobname":
		r.twice[askJob] = r.twice[askJob] || r.Jobname != "" && r.Jobname != value
		r.Jobname, r.JobnameAt = value, a.At
	case "Userid":
		r.twice[askUser] = r.twice[askUser] || r.Userid != "" && r.Userid != value
		r.Userid, r.UseridAt = value, a.At
	case "Direction":
		p, _ := syntax.Lookup(typeRule, a.Keyword)
		direction := Direction(valueOf(p, a))
		r.twice[askDirection] = r.twice[askDirection] || r.Direction != "" && r.Direction != direction
		r.Direction, r.DirectionAt = direction, a.At
	case "Priority":
		if n, err := strconv.ParseUint(value, 10, 32); err == nil && n > 0 {
			r.Priority = uint32(n)
		}
	case "IpTimeConditionRef":
		if s := l.resolve(a, typeTime); s != nil {
			r.Times = append(r.Times, l.time(s))
		} else {
			r.Times = append(r.Times, TimeCondition{At: a.At, Unread: true})
		}
	case "TTLSGroupActionRef":
		r.Group = l.actionRef(a, typeGroup)
	case "TTLSEnvironmentActionRef":
		r.Environment = l.actionRef(a, typeEnvironment)
	case "TTLSConnectionActionRef":
		r.Connection = l.actionRef(a, typeConnection)
	}
}

func (l *loader) actionRef(a *syntax.Attribute, keyword string) *Action {
	if s := l.resolve(a, keyword); s != nil {
		return l.action(s)
	}
	return nil
}

// ruleIsComplete reports what the TTLSRule statement demands and the table of keywords cannot know.
func (l *loader) ruleIsComplete(r *Rule, hasAddressOrPort bool) {
	if !hasAddressOrPort && r.Jobname == "" && r.Userid == "" {
		l.fault(RuleNoCondition, r.At, "TTLSRule %s has no condition: want at least one of a local or remote address or port, Jobname, Userid", text(r.Name))
	}
	refersTo := len(r.Statement.Attributes("TTLSEnvironmentActionRef")) > 0
	if enabled := r.Group.value("TTLSEnabled"); !refersTo && enabled != nil && isOn(enabled.Word(0)) {
		l.fault(RuleNoEnvironment, r.At, "TTLSRule %s has no TTLSEnvironmentActionRef, which a rule needs whose TTLSGroupAction says TTLSEnabled On (%s)",
			text(r.Name), place(enabled.At))
	}
}
