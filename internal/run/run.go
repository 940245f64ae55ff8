package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/internal/revocation/online"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Settings is how a run is made and judged.
type Settings struct {
	Runner   scan.Runner
	FailOn   report.Severity
	At       time.Time // judge as of then; zero is the start of the run
	Depth    scan.Depth
	Clients  []string           // names of the Handshaker's client certificates
	Probes   string             // as the user named them, for the report
	Tool     func() report.Tool // called when the scan is done; nil leaves the tool out
	Operator string

	// Revocation asks whether the presented certificates are revoked, when all were looked at; nil asks nobody.
	Revocation *online.Asker

	Arguments []string
	Known     map[string]scan.Observation             // by target id: made before, by a run that was interrupted; not dialled again
	Phase     *report.Phase                           // the step of the change night to judge: its name and system; may be nil
	Baseline  *report.Report                          // what the step backout is compared with
	Drift     func(rep *report.Report) *report.Drift  // compares the judged report with a baseline; may be nil
	Done      func(o scan.Observation, done, all int) // called for each target that is done, one at a time; may be nil
	ID        string                                  // of the run; empty: one that is made up
	Previous  string                                  // the digest of the report that this one is compared with afterwards; empty for none

	// First picks targets that are looked at before all others; Proceed is then shown a report of those alone, not complete, and says whether the
	// others may be dialled. Nil picks none.
	First   func(id string) bool
	Proceed func(rep *report.Report) bool

	// Confirm is shown each endpoint that was just looked at, before it is judged, and returns it, or an earlier look in its place that
	// says that this one showed the same (report.Confirmed). Nil leaves all as they are.
	Confirm func(e report.Endpoint) report.Endpoint

	// Begun is told what is known before the first dial, and Judged of each endpoint when it is done, one at a time: the endpoint with its
	// answers of key rings, the findings that it has by itself, and its certificates. An endpoint that is looked at again is told again.
	// What only the whole run shows is in the report alone. Both may be nil.
	Begun  func(rep *report.Report)
	Judged func(e report.Endpoint, findings []report.Finding, certificates []report.Certificate)

	started time.Time
	rounds  int // of a watch: how often failing endpoints were looked at again
	spent   int // connections of observations that were replaced by later ones
	revoked []report.RevocationCheck
}

// Work is what a run looks at and judges by.
type Work struct {
	Estate       string // empty for an ad hoc scan
	Targets      []scan.Target
	Expectations []report.Expectation
	Rings        []*certchain.Ring
	PrivateKeys  []assess.RingProblem
	Waivers      []report.Waiver
	Inputs       []report.Input
	QueryMonitor []report.QueryMonitor
	Installed    []report.Installed
	Stacks       []report.Stack
	MaxInputAge  time.Duration    // of inputs from z/OS; 0 asks for nothing
	Policies     kept.Set         // AT-TLS policy files
	Profiles     []report.Profile // that judge the run: see UseProfiles
	Intrusive    bool             // see Intrude
	Scope        report.Scope
}

// FromEstate makes the work of a compiled estate.
func FromEstate(c *expect.Compiled) Work {
	w := Work{Estate: c.Estate, Rings: c.Rings, Waivers: c.Waivers, Inputs: c.Inputs, QueryMonitor: c.QueryMonitor, Installed: c.Installed, Stacks: c.Stacks,
		MaxInputAge: c.MaxInputAge, Policies: c.Policies, Scope: c.Scope}
	for _, e := range c.Endpoints {
		w.Targets = append(w.Targets, e.Target)
		w.Expectations = append(w.Expectations, e.Expectation)
	}
	for _, p := range c.RingProblems {
		if p.Kind == string(keyring.PrivateKey) {
			w.PrivateKeys = append(w.PrivateKeys, assess.RingProblem{Keyring: p.Keyring, Location: p.Location, Detail: p.Detail})
		}
	}
	return w
}

