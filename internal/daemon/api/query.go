package api

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// param is a parameter of a query. The query is read by it, and the OpenAPI document describes it.
type param struct {
	name, about string
	form        node
	read        func(string) (any, error)
	many        bool // it may be given several times
	required    bool
}

// values are the parameters that were given, as their readers made them.
type values map[string][]any

// one is a parameter that was given, else another value.
func one[T any](v values, name string, or T) T {
	if all := v[name]; len(all) > 0 {
		return all[0].(T)
	}
	return or
}

const maxQuery = 8 << 10 // octets

// readQuery reads a query. The faults are all that is wrong with it.
func readQuery(raw string, params []param) (values, []Fault) {
	if len(raw) > maxQuery {
		return nil, []Fault{{In: "query", Detail: fmt.Sprintf("it has %d octets; want at most %d", len(raw), maxQuery)}}
	}
	out, faults, given := values{}, []Fault{}, map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		name, bad := url.QueryUnescape(key)
		text, worse := url.QueryUnescape(value)
		if bad != nil || worse != nil || strings.Contains(pair, ";") || !utf8.ValidString(name+text) {
			faults = append(faults, Fault{"query", fmt.Sprintf("%.100q", pair), "it cannot be read; want name=value in UTF-8, with what is no letter or digit as %XX"})
			continue
		}
		given[name] = true
		if fault := out.add(name, text, params); fault != "" {
			faults = append(faults, Fault{"query", fmt.Sprintf("%.100s", name), fault})
		}
	}
	for _, p := range params {
		if p.required && !given[p.name] {
			faults = append(faults, Fault{"query", p.name, "it is not there; want " + p.name + "=..."})
		}
	}
	return out, faults
}

// add reads one parameter. It returns what is wrong with it.
func (v values) add(name, text string, params []param) string {
	var names []string
	for _, p := range params {
		names = append(names, p.name)
		if p.name != name {
			continue
		}
		if len(v[name]) > 0 && !p.many {
			return "it is given twice; want it once"
		}
		value, err := p.read(text)
		if err != nil {
			return err.Error()
		}
		v[name] = append(v[name], value)
		return ""
	}
	return "it is no parameter of this; " + want(name, names)
}

// want is what would be right in the place of a wrong name.
func want(name string, names []string) string {
	if near := nearest.Names(name, names); len(near) > 0 {
		return "did you mean " + strings.Join(near, " or ") + "?"
	}
	switch len(names) {
	case 0:
		return "want none"
	case 1:
		return "want " + names[0]
	}
	return "want one of " + strings.Join(names, ", ")
}

// The parameters below differ in what they are for; these are the kinds of their values.

func textParam(name, about string) param {
	return param{name: name, about: about, form: textForm(maxName), read: func(s string) (any, error) {
		if fault := checkText(s, maxName); fault != "" {
			return nil, errors.New(fault)
		}
		return s, nil
	}}
}

func wordParam(name, about string, words []string) param {
	return param{name: name, about: about, form: node{"type": "string", "enum": words}, read: func(s string) (any, error) {
		for _, w := range words {
			if s == w {
				return s, nil
			}
		}
		return nil, fmt.Errorf("%.100q is none; %s", s, want(s, words))
	}}
}

func numberParam(name, about string, low, high, usual int) param {
	form := node{"type": "integer", "minimum": low, "maximum": high, "default": usual}
	return param{name: name, about: about, form: form, read: func(s string) (any, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high || strconv.Itoa(n) != s {
			return nil, fmt.Errorf("%.100q is none; want a number from %d to %d", s, low, high)
		}
		return n, nil
	}}
}

func flagParam(name, about string) param {
	return param{name: name, about: about, form: node{"type": "boolean", "default": false}, read: func(s string) (any, error) {
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%.100q is neither; want true or false", s)
		}
		return s == "true", nil
	}}
}

func timeParam(name, about string) param {
	form := node{"anyOf": []node{{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}}}
	return param{name: name, about: about + " A day is its beginning, UTC.", form: form, read: func(s string) (any, error) {
		for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
				return t.UTC(), nil
			}
		}
		return nil, fmt.Errorf("%.100q is no time; want 2026-12-31T02:30:00Z, with + as %%2B, or 2026-12-31", s)
	}}
}

func severityParam(name, about string) param {
	var names []string
	for _, s := range report.Severities() {
		names = append(names, s.String())
	}
	p := wordParam(name, about, names)
	p.read = func(s string) (any, error) { return report.ParseSeverity(s) }
	return p
}
