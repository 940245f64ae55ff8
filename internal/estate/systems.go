package estate

// readSystems reads a file's systems, without their listeners.
func (l *loader) readSystems(doc *document) {
	if doc.systems == nil {
		return
	}
	object := systemObject()
	for _, n := range l.items("systems", doc.systems) {
		s := &rawSystem{node: n, doc: doc}
		if !object.read(&l.decoder, n, s) || !object.need(&l.decoder, n, map[string]string{"name": "a name, as in name: SYSA"}) {
			continue
		}
		s.At = l.location(n.at)
		if before := l.names[s.Name]; before != nil && s.Name != "" {
			l.fail(n.get("name"), "name", "there are two systems %q, the first at %s; want each name once", s.Name, before.node.at)
			continue
		}
		l.names[s.Name] = s
		l.systems = append(l.systems, s)
		l.estate.Systems = append(l.estate.Systems, &s.System)
		if s.ZOSRelease == "" {
			s.ZOSRelease = l.estate.ZOSRelease
		}
		l.bring(s)
		s.keyrings = l.readKeyrings(s.keyringsNode, s.Name)
		l.bringRings(s)
		l.readDefaults(s.defaults)
		l.readInputs(s)
	}
}

// expand reads a system's listeners: its own and those of templates.
func (l *loader) expand(s *rawSystem) {
	before := len(l.faults.list)
	var raw []rawListener
	if s.listeners != nil {
		for _, n := range l.items("listeners", s.listeners) {
			if l.listener.check(&l.decoder, n) {
				raw = append(raw, l.open(rawListener{at: n.at, layers: []layer{{node: n}}}, nil)...)
			}
		}
	}
	if s.use != nil {
		raw = append(raw, l.instantiate(s.use, s.with, rawListener{at: s.use.at}, nil)...)
	} else if s.with != nil {
		l.fail(s.with, "with", "gives values, but nothing is used; want use: TEMPLATE beside it")
	}
	if len(raw) == 0 && len(l.faults.list) == before {
		l.faults.add(s.node.at, "listeners: system %s has none; want at least one, or use: TEMPLATE", s.Name)
	}
	seen := map[string]*Listener{}
	for _, r := range raw {
		r.layers = append(r.layers, s.defaultLayers()...)
		one := l.readListener(s, r)
		if one == nil {
			l.unread = true
			continue
		}
		if other := seen[one.Name]; other != nil {
			l.faults.add(one.at, "name: system %s has two listeners %q, the first at %s; want each name once%s", s.Name, one.Name, other.at, one.use)
			continue
		}
		seen[one.Name] = one
		s.Listeners = append(s.Listeners, one)
	}
}

// defaultLayers are the defaults that hold for the system, nearest first.
func (s *rawSystem) defaultLayers() []layer {
	var layers []layer
	if s.defaults != nil {
		layers = append(layers, layer{node: s.defaults, from: "defaults of " + s.Name, isDefault: true})
	}
	for doc := s.doc; doc != nil; doc = doc.parent {
		if doc.defaults != nil {
			layers = append(layers, layer{node: doc.defaults, from: "defaults", isDefault: true})
		}
	}
	return layers
}

// layer is one mapping of listener keys; the first layer that has a key decides.
type layer struct {
	node      *node
	from      string // "" for the listener itself
	isDefault bool
}

// rawListener is a listener before its keys are read.
type rawListener struct {
	at     position
	use    string // " (template t, used at ...)", or empty
	layers []layer
}

// open returns the listener itself, or what stands in its place when it uses templates.
func (l *loader) open(r rawListener, stack []string) []rawListener {
	own := r.layers[len(r.layers)-1].node
	use, with := own.get("use"), own.get("with")
	if use != nil {
		return l.instantiate(use, with, r, stack)
	}
	if with != nil {
		l.fail(with, "with", "gives values, but nothing is used; want use: TEMPLATE beside it")
	}
	return []rawListener{r}
}

// instantiate returns the listeners of the templates that a use names. The layers of over go before the template's own.
func (l *loader) instantiate(use, with *node, over rawListener, stack []string) []rawListener {
	templates := l.readUse(use)
	values, ok := l.bind(use, with, templates)
	if !ok {
		return nil
	}
	var out []rawListener
	for _, t := range templates {
		for _, name := range stack {
			if name == t.name {
				l.fail(use, "use", "template %q uses itself; want templates that do not use each other in a circle", t.name)
				return nil
			}
		}
		note := " (template " + t.name + ", used at " + use.at.String() + ")"
		for _, n := range t.listeners {
			n = l.substitute(n, values, note)
			layers := append(append([]layer{}, over.layers...), layer{node: n, from: "template " + t.name})
			r := rawListener{at: n.at, use: note, layers: layers}
			out = append(out, l.open(r, append(append([]string{}, stack...), t.name))...)
		}
	}
	return out
}
