package expect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
)

// A peer that is kept out is told by which condition; one that another rule takes, or that the vantage shares its fate with, is not.
func TestExcludedPeers(t *testing.T) {
	scanner := rule("In", "  LocalPortRange 5610\n  RemoteAddr 198.51.100.0/24\n  Direction Inbound", "on")
	peer := compilePolicy(t, scanner+parms, "").Policy.From(report.FromPeer)[0]
	assert.Equal(t, "no rule takes it; rule In, which takes this scan's, does not: RemoteAddr is 198.51.100.0/24, not 192.0.2.2", peer.Why)
	require.NotNil(t, peer.Location)
	assert.Equal(t, report.Location{File: "p.attls", Line: 4, Column: 3}, *peer.Location)

	nobody := rule("In", "  LocalPortRange 5611\n  Direction Inbound", "on")
	peer = compilePolicy(t, nobody+parms, "").Policy.From(report.FromPeer)[0]
	assert.Equal(t, "no rule takes it", peer.Why)
	assert.Nil(t, peer.Location)
}
