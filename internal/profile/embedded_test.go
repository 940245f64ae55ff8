package profile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// TestEmbedded reads every embedded profile: each is named as its file, and says in words what it asks.
func TestEmbedded(t *testing.T) {
	require.Contains(t, profile.Names(), "mozilla-intermediate")
	for _, name := range profile.Names() {
		t.Run(name, func(t *testing.T) {
			p, err := profile.Named(name)
			require.NoError(t, err)
			assert.Equal(t, name, p.ID)
			for _, i := range p.Items {
				assert.NotEmpty(t, profile.Words(i.Check), i.ID)
				assert.NotEqual(t, report.SeverityUnknown, i.Severity, i.ID)
			}
		})
	}
}

// TestOwn: a file may be a copy of an embedded profile, but not another one of its name.
func TestOwn(t *testing.T) {
	text := profile.Source("mozilla-modern")
	p, err := profile.Own("copy.yaml", text)
	require.NoError(t, err)
	p.Everywhere, p.Results = true, []report.ProfileResult{{Item: "versions"}}
	assert.True(t, profile.Genuine(p))
	weaker := []byte(strings.Replace(string(text), "allowed: [TLSv1.3]", "allowed: [TLSv1.2, TLSv1.3]", 1))
	_, err = profile.Own("weaker.yaml", weaker)
	require.EqualError(t, err, "weaker.yaml: profile: mozilla-modern is built in, and this one differs from it; want an id of its own")
	p.Items = p.Items[1:]
	assert.False(t, profile.Genuine(p))
	p.ID = "mine"
	assert.True(t, profile.Genuine(p))
	_, err = profile.Own("none.yaml", nil)
	require.Error(t, err)
}

func TestNamed(t *testing.T) {
	_, err := profile.Named("mozila-modern")
	require.ErrorContains(t, err, `no profile "mozila-modern": did you mean "mozilla-modern"?`)
}
