package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// hostile is a message with text that listeners sent, and its JSON.
func hostile(t *testing.T) (*Message, []byte) {
	s := begin(&estate.Notice{Name: "ops"})
	s.find("RC4-LISTENER-OPEN", "SYSA/one", report.Critical).Detail = "CN=x\r\nBcc: evil@example.com\r\n\r\n\"] \\ \u202e é"
	s.find("B", "SYSA/two", report.Low)
	require.NotNil(t, s.stored(t, 0, "ops"))
	s.end("B")
	m := s.stored(t, time.Hour, "ops")
	first := s.store.messages(t, "ops")[0]
	first.Resolved, first.Counts.Resolved, first.Events = m.Resolved, 1, append(first.Events, "resolved")
	body, err := json.Marshal(first)
	require.NoError(t, err)
	return &first, body
}

// private writes a file that only its owner can read.
func private(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o600))
	return path
}

func trusting(server *httptest.Server) wires {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return wires{roots: roots, agent: "portseal test", now: time.Now}
}

func TestWebhookIsSigned(t *testing.T) {
	m, body := hostile(t)
	var got []byte
	var header http.Header
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
		header = r.Header
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	assert.Nil(t, wires{}.transport("").Proxy, "the environment's proxies are never used for this machine, so that no request here would show it")
	to := &estate.Notice{Name: "ops", Webhook: server.URL + "/hook", SecretFile: private(t, "a key of this test")}
	require.NoError(t, trusting(server).send(t.Context(), to, m, body))
	assert.Equal(t, body, got)
	assert.Equal(t, m.ID, header.Get(KeyHeader))
	assert.Equal(t, "application/json", header.Get("Content-Type"))
	at, signature, found := strings.Cut(strings.TrimPrefix(header.Get(SignatureHeader), "t="), ",v1=")
	require.True(t, found)
	mac := hmac.New(sha256.New, []byte("a key of this test"))
	mac.Write([]byte(at + "." + string(got)))
	assert.Equal(t, hex.EncodeToString(mac.Sum(nil)), signature)

	to.SecretFile = ""
	require.NoError(t, trusting(server).send(t.Context(), to, m, body))
	assert.Empty(t, header.Get(SignatureHeader))
}

func TestWebhookThatFails(t *testing.T) {
	m, body := hostile(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	release := make(chan struct{})
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		case "/busy":
			w.Header().Set("Retry-After", "120")
			http.Error(w, "secret-path", http.StatusServiceUnavailable)
		case "/slow":
			<-release
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		default:
			http.Error(w, "no", http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	defer close(release)
	w := trusting(server)
	try := func(w wires, url string) error {
		return w.send(t.Context(), &estate.Notice{Webhook: url}, m, body)
	}
	host := strings.TrimPrefix(server.URL, "https://")
	require.EqualError(t, try(w, server.URL+"/secret-path"), "webhook at "+host+": it answers 500")
	require.ErrorContains(t, try(w, server.URL+"/moved"), "redirects are not followed")
	var later laterError
	require.ErrorAs(t, try(w, server.URL+"/busy"), &later)
	assert.Equal(t, 2*time.Minute, later.after)
	assert.NotContains(t, later.Error(), "secret-path")
	require.NoError(t, try(w, server.URL+"/endless"), "of a long answer the rest is not read")
	ctx, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	require.ErrorIs(t, w.send(ctx, &estate.Notice{Webhook: server.URL + "/slow"}, m, body), context.DeadlineExceeded)

	err := try(w, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)+"/secret-path")
	require.ErrorContains(t, err, "localhost", "the certificate has another name")
	assert.NotContains(t, err.Error(), "secret-path")
	require.ErrorContains(t, try(wires{roots: x509.NewCertPool(), now: time.Now}, server.URL), "unknown authority")
	elsewhere.Close()
	require.ErrorContains(t, try(w, elsewhere.URL+"/secret-path"), "refused")

	open := private(t, "key")
	require.NoError(t, os.Chmod(open, 0o644))
	err = w.send(t.Context(), &estate.Notice{Webhook: server.URL, SecretFile: open}, m, body)
	require.ErrorContains(t, err, "others can read it")
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	after, ok := retryAfter("Sun, 01 Mar 2026 00:05:00 GMT", now)
	assert.True(t, ok)
	assert.Equal(t, 5*time.Minute, after)
	for _, bad := range []string{"", "-1", "soon", "99999999999999999999"} {
		_, ok := retryAfter(bad, now)
		assert.False(t, ok, bad)
	}
}
