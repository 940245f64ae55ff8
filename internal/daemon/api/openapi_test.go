package api

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/historytest"
	"github.com/portseal/portseal/report"
)

// TestDocument goes through all that the document says, and through nothing that it does not: every answer is checked against it (world.as), and
// in the end all that it names has come.
func TestDocument(t *testing.T) {
	w := build(t)
	w.everything()
	w.everyRefusal()
	assert.Empty(t, w.checks.unseen(), "the document says what never comes")
}

// example are paths with names that are there, and the parameters that have to be.
func example(template string) string {
	if strings.HasSuffix(template, "/diff") {
		template += "?from=run-0000&to=run-0001"
	}
	return strings.NewReplacer("{run}", "run-0000", "{system}", "SYS1", "{listener}", "web001", "{waiver}", "2", "{notice}", "2").Replace(template)
}

// everything asks for all that there is.
func (w *world) everything() {
	for _, way := range w.api.routes {
		if way.method != http.MethodGet || way.role == access.Auditor || strings.HasSuffix(way.path, "/progress") {
			continue
		}
		got := w.get(Prefix+example(way.path)).is(w, http.StatusOK)
		w.get(Prefix+example(way.path), "If-None-Match", got.Header.Get("ETag")).is(w, http.StatusNotModified)
		w.as("view", http.MethodHead, Prefix+example(way.path), "").is(w, http.StatusOK)
	}
	for _, path := range []string{"/runs?limit=1", "/runs/failed", "/runs/missed", "/runs/running", "/runs/running/progress", "/listeners?limit=1", "/listeners/SYS3/web003",
		"/listeners/SYS0/web004", "/findings?closed=true&limit=1", "/findings?closed=true", "/changes?limit=1", "/certificates?limit=1", "/waivers?limit=1", "/notices?limit=1", "/schedules?limit=1",
		"/listeners/SYS2/web002/findings", "/listeners/SYS1/web005/spans?limit=1"} {
		w.get(Prefix+path).is(w, http.StatusOK)
	}
	etag := w.get(Prefix+"/runs/running/progress").is(w, http.StatusOK).Header.Get("ETag")
	w.get(Prefix+"/runs/running/progress", "If-None-Match", etag).is(w, http.StatusNotModified)
	etag = w.as("aud", http.MethodGet, Prefix+"/audit?limit=1", "").is(w, http.StatusOK).Header.Get("ETag")
	w.as("aud", http.MethodGet, Prefix+"/audit", "", "If-None-Match", etag)
	w.as("aud", http.MethodGet, Prefix+"/audit?limit=1", "", "If-None-Match", etag).is(w, http.StatusNotModified)

	otherName := historytest.Report(2, listeners, func(rep *report.Report) { rep.Endpoints[1].Target.SNI = "other.example.com" }) // which cannot be compared
	w.store.docs = map[string][]byte{"run-0002": historytest.Doc(w, otherName)}
	w.get(Prefix+"/diff?from=run-0000&to=run-0002").is(w, http.StatusOK)
	w.store.docs = nil
	w.as("op", http.MethodPost, Prefix+"/runs", `{"schedule": "nightly", "probes": "quick"}`).is(w, http.StatusCreated)
	w.as("op", http.MethodPost, Prefix+"/runs/running/cancel", "").is(w, http.StatusAccepted)
	made := w.as("op", http.MethodPost, Prefix+"/waivers", goodWaiver).is(w, http.StatusCreated)
	w.as("op", http.MethodPost, made.Header.Get("Location")+"/expire", "").is(w, http.StatusOK)
	w.as("op", http.MethodPost, Prefix+"/notices/1/again", "").is(w, http.StatusAccepted)
	w.as("op", http.MethodPost, Prefix+"/reload", "").is(w, http.StatusOK)
	w.as("aud", http.MethodGet, Prefix+"/audit?limit=1", "").is(w, http.StatusOK)
}

const goodWaiver = `{"finding": "PROFILE-FAILED", "listener": "SYS1/*", "item": "p/*", "until": "2027-01-01", "reason": "r", "approved_by": "J", "ticket": "T"}`

