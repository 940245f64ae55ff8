package online_test

import (
	"net/http"
	"net/http/httptest"
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
