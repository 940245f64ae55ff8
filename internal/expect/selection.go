package expect

import (
	"fmt"
	"path"
	"strings"

	"github.com/portseal/portseal/internal/estate"
)

// maxNamed is how many names an error lists.
const maxNamed = 10

// selectListeners returns the listeners that the globs select. A glob that selects nothing is an error: a run that looks at
// less than was asked for must not pass.
func (c *compiler) selectListeners() (map[*estate.Listener]bool, error) {
	bySystem, err := c.match("--system", c.opts.Systems, func(l *estate.Listener) string { return l.System.Name })
	if err != nil {
		return nil, err
	}
	for _, g := range c.opts.Listeners {
		if !strings.Contains(g, "/") {
			return nil, fmt.Errorf("--listener %q: want SYSTEM/LISTENER, as in SYSA/web or '*/%s'", g, g)
		}
	}
	byName, err := c.match("--listener", c.opts.Listeners, func(l *estate.Listener) string { return l.System.Name + "/" + l.Name })
	if err != nil {
		return nil, err
	}
	for l := range bySystem {
		if !byName[l] {
			delete(bySystem, l)
		}
	}
	if len(bySystem) == 0 {
		return nil, fmt.Errorf("--system %s and --listener %s together select no listener", strings.Join(c.opts.Systems, " "),
			strings.Join(c.opts.Listeners, " "))
	}
	return bySystem, nil
}

func (c *compiler) match(flag string, globs []string, name func(*estate.Listener) string) (map[*estate.Listener]bool, error) {
	out := map[*estate.Listener]bool{}
	hit := make([]bool, len(globs))
	var names []string
	for _, s := range c.estate.Systems {
		for _, l := range s.Listeners {
			text := name(l)
			if len(names) == 0 || names[len(names)-1] != text {
				names = append(names, text)
			}
			out[l] = len(globs) == 0
			for i, g := range globs {
				ok, err := path.Match(g, text)
				if err != nil {
					return nil, fmt.Errorf("%s %q is no pattern: want a name in which * and ? may stand", flag, g)
				}
				hit[i] = hit[i] || ok
				out[l] = out[l] || ok
			}
			if !out[l] {
				delete(out, l)
			}
		}
	}
	for i, g := range globs {
		if !hit[i] {
			return nil, fmt.Errorf("%s %q matches nothing: the estate has %s", flag, g, shorten(names))
		}
	}
	return out, nil
}

func shorten(names []string) string {
	if len(names) > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxNamed)
	}
	return strings.Join(names, ", ")
}
