package view

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// Expect is what a policy implies for the ports that its rules take inbound connections of.
type Expect struct {
	About
	Ports []Ports `json:"ports"`
}

// Ports are ports that the policy treats alike.
type Ports struct {
	Ports    string    `json:"ports"`    // "5605-5610, 5611", or "any other port"
	Outcomes []Outcome `json:"outcomes"` // in the order in which rules are asked; the first whose When holds counts
}

// otherPorts are those that no rule names.
const otherPorts = "any other port"

// Outcome is what a connection to the ports gets.
type Outcome struct {
	Rule   *RuleName `json:"rule,omitempty"` // absent: no rule takes it
	When   []string  `json:"when"`           // what of the connection has to hold; empty: whatever it is
	Expect string    `json:"expect"`         // report.ExpectTLS, ExpectStartTLS, ExpectPlaintext; ExpectAny when not known
	Why    string    `json:"why"`

	Versions       []cipher.Version `json:"versions,omitempty"`
	CipherSuites   []cipher.ID      `json:"cipher_suites,omitempty"` // those that a version on can use, in the policy's order
	Curves         []cipher.Group   `json:"curves,omitempty"`        // of TLS 1.2 and before
	KeyShareGroups []cipher.Group   `json:"key_share_groups,omitempty"`
	ClientAuth     string           `json:"client_auth,omitempty"`
	Keyring        string           `json:"keyring,omitempty"`
	Label          string           `json:"label,omitempty"`
	Sources        []report.Source  `json:"sources,omitempty"`
}

// NewExpect asks a policy for every port that an inbound rule names, and for the others where a rule names none.
func NewExpect(in Input) Expect {
	x := Expect{About: about("portseal.policy-expect/v1", in), Ports: []Ports{}}
	segments, others := in.segments()
	place := map[string]int{}
	var ranges [][]span
	for _, s := range segments {
		outcomes, key := in.outcomes(s.rules, s.from)
		if key == "" {
			continue
		}
		i, known := place[key]
		if !known {
			i = len(ranges)
			place[key] = i
			ranges = append(ranges, nil)
			x.Ports = append(x.Ports, Ports{Outcomes: outcomes})
		}
		if n := len(ranges[i]); n > 0 && ranges[i][n-1].to+1 == s.from {
			ranges[i][n-1].to = s.to
		} else {
			ranges[i] = append(ranges[i], s.span)
		}
	}
	for i, all := range ranges {
		var names []string
		for _, s := range all {
			names = append(names, s.String())
		}
		x.Ports[i].Ports = strings.Join(names, ", ")
	}
	if port, ok := outside(segments); ok && in.serves(others) {
		outcomes, _ := in.outcomes(others, port)
		x.Ports = append(x.Ports, Ports{otherPorts, outcomes})
	}
	return x
}

// span is a range of ports; both ends belong to it.
type span struct{ from, to int }

func (s span) String() string {
	if s.from == s.to {
		return fmt.Sprint(s.from)
	}
	return fmt.Sprintf("%d-%d", s.from, s.to)
}

// segment is a range of ports that lies whole within or without every range of ports that the policy names, and the rules that may
// take connections to it, in the order in which they are asked.
type segment struct {
	span
	rules []*attls.Rule
}

// segments cuts the ports that inbound rules name into segments. Others are the rules that may take connections to any further port.
func (in Input) segments() (out []segment, others []*attls.Rule) {
	never := map[*attls.Rule]bool{}
	for _, s := range in.Policy.NeverMatched() {
		never[s.Rule] = true
	}
	ordered := in.Policy.Ordered()
	change := map[int][]int{} // by port: the places of rules, of which a range begins (place) or has ended (-1 - place)
	open := make([]int, len(ordered))
	var active []int
	for i, r := range ordered {
		switch {
		case never[r] || r.Direction == attls.Outbound:
		case r.LocalPorts.Any() || r.LocalPorts.Unread:
			active = append(active, i)
			open[i] = 1
			others = append(others, r)
		default:
			for _, p := range r.LocalPorts.Ranges {
				from, end := max(int(p.From), 1), int(p.To)+1
				change[from], change[end] = append(change[from], i), append(change[end], -1-i)
			}
		}
	}
	before := 0
	for _, port := range slices.Sorted(maps.Keys(change)) {
		if len(active) > len(others) {
			s := segment{span: span{before, port - 1}}
			for _, i := range active {
				s.rules = append(s.rules, ordered[i])
			}
			out = append(out, s)
		}
		for _, i := range change[port] {
			active = update(active, open, i)
		}
		before = port
	}
	return out, others
}

// update takes a rule in whose range begins, and out when the last has ended.
func update(active, open []int, i int) []int {
	ends := i < 0
	if ends {
		i = -1 - i
		open[i]--
	} else {
		open[i]++
	}
	at, within := slices.BinarySearch(active, i)
	switch {
	case ends && within && open[i] <= 0:
		return slices.Delete(active, at, at+1)
	case !ends && !within:
		return slices.Insert(active, at, i)
	}
	return active
}

