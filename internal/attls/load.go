package attls

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Load parses the policy files of one stack, given in the order that it reads them (CommonTTLSConfig first), resolves
// what refers to what, and gives every value its meaning. It never fails: all that is wrong is in Problems.
func Load(sources []syntax.Source) *Policy {
	files := make([]*syntax.File, len(sources))
	for i, s := range sources {
		files[i] = syntax.Parse(s)
	}
	return Read(files)
}

// Read is Load for files that are parsed already.
func Read(files []*syntax.File) *Policy {
	l := &loader{
		p:       &Policy{Files: files, named: map[globalName]*syntax.Statement{}, used: map[*syntax.Statement]bool{}},
		blocks:  map[*syntax.Statement]*block{},
		actions: map[*syntax.Statement]*Action{},
		times:   map[*syntax.Statement]TimeCondition{},
	}
	l.addrs = conditions[netip.Addr, AddrRange]{loader: l, group: typeAddrGroup, bad: BadAddress, parse: addrsOf, done: map[*syntax.Statement]AddrSet{}}
	l.ports = conditions[uint16, PortRange]{loader: l, group: typePortGroup, bad: BadPort, parse: portsOf, done: map[*syntax.Statement]PortSet{}}
	for _, f := range files {
		l.p.Problems = append(l.p.Problems, f.Problems...)
	}
	l.index()
	for _, f := range files {
		for _, s := range f.Statements(typeRule) {
			l.p.Rules = append(l.p.Rules, l.rule(s))
		}
	}
	l.unreferenced()
	l.more()
	l.p.ordered = order(l.p.Rules)
	l.sort()
	return l.p
}

type loader struct {
	p       *Policy
	faults  int
	folded  map[string][]*syntax.Statement // by name in lower case, made when a reference leads nowhere
	blocks  map[*syntax.Statement]*block
	actions map[*syntax.Statement]*Action
	times   map[*syntax.Statement]TimeCondition
	addrs   conditions[netip.Addr, AddrRange]
	ports   conditions[uint16, PortRange]
}

// index names the global statements. Of several with one name the last counts, which is a guess, so the fault says so.
func (l *loader) index() {
	for _, f := range l.p.Files {
		for _, n := range f.Body {
			s, ok := n.(*syntax.Statement)
			if !ok || s.Name == "" {
				continue
			}
			if _, known := syntax.LookupBlock(s.Keyword); !known {
				continue
			}
			key := globalName{s.Keyword, s.Name}
			if first := l.p.named[key]; first != nil {
				l.fault(DuplicateName, s.NameAt, "%s %s is defined twice, first at %s: which of the two counts is not certain (the last is taken here); give each its own name",
					s.Keyword, text(s.Name), place(first.At))
			}
			l.p.named[key] = s
		}
	}
}

// unreferenced reads what no rule uses, so that its faults are found too.
func (l *loader) unreferenced() {
	for _, f := range l.p.Files {
		for _, n := range f.Body {
			s, ok := n.(*syntax.Statement)
			if !ok {
				continue
			}
			switch s.Keyword {
			case typeGroup, typeEnvironment, typeConnection:
				l.action(s)
			case typeAddr, typeAddrSet, typeAddrGroup:
				l.addrs.of(s)
			case typePorts, typePortGroup:
				l.ports.of(s)
			case typeTime:
				l.time(s)
			case typeGskAdvanced, typeCiphers, typeSignatures, typeKeyring, typeGroupAdv, typeEnvAdv, typeConnAdv:
				l.block(s)
			}
		}
	}
}

// resolve finds what a reference names. When that is nothing, the fault says what has the name instead.
func (l *loader) resolve(ref *syntax.Attribute, keyword string) *syntax.Statement {
	name := ref.Word(0)
	if name == "" {
		return nil // the syntax has said so
	}
	if s := l.p.named[globalName{keyword, name}]; s != nil {
		l.p.used[s] = true
		return s
	}
	if l.folded == nil {
		l.folded = map[string][]*syntax.Statement{}
		for _, f := range l.p.Files {
			for _, n := range f.Body {
				s, ok := n.(*syntax.Statement)
				if !ok || s.Name == "" {
					continue
				}
				if _, known := syntax.LookupBlock(s.Keyword); known { // what else has that name is of no type, and may be anything
					l.folded[strings.ToLower(s.Name)] = append(l.folded[strings.ToLower(s.Name)], s)
				}
			}
		}
	}
	id, hint := RefDangling, ""
	for _, s := range l.folded[strings.ToLower(name)] {
		switch {
		case s.Keyword == keyword:
			id, hint = RefDangling, fmt.Sprintf("; the case of names counts, and the one at %s is %s", place(s.At), text(s.Name))
		case s.Name == name && hint == "":
			id, hint = RefWrongType, fmt.Sprintf("; the %s of that name at %s is of another type", s.Keyword, place(s.At))
		}
	}
	l.fault(id, ref.ValueAt(), "%s refers to %s %s, which is not defined%s", ref.Keyword, keyword, text(name), hint)
	return nil
}

// more says how many faults are not listed.
func (l *loader) more() {
	if l.faults <= maxFaults {
		return
	}
	last := l.p.Problems[len(l.p.Problems)-1]
	l.p.Problems = append(l.p.Problems, syntax.Problem{ID: syntax.More, Severity: report.Info, At: last.At,
		Message: fmt.Sprintf("further faults that are not listed: %d", l.faults-maxFaults)})
}

// sort puts the problems into the order in which the files are read.
func (l *loader) sort() {
	place := map[string]int{}
	for i, f := range l.p.Files {
		if _, known := place[f.Path]; !known {
			place[f.Path] = i
		}
	}
	slices.SortStableFunc(l.p.Problems, func(a, b syntax.Problem) int {
		return cmp.Or(cmp.Compare(place[a.At.File], place[b.At.File]), cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.At.Column, b.At.Column), cmp.Compare(a.ID, b.ID))
	})
}

// place is "file:line:column", or "?" for none.
func place(at report.Location) string {
	if at == (report.Location{}) {
		return "?"
	}
	return fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Column)
}
