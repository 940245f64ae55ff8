package diff

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// pair is one listener in both reports. The id is that of the newer one.
type pair struct {
	id         string
	old, now   *report.Endpoint
	oldX, nowX *report.Expectation // nil for an ad hoc scan
	changed    map[string]bool     // keys of the expectation that differ
}

// speaksTLS says whether both reports found TLS, so that what is beyond the state can be compared.
func (p *pair) speaksTLS() bool { return speaks(p.old) && speaks(p.now) }

func speaks(e *report.Endpoint) bool {
	return e.State == scan.StateTLS || e.State == scan.StateStartTLS
}

// listeners compares those that both have, and says which only one has.
func (c *comparison) listeners() {
	for _, p := range c.pairs() {
		c.expectations(p)
		c.policies(p)
		c.endpoint(p)
		c.endpointFindings(p)
	}
}

// pairs matches the listeners of both reports: by id; then, of one listener whose id changed with its ports or addresses, by address and
// port, and the last that is left on either side.
func (c *comparison) pairs() []*pair {
	var out []*pair
	before := map[string]*report.Endpoint{}
	for i := range c.old.rep.Endpoints {
		before[c.old.rep.Endpoints[i].ID] = &c.old.rep.Endpoints[i]
	}
	match := func(was, is *report.Endpoint) {
		out = append(out, &pair{id: is.ID, old: was, now: is, oldX: c.old.expectations[was.ID], nowX: c.now.expectations[is.ID], changed: map[string]bool{}})
		delete(before, was.ID)
	}
	var fresh []*report.Endpoint
	for i := range c.now.rep.Endpoints {
		is := &c.now.rep.Endpoints[i]
		if was := before[is.ID]; was != nil {
			match(was, is)
			continue
		}
		fresh = append(fresh, is)
	}
	fresh = rematch(before, fresh, match)
	for _, id := range slices.Sorted(maps.Keys(before)) {
		c.alone(c.now, report.ListenerGone, before[id])
	}
	for _, is := range fresh {
		c.alone(c.old, report.ListenerAppeared, is)
	}
	return out
}

// rematch matches what is left by listener, and returns those that remain fresh.
func rematch(before map[string]*report.Endpoint, fresh []*report.Endpoint, match func(was, is *report.Endpoint)) []*report.Endpoint {
	type name struct{ system, listener string }
	was, is := map[name][]*report.Endpoint{}, map[name][]*report.Endpoint{}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		e := before[id]
		was[name{e.System, e.Listener}] = append(was[name{e.System, e.Listener}], e)
	}
	for _, e := range fresh {
		is[name{e.System, e.Listener}] = append(is[name{e.System, e.Listener}], e)
	}
	matched := map[*report.Endpoint]bool{}
	for n, now := range is {
		if n.listener == "" {
			continue
		}
		var left []*report.Endpoint
		for _, e := range now {
			i := slices.IndexFunc(was[n], func(o *report.Endpoint) bool { return place(o) != "" && place(o) == place(e) })
			if i < 0 {
				left = append(left, e)
				continue
			}
			matched[e] = true
			match(was[n][i], e)
			was[n] = slices.Delete(was[n], i, i+1)
		}
		if len(left) == 1 && len(was[n]) == 1 {
			matched[left[0]] = true
			match(was[n][0], left[0])
		}
	}
	return slices.DeleteFunc(fresh, func(e *report.Endpoint) bool { return matched[e] })
}

// alone is about a listener that only one report has. It is gone, or appeared, only where the other is about the whole estate.
func (c *comparison) alone(other *side, kind string, e *report.Endpoint) {
	why := onlyOld
	if other == c.old {
		why = onlyNow
	}
	switch {
	case !other.whole || c.old.rep.Run.Estate == "" || c.now.rep.Run.Estate == "":
		c.skip(e.ID, "listener", why)
	case kind == report.ListenerGone:
		c.add(kind, e.ID, "", described(e), "")
	default:
		c.add(kind, e.ID, "", "", described(e))
	}
}

// described is where a listener is, and what it is.
func described(e *report.Endpoint) string {
	at := place(e)
	if at == "" {
		at = fmt.Sprintf("%s port %d", e.Target.Host, e.Target.Port)
	}
	if known(e.State) {
		at += ", " + string(e.State)
	}
	return at
}

// place is the address and port of a listener; empty when its host did not resolve.
func place(e *report.Endpoint) string {
	address, err := netip.ParseAddr(e.Target.Address)
	if err != nil {
		return ""
	}
	return netip.AddrPortFrom(address, e.Target.Port).String()
}

// known says whether it is known what a listener is.
func known(s scan.State) bool {
	switch s {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed:
		return true
	}
	return false
}

// endpoint compares what was observed.
func (c *comparison) endpoint(p *pair) {
	if was, is := place(p.old), place(p.now); was != "" && is != "" {
		c.differs(report.ListenerMoved, p.id, "", was, is)
	}
	if !c.state(p) {
		return
	}
	c.startUps(p)
	if !p.speaksTLS() {
		return
	}
	c.protocols(p)
	c.groups(p)
	c.dh(p)
	pairs := c.certificates(p)
	c.trust(p, pairs)
	c.servedBy(p)
	c.clientAuth(p)
	c.features(p)
}

// state compares what the listener is. A port that was only connected to is open, and may be anything but closed.
func (c *comparison) state(p *pair) bool {
	was, is := p.old.State, p.now.State
	if !c.skipUnless(known(was), known(is), p.id, "state") {
		return false
	}
	closed := was == scan.StateClosed || is == scan.StateClosed
	if (was == scan.StateOpen || is == scan.StateOpen) && was != is && !closed {
		c.skipUnless(was != scan.StateOpen, is != scan.StateOpen, p.id, "state")
		return false
	}
	c.differs(report.StateChanged, p.id, "", string(was), string(is))
	return true
}

// startUps compares the ways in which a session may begin.
func (c *comparison) startUps(p *pair) {
	was, is := map[string]scan.Fact{}, map[string]scan.Fact{}
	for _, s := range p.old.StartUps {
		was[s.Way] = s.Accepted
	}
	for _, s := range p.now.StartUps {
		is[s.Way] = s.Accepted
	}
	for _, way := range []string{scan.WayAtOnce, scan.WayNegotiated, scan.WayClear} {
		c.fact(p, "start-ups", was[way], is[way], [2]string{report.StartUpAdded, report.StartUpGone}, way, "")
	}
}

// fact compares one three-valued answer: kinds are those of no to yes, and of yes to no. A value says more than yes.
func (c *comparison) fact(p *pair, question string, was, is scan.Fact, kinds [2]string, what, value string) {
	if !c.skipUnless(was != scan.Unknown, is != scan.Unknown, p.id, question) || was == is {
		return
	}
	if value == "" {
		value = "yes"
	}
	if is == scan.Yes {
		c.add(kinds[0], p.id, what, "no", value)
		return
	}
	c.add(kinds[1], p.id, what, value, "no")
}