// outside finds a port that no segment holds.
func outside(segments []segment) (int, bool) {
	port := 1
	for _, s := range segments {
		if port < s.from {
			break
		}
		port = s.to + 1
	}
	return port, port <= math.MaxUint16
}

// outcomes asks for one port. The key is the same for ports with the same outcomes, and empty when no rule may take any connection.
func (in Input) outcomes(rules []*attls.Rule, port int) (out []Outcome, key string) {
	m := attls.MatchAmong(rules, attls.Connection{Direction: attls.Inbound, Local: netip.AddrPortFrom(netip.Addr{}, uint16(port))})
	for _, u := range m.Unsaid {
		when := u.Wants
		if u.Possible {
			when = append(slices.Clone(when), "it is asked first, which is not certain")
		}
		out = append(out, in.outcome(u.Rule, when))
	}
	for _, r := range m.Ambiguous {
		out = append(out, in.outcome(r, []string{"it is asked first, which is not certain"}))
	}
	if m.Rule != nil || len(out) > 0 {
		out = append(out, in.outcome(m.Rule, nil))
	}
	for _, o := range out {
		key += fmt.Sprintln(o.When, o.Why)
		if o.Rule != nil {
			key += o.Rule.Name + o.Rule.Location.String()
		}
	}
	return out, key
}

// serves says whether one of the rules is for servers, as far as that is known.
func (in Input) serves(rules []*attls.Rule) bool {
	return slices.ContainsFunc(rules, func(r *attls.Rule) bool { return in.outcome(r, nil).Expect != report.ExpectAny })
}

// outcome is what those get that take a rule; nil for none.
func (in Input) outcome(r *attls.Rule, when []string) Outcome {
	o := Outcome{When: when, Expect: report.ExpectPlaintext, Why: "no rule takes it: clear text"}
	if when == nil {
		o.When = []string{}
	}
	if r == nil {
		return o
	}
	name := nameOf(r)
	e := in.Policy.Fold(r, in.Release)
	o.Rule = &name
	switch {
	case !e.Enabled.Known:
		o.Expect, o.Why = report.ExpectAny, "TTLSEnabled of the rule is not known"
	case !e.Enabled.Value:
		o.Why = "the rule has TTLSEnabled Off: clear text"
	case e.Role.Known && e.Role.Value == attls.Client:
		o.Expect, o.Why = report.ExpectAny, "the rule has HandshakeRole Client: it serves nobody"
	case !e.ApplicationControlled.Known:
		o.Expect, o.Why = report.ExpectAny, "ApplicationControlled of the rule is not known"
		o.tls(&e)
	case e.ApplicationControlled.Value:
		o.Expect, o.Why = report.ExpectStartTLS, "the application asks for TLS (ApplicationControlled On): clear text until then"
		o.tls(&e)
	default:
		o.Expect, o.Why = report.ExpectTLS, "TLS begins with the connection"
		o.tls(&e)
	}
	return o
}

// tls fills in what is known, each with the statement that says so.
func (o *Outcome) tls(e *attls.Effective) {
	if e.Versions.Known {
		o.Versions = e.Versions.Value
		o.from("versions", e.Versions.Statement, e.Versions.From)
	}
	if e.Suites.Known {
		for _, id := range e.Suites.Value {
			if slices.ContainsFunc(e.Versions.Value, func(v cipher.Version) bool { return cipher.Describe(id).Usable(v) }) {
				o.CipherSuites = append(o.CipherSuites, id)
			}
		}
		o.from("cipher_suites", e.Suites.Statement, e.Suites.From)
	}
	if e.Curves.Known {
		o.Curves = e.Curves.Value
		o.from("curves", e.Curves.Statement, e.Curves.From)
	}
	if e.KeyShareGroups.Known && slices.Contains(e.Versions.Value, cipher.TLSv13) {
		o.KeyShareGroups = e.KeyShareGroups.Value
		o.from("key_share_groups", e.KeyShareGroups.Statement, e.KeyShareGroups.From)
	}
	if o.ClientAuth = e.ClientAuth(); o.ClientAuth != "" {
		o.from("client_auth", e.Role.Statement, e.Role.From)
	}
	if e.Keyring.Known {
		o.Keyring = e.Keyring.Value.String()
		o.from("keyring", e.Keyring.Statement, e.Keyring.From)
	}
	switch {
	case e.ServerLabels.Known && len(e.ServerLabels.Value) > 0:
		o.Label = strings.Join(e.ServerLabels.Value, ", ")
		o.from("label", e.ServerLabels.Statement, e.ServerLabels.From)
	case e.Label.Known && e.Label.Value != "":
		o.Label = e.Label.Value
		o.from("label", e.Label.Statement, e.Label.From)
	}
}

func (o *Outcome) from(key, statement string, at report.Location) {
	if p := placeOf(at); p != nil {
		statement = p.String() + ", " + statement
	}
	o.Sources = append(o.Sources, report.Source{Key: key, From: statement})
}
