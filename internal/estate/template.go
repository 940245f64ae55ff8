package estate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// template is a list of listeners with variables.
type template struct {
	name      string
	at        position
	listeners []*node
	vars      map[string]position // every variable, and where it stands first
}

// readTemplates registers a file's templates and checks their keys, used or not.
func (l *loader) readTemplates(doc *document) {
	if doc.tmpl == nil {
		return
	}
	if doc.tmpl.kind != mapping {
		l.fail(doc.tmpl, "templates", "is %s; want a mapping of names to lists of listeners", doc.tmpl.what())
		return
	}
	for _, e := range doc.tmpl.entries {
		name, ok := l.name("templates", e.key)
		if !ok {
			continue
		}
		if before := l.templates[name]; before != nil {
			l.faults.add(e.key.at, "templates: %q is defined twice, first at %s; want it once", name, before.at)
			continue
		}
		t := &template{name: name, at: e.key.at, vars: map[string]position{}}
		l.templates[name] = t
		for _, n := range l.items("template "+name, e.value) {
			if l.listener.check(&l.decoder, n) {
				if l.findVariables(n, t.vars) {
					t.listeners = append(t.listeners, n)
				}
			}
		}
	}
}

// findVariables collects the variables of a tree. It returns false for a tree with one that is not written as it should be.
func (l *loader) findVariables(n *node, into map[string]position) bool {
	if !n.hasVar {
		return true
	}
	ok := true
	if n.kind == scalar {
		_, err := replace(n.text, func(name string) string {
			if _, seen := into[name]; !seen {
				into[name] = n.at
			}
			return ""
		})
		if err != nil {
			l.faults.add(n.at, "%v", err)
			ok = false
		}
	}
	for _, i := range n.items {
		ok = l.findVariables(i, into) && ok
	}
	for _, e := range n.entries {
		ok = l.findVariables(e.value, into) && ok
	}
	return ok
}

// replace writes a text with each ${name} replaced.
func replace(text string, value func(name string) string) (string, error) {
	var out strings.Builder
	rest := text
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || !isVariable(name) {
			return "", fmt.Errorf("%q: a variable is written ${name}, with letters, digits and _ in its name", text)
		}
		out.WriteString(value(name))
		rest = tail
	}
}

func isVariable(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789_") == "" && !isDigits(s[:1])
}

// substitute returns the tree with its variables replaced. A value that is one variable alone becomes the variable's whole
// value, which may be a list; its place then is where the value stands, since that is what is wrong when something is.
func (l *loader) substitute(n *node, values map[string]*node, use string) *node {
	if !n.hasVar {
		return n
	}
	out := &node{kind: n.kind, at: n.at, use: use, size: n.size}
	if n.kind == scalar {
		if name, ok := strings.CutPrefix(n.text, "${"); ok && isVariable(strings.TrimSuffix(name, "}")) && strings.HasSuffix(name, "}") {
			whole := *values[strings.TrimSuffix(name, "}")]
			whole.use = fmt.Sprintf(" (%s of the template, at %s)", n.text, n.at)
			return &whole
		}
		out.text = l.fill(n, values)
		out.hasVar = strings.Contains(out.text, "${")
	}
	for _, i := range n.items {
		out.items = append(out.items, l.substitute(i, values, use))
	}
	for _, e := range n.entries {
		out.entries = append(out.entries, entry{e.key, l.substitute(e.value, values, use)})
	}
	return out
}

// fill replaces variables that are parts of a text.
func (l *loader) fill(n *node, values map[string]*node) string {
	text, _ := replace(n.text, func(name string) string { // findVariables has seen that it can be read
		v := values[name]
		if v.kind != scalar {
			l.fail(v, "with", "%q is %s, but stands inside a text at %s; want a single value", name, v.what(), n.at)
		}
		return v.text
	})
	return text
}

// readUse reads the names that a `use` gives.
func (l *loader) readUse(n *node) []*template {
	items := []*node{n}
	if n.kind == list {
		items = l.items("use", n)
	}
	var out []*template
	for _, i := range items {
		name, ok := l.text("use", i)
		if !ok {
			continue
		}
		t := l.templates[name]
		if t == nil {
			l.fail(i, "use", "there is no template %q; %s%s", name, nearest.Meant(name, l.templateNames()), l.templateHint())
			continue
		}
		out = append(out, t)
	}
	return out
}

func (l *loader) templateNames() []string {
	var names []string
	for name := range l.templates {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (l *loader) templateHint() string {
	if len(l.templates) == 0 {
		return "the estate has no templates"
	}
	return "want " + nearest.AnyOf(l.templateNames())
}

// bind checks the variables of templates against what `with` gives: none missing, none unused.
func (l *loader) bind(use, with *node, templates []*template) (values map[string]*node, ok bool) {
	values, ok = map[string]*node{}, true
	needed := map[string]position{}
	for _, t := range templates {
		for name, at := range t.vars {
			needed[name] = at
		}
	}
	if with != nil && with.kind != mapping && with.kind != empty {
		l.fail(with, "with", "is %s; want a mapping of variables to values", with.what())
		return nil, false
	}
	var known []string
	for name := range needed {
		known = append(known, name)
	}
	slices.Sort(known)
	if with != nil {
		for _, e := range with.entries {
			if _, used := needed[e.key.text]; !used {
				l.faults.add(e.key.at, "with: no template used here has a variable %q; %s%s%s", e.key.text, nearest.Meant(e.key.text, known),
					variableHint(known), e.key.use)
				ok = false
			}
			values[e.key.text] = e.value
		}
	}
	for _, name := range known {
		if values[name] == nil {
			l.fail(use, "use", "the variable %q of the template (at %s) has no value; want it under with", name, needed[name])
			ok = false
		}
	}
	return values, ok
}

func variableHint(known []string) string {
	if len(known) == 0 {
		return "they have no variables"
	}
	return "want " + nearest.AnyOf(known)
}
