package pasearch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
)

// extent says how much of a condition on addresses or ports the listing shows.
type extent uint8

const (
	notShown extent = iota // nothing
	ends                   // the lowest and the highest: what lies between them may belong to it or not
	exact                  // all
	anything               // all there is
)

// shown is one condition on addresses or ports, as the listing shows it.
type shown struct {
	keyword string // LocalAddr, RemoteAddr, LocalPortRange, RemotePortRange
	extent
	values []shownValue // of ends, the one range of the summary
	at     report.Location
}

type shownValue struct {
	low, high, text string // text is as the policy language writes the range
	at              report.Location
}

// attribute is one of the four conditions.
type attribute struct {
	keyword string
	values  func(*Condition) []shownValue
}

func attributes() []attribute {
	return []attribute{
		{"LocalAddr", func(c *Condition) []shownValue { return addrs(c.LocalAddr) }},
		{"RemoteAddr", func(c *Condition) []shownValue { return addrs(c.RemoteAddr) }},
		{"LocalPortRange", func(c *Condition) []shownValue { return ports(c.LocalPort) }},
		{"RemotePortRange", func(c *Condition) []shownValue { return ports(c.RemotePort) }},
	}
}

func addrs(spans []AddrSpan) []shownValue {
	var out []shownValue
	for _, s := range spans {
		v := shownValue{low: s.From, high: s.To, text: s.From, at: s.At}
		switch {
		case s.Prefix:
			v.low, v.high, v.text = s.From+"/"+s.To, s.From+"/"+s.To, s.From+"/"+s.To
		case s.From != s.To:
			v.text = s.From + "-" + s.To
		}
		out = append(out, v)
	}
	return out
}

func ports(spans []PortSpan) []shownValue {
	var out []shownValue
	for _, s := range spans {
		v := shownValue{low: strconv.Itoa(int(s.From)), high: strconv.Itoa(int(s.To)), at: s.At}
		v.text = v.low
		if s.From != s.To {
			v.text = fmt.Sprintf("%d-%d", s.From, s.To)
		}
		out = append(out, v)
	}
	return out
}

// everything says whether a value takes all: an address All, or port 0.
func (v shownValue) everything() bool {
	return strings.EqualFold(v.low, "All") || v.low == "0" && (v.high == "0" || v.high == "65535")
}

// whole says whether a range of the summary has nothing between its ends that a group could leave out.
func (v shownValue) whole() bool {
	low, errLow := strconv.Atoi(v.low)
	high, errHigh := strconv.Atoi(v.high)
	return v.low == v.high || errLow == nil && errHigh == nil && high == low+1
}

// shows works out one condition of a rule. Where groups are listed they count, for the summary may say All of a group with
// addresses of both families; else the summary does.
func (r *Rule) shows(a attribute) shown {
	out := shown{keyword: a.keyword, at: r.At}
	if len(r.unsureAbout) > 0 {
		return out
	}
	for i := range r.Listed {
		for _, v := range a.values(&r.Listed[i]) {
			if !v.everything() {
				out.values = append(out.values, v)
			}
		}
	}
	if len(out.values) > 0 {
		out.extent, out.at = exact, out.values[0].at
	} else if r.Summary != nil && len(a.values(r.Summary)) > 0 {
		v := a.values(r.Summary)[0]
		out.at = v.at
		switch {
		case v.everything():
			out.extent = anything
		case v.whole():
			out.extent, out.values = exact, []shownValue{v}
		default:
			out.extent, out.values = ends, []shownValue{v}
		}
	}
	for _, v := range out.values {
		if v.low == notAvailable || v.high == notAvailable {
			return shown{keyword: a.keyword, at: out.at}
		}
	}
	return out
}

// text is the condition as it is shown to people.
func (s shown) text() string {
	var all []string
	for _, v := range s.values {
		all = append(all, v.text)
	}
	switch s.extent {
	case anything:
		return "All"
	case exact:
		return strings.Join(all, ", ")
	case ends:
		return "within " + all[0]
	}
	return "not listed"
}
