package expect

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// taken is one connection, and what the policy does with it.
type taken struct {
	report.PolicyMatch
	rule *attls.Rule // nil: none
}

// apply matches a listener's connections, and fills in what the estate file leaves unsaid of the expectation.
func (c *compiler) apply(p *policy, l *estate.Listener, one *Endpoint) {
	view := &report.Policy{Files: p.files, ZOSRelease: string(p.release), Installs: p.installs()}
	local := netip.AddrPortFrom(one.Target.Address, one.Target.Port)
	vantage := p.match(l, report.FromVantage, local, c.source(local))
	all := []taken{vantage}
	var peers []taken
	for _, peer := range c.peersOf(l) {
		to := local
		if peer.IsLoopback() {
			to = netip.AddrPortFrom(peer, local.Port())
		}
		peers = append(peers, p.match(l, report.FromPeer, to, peer))
	}
	all = append(all, peers...)
	if c.onSystem(l.System) && one.Target.Skip == "" {
		all = append(all, p.outbound(local, c.source(local)))
	}
	for _, t := range all {
		view.Matches = append(view.Matches, t.PolicyMatch)
	}
	view.SameRule = sameRule(vantage, peers)
	counts := vantage
	if len(peers) > 0 {
		counts = peers[0]
	}
	one.Expectation.Policy = view
	if counts.rule == nil || counts.ClearText != scan.No || !view.Installs {
		return
	}
	e := p.Fold(counts.rule, p.release)
	view.Settings = settings(&e)
	complete(&one.Expectation, &e, counts)
	one.Target.Plan = c.planOf(l, one.Expectation)
}

// source is the address that the vantage's connection comes from, as far as it is known before it is made.
func (c *compiler) source(to netip.AddrPort) netip.Addr {
	if c.opts.Source == nil || !to.Addr().IsValid() {
		return netip.Addr{}
	}
	return c.opts.Source(to)
}

// sameRule says whether the vantage meets what each peer meets.
func sameRule(vantage taken, peers []taken) scan.Fact {
	if len(peers) == 0 {
		return scan.Unknown
	}
	for _, p := range peers {
		if !alike(vantage.rule, p.rule) {
			return scan.No
		}
	}
	return scan.Yes
}

// alike says whether two rules have the same effect: they are one, or have the same actions.
func alike(a, b *attls.Rule) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a == b || a.Group == b.Group && a.Environment == b.Environment && a.Connection == b.Connection
}

// match finds the rule of a connection that the listener accepts.
func (p *policy) match(l *estate.Listener, from string, local netip.AddrPort, client netip.Addr) taken {
	return p.take(from, client, attls.Connection{Direction: attls.Inbound, Local: local, Remote: netip.AddrPortFrom(client, 0), Job: l.Jobname})
}

// outbound finds the rule of the scanner's own connection, when it runs on the system: a rule that takes it wraps its TLS in TLS.
func (p *policy) outbound(to netip.AddrPort, from netip.Addr) taken {
	return p.take(report.FromScanner, from, attls.Connection{Direction: attls.Outbound, Local: netip.AddrPortFrom(from, 0), Remote: to})
}

// take matches a connection. A job or user that nobody said is taken to be the one that a rule for this very connection wants: the
// report says so.
func (p *policy) take(from string, client netip.Addr, conn attls.Connection) taken {
	covered := p.Coverage([]attls.Connection{conn})[0]
	t := taken{PolicyMatch: report.PolicyMatch{From: from, ClearText: covered.ClearText, Why: covered.Why}, rule: covered.Match.Rule}
	if client.IsValid() {
		t.Address = client.String()
	}
	if u := presumed(covered.Match.Unsaid); u != nil && from != report.FromScanner {
		t.rule, t.Assumes = u.Rule, strings.Join(u.Wants, ", ")
		conn.Job, conn.User = concrete(u.Rule.Jobname), concrete(u.Rule.Userid)
		again := p.Coverage([]attls.Connection{conn})[0]
		t.ClearText, t.Why = again.ClearText, again.Why
		if again.Match.Rule != nil {
			t.rule = again.Match.Rule
		}
	}
	if t.rule != nil {
		t.Rule = t.rule.Name
		t.Location = &report.Location{File: t.rule.At.File, Line: t.rule.At.Line, Column: t.rule.At.Column}
	}
	return t
}

// presumed is the first rule that only a job or user that was not said keeps from being the answer.
func presumed(open []attls.Undecided) *attls.Undecided {
	for i, u := range open {
		if !u.Possible && !slices.ContainsFunc(u.Wants, func(w string) bool {
			return !strings.HasPrefix(w, "Jobname ") && !strings.HasPrefix(w, "Userid ")
		}) {
			return &open[i]
		}
	}
	return nil
}

