package attls

import (
	"slices"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Fold says what counts for a connection that takes a rule on a release: the connection action before the environment
// action before the group action, then the defaults of the release. What is not known stays so.
func (p *Policy) Fold(r *Rule, release Release) Effective {
	f := &folder{rule: r, release: release, standard: "default of z/OS " + string(release)}
	if !release.Known() {
		f.release, f.standard = "", "default of the z/OS release, which is not known"
	}
	e := Effective{Rule: r, Release: release, folder: f}
	e.Enabled = typed(f.find("TTLSEnabled"), onOff)
	e.Role = typed(f.find("HandshakeRole"), role)
	e.ClientAuthType = typed(f.find("ClientAuthType"), word)
	e.Keyring = f.keyring()
	e.Label = typed(f.find("CertificateLabel"), word)
	e.ServerLabels = f.serverLabels()
	e.ApplicationControlled = typed(f.find("ApplicationControlled"), onOff)
	e.SecondaryMap = typed(f.find("SecondaryMap"), onOff)
	e.HandshakeTimeout = typed(f.find("HandshakeTimeout"), number)
	e.FIPS140 = typed(f.find("FIPS140"), word)
	e.SuiteBProfile = typed(f.find("SuiteBProfile"), word)
	e.Envfile = typed(f.find("Envfile"), word)
	e.Trace = typed(f.find("Trace"), number)
	e.CtraceClearText = typed(f.find("CtraceClearText"), onOff)
	f.protocols(&e)
	f.lists(&e)
	return e
}

// folder looks for what counts, for one rule and release.
type folder struct {
	rule     *Rule
	release  Release
	standard string // what a default is said to be
}

// found is what counts for one keyword, before it has a type.
type found struct {
	text      string
	lines     []*syntax.Attribute
	known     bool
	coded     bool // a statement says it, or should
	from      report.Location
	statement string
}

// blockAt is the statement of a type that the rule's actions use. What a missing action says is lost: nothing that it
// would decide is known.
func (f *folder) blockAt(level string) (b *block, lost *found) {
	a, ref := f.rule.Environment, "TTLSEnvironmentActionRef"
	switch level {
	case typeConnection, typeConnAdv:
		a, ref = f.rule.Connection, "TTLSConnectionActionRef"
	case typeGroup, typeGroupAdv:
		a, ref = f.rule.Group, "TTLSGroupActionRef"
	}
	if a == nil {
		lines := f.rule.Statement.Attributes(ref)
		switch {
		case len(lines) > 0:
			return nil, &found{coded: true, from: lines[len(lines)-1].At, statement: ref + ", which leads nowhere"}
		case level != typeConnection && level != typeConnAdv:
			return nil, &found{coded: true, from: f.rule.At, statement: "no " + ref}
		}
		return nil, nil
	}
	b = a.parms[level]
	if b != nil && b.statement == nil {
		return nil, &found{coded: true, from: b.at, statement: b.label}
	}
	return b, nil
}

// find says what counts for a keyword that has one value.
func (f *folder) find(keyword string) found {
	return f.setting(settingNamed(keyword))
}

func (f *folder) setting(s setting) found {
	for i, level := range s.levels {
		b, lost := f.blockAt(level)
		if lost != nil {
			return *lost
		}
		if b == nil {
			continue
		}
		if lines := b.values(s.keyword); len(lines) > 0 {
			return f.coded(s.parameters[i], b, lines)
		}
	}
	return f.standardOf(s)
}

// coded is what the lines of one statement say. Two that differ leave it open which one counts; a release that does not
// know the keyword leaves open what it does with it.
func (f *folder) coded(p syntax.Parameter, b *block, lines []*syntax.Attribute) found {
	last := lines[len(lines)-1]
	out := found{text: valueOf(p, last), lines: lines, coded: true, from: last.At, statement: b.label, known: last.Value != ""}
	if f.release != "" && !p.KnownIn(string(f.release), out.text) || p.Kind == syntax.KindOneOf && out.text == "" {
		out.known = false
	}
	for _, line := range lines[:len(lines)-1] {
		if !p.Repeats && valueOf(p, line) != out.text {
			out.known = false
		}
	}
	return out
}

// valueOf is the value of a line; empty when it is none of those allowed.
func valueOf(p syntax.Parameter, a *syntax.Attribute) string {
	value, _ := p.Value(a)
	if p.Kind == syntax.KindOneOf {
		value, _ = p.Canonical(value)
	}
	return value
}

// standardOf is the default of the release, or the one that all releases share when none was said.
func (f *folder) standardOf(s setting) found {
	out := found{statement: f.standard}
	for _, p := range slices.Backward(s.parameters) {
		if text, ok := defaultOf(p, f.release); ok {
			out.text, out.known = text, true
			break
		}
		if p.Kind == syntax.KindText || p.Kind == syntax.KindWord {
			out.known = true // a name that nobody gives: there is none
		}
	}
	return out
}

func defaultOf(p syntax.Parameter, release Release) (string, bool) {
	if release != "" {
		return p.Default(string(release))
	}
	if len(p.Defaults) == 0 || p.Defaults[0].Since != "" {
		return "", false
	}
	for _, d := range p.Defaults {
		if d.Value != p.Defaults[0].Value {
			return "", false
		}
	}
	return p.Defaults[0].Value, true
}
