package replay_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// many is the demo's report with its first TLS listener so many times over, under other ids: an estate of one system.
func many(b *testing.B, n int) []byte {
	b.Helper()
	doc, err := demoReport()
	require.NoError(b, err)
	var out object
	require.NoError(b, json.Unmarshal(doc, &out))
	e, i := endpointOf(out, "SYSA/agent")
	x := list(out["expectations"])[i].(object)
	require.Equal(b, "SYSA/agent", x["endpoint"])
	var endpoints, expectations []any
	for n := range n {
		id := fmt.Sprintf("SYSTEM/agent%05d", n) // of one system, whose listeners may share a key
		one, expected := object{}, object{}
		for k, v := range e {
			one[k] = v
		}
		for k, v := range x {
			expected[k] = v
		}
		one["listener"], expected["listener"] = id[7:], id[7:]
		one["id"], one["system"], expected["endpoint"], expected["system"] = id, id[:6], id, id[:6]
		endpoints, expectations = append(endpoints, one), append(expectations, expected)
	}
	out["endpoints"], out["expectations"] = endpoints, expectations
	out["findings"], out["waivers"] = []any{}, []any{}
	delete(out, "query_monitor")
	run := out["run"].(object)
	run["scope"] = object{"declared": n, "selected": n}
	text, err := json.Marshal(out)
	require.NoError(b, err)
	rep, err := reportjson.Decode(text)
	require.NoError(b, err)
	rep.Summary = assess.Summarise(rep.Endpoints, rep.Findings, report.Medium)
	require.NoError(b, evidence.Seal(rep))
	var stored bytes.Buffer
	require.NoError(b, reportjson.Write(&stored, rep))
	return stored.Bytes()
}

var keep = flag.String("keep", "", "`FILE` that BenchmarkCheck leaves its report in")

// BenchmarkCheck checks a report of so many listeners that speak TLS 1.2 and 1.3, with ten exchanges each; bench/check.sh runs the command on
// it too.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			doc := many(b, n)
			if *keep != "" {
				require.NoError(b, os.WriteFile(*keep, doc, 0o600))
			}
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				result, err := replay.Check(doc, replay.Beside{})
				require.NoError(b, err)
				require.Empty(b, result.Differences)
				require.Equal(b, n, result.Counts.Endpoints)
			}
		})
	}
}