// Do makes the run. When ctx ends first the report holds what was found until then, says that it is not complete, and the error
// is scan.ErrInterrupted.
func Do(ctx context.Context, w Work, s Settings) (*report.Report, error) {
	s.start()
	s.begin(w)
	endpoints, err := inTurn(ctx, w, s)
	if err != nil && !errors.Is(err, scan.ErrInterrupted) {
		return nil, err
	}
	if s.revocation(ctx, w, endpoints) && err == nil {
		err = scan.ErrInterrupted
	}
	rep, sealErr := assemble(w, s, endpoints, err == nil)
	if sealErr != nil {
		return nil, sealErr
	}
	return rep, err
}

// Asker asks about revocation as a Runner asks listeners: from the same address, through the same proxy.
func Asker(r scan.Runner) *online.Asker {
	a := &online.Asker{Source: r.Source, Timeout: r.Timeout}
	if r.Proxy != nil {
		a.Proxy = r.Proxy.URL()
	}
	return a
}

// revocation asks about the certificates that endpoints present, and says whether that was interrupted.
func (s *Settings) revocation(ctx context.Context, w Work, endpoints []report.Endpoint) (interrupted bool) {
	if s.Revocation == nil {
		return false
	}
	s.revoked = s.Revocation.Ask(ctx, revocation.Questions(endpoints, judge.Known(endpoints, w.Rings)))
	return ctx.Err() != nil
}

// start notes when the run began.
func (s *Settings) start() {
	s.started = time.Now().UTC()
	if s.ID == "" {
		s.ID = NewID()
	}
	if s.At.IsZero() {
		s.At = s.started
	}
}

// Present lets the targets' listeners be shown client certificates, by the names that the Runner's Handshaker knows them by.
func (w *Work) Present(names []string) {
	for i := range w.Targets {
		w.Targets[i].Plan.ClientCertificates = names
	}
}

// Intrude lets the targets of depth Deep be asked all about vulnerabilities, those that are otherwise spared too.
func (w *Work) Intrude() {
	w.Intrusive = true
	for i := range w.Targets {
		w.Targets[i].Plan = plan.Intrusive(w.Targets[i].Plan)
	}
}

// look scans targets.
func look(ctx context.Context, w Work, targets []scan.Target, s Settings) ([]report.Endpoint, error) {
	names := map[string]report.Expectation{}
	for _, x := range w.Expectations {
		names[x.Endpoint] = x
	}
	rings := w.ringMap()
	_, plans := judge.Plans(w.Targets)
	var endpoints []report.Endpoint
	add := func(o scan.Observation, confirm func(report.Endpoint) report.Endpoint) {
		x := names[o.ID]
		e := report.Endpoint{Observation: o, System: x.System, Listener: x.Listener, Role: x.Role, Plan: plans[o.ID]}
		if confirm != nil {
			e = confirm(e)
		}
		endpoints = append(endpoints, e)
		if s.Judged != nil {
			s.Judged(alone(e, x, w, s.At, rings))
		}
	}
	var open []scan.Target
	for _, t := range targets {
		if o, ok := s.Known[t.ID]; ok {
			add(o, nil)
			continue
		}
		open = append(open, t)
	}
	runner := s.Runner
	err := runner.Run(ctx, open, func(o scan.Observation) {
		add(o, s.Confirm)
		if s.Done != nil {
			s.Done(o, len(endpoints), len(targets))
		}
	})
	if err != nil {
		return endpoints, fmt.Errorf("scan: %w", err)
	}
	return endpoints, nil
}

// Given is the part of a report that its files give: which targets there are, and what they are judged by, profiles too.
func Given(w Work) *report.Report {
	rep := given(w)
	rep.Profiles = w.Profiles
	for _, t := range w.Targets {
		rep.Endpoints = append(rep.Endpoints, report.Endpoint{Observation: scan.Observation{ID: t.ID, Target: t.Observed()}})
	}
	return rep
}

