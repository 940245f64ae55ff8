package view

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Setting is one keyword of the actions, what counts of it for a connection, and the statement that says so.
type Setting struct {
	Keyword   string           `json:"keyword"`
	Value     string           `json:"value"` // as a policy writes it; empty: none
	Known     bool             `json:"known"` // false: Value is at most a part of it
	Default   bool             `json:"default"`
	Statement string           `json:"statement"`          // "TTLSCipherParms cipher1", or "default of z/OS 2.5"
	Location  *report.Location `json:"location,omitempty"` // absent for a default

	spoken string // the value for people, where that is more
}

// settingsOf are all settings of a connection. Where AT-TLS is off nothing but that counts.
func settingsOf(e *attls.Effective) []Setting {
	var out []Setting
	for _, p := range e.Parameters() {
		s := Setting{Keyword: p.Keyword, Value: syntax.Shown(p.Keyword, p.Value), Known: p.Known, Default: p.Default, Statement: p.Statement,
			Location: placeOf(p.From)}
		switch {
		case p.Keyword == "TTLSEnabled" && e.Enabled.Known && !e.Enabled.Value:
			return []Setting{s}
		case p.Keyword == "V3CipherSuites":
			s.spoken = suiteNames(e.Suites.Value)
		}
		out = append(out, s)
	}
	i := slices.IndexFunc(out, func(s Setting) bool { return s.Keyword == "TTLSEnabled" })
	if i > 0 { // first, because all others depend on it
		enabled := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, enabled)
	}
	return out
}

// folds are the settings of rules. Rules with the same actions share them: large policies have few actions for many rules.
type folds struct {
	in   Input
	done map[[3]*attls.Action][]Setting
}

func newFolds(in Input) folds { return folds{in, map[[3]*attls.Action][]Setting{}} }

func (f folds) of(r *attls.Rule) []Setting {
	key := [3]*attls.Action{r.Group, r.Environment, r.Connection}
	lost := r.Group == nil || r.Environment == nil || r.Connection == nil && len(r.Statement.Attributes("TTLSConnectionActionRef")) > 0
	if known, ok := f.done[key]; ok && !lost { // what is lost is said with the line of the rule
		return known
	}
	e := f.in.Policy.Fold(r, f.in.Release)
	settings := settingsOf(&e)
	if !lost {
		f.done[key] = settings
	}
	return settings
}

func suiteNames(suites []cipher.ID) string {
	var all []string
	for _, id := range suites {
		all = append(all, id.String()+" "+cipher.Describe(id).Name)
	}
	return strings.Join(all, ", ")
}

// decisive are the keywords that say what a peer meets: they are shown where only defaults say them, too.
func decisive() []string {
	return []string{"TTLSEnabled", "HandshakeRole", "ApplicationControlled", "SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3",
		"V3CipherSuites", "Curves", "KeyShareGroups", "Keyring", "CertificateLabel", "HandshakeTimeout"}
}

// short leaves out the defaults that decide nothing a peer meets.
func short(settings []Setting) []Setting {
	return slices.DeleteFunc(slices.Clone(settings), func(s Setting) bool { return s.Default && !slices.Contains(decisive(), s.Keyword) })
}

// factsOf are settings as lines of a page.
func factsOf(settings []Setting) []fact {
	var out []fact
	for _, s := range settings {
		f := fact{key: s.Keyword, value: s.said(), from: s.Statement}
		if at := s.Location.String(); at != "" {
			f.from = at + ", " + s.Statement
		}
		if !s.Known {
			f.style = text.Warning
		}
		out = append(out, f)
	}
	return out
}

// said is the value in words.
func (s Setting) said() string {
	value := s.Value
	if s.spoken != "" {
		value = s.spoken
	}
	switch {
	case !s.Known && value != "":
		return "not known for certain: " + value
	case !s.Known:
		return "not known"
	case value == "":
		return "none"
	}
	return value
}
