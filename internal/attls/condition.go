package attls

import "github.com/portseal/portseal/internal/attls/syntax"

// conditions reads the conditions of one kind, addresses or ports: directly in a rule, or from statements.
type conditions[V any, R entry[V]] struct {
	*loader
	group string // the type of statement that holds several
	bad   string
	parse func(*syntax.Attribute) (R, error)
	done  map[*syntax.Statement]Set[V, R]
}

// ofRule reads one parameter of a rule: a value, or a reference.
func (c *conditions[V, R]) ofRule(a *syntax.Attribute) Set[V, R] {
	var set Set[V, R]
	if to := refersTo(typeRule, a.Keyword); to != "" {
		set = c.target(a, to)
	} else {
		c.value(&set, a)
		set.seal(false)
	}
	set.At = a.At
	return set
}

// target reads what a reference names; what it takes is unknown when it leads nowhere.
func (c *conditions[V, R]) target(ref *syntax.Attribute, to string) Set[V, R] {
	if s := c.resolve(ref, to); s != nil {
		return c.of(s)
	}
	return Set[V, R]{Unread: true}
}

// of reads a statement. No type of them can hold or refer to itself, so there are no cycles.
func (c *conditions[V, R]) of(s *syntax.Statement) Set[V, R] {
	if set, done := c.done[s]; done {
		return set
	}
	set := Set[V, R]{At: s.At}
	for _, n := range s.Body {
		switch n := n.(type) {
		case *syntax.Attribute:
			if to := refersTo(s.Keyword, n.Keyword); to != "" {
				set.add(c.target(n, to))
			} else if isValue(n.Keyword) {
				c.value(&set, n)
			}
		case *syntax.Statement:
			if holds(s.Keyword, n.Keyword) {
				set.add(c.of(n))
			}
		}
	}
	set.Unread = set.Unread || len(set.Ranges) == 0 // what an empty statement takes is not known
	set.seal(s.Keyword == c.group)
	c.done[s] = set
	return set
}

func (c *conditions[V, R]) value(set *Set[V, R], a *syntax.Attribute) {
	r, err := c.parse(a)
	if err == nil {
		set.Ranges = append(set.Ranges, r)
		return
	}
	set.Unread = true
	if a.Value != "" { // the syntax reports a missing value
		c.fault(c.bad, a.ValueAt(), "%s: %v", a.Keyword, err)
	}
}

// isValue says whether a keyword holds the value of an address or port statement.
func isValue(keyword string) bool {
	switch keyword {
	case "Addr", "Prefix", "Range", "Port":
		return true
	}
	return false
}
