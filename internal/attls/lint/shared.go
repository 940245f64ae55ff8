package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// refresh is what makes a changed policy count.
const refresh = " Then raise GroupUserInstance or EnvironmentUserInstance and F PAGENT,UPDATE."

// reference names a statement of the manual that describes them all.
func reference(statement string) string {
	return "z/OS Communications Server: IP Configuration Reference, " + statement + " statement"
}

// ordering is where the manual says which rule is asked first.
const ordering = "z/OS Communications Server: IP Configuration Guide, AT-TLS policy rules"

// perRule asks about each rule whose connections get TLS. An action that several rules share has its fault once: the finding
// names them.
func (in *Input) perRule(check func(*attls.Effective) []report.Finding) []report.Finding {
	type fault struct {
		at     report.Location
		detail string
	}
	var out []report.Finding
	users := map[fault][]string{}
	for _, r := range in.enabled() {
		for _, f := range check(in.Effective(r)) {
			key := fault{*f.Location, f.Detail}
			if users[key] == nil {
				out = append(out, f)
			}
			if n := len(users[key]); n == 0 || users[key][n-1] != r.Name {
				users[key] = append(users[key], r.Name)
			}
		}
	}
	for i := range out {
		out[i].Detail += " (" + ruleNames(users[fault{*out[i].Location, out[i].Detail}]) + ")"
	}
	return out
}

// maxNames is how many of the rules that share a fault are named.
const maxNames = 5

func ruleNames(names []string) string {
	if len(names) == 1 {
		return "rule " + names[0]
	}
	if more := len(names) - maxNames; more > 0 {
		names = append(slices.Clone(names[:maxNames]), fmt.Sprintf("%d more", more))
	}
	return "rules " + and(names)
}

// and writes "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// line is "line 7", with the file where it is another than that of the finding.
func line(at, from report.Location) string {
	if at.File == from.File {
		return fmt.Sprintf("line %d", at.Line)
	}
	return fmt.Sprintf("%s:%d", at.File, at.Line)
}

// protocol is the switch of a version.
func protocol(e *attls.Effective, v cipher.Version) attls.Protocol {
	return e.Protocols[slices.Index(cipher.Versions(), v)]
}

// isOn says whether a version is on for certain.
func isOn(e *attls.Effective, v cipher.Version) bool {
	p := protocol(e, v)
	return p.Known && p.Value
}

// mayBeOn says whether a version is on, or not known to be off.
func mayBeOn(e *attls.Effective, v cipher.Version) bool {
	p := protocol(e, v)
	return !p.Known || p.Value
}

// keywordOf is the switch of a version: AT-TLS writes TLSv1 for TLS 1.0.
func keywordOf(v cipher.Version) string { return strings.TrimSuffix(v.String(), ".0") }

// environmentAt is where the rule's environment is, or the rule itself.
func environmentAt(e *attls.Effective) report.Location {
	if e.Rule.Environment != nil {
		return e.Rule.Environment.At
	}
	return e.Rule.At
}

// statements calls visit for every statement of the policy, inline ones too.
func (in *Input) statements(visit func(*syntax.Statement)) {
	var walk func([]syntax.Node)
	walk = func(body []syntax.Node) {
		for _, n := range body {
			if s, ok := n.(*syntax.Statement); ok {
				visit(s)
				walk(s.Body)
			}
		}
	}
	for _, f := range in.Policy.Files {
		walk(f.Body)
	}
}

// turned is what is known of TTLSEnabled.
func (in *Input) turned(r *attls.Rule, on bool) bool {
	e := in.Effective(r)
	return e.Enabled.Known && e.Enabled.Value == on
}

// differences names the parameters by which two rules are known to treat connections differently. Instance numbers only make
// Policy Agent read a ring again; of connections in clear text nothing else counts.
func (in *Input) differences(a, b *attls.Rule) []string {
	if in.turned(a, false) && in.turned(b, false) {
		return nil
	}
	var out []string
	other := in.Effective(b).Parameters()
	for i, p := range in.Effective(a).Parameters() {
		q := other[i]
		if p.Known && q.Known && p.Value != q.Value && !strings.HasSuffix(p.Keyword, "UserInstance") {
			out = append(out, p.Keyword)
		}
	}
	return out
}
