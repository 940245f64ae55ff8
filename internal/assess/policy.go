package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// policy is what the system's AT-TLS policy says of the listener; nil when there is none, or Policy Agent would not install it.
func (c *Case) policy() *report.Policy {
	if c.Expect == nil || c.Expect.Policy == nil || !c.Expect.Policy.Installs {
		return nil
	}
	return c.Expect.Policy
}

// unproven says why the wire shows nothing of what the real peers meet, and where the policy says so; "" when it does show it.
func (c *Case) unproven() (why string, at *report.Location) {
	p := c.policy()
	if p == nil || !c.wantsTLS() || !c.connected() {
		return "", nil
	}
	for _, m := range p.From(report.FromScanner) {
		if m.ClearText == scan.No {
			return fmt.Sprintf("this scanner runs on the system, and its own connections take rule %s (%s): what it sees is TLS inside TLS; "+
				"a rule with TTLSEnabled Off for its job is needed ('portseal policy generate --scanner-job NAME' writes it)",
				m.Rule, lineAt(m.Location)), m.Location
		}
	}
	if p.SameRule != scan.No {
		return "", nil
	}
	seen := p.From(report.FromVantage)[0]
	for _, m := range p.From(report.FromPeer) {
		if m.Rule != seen.Rule || !samePlace(m.Location, seen.Location) {
			return fmt.Sprintf("the connections of the real peer %s take %s, and this scan's %s take %s: the wire shows nothing of what the "+
				"peer meets", m.Address, ruleWords(m), fromWords(seen), ruleWords(seen)), m.Location
		}
	}
	return "", nil
}

// Unproven says why the wire shows nothing of what an endpoint's real peers meet; "" when it does show it.
func Unproven(e *report.Endpoint, x *report.Expectation) string {
	why, _ := (&Case{Endpoint: e, Expect: x}).unproven()
	return why
}

// connected says whether a connection was accepted: a port that is closed is so for every peer, whatever the policy says.
func (c *Case) connected() bool {
	switch c.Endpoint.State {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen:
		return true
	}
	return false
}

func samePlace(a, b *report.Location) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func ruleWords(m report.PolicyMatch) string {
	words := "no rule"
	if m.Rule != "" {
		words = fmt.Sprintf("rule %s (%s)", m.Rule, lineAt(m.Location))
	}
	if m.ClearText == scan.Yes {
		words += ", so they are in clear text"
	}
	return words
}

func fromWords(m report.PolicyMatch) string {
	if m.Address == "" {
		return "own"
	}
	return "own, from " + m.Address + ","
}

func lineAt(at *report.Location) string {
	if at == nil {
		return "no line"
	}
	return fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Column)
}

// explain adds to a finding what of the policy explains it: the statement, its line, and the rule that leads there.
func (c *Case) explain(f report.Finding, r Rule) report.Finding {
	p := c.policy()
	if p == nil || r.Policy == nil {
		return f
	}
	var words []string
	for _, key := range r.Policy(c) {
		s, ok := p.Setting(key)
		if !ok {
			continue
		}
		if f.Location == nil {
			f.Location = s.Location
		}
		words = append(words, fmt.Sprintf("%s %s (%s%s)", s.Key, s.Value, where(s.Location), s.Statement))
	}
	if m := c.taking(); m.Rule != "" && f.Location == nil {
		f.Location = m.Location
	}
	text := policyWords(p.Listed) + ": " + ruleOrNone(c.taking())
	if len(words) > 0 {
		text += " says " + strings.Join(words, ", ")
	}
	f.Detail = strings.TrimPrefix(f.Detail+"; "+text, "; ")
	return f
}

// policyWords says what a policy is read from.
func policyWords(listed bool) string {
	if listed {
		return "the AT-TLS policy that is installed"
	}
	return "the AT-TLS policy"
}

// taking is the match that the settings are of: that of the first real peer, else of the vantage.
func (c *Case) taking() report.PolicyMatch {
	for _, from := range []string{report.FromPeer, report.FromVantage} {
		if m := c.policy().From(from); len(m) > 0 {
			return m[0]
		}
	}
	return report.PolicyMatch{}
}

func ruleOrNone(m report.PolicyMatch) string {
	if m.Rule == "" {
		return "no rule takes the connection"
	}
	text := fmt.Sprintf("rule %s (%s)", m.Rule, lineAt(m.Location))
	if m.Assumes != "" {
		text += ", taken to match (" + m.Assumes + ")"
	}
	return text
}

func where(at *report.Location) string {
	if at == nil {
		return ""
	}
	return lineAt(at) + ", "
}

// policyVersions are the keys of the versions that the policy has On, or Off.
func (c *Case) policyVersions(among []cipher.Version, value string) []string {
	var out []string
	for _, v := range among {
		if s, ok := c.policy().Setting(v.String()); ok && s.Value == value {
			out = append(out, s.Key)
		}
	}
	return out
}

// policyKeys always names the same settings.
func policyKeys(keys ...string) func(*Case) []string { return func(*Case) []string { return keys } }
