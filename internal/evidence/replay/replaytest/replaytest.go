// Package replaytest lets tests check the reports that they make, as 'portseal report check' would.
package replaytest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// Agrees wants the report, as it would be stored, to agree with its evidence. A step that was compared with a baseline needs that.
func Agrees(t testing.TB, rep, baseline *report.Report) {
	t.Helper()
	var doc bytes.Buffer
	require.NoError(t, reportjson.Write(&doc, rep))
	result, err := replay.Check(doc.Bytes(), replay.Beside{Baseline: baseline})
	require.NoError(t, err)
	require.Empty(t, result.Differences)
	require.Empty(t, result.Unchecked)
}
