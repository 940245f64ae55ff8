package run_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/report"
)

// TestDrift compares a run with an earlier one: what changed is in the report, counts in its verdict, and the report names the earlier one.
func TestDrift(t *testing.T) {
	s := tlstest.Bad(t, badserver.TLS(good(t)))
	w := work(s.Addr())
	w.Expectations[0].Expect = report.ExpectAny
	base, err := run.Do(context.Background(), w, settings(t))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	for _, announced := range [][]report.Announcement{nil, {{Kind: report.StateChanged}}} {
		set := settings(t)
		set.Drift = func(rep *report.Report) *report.Drift {
			drift := diff.Compare(base, rep)
			diff.Expect(drift, announced, rep.Run.JudgedAt)
			return drift
		}
		rep, err := run.Do(context.Background(), w, set)
		require.NoError(t, err)
		require.NoError(t, evidence.Verify(rep))
		assert.Equal(t, base.Digest, rep.Run.PreviousDigest)
		require.Len(t, rep.Drift.Changes, 1)
		assert.Equal(t, report.StateChanged, rep.Drift.Changes[0].Kind)
		if announced != nil {
			assert.Empty(t, rep.Findings)
			assert.Equal(t, report.Pass, rep.Summary.Verdict)
			continue
		}
		require.Len(t, rep.Findings, 1)
		assert.Equal(t, "DRIFT-STATE", rep.Findings[0].ID)
		assert.Equal(t, "SYSA/agent", rep.Findings[0].Endpoint)
		assert.Equal(t, "as in the baseline: tls", rep.Findings[0].Expected)
		assert.Equal(t, "closed", rep.Findings[0].Observed)
		assert.Equal(t, report.Fail, rep.Summary.Verdict)
	}
}
