package run

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
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

// begin tells what is known before the first dial.
func (s *Settings) begin(w Work) {
	if s.Begun == nil {
		return
	}
	rep := &report.Report{Schema: report.Schema, Run: circumstances(w, *s, nil), Waivers: w.Waivers, Expectations: w.Expectations,
		QueryMonitor: w.QueryMonitor, Installed: w.Installed, Stacks: w.Stacks, Rules: assess.IDs(),
		Keyrings: keyrings(w.Rings), Certificates: certificates(nil, w.Rings)}
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
	findings := assess.JudgeEndpoint(assess.Input{Endpoints: joined, Expectations: expected, Rings: rings, Waivers: w.Waivers, At: at})
	sent := certificates(joined, nil)
	evidence.Slim(&joined[0], findCertificates, evidence.StoreOf(sent))
	return joined[0], findings, sent
}
