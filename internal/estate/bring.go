package estate

import (
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/inputs"
)

// bring lets a system have what its folder of inputs holds, where the estate file names nothing of the kind.
func (l *loader) bring(s *rawSystem) {
	if l.opts.Inputs == "" {
		return
	}
	f := l.folders[s.Name]
	if f == nil {
		l.note(s.node.at, "inputs: system %s has no folder in %s", s.Name, l.opts.Inputs)
		return
	}
	var netstat []string
	for _, name := range inputs.Netstat() {
		if f.has(name) {
			netstat = append(netstat, name)
		}
	}
	l.takeList(f, "attls", &s.attls, f.policies)
	l.takeList(f, "netstat", &s.netstat, netstat)
	l.take(f, "pasearch", &s.pasearch, inputs.PASearch)
	l.take(f, "tcpip_profile", &s.tcpipProfile, inputs.TCPIPProfile)
	if s.queryMonitor == nil && (f.has(inputs.ServerParams) || f.has(inputs.AgentParams)) {
		s.queryMonitor = &rawQueryMonitor{at: f.at()}
	}
	if s.queryMonitor != nil {
		l.take(f, "server_params", &s.queryMonitor.server, inputs.ServerParams)
		l.take(f, "agent_params", &s.queryMonitor.agent, inputs.AgentParams)
	}
}

// take takes a file of the folder for a key, unless the estate file has the key.
func (l *loader) take(f *folder, key string, to **node, name string) {
	if f.has(name) && l.free(f, key, *to, name) {
		*to = f.node(name)
	}
}

func (l *loader) takeList(f *folder, key string, to **node, names []string) {
	if len(names) > 0 && l.free(f, key, *to, names...) {
		*to = f.list(names)
	}
}

// free says whether the estate file leaves a key to the folder, and notes that it does not.
func (l *loader) free(f *folder, key string, named *node, names ...string) bool {
	if named != nil {
		l.note(named.at, "%s: holds, and %s of the folder of inputs is not read", key, l.relative(f.src.resolve(names[0])))
	}
	return named == nil
}

// bringRings gives a system the key rings of its folder: those that it defines without files or listing, those that the estate
// declares and leaves open, and those that nothing defines.
func (l *loader) bringRings(s *rawSystem) {
	f := l.folders[s.Name]
	if f == nil {
		return
	}
	if s.keyrings == nil {
		s.keyrings = map[string]*Keyring{}
	}
	for _, name := range slices.Sorted(maps.Keys(f.rings)) {
		if s.keyrings[name] != nil || l.rings[name+"@"+s.Name] != nil {
			continue // fillRing has been there
		}
		shared := l.rings[name]
		if shared != nil && !shared.spec.open {
			l.note(shared.at, "keyrings: %s of the estate holds, and that of system %s in the folder of inputs is not read", name, s.Name)
			continue
		}
		if _, ok := l.name("keyrings", f.node(name)); !ok || name == SystemRing {
			continue
		}
		k := &Keyring{Name: name, System: s.Name, At: l.location(f.at()), at: f.at()}
		if shared != nil {
			k.spec, k.spec.open = shared.spec, false
		}
		l.fillRing(k)
		l.rings[k.FullName()], s.keyrings[name] = k, k
		l.estate.Keyrings = append(l.estate.Keyrings, k)
		l.checkRing(k, nil)
	}
}

// fillRing takes a system's ring from its folder, as far as the estate file leaves that open.
func (l *loader) fillRing(k *Keyring) {
	f := l.folders[k.System]
	if f == nil || len(f.rings[k.Name]) == 0 {
		return
	}
	listing := inputs.Listing(k.Name)
	certificates := slices.ContainsFunc(f.rings[k.Name], func(name string) bool { return name != listing })
	l.take(f, "listring", &k.spec.listring, listing)
	switch {
	case len(k.spec.files) > 0:
		l.free(f, "files", k.spec.files[0], inputs.Certificates(k.Name))
	case k.spec.labels != nil:
		l.free(f, "labels", k.spec.labels, inputs.Certificates(k.Name))
	case certificates:
		k.spec.files = []*node{f.node(inputs.Certificates(k.Name))}
	default:
		k.spec.listedOnly = k.spec.listring != nil
	}
}

// closeRings makes an end of the rings that the estate declares and leaves to the folders: each listener must have got one.
func (l *loader) closeRings() {
	used := map[string]bool{}
	for _, s := range l.estate.Systems {
		for _, one := range s.Listeners {
			for _, name := range slices.Concat([]string{one.ServedBy}, one.TrustedBy, one.NotTrustedBy) {
				used[name] = true
			}
		}
	}
	l.estate.Keyrings = slices.DeleteFunc(l.estate.Keyrings, func(k *Keyring) bool {
		if !k.spec.open {
			return false
		}
		if used[k.FullName()] {
			l.faults.add(k.at, "keyrings: %s names no files, and the folder of inputs of a system that needs it has no such ring%s; want files, or %s there",
				k.Name, l.whyNot(inputs.Listing(k.Name)), inputs.Listing(k.Name))
		}
		return true
	})
}

// whyNot returns what the manifests say of a file that could not be gathered.
func (l *loader) whyNot(name string) string {
	for _, s := range l.systems {
		f := l.folders[s.Name]
		if f == nil {
			continue
		}
		for _, e := range f.manifest.Failed {
			if e.Name == name {
				return " (of " + s.Name + " it could not be gathered: " + e.Why + ")"
			}
		}
	}
	return ""
}
