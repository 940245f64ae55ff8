package expect

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/netstat"
	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// LocalVantage is the vantage of a run that says nothing else.
const LocalVantage = "local"

// Options is how an estate is to be looked at.
type Options struct {
	Vantage   string                                  // where the run is made from; empty is LocalVantage
	Resolve   func(host string) ([]netip.Addr, error) // called once for each name; the error may be a *scan.Failure
	IsLocal   func(netip.Addr) bool                   // whether an address is one of this machine's; nil knows of none
	Source    func(to netip.AddrPort) netip.Addr      // the address that a connection would come from; nil or invalid: not known
	Depth     scan.Depth                              // Quick or Deep; any other means Prove
	Systems   []string                                // globs of system names; none selects all
	Listeners []string                                // globs of SYSTEM/LISTENER; none selects all
	Profiles  map[string]string                       // the id of each profile, by the name that estate.Listener has for it
}

// Endpoint is one address and port with what it should show.
type Endpoint struct {
	Expectation report.Expectation
	Target      scan.Target
}

// RingProblem is something about a key ring's file that is worth a finding or a word.
type RingProblem struct {
	Keyring string // full name
	estate.Problem
}

// Notice is something of the estate file that this run does not use, said so that nothing is lost in silence.
type Notice struct {
	Location report.Location
	Message  string
}

// Compiled is an estate made ready for a run.
type Compiled struct {
	Estate       string
	Endpoints    []Endpoint        // sorted by id
	Rings        []*certchain.Ring // named RING or RING@SYSTEM
	RingProblems []RingProblem
	Waivers      []report.Waiver
	Inputs       []report.Input
	QueryMonitor []report.QueryMonitor
	Installed    []report.Installed
	Stacks       []report.Stack
	MaxInputAge  time.Duration
	Policies     kept.Set // the policy files, to be judged
	Notices      []Notice
	Scope        report.Scope
}

// Compile makes the endpoints of the selected listeners. The error says which selection matches nothing, or is no pattern.
func Compile(e *estate.Estate, opts Options) (*Compiled, error) {
	c := newCompiler(e, opts)
	selected, err := c.selectListeners()
	if err != nil {
		return nil, err
	}
	out := &Compiled{Estate: e.Name, Waivers: e.Waivers, Inputs: e.Inputs, MaxInputAge: e.MaxInputAge, Notices: notices(e)}
	for _, k := range e.Keyrings {
		out.Rings = append(out.Rings, k.Ring)
		for _, p := range k.Problems {
			out.RingProblems = append(out.RingProblems, RingProblem{k.FullName(), p})
		}
	}
	c.policy = c.policies()
	var systems []*estate.System // those with a listener in the run
	made := map[*estate.Listener][]Endpoint{}
	for _, s := range e.Systems {
		for _, l := range s.Listeners {
			if !selected[l] {
				out.Scope.Declared += len(l.Ports) * max(1, len(l.Addresses))
				continue
			}
			if !slices.Contains(systems, s) {
				systems = append(systems, s)
			}
			made[l] = c.endpoints(l)
			out.Endpoints = append(out.Endpoints, made[l]...)
		}
	}
	if out.Policies, err = policySources(systems); err != nil {
		return nil, err
	}
	out.Installed = installedOf(c.policy, systems)
	var notes []Notice
	out.Stacks, notes = stacks(systems)
	out.Notices = append(out.Notices, notes...)
	out.QueryMonitor, notes = c.queryMonitor(made)
	out.Notices = append(out.Notices, notes...)
	slices.SortFunc(out.Endpoints, func(a, b Endpoint) int { return cmp.Compare(a.Target.ID, b.Target.ID) })
	out.Scope.Selected = len(out.Endpoints)
	out.Scope.Declared += len(out.Endpoints)
	for _, one := range out.Endpoints {
		if one.Target.Skip != "" {
			out.Scope.Skipped = append(out.Scope.Skipped, report.Skipped{ID: one.Target.ID, Reason: one.Target.Skip})
		}
	}
	return out, nil
}

