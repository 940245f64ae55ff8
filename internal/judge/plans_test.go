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
	none := scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv13}, Suites: []cipher.ID{}, Required: []cipher.ID{0x1302}, Groups: true}
	all := none
	all.Suites = nil
	plans, whose := judge.Plans([]scan.Target{{ID: "a", Plan: none}, {ID: "b", Plan: all}, {ID: "c", Plan: none}})
	require.Len(t, plans, 2)
	assert.Equal(t, map[string]string{"a": "p1", "b": "p2", "c": "p1"}, whose)
	for i, want := range []scan.Plan{none, all} {
		got, err := judge.PlanOf(plans[i])
		require.NoError(t, err)
		assert.Equal(t, want, got, "no suites and all suites are two things")
	}
	_, err := judge.PlanOf(report.Plan{ID: "p9", Depth: "deeper"})
	require.ErrorContains(t, err, `plan p9: depth is "deeper"`)
}
