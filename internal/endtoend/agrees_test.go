package endtoend

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/report"
)

// TestAgrees has nothing to say where everything is as it is written.
func TestAgrees(t *testing.T) {
	c := newCertificates(t)
	p := ports{"WEB": cae(t, c.web, "TLSv1.2", "TLSv1.3"), "AGENT_TLS": cae(t, c.portal, "TLSv1.2", "TLSv1.3"), "AGENT_RC4": closed(t),
		"AGENT_1": attls(t, c.agent), "AGENT_2": attls(t, c.agent), "ISPF": attls(t, c.agent)}
	rings := c.files()
	rings["ring0.txt"] = listing("CQMCAESV", "Server", personal("CQMCAESV", "WEBSERVER", c.web, true), personal("CQMCAESV", "CAE_AGENT_PORTAL", c.portal, false),
		authority("Web Root", c.webRoot), authority("Corporate Root", c.root), authority("Issuing CA", c.issuing))
	rings["ring1.txt"] = listing("CQMCAE", "AgentIn", personal("CQMCAE", "CQM Agent", c.agent, true), authority("Corporate Root", c.root), authority("Issuing CA", c.issuing))
	rings["ring2.txt"] = listing("CQMCAE", "AgentOut", authority("Corporate Root", c.root))
	rings["ring3.txt"] = listing("CQMISPF", "IspfOut", authority("Corporate Root", c.root))
	rep := verify(t, estateIn(t, "agrees", p, rings), "local")
	assert.Equal(t, report.Pass, rep.Summary.Verdict)
	for _, f := range rep.Findings {
		assert.Equal(t, report.Info, f.Severity, "%+v", f)
	}
	for _, x := range rep.Expectations {
		if x.Role == report.RoleCAEAgent || x.Role == report.RoleCAEISPF {
			assert.Equal(t, "CQMCAE-IN@Rule", x.Policy.From(report.FromPeer)[0].Rule, x.Endpoint)
			assert.Equal(t, "CQM Agent", x.Label, x.Endpoint)
		}
	}
}