type compiler struct {
	estate   *estate.Estate
	opts     Options
	resolved map[string]resolution
	policy   map[*estate.System]*policy
	netstats map[*estate.System][]*netstat.Output // those that were asked for
}

func newCompiler(e *estate.Estate, opts Options) *compiler {
	opts.Vantage = cmp.Or(opts.Vantage, LocalVantage)
	return &compiler{estate: e, opts: opts, resolved: map[string]resolution{}, netstats: map[*estate.System][]*netstat.Output{}}
}

// endpoints makes one endpoint for each port and address.
func (c *compiler) endpoints(l *estate.Listener) []Endpoint {
	expectation := expectationOf(l)
	expectation.Profile = c.opts.Profiles[l.Profile]
	base := scan.Target{Host: l.Host, ServerName: l.SNI, StartTLS: l.StartTLS, Timeout: l.Timeout}
	addresses := []netip.Addr{{}}
	if base.Skip = c.skip(l); base.Skip == "" {
		found := c.addresses(l)
		base.Failure = found.failure
		if found.failure == nil {
			addresses = found.addresses
		}
	}
	var out []Endpoint
	for _, port := range l.Ports {
		for _, address := range addresses {
			one := Endpoint{expectation, base}
			one.Expectation.Sources = slices.Clip(expectation.Sources)
			one.Target.ID = l.System.Name + "/" + l.Name
			if len(l.Ports) > 1 {
				one.Target.ID += fmt.Sprintf(":%d", port)
			}
			if len(addresses) > 1 {
				one.Target.ID += "@" + address.String()
			}
			one.Target.Port, one.Target.Address = port, address
			if one.Target.Host == "" {
				one.Target.Host = address.String()
			}
			one.Expectation.Endpoint = one.Target.ID
			one.Target.Plan = plan.Of(one.Expectation, c.opts.Depth)
			if p := c.policy[l.System]; p != nil && p.Policy != nil && !serversOwn(l) {
				c.apply(p, l, &one)
			}
			out = append(out, one)
		}
	}
	return out
}

type resolution struct {
	addresses []netip.Addr
	failure   *scan.Failure
}

func (c *compiler) addresses(l *estate.Listener) resolution {
	if len(l.Addresses) > 0 {
		return resolution{addresses: l.Addresses}
	}
	return c.resolve(l.Host)
}

// resolve returns the addresses of a host, sorted and each once.
func (c *compiler) resolve(host string) resolution {
	if a, err := netip.ParseAddr(host); err == nil {
		return resolution{addresses: []netip.Addr{a.Unmap()}}
	}
	if known, ok := c.resolved[host]; ok {
		return known
	}
	var r resolution
	var err error
	if c.opts.Resolve == nil {
		err = errors.New("this run resolves no names")
	} else {
		r.addresses, err = c.opts.Resolve(host)
	}
	for i, a := range r.addresses {
		r.addresses[i] = a.Unmap()
	}
	slices.SortFunc(r.addresses, netip.Addr.Compare)
	r.addresses = slices.Compact(r.addresses)
	if err == nil && len(r.addresses) == 0 {
		err = errors.New("the name has no address")
	}
	if err != nil {
		r = resolution{failure: resolveFailure(host, err)}
	}
	c.resolved[host] = r
	return r
}

// resolveFailure keeps what the resolver says about the kind of failure.
func resolveFailure(host string, err error) *scan.Failure {
	var failure *scan.Failure
	if errors.As(err, &failure) {
		return failure
	}
	kind := scan.KindProtocol
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		kind = scan.KindTimeout
	}
	return &scan.Failure{Stage: scan.StageResolve, Kind: kind, Message: fmt.Sprintf("%s does not resolve: %v", host, err)}
}
