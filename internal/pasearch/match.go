package pasearch

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/portseal/portseal/internal/attls"
)

// Match finds the installed rule for a connection. It is attls.Policy's, but for rules of which the listing shows only the
// ends of a range: those do not take what lies outside of it.
func (in *Installed) Match(c attls.Connection) attls.Match { return in.narrow(in.Policy.Match(c), c) }

// Coverage is attls.Policy's, with the matches of Match.
func (in *Installed) Coverage(connections []attls.Connection) []attls.Covered {
	out := in.Policy.Coverage(connections)
	for i, c := range connections {
		out[i].Match = in.narrow(out[i].Match, c)
		out[i].Match.Misses = nil
		out[i].ClearText, out[i].Why = in.Policy.ClearText(out[i].Match)
	}
	return out
}

func (in *Installed) narrow(m attls.Match, c attls.Connection) attls.Match {
	unsaid := m.Unsaid
	m.Unsaid = nil
	for _, u := range unsaid {
		r := in.rules[u.Rule.Name]
		if r == nil {
			m.Unsaid = append(m.Unsaid, u)
			continue
		}
		if miss, outside := r.outside(c); outside {
			miss.Rule = u.Rule
			if !u.Possible { // only rules asked before the answer are its misses
				m.Misses = append(m.Misses, miss)
			}
			continue
		}
		m.Unsaid = append(m.Unsaid, u)
	}
	return m
}

// outside says whether a connection lies outside of a range that a rule's summary shows.
func (r *Rule) outside(c attls.Connection) (attls.Miss, bool) {
	for i, a := range attributes() {
		s := r.shows(a)
		if s.extent != ends {
			continue
		}
		at := []netip.AddrPort{c.Local, c.Remote}[i%2]
		have, out := at.Addr().String(), s.values[0].leavesOutAddr(at.Addr())
		if i >= 2 {
			have, out = strconv.Itoa(int(at.Port())), s.values[0].leavesOutPort(at.Port())
		}
		if out {
			return attls.Miss{Reason: fmt.Sprintf("%s is %s, not %s", s.keyword, s.text(), have), At: s.at}, true
		}
	}
	return attls.Miss{}, false
}

func (v shownValue) leavesOutPort(port uint16) bool {
	low, errLow := strconv.Atoi(v.low)
	high, errHigh := strconv.Atoi(v.high)
	return port != 0 && errLow == nil && errHigh == nil && (int(port) < low || int(port) > high)
}

func (v shownValue) leavesOutAddr(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	low, errLow := netip.ParseAddr(v.low)
	high, errHigh := netip.ParseAddr(v.high)
	if !a.IsValid() || errLow != nil || errHigh != nil {
		return false
	}
	return a.Is4() != low.Is4() || a.Compare(low) < 0 || a.Compare(high) > 0
}
