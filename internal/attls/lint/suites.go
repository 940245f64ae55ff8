package lint

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

const typeCiphers = "TTLSCipherParms"

// suiteLine is a line of a coded list, and the suites that it names, each once.
type suiteLine struct {
	at     report.Location
	suites []cipher.Suite
}

// suitesOf returns the lines of the rule's own list, with dead entries too; none where the list is the release's.
func suitesOf(e *attls.Effective) []suiteLine {
	for _, a := range []*attls.Action{e.Rule.Connection, e.Rule.Environment} {
		s := a.Parms(typeCiphers)
		if s == nil {
			continue
		}
		lines := suiteLines(s)
		if !slices.ContainsFunc(lines, func(a *syntax.Attribute) bool { return a.At == e.Suites.From }) {
			continue
		}
		var out []suiteLine
		for _, a := range lines {
			out = append(out, suiteLine{a.At, suitesIn(a)})
		}
		return out
	}
	return nil
}

func suiteLines(s *syntax.Statement) []*syntax.Attribute {
	var out []*syntax.Attribute
	for _, n := range s.Body {
		if a, ok := n.(*syntax.Attribute); ok && (a.Keyword == "V3CipherSuites" || a.Keyword == "V3CipherSuites4Char") {
			out = append(out, a)
		}
	}
	return out
}

// suitesIn is what could be read of a line; the rest is a fault that reading has found.
func suitesIn(a *syntax.Attribute) []cipher.Suite {
	parse := attls.ParseSuites4
	if a.Keyword == "V3CipherSuites" {
		parse = attls.ParseSuites2
	}
	ids, _ := parse(a.Word(0))
	seen := map[cipher.ID]bool{}
	var out []cipher.Suite
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, cipher.Describe(id))
		}
	}
	return out
}

// suitesThat makes a finding of each line that names suites of a kind. Where no version that may be on takes any of them, they
// are dead, which is a matter of order only.
func suitesThat(in *Input, are func(cipher.Suite) bool, what string) []report.Finding {
	return in.perRule(func(e *attls.Effective) []report.Finding {
		var out []report.Finding
		for _, l := range suitesOf(e) {
			bad := only(l.suites, are)
			if len(bad) == 0 {
				continue
			}
			f := found(l.at, suiteNames(bad)+" "+what)
			if !slices.ContainsFunc(bad, func(s cipher.Suite) bool { return usable(e, s) }) {
				f.Severity = report.Low
				f.Detail += "; today no version that is On takes it"
			}
			out = append(out, f)
		}
		return out
	})
}

// only returns the suites of a kind.
func only(suites []cipher.Suite, are func(cipher.Suite) bool) []cipher.Suite {
	var out []cipher.Suite
	for _, s := range suites {
		if are(s) {
			out = append(out, s)
		}
	}
	return out
}

// usable says whether a suite may be negotiated in a version that is, or may be, on.
func usable(e *attls.Effective, s cipher.Suite) bool {
	return slices.ContainsFunc(cipher.Versions(), func(v cipher.Version) bool { return mayBeOn(e, v) && s.Usable(v) })
}

func suiteNames(suites []cipher.Suite) string {
	var out []string
	for _, s := range suites {
		out = append(out, fmt.Sprintf("%s (%s)", s.Name, s.ID))
	}
	return and(out)
}

// withoutSuite finds rules that turn a version on for which their list has no suite.
func withoutSuite(in *Input, v cipher.Version) []report.Finding {
	return in.perRule(func(e *attls.Effective) []report.Finding {
		suites, known := e.SuitesFor(v)
		if !isOn(e, v) || !known || len(suites) > 0 {
			return nil
		}
		at := protocol(e, v).From
		if at == (report.Location{}) {
			at = environmentAt(e)
		}
		of := e.Suites.Statement
		if e.Suites.From != (report.Location{}) {
			of += ", " + line(e.Suites.From, at)
		}
		f := found(at, fmt.Sprintf("%s is On, and the suites (%s) hold none that it can use, so it is never negotiated", keywordOf(v), of))
		if !anySuite(e) {
			f.Severity = report.High
			f.Detail += "; nor is any other version, and every handshake fails"
		}
		return []report.Finding{f}
	})
}

// anySuite says whether some version may be on for which the list has a suite.
func anySuite(e *attls.Effective) bool {
	return slices.ContainsFunc(e.Suites.Value, func(id cipher.ID) bool { return usable(e, cipher.Describe(id)) })
}
