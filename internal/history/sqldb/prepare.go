package sqldb

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// look is one endpoint of a report, made ready before the transaction begins.
type look struct {
	id       string // as the database has it
	endpoint *report.Endpoint
	fields   listenerFields
	plan     string // a hash of what was asked
	facts    string // a hash of what was found
	shown    shownKey
}

// prepare makes the endpoints of a report ready. What follows from each alone may be known already.
func (a *adding) prepare(follows []alone) error {
	expect := map[string]string{}
	for _, x := range a.rep.Expectations {
		expect[x.Endpoint] = x.Expect
	}
	ends := map[string]time.Time{}
	for _, c := range a.rep.Certificates {
		ends[c.SHA256] = c.NotAfter
	}
	plans := map[string]string{}
	for _, p := range a.rep.Plans {
		id := p.ID
		p.ID = ""
		sum, err := hashOf(p)
		if err != nil {
			return err
		}
		plans[id] = sum
	}
	seen := make(map[string]bool, len(a.rep.Endpoints))
	for i := range a.rep.Endpoints {
		e := &a.rep.Endpoints[i]
		l := &look{id: text(e.ID), endpoint: e, plan: plans[e.Plan]}
		if seen[l.id] { // portseal writes no such report
			return fmt.Errorf("endpoint %s: it is there twice", e.ID)
		}
		seen[l.id] = true
		if l.plan == "" {
			l.plan = a.rep.Run.Probes
		}
		var f alone
		if follows != nil {
			f = follows[i]
		} else {
			var err error
			if f, err = aloneOf(e); err != nil {
				return fmt.Errorf("endpoint %s: %w", e.ID, err)
			}
		}
		l.prepare(a.rep.Run.ID, expect[e.ID], ends, f)
		a.endpoints = append(a.endpoints, l)
	}
	return nil
}

func (l *look) prepare(run, expect string, ends map[string]time.Time, f alone) {
	e := l.endpoint
	l.fields = listenerFields{system: text(e.System), listener: text(e.Listener), role: text(e.Role), expect: text(expect), state: e.State, failures: f.failures}
	for _, p := range e.Presented {
		if end, known := ends[p.Leaf]; known && (l.fields.notAfter == 0 || micros(end) < l.fields.notAfter) {
			l.fields.notAfter = micros(end)
		}
	}
	l.facts, l.shown = f.facts, shownKey{text(run), f.sum}
	if e.Confirmed != nil {
		l.shown.run = text(e.Confirmed.Run)
	}
}

// alone is what follows from an endpoint alone, whatever else its report says and by what it is confirmed.
type alone struct {
	failures string // JSON
	facts    string // a hash of what was found
	sum      string // a hash of docOf
}

func aloneOf(e *report.Endpoint) (alone, error) {
	failed := map[string]int{}
	for _, x := range e.Evidence {
		if x.Failure != nil {
			failed[string(x.Failure.Stage)+"/"+string(x.Failure.Kind)]++
		}
	}
	if len(failed) == 0 && e.Failure != nil { // it failed before any question was put
		failed[string(e.Failure.Stage)+"/"+string(e.Failure.Kind)]++
	}
	failures, err := json.Marshal(failed) // its keys are sorted
	if err != nil {
		return alone{}, err
	}
	facts, err := hashOf(factsOf(e))
	if err != nil {
		return alone{}, err
	}
	doc, err := docOf(e)
	sum := sha256.Sum256(doc)
	return alone{string(failures), facts, string(sum[:])}, err
}

// docOf is an endpoint's JSON, without what it is confirmed by: its look is that of another run.
func docOf(e *report.Endpoint) ([]byte, error) {
	shown := *e
	shown.Confirmed = nil
	return reportjson.Line(shown)
}

// hashOf is the beginning of the SHA-256 of a value's JSON, in hex: it tells apart what one listener showed, and nothing more.
func hashOf(v any) (string, error) {
	doc, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:12]), nil
}

// factsOf is what an endpoint shows, without how it was found out: of two looks that ask the same, it is the same where nothing changed.
func factsOf(e *report.Endpoint) any {
	type failure struct {
		Stage scan.Stage
		Kind  scan.FailureKind
	}
	facts := struct {
		Target     scan.ObservedTarget
		State      scan.State
		NonTLS     string
		Failure    *failure
		Protocols  []scan.Protocol
		Groups     []scan.GroupFact
		DH         []scan.DHParameters
		Presented  []scan.Presented
		ClientAuth *scan.ClientAuth
		StartUps   []scan.StartUp
		Features   []scan.Feature `json:",omitempty"` // absent in facts that an older program digested
	}{Target: e.Target, State: e.State, Groups: e.Groups}
	if e.NonTLS != nil {
		facts.NonTLS = e.NonTLS.Kind
	}
	if e.Failure != nil {
		facts.Failure = &failure{e.Failure.Stage, e.Failure.Kind}
	}
	for _, p := range e.Protocols {
		p.Evidence = nil
		if p.Refused != nil {
			p.Refused = &scan.Refusal{Count: p.Refused.Count}
		}
		facts.Protocols = append(facts.Protocols, p)
	}
	for _, d := range e.DH {
		d.Evidence = ""
		facts.DH = append(facts.DH, d)
	}
	for _, p := range e.Presented {
		p.Evidence = nil
		facts.Presented = append(facts.Presented, p)
	}
	if c := e.ClientAuth; c != nil {
		facts.ClientAuth = &scan.ClientAuth{Requested: c.Requested, Required: c.Required, Authorities: c.Authorities}
	}
	for _, s := range e.StartUps {
		s.Evidence = nil
		facts.StartUps = append(facts.StartUps, s)
	}
	for _, f := range e.Features {
		f.Evidence = nil
		facts.Features = append(facts.Features, f)
	}
	return facts
}
