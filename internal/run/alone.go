package run

import (
	"maps"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// ringMap is the work's rings by name.
func (w Work) ringMap() map[string]*certchain.Ring {
	rings := map[string]*certchain.Ring{}
	for _, r := range w.Rings {
		rings[r.Name] = r
	}
	return rings
}

// certificates are those that the work's rings hold.
func (w Work) certificates() judge.Certificates {
	known := judge.Certificates{}
	for _, r := range w.Rings {
		for _, e := range r.Entries {
			known[e.Certificate.SHA256] = e.Certificate
		}
	}
	return known
}

// profiled is what the work's profiles find about one endpoint. Of its rings only those that it names count.
func (w Work) profiled(e report.Endpoint, expected []report.Expectation, at time.Time) []report.Finding {
	if len(w.Profiles) == 0 {
		return nil
	}
	named := Work{}
	for _, r := range w.Rings {
		if slices.ContainsFunc(expected, func(x report.Expectation) bool { return x.ServedBy == r.Name || slices.Contains(x.TrustedBy, r.Name) }) {
			named.Rings = append(named.Rings, r)
		}
	}
	known := named.certificates()
	maps.Copy(known, e.Certificates)
	_, findings := profile.Judge(w.Profiles, profile.Input{Endpoints: []report.Endpoint{e}, Expectations: expected, Certificates: known,
		Keyrings: judge.Keyrings(named.Rings, nil), At: at})
	return findings
}

// begin tells what is known before the first dial.
func (s *Settings) begin(w Work) {
	if s.Begun == nil {
		return
	}
	rep := given(w)
	rep.Run, rep.Rules, rep.Certificates = circumstances(w, *s, nil), assess.IDs(), judge.List(w.certificates())
	rep.Plans, _ = judge.Plans(w.Targets)
	if s.Tool != nil {
		rep.Tool = s.Tool()
	}
	if w.Scope.Declared == 0 {
		rep.Run.Scope = report.Scope{Declared: len(w.Targets), Selected: len(w.Targets)}
	}
	s.Begun(rep)
}

// alone judges an endpoint by itself, as it will stand in the report.
func alone(e report.Endpoint, x report.Expectation, w Work, at time.Time, rings map[string]*certchain.Ring) (report.Endpoint, []report.Finding,
	[]report.Certificate) {
	var expected []report.Expectation
	if x.Endpoint != "" {
		expected = []report.Expectation{x}
	}
	joined := assess.Join([]report.Endpoint{e}, expected, rings, at)
	findings := assess.JudgeEndpoint(assess.Input{Endpoints: joined, Expectations: expected, Rings: rings, Profiled: w.profiled(joined[0], expected, at),
		Waivers: w.Waivers, At: at})
	sent := judge.List(joined[0].Certificates)
	judge.SlimEndpoint(&joined[0], evidence.StoreOf(sent))
	return joined[0], findings, sent
}
