package assess_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestLogged(t *testing.T) {
	exchange := func(question string, end scan.End, port uint16) scan.Exchange {
		return scan.Exchange{Question: question, End: end, SourcePort: port}
	}
	e := report.Endpoint{Observation: scan.Observation{ID: "SYSA/agent", State: scan.StateTLS, Evidence: []scan.Exchange{
		exchange("versions/TLSv1.3", scan.EndCut, 1),
		exchange("versions/SSLv2", scan.EndClose, 2),
		exchange("versions/TLSv1.0", scan.EndAlert(70), 3),
		exchange("versions/TLSv1.1", scan.EndReset, 4),
		exchange("suites/TLSv1.2/outside", scan.EndAlert(40), 5),
		exchange("suites/TLSv1.2/0", scan.EndTimeout, 6),
		{Question: "refused connection", Failure: &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindRefused}},
		{Question: "handshake", End: scan.EndCut, SourcePort: 7, Handshake: &scan.HandshakeResult{Completed: scan.Yes}},
	}}}
	x := report.Expectation{Endpoint: "SYSA/agent", Role: report.RoleCAEAgent, ZOSRelease: "3.1", Expect: report.ExpectTLS}
	got := assess.Join([]report.Endpoint{e}, []report.Expectation{x}, nil, now)[0].Logged
	counts := map[string]int{}
	ports := map[string][]uint16{}
	for _, m := range got {
		counts[m.ReturnCodes], ports[m.ReturnCodes] = m.Count, m.SourcePorts
	}
	assert.Equal(t, map[string]int{"406 or 420": 1, "429": 1, "412 or 402": 2, "402 or 412": 1, "5004": 1}, counts)
	assert.Equal(t, []uint16{3, 4}, ports["412 or 402"])

	for name, change := range map[string]func(){
		"not z/OS":                 func() { x.ZOSRelease = "" },
		"the CAE server, in Java":  func() { x.ZOSRelease, x.Role = "3.1", report.RoleCAEServerTLS },
		"clear text has no AT-TLS": func() { x.Role, e.State = report.RoleCAEAgent, scan.StateNonTLS },
	} {
		t.Run(name, func(t *testing.T) {
			was, state := x, e.State
			change()
			assert.Empty(t, assess.Join([]report.Endpoint{e}, []report.Expectation{x}, nil, now)[0].Logged)
			x, e.State = was, state
		})
	}
}
