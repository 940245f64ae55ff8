package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
)

// TestOnlyNamesOfTheEstateAreScanned: nothing but a name that the estate has, letter for letter, gets as far as the service.
func TestOnlyNamesOfTheEstateAreScanned(t *testing.T) {
	w := build(t)
	odd := []string{"*", "SYS*", "SYS?", "SYS[01]", "[a-z", "SYS0 ", " SYS0", "sys0", "SYS0/", "SYS0\\", "SYS0/*", "SYS0/web000/../../x", "../SYS0", "./SYS0", "SYS0//web000", "127.0.0.1", "127.0.0.1:22",
		"[::1]:443", "localhost", "example.com:443", "http://example.com/", "10.0.0.0/8:1-65535", "SYS0/web000:443", "SYS0/web000@127.0.0.1", "SYS0/web000@", "SYS0%2fweb000", "SYS0,SYS1",
		"--system=SYS0", "$(id)", "${HOME}", "SYS0'; DROP TABLE run; --", "SYS\u00200", "SYS0\u200b", "\ufeffSYS0", "SYS\u0660", "ＳＹＳ０", "SYS0\u202e", "S\u0443S0", "SYS0\n", "SYS0\tx", strings.Repeat("A", maxName)}
	for _, name := range odd {
		for _, key := range []string{"systems", "listeners"} {
			body, err := json.Marshal(map[string]any{key: []string{name}})
			w.ok(err)
			got := w.as("op", http.MethodPost, Prefix+"/runs", string(body)).is(t, http.StatusUnprocessableEntity)
			assert.Equal(t, key, got.at(t, "errors", 0, "at"), "%q", name)
		}
		body, err := json.Marshal(map[string]any{"schedule": name})
		w.ok(err)
		w.as("op", http.MethodPost, Prefix+"/runs", string(body)).is(t, http.StatusUnprocessableEntity)
	}
	for _, body := range []string{`{"systems": ["\u0000"]}`, `{"systems": ["\ud800"]}`, "{\"systems\": [\"\xff\"]}", `{"systems": [""]}`, `{"systems": []}`, `{"systems": "SYS0"}`, `{"systems": [["SYS0"]]}`,
		`{"systems": [null]}`, `{"systems": null}`, `{"systems": {"SYS0": 1}}`, `{"schedule": ["nightly"]}`, `{"probes": "full"}`, `{"host": "127.0.0.1"}`, `{"By": "root"}`, `{"Systems": ["SYS0"]}`,
		`{"listener": ["SYS0/web000"]}`, `{"systems": ["SYS0", "SYS0"]}`, `{"systems": ["SYS0"], "systems": ["127.0.0.1"]}`, `{"systems": ["SYS0"], "\u0073ystems": ["127.0.0.1"]}`, `{}{"systems": ["SYS0"]}`, `{} x`, `[]`, `null`, `"x"`, `1`, ``, ` `,
		`{"systems": ["SYS0"]`, `{,}`, `{"a"}`, `{"systems": ["SYS0"],}`, `{"systems": ["` + strings.Repeat("A", maxName+1) + `"]}`, `{"x": ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`} {
		got := w.as("op", http.MethodPost, Prefix+"/runs", body, "Content-Type", typeJSON).is(t, http.StatusBadRequest)
		assert.Equal(t, "body", got.at(t, "errors", 0, "in"), body)
	}
	require.Empty(t, w.control.asked, "nothing of this gets to the service")

	w.as("op", http.MethodPost, Prefix+"/runs", `{"systems": ["SYS0", "SYS1"], "listeners": ["SYS0/web000"], "schedule": "nightly", "probes": "deep"}`).is(t, http.StatusCreated)
	w.as("op", http.MethodPost, Prefix+"/runs", " {} \n", "Content-Type", "application/json; charset=UTF-8").is(t, http.StatusCreated)
	assert.Equal(t, []control.Request{{Schedule: "nightly", Systems: []string{"SYS0", "SYS1"}, Listener: []string{"SYS0/web000"}, Probes: "deep", By: "op"}, {By: "op"}}, w.control.asked)
}