// everyRefusal has each status of a problem come from each route.
func (w *world) everyRefusal() {
	w.store.pruned = "run-0001"
	w.get(Prefix+"/diff?from=run-0001&to=run-0000").is(w, http.StatusGone)
	w.get(Prefix+"/runs/run-0001/report").is(w, http.StatusGone)
	w.get(Prefix+"/runs/run-0001").is(w, http.StatusOK)
	w.store.pruned = ""
	w.get(Prefix+"/runs/run-0000/report", "Accept", "image/png").is(w, http.StatusNotAcceptable)
	for _, path := range []string{"/runs/none", "/runs/none/progress", "/runs/none/report", "/runs/running/report", "/listeners/SYS1/none", "/listeners/SYS1/none/spans",
		"/listeners/SYS1/none/findings", "/listeners/SYS1/none/changes", "/waivers/99"} {
		w.get(Prefix+path).is(w, http.StatusNotFound)
	}
	w.get(Prefix+"/diff?from=run-0001&to=none").is(w, http.StatusNotFound)
	w.get(Prefix+"/diff?from=run-0001&to=another").is(w, http.StatusUnprocessableEntity)
	w.get(Prefix+"/runs/run-0000/progress").is(w, http.StatusConflict)
	w.as("op", http.MethodPost, Prefix+"/runs/none/cancel", "").is(w, http.StatusNotFound)
	w.as("op", http.MethodPost, Prefix+"/runs/run-0000/cancel", "").is(w, http.StatusConflict)
	w.as("op", http.MethodPost, Prefix+"/waivers/99/expire", "").is(w, http.StatusNotFound)
	w.as("op", http.MethodPost, Prefix+"/notices/99/again", "").is(w, http.StatusNotFound)
	w.as("op", http.MethodPost, Prefix+"/notices/3/again", "").is(w, http.StatusConflict)
	w.as("op", http.MethodPost, Prefix+"/waivers/1/expire", "").is(w, http.StatusConflict)
	w.as("op", http.MethodPost, Prefix+"/waivers", `{"finding": "NO-SUCH", "until": "x", "reason": "r"}`).is(w, http.StatusUnprocessableEntity)
	w.as("op", http.MethodPost, Prefix+"/runs", `{"systems": ["SYS9"]}`).is(w, http.StatusUnprocessableEntity)
	for fault, status := range map[error]int{control.ErrOverlap: http.StatusConflict, control.ErrBlackout: http.StatusConflict, control.ErrUnknown: http.StatusUnprocessableEntity} {
		w.control.fails = fault
		w.as("op", http.MethodPost, Prefix+"/runs", "{}").is(w, status)
	}
	w.control.fails, w.control.fault = nil, errors.New("estate.yaml:1:1: no")
	w.as("op", http.MethodPost, Prefix+"/reload", "").is(w, http.StatusUnprocessableEntity)
	w.control.fault = nil
	w.refusalsOfAll()
}

