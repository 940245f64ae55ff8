package pasearch

import (
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

func (p *parser) beginRule(f Field) {
	p.endRule()
	p.image()
	p.rule = &Rule{Name: f.Value, At: f.At, Fields: []Field{f}}
	p.in, p.dropped, p.mark = inRule, p.kind != "" && p.kind != "TTLS", len(p.out.Problems)
}

// endRule keeps the rule that was read, or counts it when it is of another kind.
func (p *parser) endRule() {
	r := p.rule
	p.rule, p.action, p.condition, p.span = nil, nil, nil, nil
	p.in = inHeading
	if r == nil {
		return
	}
	if p.dropped {
		p.out.Problems = p.out.Problems[:min(p.mark, len(p.out.Problems))]
		p.image().Others++
		return
	}
	p.image().Rules = append(p.image().Rules, r)
}

// ruleLine reads a line of a rule's own part: its heading, a time period, or a condition.
func (p *parser) ruleLine() {
	fields := p.line.pairs()
	if len(fields) == 0 {
		p.unknown(p.line.item())
		p.rule.Fields = append(p.rule.Fields, p.line.item())
		return
	}
	for _, f := range fields {
		switch {
		case strings.HasPrefix(f.Key, "Policy "):
			p.in = inRule
			p.ruleField(f)
		case strings.EqualFold(f.Key, "Time Periods"):
			p.in = inPeriod
			p.rule.Fields = append(p.rule.Fields, f)
		case p.in == inPeriod:
			p.periodField(f)
		case p.in == inCondition:
			p.conditionField(f)
		default:
			p.ruleField(f)
		}
	}
}

func (p *parser) ruleField(f Field) {
	r := p.rule
	r.Fields = append(r.Fields, f)
	switch strings.ToLower(f.Key) {
	case "rule type":
		p.dropped = !strings.EqualFold(f.Value, "TTLS")
	case "status":
		r.StatusAt = f.ValueAt
		if f.Available() {
			r.Status = f.Value
		}
	case "priority":
		n, err := strconv.ParseUint(f.Value, 10, 32)
		if err != nil {
			p.unknown(f)
			return
		}
		r.Priority, r.PriorityAt = uint32(n), f.ValueAt
	case "policyaction":
		r.Uses = append(r.Uses, Use{Name: f.Value, At: f.ValueAt})
	case "actiontype":
		if len(r.Uses) > 0 {
			r.Uses[len(r.Uses)-1].Type = f.Value
		}
	case "policy created":
		p.stamp(f, &r.Created, &r.UpdatedAt, r.Updated)
	case "policy updated":
		p.stamp(f, &r.Updated, &r.UpdatedAt, r.Created)
	case "version", "weight", "forloaddist", "sequence actions", "no. policy action", "action sequence", "conditionlisttype":
	default:
		p.unknownKey(f)
	}
}

// stamp reads one of the two times of a rule or action; at becomes the place of the later one.
func (p *parser) stamp(f Field, to *time.Time, at *report.Location, other time.Time) {
	when, ok := stamp(f.Value)
	switch {
	case ok:
		*to = when
		if !when.Before(other) {
			*at = f.ValueAt
		}
	case f.Available():
		p.unknown(f)
	}
}

// periodField reads a key of a time period. "Day of Month Mask" begins one.
func (p *parser) periodField(f Field) {
	r := p.rule
	if strings.EqualFold(f.Key, "Day of Month Mask") || len(r.Periods) == 0 {
		r.Periods = append(r.Periods, Period{At: f.At})
	}
	last := &r.Periods[len(r.Periods)-1]
	last.Fields = append(last.Fields, f)
	switch strings.ToLower(f.Key) {
	case "day of month mask", "first to last", "last to first", "month of yr mask", "day of week mask", "start date time", "end date time",
		"fr timeofday", "to timeofday", "fr timeofday utc", "to timeofday utc", "timezone":
	default:
		p.unknownKey(f)
	}
}