func TestPathsThatAreNone(t *testing.T) {
	w := build(t)
	for _, path := range []string{"/api/v1", "/api/v1/", "/api/v1//runs", "/api/v1/runs/", "/api/v1/runs/../runs", "/api/v1/./runs", "/api/v1/%2e%2e/runs", "/api/v1/runs/%2E%2E", "/api/v1/runs%2Frun-0000",
		"/api/v1/runs/run-0000%2Freport", "/api/v1/listeners/SYS1%2Fweb001", "/api/v1/runs/%00", "/api/v1/runs/%FF", "/api/v1/Runs", "/api/v2/runs", "/api/v1/runs/" + strings.Repeat("x", maxSegment+1),
		"/api/v1/runs/run-0000/report/x", "/api/v1/listeners/SYS1/web001/spans/x", "/", "/api/v1/nothing"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
			got := w.as("op", method, path, "").is(t, http.StatusNotFound)
			assert.Empty(t, got.Header.Get("Location"), "no redirect: %s", path)
		}
	}
	ways, _ := w.api.match("/api/v1/%72uns") // the same path: RFC 3986 section 6.2.2.2
	assert.Len(t, ways, 2)
}

func TestMethods(t *testing.T) {
	w := build(t)
	for path, allow := range map[string]string{"/runs": "GET, HEAD, POST, OPTIONS", "/runs/x/cancel": "POST, OPTIONS", "/status": "GET, HEAD, OPTIONS"} {
		for _, method := range []string{http.MethodDelete, http.MethodPut, http.MethodPatch} {
			got := w.as("op", method, Prefix+path, "").is(t, http.StatusMethodNotAllowed)
			assert.Equal(t, allow, got.Header.Get("Allow"))
			assert.Contains(t, got.at(t, "detail"), allow)
		}
		got := w.as("view", http.MethodOptions, Prefix+path, "", "Access-Control-Request-Method", "POST").is(t, http.StatusNoContent)
		assert.Equal(t, allow, got.Header.Get("Allow"))
	}
	w.as("view", http.MethodGet, Prefix+"/runs/x/cancel", "").is(t, http.StatusMethodNotAllowed)
	w.as("op", http.MethodPost, Prefix+"/reload", "{}").is(t, http.StatusBadRequest)
	w.get(Prefix+"/runs?limit=1&limit=2").is(t, http.StatusBadRequest)
	got := w.get(Prefix+"/runs?limits=1&state=gone").is(t, http.StatusBadRequest)
	assert.Equal(t, 2, got.len(t, "errors"), "all at once")
	assert.Contains(t, got.at(t, "errors", 0, "detail"), "did you mean limit?")
}

func TestWhoMayDoWhat(t *testing.T) {
	w := build(t)
	w.as("nobody", http.MethodGet, Prefix+"/runs", "").is(t, http.StatusUnauthorized)
	w.as("nobody", http.MethodPost, Prefix+"/runs", "{}").is(t, http.StatusUnauthorized)
	for _, user := range []string{"view", "aud"} {
		assert.Contains(t, w.as(user, http.MethodPost, Prefix+"/runs", "{}").is(t, http.StatusForbidden).at(t, "detail"), "operator")
	}
	w.as("op", http.MethodPost, Prefix+"/runs", "{}", "Origin", "https://evil.example.com", "Sec-Fetch-Site", "cross-site").is(t, http.StatusForbidden)
	bare := httptest.NewRecorder() // not behind access.Handler
	w.api.ServeHTTP(bare, httptest.NewRequest(http.MethodGet, Prefix+"/runs", nil))
	assert.Equal(t, http.StatusUnauthorized, bare.Code)
	w.as("op", http.MethodGet, Prefix+"/audit", "").is(t, http.StatusForbidden)
	require.Empty(t, w.control.asked)

	w.as("op", http.MethodPost, Prefix+"/runs", `{"systems": ["SYS0"]}`).is(t, http.StatusCreated)
	w.as("op", http.MethodPost, Prefix+"/runs/running/cancel", "").is(t, http.StatusAccepted)
	id := w.as("op", http.MethodPost, Prefix+"/waivers", goodWaiver).is(t, http.StatusCreated).Header.Get("Location")
	w.as("op", http.MethodPost, id+"/expire", "").is(t, http.StatusOK)
	w.as("op", http.MethodPost, Prefix+"/reload", "").is(t, http.StatusOK)
	assert.Equal(t, []string{"running by op"}, w.control.cancelled)
	var deeds []string
	for _, d := range w.as("aud", http.MethodGet, Prefix+"/audit?limit=5", "").at(t, "deeds").([]any) {
		assert.Equal(t, "op", at(d, "who"))
		assert.Equal(t, "127.0.0.1", at(d, "from"))
		deeds = append(deeds, at(d, "what").(string)+" "+at(d, "object").(string))
	}
	assert.Equal(t, []string{"estate-reloaded prodplex", "waiver-expired 3", "waiver-added 3", "run-cancelled running", "run-started asked-1"}, deeds)
}

