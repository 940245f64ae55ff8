package replay_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// rejudgedDocument is the demo's report judged again by a profile.
func rejudgedDocument(t *testing.T) object {
	t.Helper()
	text, err := demoReport()
	require.NoError(t, err)
	rep, err := reportjson.Read(bytes.NewReader(text))
	require.NoError(t, err)
	p, err := profile.Named("mozilla-intermediate")
	require.NoError(t, err)
	again, err := run.Rejudge(rep, []report.Profile{p})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, again))
	return decode(t, out.Bytes())
}

// A report that was judged again agrees, in full; its plans are those of the profiles that it was made with.
func TestRejudgedReport(t *testing.T) {
	result, err := replay.Check(sealed(t, rejudgedDocument(t)), replay.Beside{})
	require.NoError(t, err)
	assert.Empty(t, result.Differences)
	assert.Empty(t, result.Unchecked)
	assert.True(t, slices.ContainsFunc(result.Word, func(n report.CheckNote) bool { return strings.Contains(n.What, "judged again") }))

	first := func(d object) object { return list(d["profiles"])[0].(object) }
	for name, tt := range map[string]struct {
		where string
		forge func(d object)
	}{
		"it is none":                   {"/profiles/0/afterwards", func(d object) { delete(d["run"].(object), "rejudged_from") }},
		"its profile shaped the plans": {"/profiles/0/afterwards", func(d object) { delete(first(d), "afterwards") }},
		"a plan": {"/plans/", func(d object) {
			for _, p := range list(d["plans"]) {
				delete(p.(object), "versions")
			}
		}},
		"a profile that it was made with": {"/plans/", func(d object) {
			r := d["run"].(object)
			r["arguments"] = append(list(r["arguments"]), "--profile=mozilla-modern")
		}},
		"a result": {"/profiles/0/results", func(d object) {
			p := first(d)
			for _, r := range list(p["results"]) {
				r.(object)["outcome"] = "pass"
			}
		}},
		"a finding": {"/findings/-", func(d object) {
			_, i := findingOf(d, "PROFILE-FAILED")
			d["findings"] = without(d["findings"], i)
		}},
		"the verdict": {"/summary/verdict", func(d object) { d["summary"].(object)["verdict"] = "pass" }},
		"an exchange": {"/evidence/", func(d object) {
			e, _ := endpointOf(d, "SYSB/collector")
			e["evidence"] = without(e["evidence"], 3)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			doc := rejudgedDocument(t)
			tt.forge(doc)
			got := pointers(t, doc)
			assert.True(t, slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, tt.where) }), "want %s among %q", tt.where, got)
		})
	}

	doc := rejudgedDocument(t)
	r := doc["run"].(object)
	r["arguments"] = append(list(r["arguments"]), "--profile=mine.yaml")
	result, err = replay.Check(sealed(t, doc), replay.Beside{})
	require.NoError(t, err)
	require.Len(t, result.Unchecked, 1, "what a profile of the user's own asked is not known")
	assert.Contains(t, result.Unchecked[0].Why, "mine.yaml")
}
