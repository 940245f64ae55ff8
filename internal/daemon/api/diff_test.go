package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

const twoRuns = Prefix + "/diff?from=run-0000&to=run-0001"

// TestDiff: the same document as the command line's, of the same two reports.
func TestDiff(t *testing.T) {
	w := build(t)
	old, err := read(w.docs[0])
	w.ok(err)
	now, err := read(w.docs[1])
	w.ok(err)
	var want bytes.Buffer
	w.ok(reportjson.WriteDiff(&want, &report.Diff{Schema: report.DiffSchema, Report: diff.Identity(now, "/api/v1/runs/run-0001/report"),
		Drift: *diff.Since("/api/v1/runs/run-0000/report", old, now, nil)}))
	for range rendersAtOnce + 1 { // each gives its turn back
		got := w.get(twoRuns).is(t, http.StatusOK)
		assert.Equal(t, want.String(), string(got.body))
		assert.Equal(t, "W/\""+old.Digest+"-"+now.Digest+"\"", got.Header.Get("ETag"))
	}
	var d report.Diff
	w.ok(json.Unmarshal(want.Bytes(), &d))
	assert.NotEmpty(t, d.Changes)
	etag := w.get(twoRuns).Header.Get("ETag")
	w.get(twoRuns, "If-None-Match", etag).is(t, http.StatusNotModified)
	w.get(Prefix+"/diff?from=run-0001&to=run-0000", "If-None-Match", etag).is(t, http.StatusOK)
	assert.Zero(t, w.get(Prefix+"/diff?from=run-0001&to=run-0001").len(t, "changes"))
	head := w.as("view", http.MethodHead, twoRuns, "").is(t, http.StatusOK)
	assert.Equal(t, etag, head.Header.Get("ETag"))
}

// TestDiffOfWhatCannotBeCompared: both are wanted, finished, of one estate, and with something in common. Names are looked up and nothing else.
func TestDiffOfWhatCannotBeCompared(t *testing.T) {
	w := build(t)
	for query, at := range map[string]string{"": "from", "from=run-0000": "to", "to=run-0000": "from", "from=run-0000&to=": "to", "from=run-0000&from=run-0001&to=run-0001": "from"} {
		got := w.get(Prefix+"/diff?"+query).is(t, http.StatusBadRequest)
		assert.Equal(t, at, got.at(t, "errors", 0, "at"), query)
	}
	for _, id := range []string{"none", "missed", "failed", "running", "../run-0000", "run-0000/report", "run-0000' OR '1'='1", "*", "RUN-0000", "run-0000 ", "/etc/passwd", "http://127.0.0.1/", "run-\u0660000",
		strings.Repeat("r", maxName)} {
		for _, query := range []url.Values{{"from": {id}, "to": {"run-0000"}}, {"from": {"run-0000"}, "to": {id}}} {
			w.get(Prefix+"/diff?"+query.Encode()).is(t, http.StatusNotFound)
		}
	}
	got := w.get(Prefix+"/diff?from=run-0000&to=another").is(t, http.StatusUnprocessableEntity)
	assert.Contains(t, got.at(t, "detail"), `"another estate"`)
	rep := historytest.Report(5, 1, func(rep *report.Report) {
		rep.Endpoints[0].ID, rep.Endpoints[0].State = "SYS9/only", scan.StateClosed
	})
	w.store.docs = map[string][]byte{"run-0002": historytest.Doc(w, rep)}
	got = w.get(Prefix+"/diff?from=run-0000&to=run-0002").is(t, http.StatusUnprocessableEntity)
	require.Contains(t, got.at(t, "detail"), "no listener in common")
	w.store.docs = map[string][]byte{"run-0002": []byte("{")}
	w.get(Prefix+"/diff?from=run-0000&to=run-0002").is(t, http.StatusInternalServerError)
	w.store.docs = nil
	w.get(Prefix+"/diff?from=run-0000&to=run-0002").is(t, http.StatusOK)
}
