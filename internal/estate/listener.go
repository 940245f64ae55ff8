package estate

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// readDefaults checks defaults by themselves, so that a mistake in one that no listener takes is found too.
func (l *loader) readDefaults(n *node) {
	if n == nil {
		return
	}
	if n.kind != mapping {
		l.fail(n, "defaults", "is %s; want a mapping of listener keys, as in {versions: [TLSv1.2]}", n.what())
		return
	}
	for _, key := range notInDefaults() {
		if v := n.get(key); v != nil {
			l.fail(v, key, "cannot be a default; want it in a system, or in its list of listeners")
		}
	}
	var unused Listener
	l.listener.read(&l.decoder, n, &unused)
	if unused.profile != nil {
		l.readProfile(unused.profile)
	}
}

// readListener reads the keys of a listener from its layers. It returns nil when the listener cannot be identified.
func (l *loader) readListener(s *rawSystem, r rawListener) *Listener {
	one := &Listener{System: &s.System, MinDaysLeft: defaultMinDaysLeft, Role: report.RoleGeneric, Reach: "remote", Touch: "hello",
		At: l.location(r.at), at: r.at, use: r.use, origins: map[string]Origin{}}
	expect := ""
	if n, _ := find("expect", r.layers); n != nil {
		expect = n.text
	}
	nodes := map[string]*node{}
	for _, f := range l.listener.fields {
		n, from := find(f.name, r.layers)
		if n == nil || f.name == "use" || f.name == "with" || from.isDefault && !applies(f.name, expect) || hidden(f.name, r.layers) {
			continue
		}
		nodes[f.name] = n
		one.origins[f.name] = Origin{At: l.location(n.at), From: from.from, Default: from.isDefault}
		f.read(&l.decoder, n, one)
	}
	l.addProfile(one)
	if !l.identify(one, nodes) {
		return nil
	}
	if one.RetireBy != "" && !one.own("retire_by") && !one.rc4() {
		one.RetireBy = ""
		delete(one.origins, "retire_by")
	}
	one.label = nodes["label"]
	l.place(s, one)
	l.checkListener(one, nodes)
	return one
}

// find returns the first layer's value of a key.
func find(key string, layers []layer) (*node, layer) {
	for _, one := range layers {
		if n := one.node.get(key); n != nil {
			return n, one
		}
	}
	return nil, layer{}
}

// hidden says whether a nearer layer has the other key of a pair that means the same thing: a listener's own port hides
// default ports, and its own host hides default addresses.
func hidden(key string, layers []layer) bool {
	other := map[string]string{"port": "ports", "ports": "port", "addresses": "host"}[key]
	for _, one := range layers {
		if one.node.get(key) != nil {
			return false
		}
		if other != "" && one.node.get(other) != nil {
			return true
		}
	}
	return false
}

// identify checks the keys without which there is no listener.
func (l *loader) identify(one *Listener, nodes map[string]*node) bool {
	hints := []struct{ key, want string }{
		{"name", "a name that no other listener of the system has"},
		{"expect", "one of " + strings.Join(expects(), ", ")},
	}
	ok := true
	for _, h := range hints {
		if nodes[h.key] == nil {
			l.faults.add(one.at, "%s: the listener has none; want %s%s", h.key, h.want, one.use)
			ok = false
		}
	}
	switch {
	case nodes["port"] == nil && nodes["ports"] == nil:
		l.faults.add(one.at, "port: the listener has none; want port: 1 to 65535, or ports: [a, b, \"c-d\"]%s", one.use)
		ok = false
	case nodes["port"] != nil && nodes["ports"] != nil:
		l.fail(nodes["ports"], "ports", "stands beside port; want one of the two")
	}
	return ok && one.Name != "" && one.Expect != "" && len(one.Ports) > 0
}

// place settles where the listener is and which server name is sent.
func (l *loader) place(s *rawSystem, one *Listener) {
	said := one.own("host") || one.own("addresses") || s.node.get("host") != nil || s.node.get("addresses") != nil
	if one.Addresses == nil && one.Host == "" {
		one.Addresses = s.Addresses
		l.fromSystem(s, one, "addresses")
	}
	if one.Host == "" {
		one.Host = s.Host
		l.fromSystem(s, one, "host")
	}
	if one.Host == "" && len(one.Addresses) == 0 && !said {
		l.faults.add(s.node.at, "host: system %s has none, and neither has its listener %s; want a name or an address", s.Name, one.Name)
	}
	switch _, err := netip.ParseAddr(one.Host); {
	case one.SNI == "none":
		one.SNI = ""
	case one.SNI == "" && err != nil:
		one.SNI = strings.TrimSuffix(one.Host, ".")
	}
}

// fromSystem notes that the listener has a key from its system.
func (l *loader) fromSystem(s *rawSystem, one *Listener, key string) {
	if n := s.node.get(key); n != nil {
		one.origins[key] = Origin{At: l.location(n.at), From: "system " + s.Name}
	}
}

// rc4 says whether the listener is Query Monitor's RC4 socket, or said to be like one.
func (l *Listener) rc4() bool {
	return l.Role == report.RoleCAEServerRC4 || l.Expect == report.ExpectLegacyRC4
}

// tlsKeys are the keys that ask something of TLS or of a certificate.
func tlsKeys() []string {
	return []string{"names", "versions", "cipher_suites", "required_cipher_suites", "groups", "served_by", "label",
		"trusted_by", "not_trusted_by", "client_auth", "starttls", "min_days_left"}
}

// applies says whether a default of that key holds for a listener with that expectation.
func applies(key, expect string) bool {
	switch {
	case !slices.Contains(tlsKeys(), key):
		return true
	case key == "starttls":
		return expect == report.ExpectStartTLS || expect == report.ExpectAny
	case expect == report.ExpectAny:
		return key == "min_days_left" // good practice, which is always judged, depends on it
	}
	return expect == report.ExpectTLS || expect == report.ExpectStartTLS
}