// given is what endpoints are judged by.
func given(w Work) *report.Report {
	rep := &report.Report{Schema: report.Schema, Waivers: w.Waivers, Expectations: w.Expectations, QueryMonitor: w.QueryMonitor,
		Installed: w.Installed, Stacks: w.Stacks, Policies: w.Policies.Report, Keyrings: judge.Keyrings(w.Rings, w.PrivateKeys),
		Run: report.Run{Estate: w.Estate, Inputs: w.Inputs, MaxInputAge: int64(w.MaxInputAge / time.Second), Scope: w.Scope}}
	asInputs(rep)
	return rep
}

// assemble judges what was seen and seals the report.
func assemble(w Work, s Settings, endpoints []report.Endpoint, complete bool) (*report.Report, error) {
	rep := given(w)
	if s.Tool != nil {
		rep.Tool = s.Tool()
	}
	rep.Endpoints = slices.Clone(endpoints)
	slices.SortFunc(rep.Endpoints, func(a, b report.Endpoint) int { return cmp.Compare(a.ID, b.ID) })
	rep.Run = circumstances(w, s, rep.Endpoints)
	rep.Run.Complete = complete
	rep.Revocation = s.revoked
	rep.Phase = s.Phase
	if err := judgeReport(rep, w, s); err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	judge.Slim(rep)
	if err := evidence.Seal(rep); err != nil {
		return nil, fmt.Errorf("seal the report: %w", err)
	}
	return rep, nil
}

// judgeReport embeds what the verdict depends on, and judges by that alone.
func judgeReport(rep *report.Report, w Work, s Settings) error {
	rep.Plans, _ = judge.Plans(w.Targets)
	rep.Profiles = w.Profiles
	return judge.Report(rep, judge.Beside{Certificates: w.certificates(), Policies: w.Policies, Baseline: s.Baseline, Drift: s.Drift})
}

// asInputs names the files of rings as the inputs name them, so that a report does not depend on the folder that it was made in.
func asInputs(rep *report.Report) {
	names := map[string]string{}
	for _, in := range rep.Run.Inputs {
		names[in.SHA256] = in.Path
	}
	for _, k := range rep.Keyrings {
		paths := map[string]string{}
		for i := range k.Files {
			f := &k.Files[i]
			if name := names[f.SHA256]; name != "" {
				paths[f.Path], f.Path = name, name
			}
		}
		for i := range k.Entries {
			if path := paths[k.Entries[i].Source]; path != "" {
				k.Entries[i].Source = path
			}
		}
	}
}

func circumstances(w Work, s Settings, endpoints []report.Endpoint) report.Run {
	r := report.Run{
		ID: s.ID, Started: s.started, Finished: time.Now().UTC(), JudgedAt: s.At, Operator: s.Operator, Vantage: s.Runner.Vantage,
		Arguments: s.Arguments, Probes: s.Probes, Intrusive: w.Intrusive, Revocation: s.Revocation != nil, Pace: s.Runner.Pace.Name, Estate: w.Estate, Inputs: w.Inputs,
		FailOn: assess.FailOnName(s.FailOn), MaxConnections: s.Runner.Pace.MaxConnections,
		Clock: report.Clock{Synchronised: clockSynchronised()}, Scope: w.Scope,
		PreviousDigest: s.Previous, Proxy: s.Runner.Through(),
		Rounds: s.rounds, EarlierConnections: s.spent, Resumed: len(s.Known), MaxInputAge: int64(w.MaxInputAge / time.Second),
	}
	if r.Scope.Declared == 0 {
		r.Scope = report.Scope{Declared: len(endpoints), Selected: len(endpoints)}
	}
	for _, e := range endpoints {
		if source := e.Look().Source; source != "" && !slices.Contains(r.SourceAddresses, source) {
			r.SourceAddresses = append(r.SourceAddresses, source)
		}
	}
	slices.Sort(r.SourceAddresses)
	return r
}

// NewID makes up the id of a run, which no other has.
func NewID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never returns an error
	return hex.EncodeToString(b[:])
}
