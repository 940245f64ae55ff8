package pasearch

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// uses writes the references of a rule to its actions, those that it only names among them.
func (w *writer) uses(s *syntax.Statement, r *Rule) {
	listed := map[string]bool{}
	for _, a := range r.Actions {
		if t := statement(a.Scope); t != "" && !listed[t] {
			listed[t] = true
			s.Body = append(s.Body, newAttribute(t+"Ref", w.action(a), a.At, a.Fields[0].ValueAt))
		}
	}
	for _, u := range r.Uses {
		scope := strings.TrimSpace(strings.TrimPrefix(u.Type, "TTLS"))
		if t := statement(scope); t != "" && !listed[t] {
			listed[t] = true
			s.Body = append(s.Body, newAttribute(t+"Ref", u.Name, u.At, u.At))
		}
	}
}

// action writes an action and returns its name. pasearch prints an action in full after every rule that uses it: copies
// that say the same are written once, and one that says something else gets a name of its own.
func (w *writer) action(a *Action) string {
	t := statement(a.Scope)
	if t == "" {
		return ""
	}
	var all strings.Builder
	a.Parms.print(&all)
	key := t + "\n" + a.Name + "\n" + all.String()
	if name, done := w.names[key]; done {
		return name
	}
	name := a.Name
	if w.taken[t+"\n"+name] {
		name = fmt.Sprintf("%s~line%d", a.Name, a.At.Line)
		w.problems = append(w.problems, syntax.Problem{ID: IDCopies, Severity: report.Medium, At: a.At, Message: fmt.Sprintf(
			"this copy of %s %s differs from one above: the policy changed while it was listed, or the listing is of several", t, quote(a.Name))})
	}
	w.names[key], w.taken[t+"\n"+name] = name, true
	s := body(&a.Parms, t)
	s.Name, s.At, s.NameAt = name, a.At, a.Fields[0].ValueAt
	w.file.Body = append(w.file.Body, s)
	return name
}

// print writes down all that a block says.
func (b *Block) print(to *strings.Builder) {
	fmt.Fprintln(to, "{", b.Keyword)
	for _, p := range b.Parameters {
		fmt.Fprintln(to, p.Keyword, p.Value)
		for _, item := range p.List {
			fmt.Fprintln(to, item.Value)
		}
	}
	for _, c := range b.Blocks {
		c.print(to)
	}
	fmt.Fprintln(to, "}")
}

// body writes a block as a statement of a type.
func body(b *Block, t string) *syntax.Statement {
	s := &syntax.Statement{Keyword: t, Written: t, At: b.At}
	for _, p := range b.Parameters {
		s.Body = append(s.Body, p.write(t)...)
	}
	for _, c := range b.Blocks {
		s.Body = append(s.Body, body(c, c.Keyword))
	}
	return s
}

// write writes a parameter as lines of the policy language. One that is not available is a line without a value, so that
// what counts is unknown and not the default.
func (p Parameter) write(t string) []syntax.Node {
	known, ok := syntax.Lookup(t, p.Keyword)
	switch {
	case !ok:
		return nil
	case !p.Available():
		return []syntax.Node{newAttribute(p.Keyword, "", p.At, p.ValueAt)}
	case p.Value != "":
		return []syntax.Node{newAttribute(p.Keyword, p.Value, p.At, p.ValueAt)}
	}
	var out []syntax.Node
	for _, item := range p.List {
		keyword, value := p.Keyword, item.Value
		if known.Kind != syntax.KindText {
			value, _, _ = strings.Cut(value, " ") // a code, then its name
		}
		if keyword == "V3CipherSuites" && len(value) > 2 {
			keyword = "V3CipherSuites4Char"
		}
		out = append(out, newAttribute(keyword, value, item.At, item.ValueAt))
	}
	return out
}
