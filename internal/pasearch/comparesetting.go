package pasearch

import (
	"cmp"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
)

// settings compares what counts for a connection that takes the rule: the fold of the files, with the release's defaults for
// what they leave out, and that of the listing, which prints every default of the environment. Where TLS is off nothing else
// counts.
func (c *comparer) settings(source, view *attls.Rule) {
	want, have := c.source.Fold(source, c.release), c.view.Fold(view, c.listed)
	off := want.Enabled.Known && have.Enabled.Known && !(want.Enabled.Value && have.Enabled.Value)
	shown := map[string]attls.Parameter{}
	for _, p := range have.Parameters() {
		shown[p.Keyword] = p
	}
	for _, p := range want.Parameters() {
		if off && p.Keyword != "TTLSEnabled" || syntax.IsSecret(p.Keyword) {
			continue
		}
		c.setting(source, view, p, shown[p.Keyword])
	}
	if !off {
		c.replaced(source, shown)
	}
}

func (c *comparer) setting(source, view *attls.Rule, want, have attls.Parameter) {
	d := Difference{IDDiffers, source.Name, want.Keyword, said(want), said(have), cmp.Or(want.From, source.At), cmp.Or(have.From, view.At)}
	switch {
	case strings.HasSuffix(want.Keyword, "UserInstance"):
		if instance(want) != instance(have) {
			d.ID = IDInstance
			c.Churn = append(c.Churn, d)
		}
	case want.Default && !have.Default && printsOnItsOwn(want, have):
	case want.Known && have.Known:
		if want.Value != have.Value {
			c.differ(d)
		}
	case isSuites(want.Keyword) && want.Default != have.Default:
		c.differ(d) // where no list of suites is coded pasearch prints none
	case want.Keyword == "Curves" && anyCurve(source) && anyCurve(view): // which curves that is nobody says
	case want.Default && have.Default: // the same default, which could not be found
	case want.Known && have.Default:
		c.differ(d) // coded, and not printed
	default:
		c.uncompared(d)
	}
}

// anyCurve says whether the client's curves of a rule are Any.
func anyCurve(r *attls.Rule) bool {
	for _, a := range []*attls.Action{r.Connection, r.Environment} {
		if s := a.Parms("TTLSSignatureParms"); s != nil && len(s.Attributes("ClientECurves")) > 0 {
			return strings.EqualFold(s.Attributes("ClientECurves")[0].Word(0), "Any")
		}
	}
	return false
}

// instance is a user instance; not coded it is 0.
func instance(p attls.Parameter) string {
	if p.Value == "" {
		return "0"
	}
	return p.Value
}

func isSuites(keyword string) bool { return keyword == "V3CipherSuites" || keyword == "V2CipherSuites" }

// printsOnItsOwn says whether pasearch (CS 3.1) may print a value for a keyword that is not coded, though it is not the default
// that the fold found: where the manual's default could not be read, and the lists that grow when TLS 1.3 is on, which an
// environment prints by its own TLSv1.3 and not by the connection's.
func printsOnItsOwn(want, have attls.Parameter) bool {
	switch want.Keyword {
	case "SecondaryMap":
		return have.Value == "Off"
	case "Curves", "SignaturePairs", "SignaturePairsCert":
		return want.Known && have.Value != "" && (strings.HasPrefix(want.Value, have.Value) || strings.HasPrefix(have.Value, want.Value))
	}
	return false
}

func said(p attls.Parameter) string {
	switch {
	case p.Known && p.Value != "":
		return p.Value
	case p.Known:
		return "none"
	case p.Default:
		return "the system's default"
	}
	return "not known"
}

// replaced reports what the files say within parms that a later reference or block of the same action replaces, where what is
// installed is something else.
func (c *comparer) replaced(rule *attls.Rule, shown map[string]attls.Parameter) {
	for _, a := range []*attls.Action{rule.Group, rule.Environment, rule.Connection} {
		if a == nil {
			continue
		}
		for _, s := range c.overridden(a.Statement) {
			for _, n := range s.Body {
				line, ok := n.(*syntax.Attribute)
				if !ok {
					continue
				}
				have := shown[line.Keyword]
				if have.Known && have.Value != "" && !strings.EqualFold(have.Value, line.Value) {
					c.differ(Difference{IDReplaced, rule.Name, line.Keyword, line.Value, have.Value, line.At, have.From})
				}
			}
		}
	}
}

// overridden are the statements that an action uses and that a later one of their type replaces.
func (c *comparer) overridden(action *syntax.Statement) []*syntax.Statement {
	last := map[string]*syntax.Statement{}
	var out []*syntax.Statement
	for _, n := range action.Body {
		var s *syntax.Statement
		switch n := n.(type) {
		case *syntax.Statement:
			s = n
		case *syntax.Attribute:
			p, _ := syntax.Lookup(action.Keyword, n.Keyword)
			if p.Kind != syntax.KindRef {
				continue
			}
			s, _ = c.source.Statement(p.To, n.Word(0))
		}
		if s == nil {
			continue
		}
		if before := last[s.Keyword]; before != nil {
			out = append(out, before)
		}
		last[s.Keyword] = s
	}
	return out
}
