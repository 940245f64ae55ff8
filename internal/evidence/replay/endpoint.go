package replay

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
)

// looker looks at the endpoints of a report again.
type looker struct {
	rep     *report.Report
	store   evidence.Store
	stages  func(scan.Plan) scan.Stages
	plans   map[string]scan.Plan
	skipped map[string]string // why an endpoint was not to be dialled, by id
	expect  map[string]*report.Expectation
	common  scan.Common

	profiles []report.Profile // that the plans were made for
	shaped   bool             // whether those are known

	verified atomic.Int64 // signatures
}

func newLooker(rep *report.Report, store evidence.Store, d *differ) *looker {
	l := &looker{rep: rep, store: store, plans: map[string]scan.Plan{}, skipped: map[string]string{}, expect: map[string]*report.Expectation{}}
	stages, err := probes.Stages(chosen(rep.Run.Probes))
	if err != nil {
		d.add("/run/probes", shown(rep.Run.Probes), err.Error())
		stages, _ = probes.Stages(nil)
	}
	l.stages = stages
	for i, p := range rep.Plans {
		asked, err := judge.PlanOf(p)
		if err != nil {
			d.add(fmt.Sprintf("/plans/%d/depth", i), shown(p.Depth), err.Error())
		}
		l.plans[p.ID] = asked
	}
	for _, s := range rep.Run.Scope.Skipped {
		l.skipped[s.ID] = s.Reason
	}
	for i := range rep.Expectations {
		l.expect[rep.Expectations[i].Endpoint] = &rep.Expectations[i]
	}
	return l
}

// chosen are the names of the probes that a run was to use; none for those of a depth.
func chosen(words string) []string {
	switch words {
	case "", "quick", "standard", "deep":
		return nil
	}
	return strings.Split(words, ",")
}

// look derives an endpoint again from what the report says came back.
func (l *looker) look(i int, d *differ) report.Endpoint {
	stored := &l.rep.Endpoints[i]
	at := fmt.Sprintf("/endpoints/%d", i)
	exchanges, err := evidence.Restore(stored.Evidence, l.store)
	if err != nil {
		d.add(at+"/evidence", "exchanges", err.Error())
	}
	asked, ok := l.plans[stored.Plan]
	never := stored.Plan == "" && stored.State == scan.StateSkipped && !l.rep.Run.Complete // lines that end before it: see internal/stored
	if !ok && !never {
		d.add(at+"/plan", shown(stored.Plan), "none of the report's plans")
	}
	l.planned(stored, asked, d)
	target := l.target(stored, asked, d, at)
	rec := scan.Recorded{Exchanges: unopened(exchanges), Stopped: stoppedBy(stored.NotTested),
		Over: target.Skip == "" && target.Failure == nil && len(exchanges) == 0 && stoppedBy(stored.NotTested) == "" && !l.rep.Run.Complete}
	o, deviations := scan.Replay(l.stages(asked), target, rec, Agrees(target), &l.common)
	for _, x := range deviations {
		pointer := fmt.Sprintf("%s/evidence/%d", at, x.Exchange)
		if x.Exchange >= len(exchanges) {
			pointer = at + "/evidence/-"
		}
		if x.Key != "" {
			pointer += "/" + x.Key
		}
		d.add(pointer, cut(x.Stored), cut(x.Derived))
	}
	o.Started, o.Finished, o.Vantage, o.Source, o.Cost = stored.Started, stored.Finished, l.rep.Run.Vantage, stored.Source, stored.Cost
	o.Evidence = named(o.Evidence)
	out := report.Endpoint{Observation: o, Plan: stored.Plan, Confirmed: stored.Confirmed}
	l.verified.Add(int64(d.signatures(&out, at)))
	if x := l.expect[stored.ID]; x != nil {
		if x.StartTLS != stored.Target.StartTLS {
			d.add(at+"/target/starttls", shown(stored.Target.StartTLS), shown(x.StartTLS))
		}
		out.System, out.Listener, out.Role = x.System, x.Listener, x.Role
	}
	return out
}

// planned compares a plan with what the expectation and --probes ask for. Which suites an expectation without any leaves to good
// practice is the table's, which grows; but no suite that is always judged is among them.
func (l *looker) planned(e *report.Endpoint, have scan.Plan, d *differ) {
	if !l.shaped {
		return
	}
	depth := probes.Depth(l.rep.Run.Probes)
	x := l.expect[e.ID]
	want := plan.AdHoc(depth)
	want.DetectStartUp = x == nil && have.DetectStartUp // as a target's start-up, it is the command line's
	if x != nil {
		want = plan.Of(*x, depth)
		if len(x.CipherSuites) == 0 && !slices.ContainsFunc(have.Suites, func(id cipher.ID) bool { return !plan.Good(id) }) {
			want.Suites = have.Suites
		}
	}
	want = profile.Widen(want, x, profile.Of(l.profiles, x))
	if l.rep.Run.Intrusive {
		want = plan.Intrusive(want)
	}
	want.ClientCertificates = have.ClientCertificates
	if i := slices.IndexFunc(l.rep.Plans, func(p report.Plan) bool { return p.ID == e.Plan }); i >= 0 && !reflect.DeepEqual(have, want) {
		d.add(fmt.Sprintf("/plans/%d", i), cut(shown(have)), cut(shown(want)))
	}
}

// target is what was dialled.
func (l *looker) target(e *report.Endpoint, asked scan.Plan, d *differ, at string) scan.Target {
	t := scan.Target{ID: e.ID, Host: e.Target.Host, Port: e.Target.Port, ServerName: e.Target.SNI, StartTLS: e.Target.StartTLS, Plan: asked,
		Skip: l.skipped[e.ID]}
	if e.Target.Address != "" {
		address, err := netip.ParseAddr(e.Target.Address)
		if err != nil {
			d.add(at+"/target/address", shown(e.Target.Address), "an IP address: "+err.Error())
		}
		t.Address = address
	}
	if f := e.Failure; t.Skip == "" && f != nil && f.Stage == scan.StageResolve {
		t.Failure = f
	}
	return t
}

// stoppedBy is why no more was asked, as the observation itself says.
func stoppedBy(questions []scan.NotTested) string {
	i := slices.IndexFunc(questions, func(n scan.NotTested) bool { return n.Question == scan.TheRest })
	if i < 0 {
		return ""
	}
	return questions[i].Why
}

// unopened leaves out the secrets of hellos, which follow from their questions: only those of complete handshakes are given.
func unopened(exchanges []scan.Exchange) []scan.Exchange {
	out := slices.Clone(exchanges)
	for i := range out {
		if out[i].Handshake == nil {
			out[i].Secret = nil
		}
	}
	return out
}

// named gives the exchanges the ids that they have by their order.
func named(exchanges []scan.Exchange) []scan.Exchange {
	out := slices.Clone(exchanges)
	for i := range out {
		out[i].ID = scan.Name(i)
	}
	return out
}
