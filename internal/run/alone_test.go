package run_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/jsonl"
)

// What a run tells of each endpoint as it is done is what its report says in the end.
func TestJudgedAsItGoesOn(t *testing.T) {
	first, second := tlstest.Bad(t, badserver.TLS(good(t))), tlstest.Bad(t, badserver.Opaque(1))
	w := work(first.Addr())
	other := work(second.Addr())
	other.Targets[0].ID, other.Expectations[0].Endpoint = "SYSB/agent", "SYSB/agent"
	w.Targets = append(w.Targets, other.Targets...)
	w.Expectations = append(w.Expectations, other.Expectations...)
	w.Waivers = []report.Waiver{{Finding: "TLS-NOT-SPOKEN", Listener: "SYSB/*", Until: "2999-01-01", Reason: "known"},
		{Finding: "CERT-EXPIRED", Listener: "SYSA/*", Until: "2999-01-01", Reason: "not needed"}}

	var out bytes.Buffer
	var stream *jsonl.Stream
	s := settings(t)
	s.Begun = func(rep *report.Report) { stream = jsonl.Begin(&out, rep) }
	var ids []string
	s.Judged = func(e report.Endpoint, findings []report.Finding, certificates []report.Certificate) {
		ids = append(ids, e.ID)
		require.NoError(t, stream.Endpoint(e, findings, certificates))
		if e.ID == "SYSB/agent" {
			require.Len(t, findings, 1)
			assert.Equal(t, "TLS-NOT-SPOKEN", findings[0].ID)
			assert.NotNil(t, findings[0].Waived, "waivers hold")
		}
	}
	rep, err := run.Do(context.Background(), w, s)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"SYSA/agent", "SYSB/agent"}, ids)
	before := strings.Count(out.String(), "\n")
	require.NoError(t, stream.End(rep))
	assert.Equal(t, before+1, strings.Count(out.String(), "\n"), "no endpoint had to be told again: only the end was missing")

	stored, err := jsonl.Read(&out)
	require.NoError(t, err)
	assert.True(t, stored.Whole)
	require.NoError(t, evidence.VerifyJSON(stored.Document))
}
