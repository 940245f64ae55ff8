package probes

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// TestShareThatCannotBeMade: the certificate of a listener that asks for a group which portseal has no keys of stays unknown, and
// says why.
func TestShareThatCannotBeMade(t *testing.T) {
	// A HelloRetryRequest (RFC 8446 section 4.1.4, with its fixed random) for group 31, brainpoolP256r1tls13.
	retry, err := hex.DecodeString("1603030038" + "02000034" + "0303" +
		"cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c" + "00" + "1301" + "00" + "000c" + "002b00020304" + "00330002001f")
	require.NoError(t, err)
	log := scan.NewLog([]scan.Exchange{{ID: "e1", Question: versionQuestion(cipher.TLSv13), Received: retry, End: scan.EndCut, At: begin}})
	for _, q := range (certificates{}).Next(scan.Target{}, log) {
		assert.NotEqual(t, certificateQuestion(cipher.TLSv13, "share"), q.ID, "it cannot be asked")
	}
	var o scan.Observation
	certificates{}.Derive(scan.Target{}, log, &o)
	assert.Contains(t, o.NotTested, scan.NotTested{Question: "certificates/TLSv1.3/share",
		Why: "the listener wants a key share of brainpoolP256r1tls13, which portseal cannot make"})
}
