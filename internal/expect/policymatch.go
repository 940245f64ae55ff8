package expect

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/plan"
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
	view := &report.Policy{Files: p.files, ZOSRelease: string(p.release), Installs: p.installs(), Listed: p.listed()}
	local := netip.AddrPortFrom(one.Target.Address, one.Target.Port)
	job := c.jobOf(l, local, &one.Expectation)
	vantage := p.inbound(job, report.FromVantage, local, c.source(local))
	all := []taken{vantage}
	var peers []taken
	for _, peer := range c.peersOf(l) {
		to := local
		if peer.IsLoopback() {
			to = netip.AddrPortFrom(peer, local.Port())
		}
		peers = append(peers, p.inbound(job, report.FromPeer, to, peer))
	}
	all = append(all, peers...)
	if c.onSystem(l.System) && one.Target.Skip == "" {
		all = append(all, p.outbound(local, c.source(local)))
	}
	for _, t := range all {
		view.Matches = append(view.Matches, t.PolicyMatch)
	}
	p.excluded(view.Matches, vantage.rule, local)
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
	one.Target.Plan = plan.Of(one.Expectation, c.opts.Depth)
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

// jobOf is the job whose socket a listener is: as the estate file says, else as NETSTAT shows, which the expectation then says.
func (c *compiler) jobOf(l *estate.Listener, local netip.AddrPort, x *report.Expectation) string {
	if l.Jobname != "" {
		return l.Jobname
	}
	job, shown := c.listening(l.System, local)
	if job != "" {
		x.Jobname = job
		x.Sources = append(x.Sources, report.Source{Key: "jobname", From: fmt.Sprintf("%s:%d:%d, the job that NETSTAT shows listening",
			shown.File, shown.Line, shown.Column)})
	}
	return job
}

// inbound finds the rule of a connection that a job's socket accepts.
func (p *policy) inbound(job, from string, local netip.AddrPort, client netip.Addr) taken {
	return p.take(from, client, attls.Connection{Direction: attls.Inbound, Local: local, Remote: netip.AddrPortFrom(client, 0), Job: job})
}

// outbound finds the rule of the scanner's own connection, when it runs on the system: a rule that takes it wraps its TLS in TLS.
func (p *policy) outbound(to netip.AddrPort, from netip.Addr) taken {
	return p.take(report.FromScanner, from, attls.Connection{Direction: attls.Outbound, Local: netip.AddrPortFrom(from, 0), Remote: to})
}

// take matches a connection. A job or user that nobody said is taken to be the one that a rule for this very connection wants: the
// report says so.
func (p *policy) take(from string, client netip.Addr, conn attls.Connection) taken {
	covered := p.rules.Coverage([]attls.Connection{conn})[0]
	t := taken{PolicyMatch: report.PolicyMatch{From: from, ClearText: covered.ClearText, Why: covered.Why}, rule: covered.Match.Rule}
	if client.IsValid() {
		t.Address = client.String()
	}
	if u := presumed(covered.Match.Unsaid); u != nil && from != report.FromScanner {
		t.rule, t.Assumes = u.Rule, strings.Join(u.Wants, ", ")
		conn.Job, conn.User = concrete(u.Rule.Jobname), concrete(u.Rule.Userid)
		again := p.rules.Coverage([]attls.Connection{conn})[0]
		t.ClearText, t.Why = again.ClearText, again.Why
		if again.Match.Rule != nil {
			t.rule = again.Match.Rule
		}
	}
	if t.Assumes == "" && covered.ClearText == scan.Unknown {
		p.asInFiles(&t, covered.Match, conn)
	}
	t.name()
	return t
}

// name says which rule it is, and where.
func (t *taken) name() {
	if t.rule != nil {
		t.Rule, t.Location = t.rule.Name, at(t.rule.At)
	}
}

// asInFiles decides by the policy files between rules that a listing leaves open: of a group of ports or addresses pasearch shows the ends
// alone, and the file has all of it. The report says so.
func (p *policy) asInFiles(t *taken, open attls.Match, conn attls.Connection) {
	if !p.listed() || p.source == nil {
		return
	}
	m := p.source.Coverage([]attls.Connection{conn})[0].Match
	want, certain := m.Rule, m.Certain()
	if u := presumed(m.Unsaid); u != nil && t.From != report.FromScanner {
		want, certain = u.Rule, true
	}
	if !certain || want == nil {
		return
	}
	for _, u := range open.Unsaid {
		if u.Rule.Name == want.Name {
			var wants []string
			for _, w := range u.Wants {
				if keyword, _, _ := strings.Cut(w, " "); !aboutJob(w) {
					w = fmt.Sprintf("%s as in %s:%d", keyword, want.At.File, want.At.Line)
				}
				wants = append(wants, w)
			}
			t.rule, t.Assumes = u.Rule, strings.Join(wants, ", ")
			t.ClearText, t.Why = p.ClearText(attls.Match{Rule: u.Rule})
			return
		}
	}
}

// presumed is the first rule that only a job or user that was not said keeps from being the answer.
func presumed(open []attls.Undecided) *attls.Undecided {
	for i, u := range open {
		if !u.Possible && !slices.ContainsFunc(u.Wants, func(w string) bool { return !aboutJob(w) }) {
			return &open[i]
		}
	}
	return nil
}

// aboutJob says whether a condition is one on the job or user.
func aboutJob(want string) bool {
	return strings.HasPrefix(want, "Jobname ") || strings.HasPrefix(want, "Userid ")
}

// concrete is a name that a pattern takes.
func concrete(pattern string) string { return strings.TrimSuffix(pattern, "*") }
