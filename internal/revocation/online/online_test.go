package online_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/internal/revocation/online"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
)

// Addresses that no responder has are not connected to, whoever names them. Nothing is dialled: the connection is refused before.
func TestNobodysAddresses(t *testing.T) {
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	leaf, err := ca.Leaf(pki.Leaf{CommonName: "leaf"})
	require.NoError(t, err)
	c, err := certchain.Parse(leaf.DER)
	require.NoError(t, err)
	issuer, err := certchain.Parse(ca.DER)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	for url, kind := range map[string]string{
		"http://169.254.169.254/x":        "unsupported",
		"http://[::ffff:169.254.169.254]": "unsupported",
		"http://[fe80::1]/":               "unsupported",
		"http://0.0.0.0:1/":               "unsupported",
		"http://224.0.0.1/":               "unsupported",
		server.URL + "/away":              "unsupported",
		server.URL + "/here":              "status",
	} {
		t.Run(url, func(t *testing.T) {
			asker := online.Asker{Timeout: 10 * time.Second}
			got := asker.Ask(t.Context(), []revocation.Question{{Certificate: c, Issuer: issuer, By: report.ByCRL, URL: url}})
			require.Len(t, got, 1)
			require.NotNil(t, got[0].Failure)
			assert.Equal(t, kind, got[0].Failure.Kind, got[0].Failure.Message)
			assert.False(t, got[0].Failure.Hard)
		})
	}
}

// Lists are read one at a time, however many are asked for, and one that says that it is too large is not read.
func TestLargeLists(t *testing.T) {
	const half, lists = 12 << 20, 4 // more than what the kernels' buffers on both sides hold: who has sent half is being read
	ca, err := pki.NewCA("Root")
	require.NoError(t, err)
	c, err := certchain.Parse(ca.DER)
	require.NoError(t, err)
	var beingRead atomic.Int64
	var together atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/huge" {
			w.Header().Set("Content-Length", "100000000")
			return
		}
		_, _ = w.Write(make([]byte, half))
		beingRead.Add(1)
		for range 40 { // another one, were it read, would come to here meanwhile
			if beingRead.Load() > 1 {
				together.Store(true)
			}
			time.Sleep(5 * time.Millisecond)
		}
		beingRead.Add(-1)
		_, _ = w.Write(make([]byte, half))
	}))
	t.Cleanup(server.Close)
	questions := []revocation.Question{{Certificate: c, Issuer: c, By: report.ByCRL, URL: server.URL + "/huge"}}
	for i := range lists {
		questions = append(questions, revocation.Question{Certificate: c, Issuer: c, By: report.ByCRL, URL: fmt.Sprint(server.URL, "/", i)})
	}
	asker := online.Asker{Timeout: time.Minute}
	for i, got := range asker.Ask(t.Context(), questions) {
		require.NotNil(t, got.Failure)
		if i == 0 {
			assert.Equal(t, "too-large", got.Failure.Kind, got.Failure.Message)
			continue
		}
		assert.Equal(t, "malformed", got.Failure.Kind, got.Failure.Message)
		assert.Equal(t, 2*half, got.Size)
	}
	assert.False(t, together.Load())
}
