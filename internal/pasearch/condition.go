package pasearch

import (
	"strconv"
	"strings"
)

// beginCondition begins the summary, or one condition of a group.
func (p *parser) beginCondition() {
	fields := p.line.pairs()
	if len(fields) == 0 {
		fields = []Field{p.line.item()}
		fields[0].Key = fields[0].Value
	}
	r := p.rule
	heading := fields[0]
	if strings.Contains(heading.Key, "Summary") {
		r.Summary = &Condition{Heading: heading}
		p.condition = r.Summary
	} else {
		r.Listed = append(r.Listed, Condition{Heading: heading})
		p.condition = &r.Listed[len(r.Listed)-1]
	}
	p.in, p.span = inCondition, nil
	for _, f := range fields[1:] {
		p.conditionField(f)
	}
}

// conditionField reads a key of a condition.
func (p *parser) conditionField(f Field) {
	c := p.condition
	c.Fields = append(c.Fields, f)
	switch strings.ToLower(f.Key) {
	case "local address":
		p.span = &c.LocalAddr
	case "remote address":
		p.span = &c.RemoteAddr
	case "fromaddr":
		if p.span == nil {
			p.lost(f, "addresses")
			return
		}
		*p.span = append(*p.span, AddrSpan{From: f.Value, To: f.Value, At: f.ValueAt})
	case "toaddr", "prefix", "range":
		p.toAddr(f)
	case "localportfrom":
		p.fromPort(&c.LocalPort, f)
	case "localportto":
		p.toPort(c.LocalPort, f)
	case "remoteportfrom":
		p.fromPort(&c.RemotePort, f)
	case "remoteportto":
		p.toPort(c.RemotePort, f)
	case "jobname":
		c.Job = f
	case "userid":
		c.User = f
	case "servicedirection":
		c.Direction = f
	case "negativeindicator":
		if !strings.EqualFold(f.Value, "Off") {
			p.lost(f, "conditions, which are negated")
		}
	default:
		if strings.Contains(f.Key, "Group") || strings.Contains(f.Key, "Level") {
			return // the place of a condition among those of the rule
		}
		p.unknownKey(f)
		if c != p.rule.Summary {
			p.rule.unsureAbout = append(p.rule.unsureAbout, f.Key)
		}
	}
}

// lost reports a part of the conditions that has no meaning that is known: the rule's conditions are then unknown.
func (p *parser) lost(f Field, what string) {
	p.unknown(f)
	p.rule.unsureAbout = append(p.rule.unsureAbout, what)
}

// toAddr completes the range of addresses that was begun: its end, or a prefix length.
func (p *parser) toAddr(f Field) {
	if p.span == nil || len(*p.span) == 0 {
		p.lost(f, "addresses")
		return
	}
	last := &(*p.span)[len(*p.span)-1]
	last.To = f.Value
	_, err := strconv.ParseUint(f.Value, 10, 8)
	last.Prefix = err == nil && !strings.EqualFold(f.Key, "ToAddr")
}

func (p *parser) fromPort(to *[]PortSpan, f Field) {
	n, err := strconv.ParseUint(f.Value, 10, 16)
	if err != nil {
		p.lost(f, "ports")
		return
	}
	*to = append(*to, PortSpan{From: uint16(n), To: uint16(n), At: f.ValueAt})
}

func (p *parser) toPort(to []PortSpan, f Field) {
	n, err := strconv.ParseUint(f.Value, 10, 16)
	if err != nil || len(to) == 0 || uint16(n) < to[len(to)-1].From {
		p.lost(f, "ports")
		return
	}
	to[len(to)-1].To = uint16(n)
}