// concrete is a name that a pattern takes.
func concrete(pattern string) string { return strings.TrimSuffix(pattern, "*") }

// settings are what findings and readers may ask of a fold, by the keys of an expectation where there is one.
func settings(e *attls.Effective) []report.PolicySetting {
	var out []report.PolicySetting
	add := func(key, value string, known bool, statement string, at report.Location) {
		if !known {
			return
		}
		s := report.PolicySetting{Key: key, Value: value, Statement: statement}
		if at.Line > 0 {
			s.Location = &report.Location{File: at.File, Line: at.Line, Column: at.Column}
		}
		out = append(out, s)
	}
	for _, p := range e.Protocols {
		value := "Off"
		if p.Value {
			value = "On"
		}
		add(p.Version.String(), value, p.Known, p.Statement, p.From)
	}
	add("cipher_suites", join(e.Suites.Value, cipher.ID.String), e.Suites.Known, e.Suites.Statement, e.Suites.From)
	groupName := func(g cipher.Group) string { return cipher.DescribeGroup(g).Name }
	add("curves", join(e.Curves.Value, groupName), e.Curves.Known, e.Curves.Statement, e.Curves.From)
	add("key_share_groups", join(e.KeyShareGroups.Value, groupName), e.KeyShareGroups.Known, e.KeyShareGroups.Statement, e.KeyShareGroups.From)
	add("client_auth", fmt.Sprintf("%s, ClientAuthType %s", e.Role.Value, e.ClientAuthType.Value), e.ClientAuth() != "", e.Role.Statement, e.Role.From)
	add("keyring", e.Keyring.Value.String(), e.Keyring.Known, e.Keyring.Statement, e.Keyring.From)
	add("label", labelOf(e), e.Label.Known && labelOf(e) != "", labelFrom(e).Statement, labelFrom(e).From)
	add("application_controlled", onOff(e.ApplicationControlled.Value), e.ApplicationControlled.Known, e.ApplicationControlled.Statement,
		e.ApplicationControlled.From)
	return out
}

func onOff(b bool) string {
	if b {
		return "On"
	}
	return "Off"
}

// labelOf is the label that a server serves: ServerCertificateLabel before CertificateLabel.
func labelOf(e *attls.Effective) string {
	if e.ServerLabels.Known && len(e.ServerLabels.Value) > 0 {
		return e.ServerLabels.Value[0]
	}
	return e.Label.Value
}

func labelFrom(e *attls.Effective) attls.Setting[string] {
	if e.ServerLabels.Known && len(e.ServerLabels.Value) > 0 {
		return attls.Setting[string]{From: e.ServerLabels.From, Statement: e.ServerLabels.Statement}
	}
	return e.Label
}

// complete says of the expectation what the estate file does not, and names the statement. Only what the policy itself says becomes
// an expectation of suites: the list of a release's defaults is not known for certain.
func complete(x *report.Expectation, e *attls.Effective, t taken) {
	if x.Expect != report.ExpectTLS && x.Expect != report.ExpectStartTLS {
		return
	}
	from := func(key, statement string, at report.Location) {
		text := statement
		if at.Line > 0 {
			text = fmt.Sprintf("%s:%d:%d, %s", at.File, at.Line, at.Column, statement)
		}
		text += " of rule " + t.rule.Name
		if t.Assumes != "" {
			text += ", taken to match: " + t.Assumes
		}
		x.Sources = append(x.Sources, report.Source{Key: key, From: text})
	}
	if len(x.Versions) == 0 && e.Versions.Known {
		x.Versions = e.Versions.Value
		from("versions", e.Versions.Statement, e.Versions.From)
	}
	if len(x.CipherSuites) == 0 && e.Suites.Known && !e.Suites.Default {
		x.CipherSuites = allowed(e, x.Versions)
		from("cipher_suites", e.Suites.Statement, e.Suites.From)
	}
	if x.ClientAuth == "" && e.ClientAuth() != "" {
		x.ClientAuth = e.ClientAuth()
		from("client_auth", e.Role.Statement, e.Role.From)
	}
	if x.Label == "" && x.ServedBy != "" && e.Label.Known && labelOf(e) != "" {
		x.Label = labelOf(e)
		from("label", labelFrom(e).Statement, labelFrom(e).From)
	}
}

// allowed are the policy's suites that some expected version can negotiate.
func allowed(e *attls.Effective, versions []cipher.Version) []cipher.ID {
	return slices.DeleteFunc(slices.Clone(e.Suites.Value), func(id cipher.ID) bool {
		return !slices.ContainsFunc(versions, func(v cipher.Version) bool { return cipher.Describe(id).Usable(v) })
	})
}
