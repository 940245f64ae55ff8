package assess_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestClientAuthCandidates: each pattern of outcomes leaves exactly the types that could have made it.
func TestClientAuthCandidates(t *testing.T) {
	const a, r, x, u = scan.OutcomeAccepted, scan.OutcomeRefused, scan.OutcomeReset, scan.OutcomeUnknown
	for _, c := range []struct {
		none, foreign, expired, good scan.Outcome
		want                         []string
	}{
		{a, a, a, a, []string{"PassThru"}},
		{a, r, r, a, []string{"Full"}},
		{a, r, r, r, []string{"Full"}},
		{r, r, r, a, []string{"Required", "SAFCheck"}},
		{x, x, x, x, []string{"Required", "SAFCheck"}},
		{u, r, u, a, []string{"Full", "Required", "SAFCheck"}},
		{a, u, u, a, []string{"PassThru", "Full"}},
		{u, u, u, u, []string{"PassThru", "Full", "Required", "SAFCheck"}},
		{r, a, r, a, []string{}},
		{a, a, r, a, []string{}},
	} {
		e := report.Endpoint{Observation: scan.Observation{ID: "x", State: scan.StateTLS, ClientAuth: &scan.ClientAuth{Requested: scan.Yes,
			Outcomes: []scan.ClientOutcome{{Certificate: scan.ClientNone, Outcome: c.none}, {Certificate: scan.ClientForeign, Outcome: c.foreign},
				{Certificate: scan.ClientExpired, Outcome: c.expired}, {Certificate: scan.ClientGood, Outcome: c.good}}}}}
		got := assess.Join([]report.Endpoint{e}, nil, nil, now)[0].ClientAuthCandidates
		require.NotNil(t, got)
		assert.Equal(t, c.want, got.Types, "%v", c)
		assert.Contains(t, got.Note, "if AT-TLS")
		web := report.Expectation{Endpoint: "x", Role: report.RoleCAEWeb}
		assert.Nil(t, assess.Join([]report.Endpoint{e}, []report.Expectation{web}, nil, now)[0].ClientAuthCandidates, "Java does its own TLS")
		e.ClientAuth.Outcomes = nil
		assert.Nil(t, assess.Join([]report.Endpoint{e}, nil, nil, now)[0].ClientAuthCandidates)
	}
}
