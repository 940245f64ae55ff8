package view

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Match is what a policy does with one connection.
type Match struct {
	About
	Connection Connection `json:"connection"`
	NotSaid    []string   `json:"not_said"` // of the connection
	// Decided says whether the answer holds whatever was not said, and the policy is installed.
	Decided   bool        `json:"decided"`
	Rule      *RuleName   `json:"rule,omitempty"` // that takes it for certain, unless one of Undecided does; absent: none
	ClearText scan.Fact   `json:"clear_text"`
	Why       string      `json:"why"`
	Misses    []Miss      `json:"misses"`    // the rules asked before, that do not take it
	Undecided []Undecided `json:"undecided"` // those that may take it
	Ambiguous []RuleName  `json:"ambiguous"` // those of the same priority that may be asked before Rule
	Settings  []Setting   `json:"settings"`  // what counts when Rule takes it
}

// Connection is what was said of a connection.
type Connection struct {
	Direction  attls.Direction `json:"direction,omitempty"`
	Local      string          `json:"local,omitempty"`
	LocalPort  uint16          `json:"local_port,omitempty"`
	Remote     string          `json:"remote,omitempty"`
	RemotePort uint16          `json:"remote_port,omitempty"`
	Job        string          `json:"job,omitempty"`
	User       string          `json:"user,omitempty"`
	Time       string          `json:"time,omitempty"`
}

// Miss is a rule that does not take the connection, and why.
type Miss struct {
	RuleName
	Reason    string           `json:"reason"`
	Condition *report.Location `json:"condition,omitempty"`
}

// Undecided is a rule that takes the connection if conditions hold on which nothing was said.
type Undecided struct {
	RuleName
	Wants    []string `json:"wants"`
	Possibly bool     `json:"possibly_after"` // it may be asked after Rule, and then is not
}

// NewMatch asks a policy for a connection.
func NewMatch(in Input, c attls.Connection) Match {
	covered := in.Policy.Coverage([]attls.Connection{c})[0]
	found := in.Policy.Match(c)
	said, notSaid := connectionOf(c)
	m := Match{About: about("portseal.policy-match/v1", in), Connection: said, NotSaid: notSaid, ClearText: covered.ClearText,
		Why: covered.Why, Misses: []Miss{}, Undecided: []Undecided{}, Ambiguous: []RuleName{}, Settings: []Setting{}}
	m.Decided = m.Installs && (found.Certain() || covered.ClearText == scan.Yes)
	for _, miss := range found.Misses {
		m.Misses = append(m.Misses, Miss{nameOf(miss.Rule), miss.Reason, placeOf(miss.At)})
	}
	for _, u := range found.Unsaid {
		m.Undecided = append(m.Undecided, Undecided{nameOf(u.Rule), u.Wants, u.Possible})
	}
	for _, r := range found.Ambiguous {
		m.Ambiguous = append(m.Ambiguous, nameOf(r))
	}
	if found.Rule != nil {
		name := nameOf(found.Rule)
		e := in.Policy.Fold(found.Rule, in.Release)
		m.Rule, m.Settings = &name, settingsOf(&e)
	}
	return m
}

func connectionOf(c attls.Connection) (Connection, []string) {
	out := Connection{Direction: c.Direction, LocalPort: c.Local.Port(), RemotePort: c.Remote.Port(), Job: c.Job, User: c.User}
	if c.Local.Addr().IsValid() {
		out.Local = c.Local.Addr().String()
	}
	if c.Remote.Addr().IsValid() {
		out.Remote = c.Remote.Addr().String()
	}
	if !c.Time.IsZero() {
		out.Time = c.Time.Format(time.RFC3339)
	}
	notSaid := []string{}
	for _, p := range out.parts() {
		if p.value == "" {
			notSaid = append(notSaid, p.key)
		}
	}
	return out, notSaid
}

// parts are what can be said of a connection.
func (c Connection) parts() []fact {
	port := func(n uint16) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(int(n))
	}
	return []fact{{key: "direction", value: string(c.Direction)}, {key: "local", value: c.Local}, {key: "local_port", value: port(c.LocalPort)},
		{key: "remote", value: c.Remote}, {key: "remote_port", value: port(c.RemotePort)}, {key: "job", value: c.Job},
		{key: "user", value: c.User}, {key: "time", value: c.Time}}
}

