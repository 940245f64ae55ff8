package expect

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portseal/portseal/internal/estate"
)

// skip says why a listener must not be dialled from this vantage; the package comment has the rule.
func (c *compiler) skip(l *estate.Listener) string {
	s, here := l.System, c.opts.Vantage
	if c.elsewhere(l) {
		return fmt.Sprintf("vantage: %s is looked at from %s, and this vantage is %s: run portseal there with --vantage %s",
			s.Name, s.Vantage, here, s.Vantage)
	}
	if l.Reach == "local" && !c.onSystem(s) {
		return fmt.Sprintf("reach: local, and this vantage (%s) is not on %s: run portseal there with --vantage %s",
			here, s.Name, cmp.Or(s.Vantage, s.Name))
	}
	return ""
}

// elsewhere says whether the listener's system names another vantage.
func (c *compiler) elsewhere(l *estate.Listener) bool {
	return l.System.Vantage != "" && l.System.Vantage != c.opts.Vantage
}

// onSystem says whether the vantage is on the system.
func (c *compiler) onSystem(s *estate.System) bool {
	switch {
	case c.opts.Vantage == cmp.Or(s.Vantage, s.Name):
		return true
	case s.Vantage != "" || c.opts.Vantage != LocalVantage:
		return false
	}
	addresses := s.Addresses
	if len(addresses) == 0 && s.Host != "" {
		addresses = c.resolve(s.Host).addresses
	}
	return slices.ContainsFunc(addresses, func(a netip.Addr) bool {
		return a.IsLoopback() || c.opts.IsLocal != nil && c.opts.IsLocal(a)
	})
}

// Hosts returns the names that Compile may ask Resolve for, sorted, so that a caller can resolve them at the same time. The
// errors are those of Compile.
func Hosts(e *estate.Estate, opts Options) ([]string, error) {
	c := newCompiler(e, opts)
	selected, err := c.selectListeners()
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	add := func(host string, addresses []netip.Addr) {
		if _, err := netip.ParseAddr(host); err != nil && host != "" && len(addresses) == 0 {
			names[host] = true
		}
	}
	for l := range selected {
		if c.elsewhere(l) {
			continue
		}
		add(l.Host, l.Addresses)
		if l.Reach == "local" {
			add(l.System.Host, l.System.Addresses)
		}
	}
	out := make([]string, 0, len(names))
	for name := range names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out, nil
}
