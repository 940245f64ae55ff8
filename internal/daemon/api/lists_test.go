package api

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history/historytest"
)

// TestRunsAreTheContracts: the shape that CONTRACT promises to scripts.
func TestRunsAreTheContracts(t *testing.T) {
	w := build(t)
	got := w.get(Prefix+"/runs").is(t, http.StatusOK)
	assert.Equal(t, 6, got.len(t, "runs"))
	assert.Equal(t, "running", got.at(t, "runs", 0, "id"), "newest first")
	assert.Nil(t, got.at(t, "runs", 0, "finished"))
	first := got.at(t, "runs", 5).(map[string]any)
	for key, value := range map[string]string{"id": "run-0000", "state": "finished", "started": "2026-03-01T02:30:00Z", "finished": "2026-03-01T02:35:00Z", "verdict": "pass",
		"report": "/api/v1/runs/run-0000/report"} {
		assert.Equal(t, value, first[key], key)
	}
	for query, ids := range map[string]string{"state=failed&state=missed": "failed missed", "schedule=weekly": "running", "since=2026-03-06T02:30:00Z": "running failed missed",
		"since=2026-03-10": "running", "state=cancelled": ""} {
		var names []string
		for _, r := range w.get(Prefix+"/runs?"+query).is(t, http.StatusOK).at(t, "runs").([]any) {
			names = append(names, at(r, "id").(string))
		}
		assert.Equal(t, ids, strings.Join(names, " "), query)
	}
}

// TestPages: page by page every list is what it is as a whole.
func TestPages(t *testing.T) {
	w := build(t)
	for path, key := range map[string]string{"/runs": "runs", "/listeners": "listeners", "/findings?closed=true": "findings", "/certificates": "certificates", "/changes": "changes",
		"/schedules": "schedules", "/waivers": "waivers", "/listeners/SYS1/web001/findings?closed=true": "findings", "/listeners/SYS1/web001/changes": "changes",
		"/listeners/SYS1/web005/spans": "spans", "/runs?state=finished&state=missed": "runs"} {
		whole := w.get(Prefix+path).is(t, http.StatusOK)
		assert.Nil(t, whole.at(t, "next"))
		sep := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
		pages := []any{}
		for next := Prefix + path + sep + "limit=1"; next != ""; {
			got := w.get(next).is(t, http.StatusOK)
			assert.LessOrEqual(t, got.len(t, key), 1)
			pages = append(pages, got.at(t, key).([]any)...)
			next, _ = got.at(t, "next").(string)
		}
		assert.Equal(t, whole.at(t, key), pages, path)
	}
}

// TestCursors: one that belongs elsewhere is refused, and so is one that somebody made.
func TestCursors(t *testing.T) {
	w := build(t)
	next, err := url.Parse(w.get(Prefix+"/runs?limit=1&state=finished").at(t, "next").(string))
	w.ok(err)
	cursor := next.Query().Get("cursor")
	w.get(Prefix+"/runs?limit=7&state=finished&cursor="+cursor).is(t, http.StatusOK)
	w.get(Prefix+"/runs?cursor="+cursor).is(t, http.StatusBadRequest)
	w.get(Prefix+"/changes?cursor="+cursor).is(t, http.StatusBadRequest)
	for _, list := range []string{"/runs", "/findings", "/changes", "/listeners", "/waivers"} {
		for _, inner := range []string{"x", "-1; DROP TABLE run", "99999999999999999999"} {
			made := base64.RawURLEncoding.EncodeToString([]byte(mark(Prefix+list+"?", inner) + inner))
			w.get(Prefix+list+"?cursor="+made).is(t, http.StatusBadRequest)
		}
	}
}

