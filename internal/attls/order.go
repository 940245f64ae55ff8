package attls

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Ordered returns the rules as Policy Agent asks them: by priority, the highest first, then by name ("AT-TLS policy rules"
// of the IP Configuration Guide says alphabetical). Names are compared in EBCDIC, which is likely and not documented: see
// Match.Ambiguous.
func (p *Policy) Ordered() []*Rule { return slices.Clone(p.ordered) }

func order(rules []*Rule) []*Rule {
	out := slices.Clone(rules)
	slices.SortStableFunc(out, func(a, b *Rule) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), compareEBCDIC(a.Name, b.Name))
	})
	return out
}

// before says whether a is asked before b for certain: a higher priority, or a name that sorts first in EBCDIC, in ASCII
// and without regard to case.
func before(a, b *Rule) bool {
	if a.Priority != b.Priority {
		return a.Priority > b.Priority
	}
	return compareEBCDIC(a.Name, b.Name) < 0 && a.Name < b.Name && strings.ToUpper(a.Name) < strings.ToUpper(b.Name)
}

// compareEBCDIC compares by the code points of IBM-1047.
func compareEBCDIC(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			return cmp.Or(cmp.Compare(ebcdicOf(x), ebcdicOf(y)), cmp.Compare(x, y))
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

// collation is the graphic characters of ASCII in the order of their code points in IBM-1047.
const collation = " .<(+|&!$*);^-/,%_>?`:#@'=\"abcdefghijklmnopqr~stuvwxyz[]{ABCDEFGHI}JKLMNOPQR\\STUVWXYZ0123456789"

// ebcdicOf is the place of a character among those of IBM-1047; what is not ASCII comes last.
func ebcdicOf(r rune) int {
	if i := strings.IndexRune(collation, r); i >= 0 {
		return i
	}
	return len(collation)
}
