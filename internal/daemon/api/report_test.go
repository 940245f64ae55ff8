package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

const first = Prefix + "/runs/run-0000/report"

func TestReportIsWhatWasSealed(t *testing.T) {
	w := build(t)
	got := w.get(first).is(t, http.StatusOK)
	assert.Equal(t, w.docs[0], got.body)
	etag := `"` + got.at(t, "digest").(string) + `"`
	assert.Equal(t, etag, got.Header.Get("ETag"))
	assert.Equal(t, "private, no-cache", got.Header.Get("Cache-Control"))

	head := w.as("view", http.MethodHead, first, "").is(t, http.StatusOK)
	assert.EqualValues(t, len(w.docs[0]), head.ContentLength)
	assert.Equal(t, etag, head.Header.Get("ETag"))

	packed := w.get(first, "Accept-Encoding", "br, gzip;q=0.5").is(t, http.StatusOK)
	assert.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	assert.Equal(t, etag[:len(etag)-1]+`-gzip"`, packed.Header.Get("ETag"))
	r, err := gzip.NewReader(bytes.NewReader(packed.body))
	w.ok(err)
	plain, err := io.ReadAll(r)
	w.ok(err)
	assert.Equal(t, w.docs[0], plain)
	assert.Empty(t, w.get(first, "Accept-Encoding", "gzip;q=0, *;q=0").Header.Get("Content-Encoding"))

	for _, tags := range []string{etag, "W/" + etag, packed.Header.Get("ETag"), `"x", ` + etag, "*"} {
		same := w.get(first, "If-None-Match", tags).is(t, http.StatusNotModified)
		assert.Empty(t, same.body)
		assert.Equal(t, etag, same.Header.Get("ETag"))
	}
	w.get(first, "If-None-Match", `"sha256:0"`).is(t, http.StatusOK)
}

func TestReportInOtherForms(t *testing.T) {
	w := build(t)
	for range rendersAtOnce + 2 { // each gives its turn back
		page := w.get(first, "Accept", "text/html, application/json;q=0.5").is(t, http.StatusOK)
		assert.Equal(t, "text/html; charset=utf-8", page.Header.Get("Content-Type"))
		assert.Contains(t, page.Header.Get("Content-Security-Policy"), "sandbox")
		assert.Equal(t, `attachment; filename="portseal-prodplex-20260301T023000Z-run-0000.html"`, page.Header.Get("Content-Disposition"))
		assert.Contains(t, string(page.body), "<html")
		assert.Contains(t, page.Header.Values("Vary"), "Accept, Accept-Encoding")
	}
	lines := w.get(first+"?format=csv", "Accept", "text/html").is(t, http.StatusOK)
	assert.Equal(t, "text/csv; charset=utf-8", lines.Header.Get("Content-Type"))
	assert.NotEqual(t, lines.Header.Get("ETag"), w.get(first+"?format=html").Header.Get("ETag"))
	w.get(first+"?format=csv", "If-None-Match", lines.Header.Get("ETag")).is(t, http.StatusNotModified)
	assert.Equal(t, "application/json", w.get(first, "Accept", "*/*").Header.Get("Content-Type"))
	assert.Contains(t, w.get(first, "Accept", "image/png").is(t, http.StatusNotAcceptable).at(t, "detail"), "text/html")
}

// TestReportThatIsCutOff: who reads it does not take a part for the whole.
func TestReportThatIsCutOff(t *testing.T) {
	w := build(t)
	var panics atomic.Bool // the client knows of the cut before the handler is done
	w.api.Formats[0].Write = func(out io.Writer, _ *report.Report) error {
		if panics.Load() {
			panic("a renderer's fault")
		}
		_, _ = out.Write(bytes.Repeat([]byte("part"), 10_000))
		return assert.AnError
	}
	read := func() error {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+first+"?format=html", nil)
		w.ok(err)
		r.Header.Set("Authorization", w.tokens["view"])
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		_, err = io.ReadAll(response.Body)
		return errors.Join(err, response.Body.Close())
	}
	for range rendersAtOnce + 1 {
		assert.Error(t, read())
	}
	panics.Store(true)
	assert.Error(t, read())
}

// leaves is a store whose client goes away while it looks.
type leaves struct {
	history.Store
	leave context.CancelFunc
}

func (l leaves) Trend(ctx context.Context, estate string, n int) ([]history.Point, error) {
	l.leave()
	return l.Store.Trend(ctx, estate, n)
}

// TestClientThatGoesAway: nothing is answered.
func TestClientThatGoesAway(t *testing.T) {
	w := build(t)
	ctx, leave := context.WithCancel(t.Context())
	w.api.Store = leaves{w.store, leave}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1"+Prefix+"/trend", nil)
	r.Header.Set("Authorization", w.tokens["view"])
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	assert.Empty(t, answer.Body.String())
}

type panics struct{ history.Store }

func (panics) Trend(context.Context, string, int) ([]history.Point, error) { panic("a fault") }

func TestPanicIsAFailure(t *testing.T) {
	w := build(t)
	w.api.Store = panics{w.store}
	w.get(Prefix+"/trend").is(t, http.StatusInternalServerError)
}

func TestNewWantsWhatItNeeds(t *testing.T) {
	_, err := New(Config{})
	require.Error(t, err)
}

func TestAccepts(t *testing.T) {
	for header, want := range map[string]float64{"": 0, "gzip": 1, "GZIP ; Q=0.3": 0.3, "*": 1, "gzip;q=0, *": 0, "br, *;q=0.1": 0.1, "gzip;q=NaN": 0, "gzip;q=2": 0, "deflate": 0, ",,;;": 0} {
		assert.InDelta(t, want, accepts([]string{header}, "gzip"), 0.001, header)
	}
	assert.InDelta(t, 0.2, accepts([]string{"text/*;q=0.2", "*/*;q=0.9"}, "text/csv"), 0.001)
}
