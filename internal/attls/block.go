package attls

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// block is one statement that sets something, made ready for the fold. Its statement is nil when a reference to it leads
// nowhere: then all that it could set is unknown.
type block struct {
	statement *syntax.Statement
	label     string // "TTLSCipherParms cipher1"
	at        report.Location
	lines     []*syntax.Attribute // by keyword; those of one keyword in their order

	suites, ssl2 list[cipher.ID]
	groups       map[string]list[cipher.Group]
	signatures   map[string]list[cipher.SignatureScheme]
}

// list is what the lines of one keyword say together; unread when a part of them could not be understood.
type list[T comparable] struct {
	values []T
	at     report.Location // of the first line; zero when there is none
	unread bool
}

// value is the line of an action's own statement that counts for a keyword; nil when there is none, or no action.
func (a *Action) value(keyword string) *syntax.Attribute {
	if a == nil {
		return nil
	}
	lines := a.parms[a.Type].values(keyword)
	if len(lines) == 0 {
		return nil
	}
	return lines[len(lines)-1]
}

func (l *loader) action(s *syntax.Statement) *Action {
	if a := l.actions[s]; a != nil {
		return a
	}
	a := &Action{Name: s.Name, Type: s.Keyword, At: s.At, Statement: s, parms: map[string]*block{s.Keyword: l.block(s)}}
	l.actions[s] = a
	l.parms(a, s)
	return a
}

// parms finds the statements that an action uses. A later one replaces an earlier one of its type, whether it is referred
// to or inline: nothing is merged.
func (l *loader) parms(a *Action, s *syntax.Statement) {
	for _, n := range s.Body {
		switch n := n.(type) {
		case *syntax.Statement:
			if holds(s.Keyword, n.Keyword) {
				a.parms[n.Keyword] = l.block(n)
				l.parms(a, n)
			}
		case *syntax.Attribute:
			to := refersTo(s.Keyword, n.Keyword)
			if to == "" {
				continue
			}
			target := l.resolve(n, to)
			if target == nil {
				a.parms[to] = &block{label: fmt.Sprintf("%s %s, which is not defined", n.Keyword, n.Word(0)), at: n.At}
				continue
			}
			a.parms[to] = l.block(target)
			l.parms(a, target)
		}
	}
}

// block indexes a statement and gives its lists their meaning, once.
func (l *loader) block(s *syntax.Statement) *block {
	if b := l.blocks[s]; b != nil {
		return b
	}
	b := &block{statement: s, label: s.Keyword, at: s.At}
	if s.Name != "" {
		b.label += " " + s.Name
	}
	l.blocks[s] = b
	for _, n := range s.Body {
		a, ok := n.(*syntax.Attribute)
		if !ok {
			continue
		}
		b.lines = append(b.lines, a)
		l.item(b, a)
	}
	slices.SortStableFunc(b.lines, byKeyword)
	return b
}

func byKeyword(a, b *syntax.Attribute) int { return strings.Compare(a.Keyword, b.Keyword) }

// values are the lines of a keyword.
func (b *block) values(keyword string) []*syntax.Attribute {
	from, found := slices.BinarySearchFunc(b.lines, keyword, func(a *syntax.Attribute, k string) int { return strings.Compare(a.Keyword, k) })
	if !found {
		return nil
	}
	to := from
	for to < len(b.lines) && b.lines[to].Keyword == keyword {
		to++
	}
	return b.lines[from:to]
}

// item reads a line that is part of a list.
func (l *loader) item(b *block, a *syntax.Attribute) {
	p, _ := syntax.Lookup(b.statement.Keyword, a.Keyword)
	switch p.Kind {
	case syntax.KindSuites2:
		readItem(l, p, &b.suites, a, BadSuite, ParseSuites2)
	case syntax.KindSuites4:
		kind := BadSuite
		if isConstant(a.Word(0)) {
			kind = SuiteConstant
		}
		readItem(l, p, &b.suites, a, kind, ParseSuites4)
	case syntax.KindSuitesV2:
		readItem(l, p, &b.ssl2, a, BadSuite, ParseSuitesV2)
	case syntax.KindCurves:
		if b.groups == nil {
			b.groups = map[string]list[cipher.Group]{}
		}
		curves := b.groups[a.Keyword]
		readItem(l, p, &curves, a, BadGroup, ParseGroups)
		b.groups[a.Keyword] = curves
	case syntax.KindSignatures:
		if b.signatures == nil {
			b.signatures = map[string]list[cipher.SignatureScheme]{}
		}
		pairs := b.signatures[a.Keyword]
		readItem(l, p, &pairs, a, BadSignature, ParseSignaturePairs)
		b.signatures[a.Keyword] = pairs
	}
}

// readItem appends what a line says. Of values that come twice the first counts.
func readItem[T comparable](l *loader, p syntax.Parameter, to *list[T], a *syntax.Attribute, kind string, parse func(string) ([]T, error)) {
	if to.at == (report.Location{}) {
		to.at = a.At
	}
	to.unread = to.unread || a.Value == ""
	_, extra := p.Value(a)
	words := a.Words()
	for _, w := range words[:len(words)-len(extra)] {
		values, err := parse(w.Text)
		to.unread = to.unread || err != nil
		if err != nil && !errors.Is(err, ErrAny) {
			l.fault(kind, w.At, "%s: %v", a.Keyword, err)
		}
		for _, v := range values {
			if !slices.Contains(to.values, v) {
				to.values = append(to.values, v)
			}
		}
	}
}