// refusalsOfAll has the problems come that every route knows.
func (w *world) refusalsOfAll() {
	down := errors.New("dial tcp 192.0.2.7:5432: password=secret")
	for _, way := range w.api.routes {
		path, body, user := Prefix+example(way.path), "", "op"
		if way.role == access.Auditor {
			user = "aud"
		}
		switch way.id {
		case "startRun":
			body = "{}"
		case "addWaiver":
			body = goodWaiver
		case "getProgress":
			path = Prefix + "/runs/run-0000/progress" // the store is asked for what does not run here
		}
		w.as("nobody", way.method, path, body).is(w, http.StatusUnauthorized)
		w.as(user, way.method, strings.Split(path, "?")[0]+"?no-such=1", body).is(w, http.StatusBadRequest)
		if way.role != access.Viewer {
			w.as("view", way.method, path, body).is(w, http.StatusForbidden)
		}
		if way.body != nil {
			w.as(user, way.method, path, body, "Content-Type", "text/plain").is(w, http.StatusUnsupportedMediaType)
			w.as(user, way.method, path, strings.Repeat(" ", maxBody+1), "Content-Type", typeJSON).is(w, http.StatusRequestEntityTooLarge)
		}
		if way.alone {
			w.store.break_(down, down)
			w.as(user, way.method, path, body).is(w, way.status)
			w.store.break_(nil, nil)
			continue
		}
		for _, c := range []struct {
			fault, ping error
			status      int
		}{{down, down, http.StatusServiceUnavailable}, {history.ErrBusy, nil, http.StatusServiceUnavailable}, {down, nil, http.StatusInternalServerError}} {
			w.store.break_(c.fault, c.ping)
			w.control.fails = c.fault
			got := w.as(user, way.method, path, body).is(w, c.status)
			assert.NotContains(w, string(got.body), "secret", "what a database says is for the log")
			assert.Equal(w, c.status == http.StatusServiceUnavailable, got.Header.Get("Retry-After") != "")
			w.control.fails = nil
		}
		w.store.break_(nil, nil)
	}
}

// TestParameters: each parameter of the document is taken, with what it should be, and refused with what it should not.
func TestParameters(t *testing.T) {
	w := build(t)
	good := map[string]string{"cursor": "", "limit": "5", "estate": historytest.Estate, "state": "", "schedule": "nightly", "since": "2026-03-01", "format": "csv", "system": "SYS1",
		"rc4": "true", "id": "CERT-EXPIRED", "least": "high", "closed": "true", "listener": "SYS1/web001", "ends_before": "2027-01-01T00:00:00%2B01:00", "run": "run-0001", "runs": "2", "holds": "true", "from": "run-0001", "to": "run-0001"}
	bad := map[string]string{"cursor": "xyz", "limit": "0", "state": "no", "since": "yesterday", "format": "png", "rc4": "yes", "least": "worst", "closed": "1", "ends_before": "2027-13-01", "runs": "1001", "holds": "", "from": "", "to": ""}
	used := map[string]bool{}
	for template, item := range w.checks.doc["paths"].(map[string]any) {
		params, _ := at(item, "get", "parameters").([]any)
		for _, p := range params {
			if strings.HasSuffix(template, "/audit") {
				continue // for auditors; it has those of every list
			}
			name := at(p, "name").(string)
			used[name] = true
			value, known := good[name]
			require.True(t, known, "parameter %s has no example", name)
			if name == "state" {
				value = map[string]string{"/runs": "missed&state=failed", "/listeners": "tls", "/notices": "sent&state=waiting"}[strings.TrimPrefix(template, Prefix)]
			}
			path, others := example(template), map[string]string{"from": "&to=run-0000", "to": "&from=run-0000"}[name] // that are required
			path, _, _ = strings.Cut(path, "?")
			if value != "" {
				w.get(path+"?"+name+"="+value+others).is(t, http.StatusOK)
			}
			for _, wrong := range []string{bad[name], "%FF", "%00", "a;b", strings.Repeat("x", maxName+1)} {
				got := w.get(path+"?"+name+"="+wrong+others).is(t, http.StatusBadRequest)
				assert.Equal(t, "query", got.at(t, "errors", 0, "in"))
			}
		}
	}
	assert.Equal(t, sortedKeys(toAny(good)), sortedKeys(toAny(used)))
}

func toAny[T any](m map[string]T) map[string]any {
	out := map[string]any{}
	for k := range m {
		out[k] = nil
	}
	return out
}

// TestProblemsAreDescribed: the type of a problem leads to what it means.
func TestProblemsAreDescribed(t *testing.T) {
	page, err := os.ReadFile("../../../docs/API.md")
	require.NoError(t, err)
	for _, k := range kinds() {
		assert.Contains(t, string(page), "\n### "+k[0]+"\n")
	}
	for _, way := range routes(nil) {
		assert.Contains(t, string(page), "| `"+way.method+" "+way.path+"` |", "docs/API.md lists every route")
	}
}
