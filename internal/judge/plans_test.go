package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestPlansStandOnceAndComeBack(t *testing.T) {
	prove := scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv13}, Suites: []cipher.ID{}, Required: []cipher.ID{0x1302}, Groups: true}
	rep := &report.Report{}
	for _, id := range []string{"a", "b", "c", "d"} {
		e := report.Endpoint{}
		e.ID = id
		rep.Endpoints = append(rep.Endpoints, e)
	}
	require.NoError(t, judge.SetPlans(rep, map[string]scan.Plan{"a": prove, "b": {}, "c": prove}))
	require.Len(t, rep.Plans, 2)
	assert.Equal(t, []string{"p1", "p2", "p1", ""}, []string{rep.Endpoints[0].Plan, rep.Endpoints[1].Plan, rep.Endpoints[2].Plan, rep.Endpoints[3].Plan})
	for i, want := range []scan.Plan{prove, {}} {
		got, err := judge.PlanOf(rep.Plans[i])
		require.NoError(t, err)
		assert.Equal(t, want, got, "no suites and all suites are two things")
	}
	_, err := judge.PlanOf(report.Plan{ID: "p9", Depth: "deeper"})
	require.ErrorContains(t, err, `plan p9: depth is "deeper"`)
}