func TestFilters(t *testing.T) {
	w := build(t)
	count := func(path, key string) int { return w.get(Prefix+path).is(t, http.StatusOK).len(t, key) }
	assert.Equal(t, 8, count("/listeners", "listeners"))
	assert.Equal(t, 2, count("/listeners?system=SYS1", "listeners"))
	assert.Equal(t, 0, count("/listeners?state=closed", "listeners"))
	rc4 := w.get(Prefix+"/listeners?rc4=true").is(t, http.StatusOK)
	assert.Equal(t, "SYS3/web003", rc4.at(t, "listeners", 0, "id"))
	assert.Equal(t, 1, rc4.len(t, "listeners"))
	assert.Equal(t, 4, count("/findings", "findings"))
	assert.Equal(t, 5, count("/findings?closed=true", "findings"))
	assert.Equal(t, 1, count("/findings?least=high", "findings"))
	assert.Equal(t, 1, count("/findings?listener=SYS2/web002", "findings"))
	assert.Equal(t, 1, count("/findings?id=INPUT-STALE", "findings"))
	assert.Equal(t, 0, count("/certificates?ends_before=2026-01-01", "certificates"))
	assert.Equal(t, 1, count("/certificates?ends_before=2027-03-02", "certificates"))
	assert.Equal(t, 2, count("/changes?run=run-0001", "changes"))
	assert.Equal(t, 4, count("/changes?listener=SYS1/web001", "changes"))
	assert.Equal(t, 3, count("/waivers", "waivers"))
	assert.Equal(t, 1, count("/waivers?holds=true", "waivers"))
	assert.Equal(t, 2, count("/trend?runs=2", "points"))
	w.get(Prefix+"/listeners?estate=proddplex").is(t, http.StatusBadRequest)

	one := w.get(Prefix+"/listeners/SYS1/web001").is(t, http.StatusOK)
	assert.Equal(t, "SYS1/web001", one.at(t, "endpoint", "id"))
	assert.Equal(t, "TLSv1.2", one.at(t, "endpoint", "protocols", 4, "version"))
	assert.Equal(t, 2, one.len(t, "certificates"))
}

// TestStatusWithoutDatabase: what the service does is told even then.
func TestStatusWithoutDatabase(t *testing.T) {
	w := build(t)
	w.store.break_(assert.AnError, assert.AnError)
	got := w.get(Prefix+"/status").is(t, http.StatusOK)
	assert.NotContains(t, string(got.body), assert.AnError.Error())
	assert.NotEmpty(t, got.at(t, "database"))
	assert.Equal(t, "running", got.at(t, "running", 0, "run"))
	assert.Equal(t, mostBlackouts, got.len(t, "blackouts"), "of three weeks of them the next")
	assert.Equal(t, "freeze", got.at(t, "blackouts", 0, "name"))
}

// TestNotices: what is told to whom, without where that is; one that was given up is sent once more, and no other.
func TestNotices(t *testing.T) {
	w := build(t)
	got := w.get(Prefix+"/notices").is(t, http.StatusOK)
	require.Equal(t, 4, got.len(t, "notices"))
	assert.Equal(t, "waiting", got.at(t, "notices", 0, "state"))
	assert.NotContains(t, string(got.body), "secret-path")
	assert.Equal(t, 2, w.get(Prefix+"/notices?state=given-up").len(t, "notices"))
	assert.Equal(t, 1, w.get(Prefix+"/notices?state=sent&estate="+historytest.Estate+"&limit=1").len(t, "notices"))
	for _, id := range []string{"0", "-1", "01", "+1", "1.0", "x", "99999999999999999999", "1%20"} {
		w.as("op", http.MethodPost, Prefix+"/notices/"+id+"/again", "").is(t, http.StatusNotFound)
	}
	again := w.as("op", http.MethodPost, Prefix+"/notices/1/again", "").is(t, http.StatusAccepted)
	assert.Equal(t, "given-up", again.at(t, "state"))
	assert.Equal(t, 5, w.get(Prefix+"/notices").len(t, "notices"))
	w.as("op", http.MethodPost, Prefix+"/notices/1/again", "").is(t, http.StatusConflict)
	deeds := w.as("aud", http.MethodGet, Prefix+"/audit", "")
	assert.Equal(t, "notice-sent-again", deeds.at(t, "deeds", 0, "what"))
	assert.Equal(t, "op", deeds.at(t, "deeds", 0, "who"))
}
