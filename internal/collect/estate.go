package collect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/nearest"
)

// FromEstate adds what an estate file knows of the system that the options name: its key rings, with their OWNER/RING where the file
// says it. What the options have already stays.
func FromEstate(o Options, e *estate.Estate) (Options, error) {
	var names []string
	for _, s := range e.Systems {
		if names = append(names, s.Name); s.Name == o.System {
			return withRings(o, e, s), nil
		}
	}
	if o.System == "" && len(names) == 1 {
		o.System = names[0]
		return withRings(o, e, e.Systems[0]), nil
	}
	if near := nearest.Names(o.System, names); len(near) > 0 {
		names = near
	}
	return o, fmt.Errorf("--system %q: want one of the estate's systems: %s", o.System, strings.Join(names, ", "))
}

// withRings adds the system's own rings, and those of the estate: any of its systems may have them.
func withRings(o Options, e *estate.Estate, s *estate.System) Options {
	for _, k := range e.Keyrings {
		known := slices.ContainsFunc(o.Rings, func(r Ring) bool { return r.Name == k.Name })
		if !known && k.OnSystem() && (k.System == "" || k.System == s.Name) {
			o.Rings = append(o.Rings, Ring{Name: k.Name, Where: k.Listed()})
		}
	}
	return o
}
