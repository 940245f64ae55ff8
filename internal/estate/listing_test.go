package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/estate"
)

// A ring's listing gives its certificates their labels and usages; what the files do not hold is known all the same.
func TestListing(t *testing.T) {
	e, err := estate.Load("testdata/good/every-key.yaml", options())
	require.NoError(t, err)
	r := e.Keyring("cae-server").Ring
	require.NotNil(t, r.Listing)
	assert.Equal(t, "CQMCAE/QMCAE", r.Listing.Ring, "the one that the key ring names")
	assert.Equal(t, certchain.Place{File: "rings/cae.txt", Line: 4, Column: 8}, r.Listing.At)
	personal := r.PersonalEntries()
	require.Len(t, personal, 1)
	assert.Equal(t, "WEBSERVER", personal[0].Label)
	assert.Equal(t, certchain.Yes, personal[0].Default)
	require.Len(t, r.Anchors(), 1)
	assert.Empty(t, r.Unproven())
	assert.Empty(t, e.Keyring("cae-server").Problems)
}
