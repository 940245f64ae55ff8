package replay_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/demo"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// drifted is a report of a run with --baseline and --expect, and that baseline, which asked for more days of validity.
func drifted(t *testing.T) (doc []byte, baseline *report.Report) {
	t.Helper()
	e, err := demo.Start(t.TempDir(), time.Now())
	require.NoError(t, err)
	defer e.Close()
	text, err := scanned(e.File, nil)
	require.NoError(t, err)
	baseline, err = reportjson.Read(bytes.NewReader(text))
	require.NoError(t, err)
	for i := range baseline.Expectations {
		baseline.Expectations[i].MinDaysLeft++
	}
	require.NoError(t, evidence.Seal(baseline))
	told := func(kind, endpoint string, line int) report.Announcement {
		return report.Announcement{Kind: kind, Endpoint: endpoint, Reason: "planned", Location: &report.Location{File: "c.yaml", Line: line}}
	}
	announced := []report.Announcement{told(report.ExpectationChanged, "SYSB/*", 2), told(report.SuiteGone, "", 3), told(report.ExpectationChanged, "SYSA/web", 4)}
	doc, err = scanned(e.File, []string{"verify", "--baseline=before.json", "estate.yaml"}, func(s *run.Settings) {
		s.Drift = func(now *report.Report) *report.Drift { return diff.Since("before.json", baseline, now, announced) }
	})
	require.NoError(t, err)
	return doc, baseline
}

// Drift can be judged again with its baseline; without it the result says that it was not.
func TestDrift(t *testing.T) {
	text, baseline := drifted(t)
	with := replay.Beside{Baseline: baseline}
	result, err := replay.Check(text, with)
	require.NoError(t, err)
	assert.Empty(t, result.Differences)
	assert.Empty(t, result.Unchecked)

	result, err = replay.Check(text, replay.Beside{})
	require.NoError(t, err)
	assert.Empty(t, result.Differences)
	require.Len(t, result.Unchecked, 1)
	assert.Equal(t, "the drift", result.Unchecked[0].What)

	plain, err := demoReport()
	require.NoError(t, err)
	result, err = replay.Check(plain, with)
	require.NoError(t, err)
	require.Len(t, result.Unchecked, 1)
	assert.Contains(t, result.Unchecked[0].Why, "compared with none")

	for name, tt := range map[string]struct {
		where string
		forge func(doc, drift object)
	}{
		"a change is taken out": {"/drift/changes/-", func(d, drift object) {
			i := indexOf(drift["changes"], func(c object) bool { return c["expected"] == nil })
			gone := list(drift["changes"])[i].(object)
			drift["changes"] = without(drift["changes"], i)
			d["findings"] = without(d["findings"], indexOf(d["findings"], func(f object) bool { return f["endpoint"] == gone["endpoint"] && f["id"] == "DRIFT-EXPECTATION" }))
		}},
		"a change is moved":            {"/drift/changes/0/endpoint", func(_, drift object) { list(drift["changes"])[0].(object)["endpoint"] = "SYSA/other" }},
		"what the baseline was":        {"/drift/baseline/finished", func(_, drift object) { drift["baseline"].(object)["finished"] = "2020-01-01T00:00:00Z" }},
		"another baseline":             {"/drift/baseline/digest", func(_, drift object) { drift["baseline"].(object)["digest"] = "sha256:00" }},
		"the drift is taken out":       {"/run/arguments", func(d, _ object) { delete(d, "drift") }},
		"the digest of the run before": {"/run/previous_digest", func(d, _ object) { d["run"].(object)["previous_digest"] = "sha256:00" }},
	} {
		t.Run(name, func(t *testing.T) {
			doc := decode(t, text)
			tt.forge(doc, doc["drift"].(object))
			result, err := replay.Check(sealed(t, doc), with)
			require.NoError(t, err)
			var got []string
			for _, d := range result.Differences {
				got = append(got, d.Pointer)
			}
			assert.Contains(t, got, tt.where)
		})
	}
}

func indexOf(items any, is func(object) bool) int {
	for i, x := range list(items) {
		if is(x.(object)) {
			return i
		}
	}
	panic("no such item")
}