// Write writes the answer first, then the reasons.
func (m Match) Write(w io.Writer, look Look) error {
	p := newPage(look)
	answer, style := m.answer()
	p.title(style, answer)
	p.warn(m.Side)
	var said []string
	for _, part := range m.Connection.parts() {
		if part.value != "" {
			said = append(said, strings.ReplaceAll(part.key, "_", " ")+" "+part.value)
		}
	}
	p.para(0, "Asked:", text.Plain, fmt.Sprintf("%s; of %s, z/OS %s", strings.Join(said, ", "), m.files(), m.ZOSRelease))
	p.undecided(m)
	if len(m.Misses) > 0 {
		p.blank()
		p.title(text.Strong, "Asked before, and why not")
	}
	for _, miss := range m.Misses {
		p.para(1, miss.Name+":", text.Plain, fmt.Sprintf("%s (%s)", miss.Reason, miss.Condition.String()))
	}
	if len(m.Settings) > 0 {
		p.blank()
		p.title(text.Strong, "What counts under rule "+m.Rule.Name)
		p.facts(1, factsOf(short(m.Settings)))
	}
	return p.write(w)
}

func (m Match) answer() (string, text.Style) {
	rule := "no rule takes the connection"
	if m.Rule != nil {
		rule = fmt.Sprintf("rule %s (%s) takes the connection", m.Rule.Name, m.Rule.Location.String())
	}
	switch {
	case m.ClearText == scan.Yes:
		return "Clear text: " + m.Why, text.Bad
	case len(m.Undecided)+len(m.Ambiguous) > 0:
		return "Not decided: " + rule + ", unless one below does", text.Warning
	case m.ClearText == scan.Unknown:
		return "Not decided: " + m.Why, text.Warning
	}
	for _, s := range m.Settings {
		if s.Keyword == "ApplicationControlled" && s.Known && s.Value == "On" {
			return "AT-TLS, and clear text until the application asks for it (ApplicationControlled On): " + rule, text.Good
		}
	}
	return "AT-TLS: " + rule, text.Good
}

func (p *page) undecided(m Match) {
	if len(m.Undecided) > 0 {
		p.blank()
		p.title(text.Strong, "May take it: what would decide was not said")
	}
	for _, u := range m.Undecided {
		words := "if " + strings.Join(u.Wants, ", ")
		if u.Possibly {
			words += "; and only if it is asked first: it has the same priority, and how names sort is not certain"
		}
		p.para(1, fmt.Sprintf("%s (%s):", u.Name, u.Location.String()), text.Plain, words)
	}
	if len(m.Ambiguous) > 0 {
		p.blank()
		p.title(text.Strong, "May be asked first: the same priority, and how names sort is not certain")
	}
	for _, r := range m.Ambiguous {
		p.para(1, r.Name, text.Plain, "("+r.Location.String()+")")
	}
}

// Never is the rules that no connection ever takes.
type Never struct {
	About
	Rules []Shadowed `json:"rules"`
}

// Shadowed is such a rule, and the rules that take all of its connections.
type Shadowed struct {
	RuleName
	By  []RuleName `json:"by"`
	Why string     `json:"why"`
}

// NewNever lists the rules of a policy that can be shown to take no connection.
func NewNever(in Input) Never {
	n := Never{About: about("portseal.policy-never/v1", in), Rules: []Shadowed{}}
	for _, s := range in.Policy.NeverMatched() {
		one := Shadowed{RuleName: nameOf(s.Rule), By: []RuleName{}, Why: s.Why}
		for _, r := range s.By {
			one.By = append(one.By, nameOf(r))
		}
		n.Rules = append(n.Rules, one)
	}
	return n
}

// Write writes the rules and the reasons.
func (n Never) Write(w io.Writer, look Look) error {
	p := newPage(look)
	p.title(text.Strong, fmt.Sprintf("%s: %s that no connection ever takes", n.files(), text.Count(len(n.Rules), "rule")))
	p.warn(n.Side)
	for _, r := range n.Rules {
		p.para(0, fmt.Sprintf("%s (%s):", r.Name, r.Location.String()), text.Bad, r.Why)
	}
	return p.write(w)
}
