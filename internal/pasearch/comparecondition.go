package pasearch

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// conditions compares what two rules of one name take.
func (c *comparer) conditions(source, view *attls.Rule, listed *Rule) {
	want := []taken{takenAddrs(source.LocalAddr), takenAddrs(source.RemoteAddr), takenPorts(source.LocalPorts), takenPorts(source.RemotePorts)}
	have := []taken{takenAddrs(view.LocalAddr), takenAddrs(view.RemoteAddr), takenPorts(view.LocalPorts), takenPorts(view.RemotePorts)}
	for i, a := range attributes() {
		c.set(source, want[i], have[i], listed.shows(a))
	}
	said := listed.said()
	if said == nil {
		return
	}
	for _, w := range []struct {
		what, source string
		at           report.Location
		installed    Field
	}{
		{"Direction", string(source.Direction), source.DirectionAt, said.Direction},
		{"Jobname", source.Jobname, source.JobnameAt, said.Job},
		{"Userid", source.Userid, source.UseridAt, said.User},
	} {
		d := Difference{IDDiffers, source.Name, w.what, orAny(w.source), orAny(w.installed.Value), w.at, w.installed.ValueAt}
		switch {
		case w.installed.Key == "" || !w.installed.Available():
			d.Installed = "not listed"
			c.uncompared(d)
		case d.Source != d.Installed:
			c.differ(d)
		}
	}
}

func orAny(s string) string { return cmp.Or(s, "any") }

// set compares one condition on addresses or ports. Where the listing shows only its ends, those must be the ends that the
// files' own group has; what lies between them stays open.
func (c *comparer) set(rule *attls.Rule, want, have taken, s shown) {
	d := Difference{IDDiffers, rule.Name, s.keyword, want.text, s.text(), cmp.Or(want.at, rule.At), s.at}
	switch {
	case want.unread, s.extent == notShown:
		c.uncompared(d)
	case s.extent == ends:
		wantLow, wantHigh := want.ends()
		low, high := have.ends()
		if low != wantLow || high != wantHigh {
			c.differ(d)
		} else {
			c.uncompared(d)
		}
	case have.unread:
		c.uncompared(d)
	case want.everything != have.everything || !slices.Equal(want.in, have.in):
		if have.everything && s.keyword != "LocalPortRange" && s.keyword != "RemotePortRange" && want.mixed() {
			c.uncompared(d) // the summary of such a group is All
			return
		}
		c.differ(d)
	}
}

// interval is a range of addresses or ports, both ends included. A port is taken as an address with that number, so that one
// comparison does for both.
type interval struct{ low, high netip.Addr }

// taken is what a condition takes.
type taken struct {
	everything, unread bool
	in                 []interval // in order, without overlaps; of what could be read
	text               string
	at                 report.Location
}

func takenAddrs(s attls.AddrSet) taken {
	t := taken{everything: s.Any(), unread: s.Unread, text: s.String(), at: s.At}
	for _, r := range s.Ranges {
		if r.From.IsValid() {
			t.in = append(t.in, interval{r.From, r.To})
		}
	}
	return t.normal()
}

func takenPorts(s attls.PortSet) taken {
	t := taken{everything: s.Any(), unread: s.Unread, text: s.String(), at: s.At}
	for _, r := range s.Ranges {
		t.in = append(t.in, interval{portAddr(r.From), portAddr(r.To)})
	}
	return t.normal()
}

func portAddr(port uint16) netip.Addr {
	return netip.AddrFrom4([4]byte{2: byte(port >> 8), 3: byte(port)})
}

// normal joins what overlaps or adjoins. What takes everything has no intervals.
func (t taken) normal() taken {
	all := t.in
	t.in = nil
	if t.everything {
		return t
	}
	slices.SortFunc(all, func(a, b interval) int { return cmp.Or(a.low.Compare(b.low), a.high.Compare(b.high)) })
	for _, i := range all {
		last := len(t.in) - 1
		if last >= 0 && t.in[last].low.Is4() == i.low.Is4() &&
			(i.low.Compare(t.in[last].high) <= 0 || i.low == t.in[last].high.Next()) {
			if i.high.Compare(t.in[last].high) > 0 {
				t.in[last].high = i.high
			}
			continue
		}
		t.in = append(t.in, i)
	}
	return t
}

// ends are the lowest and the highest that a condition takes.
func (t taken) ends() (low, high netip.Addr) {
	if len(t.in) == 0 {
		return low, high
	}
	return t.in[0].low, t.in[len(t.in)-1].high
}

// mixed says whether a condition has addresses of both families.
func (t taken) mixed() bool {
	low, high := t.ends()
	return low.Is4() != high.Is4()
}
