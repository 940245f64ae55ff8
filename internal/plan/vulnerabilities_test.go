package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Query Monitor's listeners are never asked about vulnerabilities unless a user says so; no plan but a deep one asks at all.
func TestVulnerabilitiesSpareQueryMonitor(t *testing.T) {
	for role, asked := range map[string]bool{"": true, report.RoleGeneric: true, report.RoleCAEWeb: false, report.RoleCAEServerTLS: false,
		report.RoleCAEAgent: false, report.RoleCAEISPF: false, report.RoleCAEServerRC4: false} {
		for _, depth := range []scan.Depth{scan.Standard, scan.Quick, scan.Deep} {
			p := plan.Of(report.Expectation{Role: role, Expect: report.ExpectTLS}, depth)
			assert.Equal(t, asked && depth == scan.Deep, p.Vulnerabilities, "%q %v", role, depth)
			deep := depth == scan.Deep && role != report.RoleCAEServerRC4
			assert.Equal(t, deep, plan.Intrusive(p).Vulnerabilities, "%q %v", role, depth)
			assert.Equal(t, deep, plan.Intrusive(p).Intrusive, "%q %v", role, depth)
			assert.False(t, p.Intrusive, "%q %v", role, depth)
		}
	}
	assert.False(t, plan.Of(report.Expectation{Expect: report.ExpectLegacyRC4}, scan.Deep).Vulnerabilities)
	assert.True(t, plan.AdHoc(scan.Deep).Vulnerabilities)
	assert.False(t, plan.AdHoc(scan.Standard).Vulnerabilities)
}
