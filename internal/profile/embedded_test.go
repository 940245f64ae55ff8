package profile_test

import (
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

func TestNamed(t *testing.T) {
	_, err := profile.Named("mozila-modern")
	require.ErrorContains(t, err, `no profile "mozila-modern": did you mean "mozilla-modern"?`)
}
