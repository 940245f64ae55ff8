package run_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestProceed looks at one listener first: the others are dialled only when what it showed is good enough.
func TestProceed(t *testing.T) {
	first, rest := tlstest.Bad(t, badserver.TLS(good(t))), tlstest.Bad(t, badserver.TLS(good(t)))
	w := work(first.Addr())
	second := work(rest.Addr())
	second.Targets[0].ID, second.Expectations[0].Endpoint, second.Expectations[0].System = "SYSB/agent", "SYSB/agent", "SYSB"
	w.Targets, w.Expectations = append(second.Targets, w.Targets...), append(second.Expectations, w.Expectations...)
	for _, proceed := range []bool{true, false} {
		var done []string
		s := settings(t)
		s.ID, s.Previous = "0123456789abcdef", "sha256:"+fmt.Sprintf("%064d", 0)
		s.First = func(id string) bool { return id == "SYSA/agent" }
		s.Proceed = func(rep *report.Report) bool {
			assert.Equal(t, []string{"SYSA/agent 1/2"}, done)
			require.Len(t, rep.Endpoints, 1)
			assert.Equal(t, scan.StateTLS, rep.Endpoints[0].State)
			return proceed
		}
		s.Done = func(o scan.Observation, n, all int) { done = append(done, fmt.Sprintf("%s %d/%d", o.ID, n, all)) }
		rep, err := run.Do(context.Background(), w, s)
		require.Equal(t, []string{"SYSA/agent 1/2", "SYSB/agent 2/2"}, done)
		require.NoError(t, evidence.Verify(rep))
		replaytest.Agrees(t, rep, nil)
		assert.Equal(t, s.ID, rep.Run.ID)
		assert.Equal(t, s.Previous, rep.Run.PreviousDigest)
		assert.Equal(t, proceed, rep.Run.Complete)
		if proceed {
			require.NoError(t, err)
			assert.Equal(t, report.Pass, rep.Summary.Verdict)
			continue
		}
		require.ErrorIs(t, err, scan.ErrInterrupted)
		assert.Equal(t, scan.StateSkipped, rep.Endpoints[1].State)
		assert.Zero(t, rep.Endpoints[1].Cost.Connections)
		assert.Equal(t, report.Incomplete, rep.Summary.Verdict)
	}
}
