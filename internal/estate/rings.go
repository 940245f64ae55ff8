package estate

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/nearest"
)

// SystemRing is the name of the machine's own roots.
const SystemRing = keyring.System

// readKeyrings registers the rings of a file, or of a system when system is not empty, and returns them by name.
func (l *loader) readKeyrings(n *node, system string) map[string]*Keyring {
	if n == nil {
		return nil
	}
	if n.kind != mapping || len(n.entries) == 0 {
		l.fail(n, "keyrings", "is %s; want a mapping of names to rings, as in agent-out: {files: [rings/agent-out.pem]}", n.what())
		return nil
	}
	out := map[string]*Keyring{}
	for _, e := range n.entries {
		name, ok := l.name("keyrings", e.key)
		if !ok {
			continue
		}
		if name == SystemRing {
			l.fail(e.key, "keyrings", "%q is the machine's own roots and cannot be defined; want another name", name)
			continue
		}
		k := &Keyring{Name: name, System: system, At: l.location(e.key.at), at: e.key.at}
		k.given = l.given(k.FullName())
		if before := l.rings[k.FullName()]; before != nil {
			l.fail(e.key, "keyrings", "%q is defined twice, first at %s; want it once", name, before.at)
			continue
		}
		if keyringObject().read(&l.decoder, e.value, &k.spec) {
			l.rings[k.FullName()] = k
			out[name] = k
			l.estate.Keyrings = append(l.estate.Keyrings, k)
			l.fillRing(k)
			l.checkRing(k, e.value)
		}
	}
	return out
}

// resolveRings turns the ring references of all listeners into full names.
func (l *loader) resolveRings() {
	for _, s := range l.estate.Systems {
		for _, one := range s.Listeners {
			if one.served != nil {
				one.ServedBy = l.servedBy(s, one.served)
			}
			one.TrustedBy = l.resolveAll(s, one.trust)
			one.NotTrustedBy = l.resolveAll(s, one.refuse)
			for _, ref := range one.refuse {
				for _, name := range l.quietly(s, ref) {
					if slices.Contains(one.TrustedBy, name) {
						l.fail(ref.node, ref.key, "%s stands in trusted_by too; want it in one of the two", name)
					}
				}
			}
		}
	}
}

// servedBy resolves the ring that serves: one ring, with certificates that can be served.
func (l *loader) servedBy(s *System, ref *ringRef) string {
	if ref.system == "*" {
		l.fail(ref.node, ref.key, "%s@* is many rings; want the one ring that the certificate is served from", ref.ring)
		return ""
	}
	if ref.ring == SystemRing {
		l.fail(ref.node, ref.key, "%q is the machine's own roots and serves nothing; want a ring with a personal certificate", ref.ring)
		return ""
	}
	for _, name := range l.resolveAll(s, []*ringRef{ref}) {
		return name
	}
	return ""
}

func (l *loader) resolveAll(s *System, refs []*ringRef) []string {
	var out []string
	for _, ref := range refs {
		names := l.quietly(s, ref)
		if len(names) == 0 {
			l.fail(ref.node, ref.key, "%s", l.noRing(ref))
		}
		for _, name := range names {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// quietly returns the full names of the rings that a reference of a listener of s means; none when there is no such ring.
func (l *loader) quietly(s *System, ref *ringRef) []string {
	switch {
	case ref.ring == SystemRing && ref.system == "":
		if l.rings[SystemRing] == nil {
			k := &Keyring{Name: SystemRing, At: l.location(ref.node.at), at: ref.node.at}
			l.rings[SystemRing] = k
			l.estate.Keyrings = append(l.estate.Keyrings, k)
		}
		return []string{SystemRing}
	case ref.system == "*":
		return l.everywhere(ref.ring)
	case ref.system != "":
		if name := ref.ring + "@" + ref.system; l.rings[name] != nil {
			return []string{name}
		}
		return nil
	}
	for _, name := range []string{ref.ring + "@" + s.Name, ref.ring} {
		if l.rings[name] != nil {
			return []string{name}
		}
	}
	return nil
}

// everywhere returns the rings of that name that systems define, in the order of the systems; when none does, the estate's
// own ring of that name stands for all of them.
func (l *loader) everywhere(ring string) []string {
	var out []string
	for _, s := range l.estate.Systems {
		if name := ring + "@" + s.Name; l.rings[name] != nil {
			out = append(out, name)
		}
	}
	if len(out) == 0 && l.rings[ring] != nil && ring != SystemRing {
		out = []string{ring}
	}
	return out
}

// noRing says why a reference names no ring, and what would.
func (l *loader) noRing(ref *ringRef) string {
	somewhere := l.everywhere(ref.ring)
	switch {
	case ref.system == "*":
		return fmt.Sprintf("no system defines a ring %q, nor does the estate; want one under keyrings of a system", ref.ring)
	case ref.system != "" && l.names[ref.system] == nil:
		return fmt.Sprintf("there is no system %q; %swant a system of the estate after @", ref.system, nearest.Meant(ref.system, l.systemNames()))
	case ref.system != "":
		return fmt.Sprintf("system %s defines no ring %q; want it under its keyrings", ref.system, ref.ring)
	case len(somewhere) > 0:
		return fmt.Sprintf("%q is a ring of systems only; want %s or \"%s@*\"", ref.ring, somewhere[0], ref.ring)
	}
	return fmt.Sprintf("there is no ring %q; %swant one that keyrings defines, or system", ref.ring, nearest.Meant(ref.ring, l.ringNames()))
}

func (l *loader) systemNames() []string {
	var names []string
	for _, s := range l.estate.Systems {
		names = append(names, s.Name)
	}
	return names
}

func (l *loader) ringNames() []string {
	var names []string
	for _, k := range l.estate.Keyrings {
		names = append(names, k.Name)
	}
	return names
}