func TestWaiversAreJudgedAsThoseOfTheFile(t *testing.T) {
	w := build(t)
	post := func(body string) *reply {
		return w.as("op", http.MethodPost, Prefix+"/waivers", body).is(t, http.StatusUnprocessableEntity)
	}
	got := post(`{"finding": "CERT-EXPIRD", "listener": "SYS1", "until": "2027-02-30", "reason": "r"}`)
	assert.Equal(t, 3, got.len(t, "errors"))
	assert.Equal(t, "finding", got.at(t, "errors", 0, "at"))
	assert.Equal(t, "until", post(`{"finding": "CERT-EXPIRED", "listener": "SYS1/*", "until": "2026-03-10", "reason": "r"}`).at(t, "errors", 0, "at"), "yesterday")
	w.as("op", http.MethodPost, Prefix+"/waivers", `{"finding": "CERT-EXPIRED", "listener": "SYS1/*", "until": "2026-03-11", "reason": "today"}`).is(t, http.StatusCreated)
	w.as("op", http.MethodPost, Prefix+"/waivers", `{"listener": "SYS1/*"}`).is(t, http.StatusBadRequest)
}

func FuzzReadObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"systems": ["a", "b"], "probes": "quick"}`, `{"probes": "x", "probes": "y"}`, `{"systems": null}`, `{"a": [1, {"b": 2}]}`, `{"schedule": "\ud800"}`, `{} x`, ``} {
		f.Add([]byte(s))
	}
	fields := changing()[0].body
	f.Fuzz(func(t *testing.T, data []byte) {
		got, faults := readObject(data, fields)
		if len(faults) > 0 {
			for _, fault := range faults {
				assert.NotEmpty(t, fault.Detail)
			}
			return
		}
		var plain map[string]any // what encoding/json makes of it is the same
		require.NoError(t, json.Unmarshal(data, &plain))
		assert.Len(t, plain, len(got))
		for name, texts := range got {
			for i, text := range texts {
				assert.True(t, utf8.ValidString(text))
				if list, ok := plain[name].([]any); ok {
					assert.Equal(t, list[i], text)
				} else {
					assert.Equal(t, plain[name], text)
				}
			}
		}
	})
}

func FuzzReadQuery(f *testing.F) {
	for _, s := range []string{"", "limit=5&state=finished&state=failed", "limit=5&limit=6", "since=2026-03-01T00:00:00%2B01:00", "%zz=1", "a;b", "&&=", "cursor=%00"} {
		f.Add(s)
	}
	params := routes([]string{formatJSON})[1].query
	f.Fuzz(func(t *testing.T, raw string) {
		got, faults := readQuery(raw, params)
		for _, fault := range faults {
			assert.NotEmpty(t, fault.Detail)
			assert.Less(t, len(fault.Detail), 2000)
		}
		if len(faults) == 0 {
			assert.LessOrEqual(t, one(got, "limit", 1), mostLimit)
			assert.LessOrEqual(t, utf8.RuneCountInString(one(got, "schedule", "")), maxName)
		}
	})
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"/api/v1/runs", "/api/v1/runs/x/report", "/api/v1/listeners/a/b/spans", "/api/v1/%2e%2e/x", "/api/v1//"} {
		f.Add(s)
	}
	a := &API{routes: routes([]string{formatJSON})}
	f.Fuzz(func(t *testing.T, path string) {
		ways, values := a.match(path)
		for _, way := range ways {
			assert.Equal(t, ways[0].path, way.path, "a path is of one resource")
		}
		for _, v := range values {
			assert.NotContains(t, v, "/")
			assert.NotContains(t, []string{"", ".", ".."}, v)
		}
	})
}
