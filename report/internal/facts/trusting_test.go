package facts

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestTrustingCountsRingsByTheirWorstAnswer(t *testing.T) {
	e := report.Endpoint{Observation: scan.Observation{ID: "S/l"}, Chains: []report.ChainVerdict{
		{Keyring: "both", Trusted: certchain.Yes}, {Keyring: "both", Trusted: certchain.Yes},
		{Keyring: "one", Trusted: certchain.Yes}, {Keyring: "one", Trusted: certchain.No}, {Keyring: "one", Trusted: certchain.Unknown},
		{Keyring: "open", Trusted: certchain.Yes}, {Keyring: "open"},
		{Keyring: "outside", Trusted: certchain.No},
	}}
	x := Of(&report.Report{Endpoints: []report.Endpoint{e}, Expectations: []report.Expectation{{Endpoint: "S/l", NotTrustedBy: []string{"outside"}}}})
	trusting, unknown, asked := x.Trusting(&e)
	assert.Equal(t, []int{1, 1, 3}, []int{trusting, unknown, asked})
	trusting, unknown, asked = Of(&report.Report{}).Trusting(&e)
	assert.Equal(t, []int{1, 1, 4}, []int{trusting, unknown, asked}, "nothing is expected")
}
