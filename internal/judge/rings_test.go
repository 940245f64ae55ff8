package judge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/report"
)

// A ring is the same after it was written to a report, whatever of it is set.
func TestRingsComeBack(t *testing.T) {
	a, b := &certchain.Certificate{SHA256: "aa", IsCA: certchain.Yes}, &certchain.Certificate{SHA256: "bb", IsCA: certchain.No}
	place := certchain.Place{File: "f", Line: 1, Column: 2}
	ring := &certchain.Ring{Name: "r@S", Consumer: certchain.JSSE, Virtual: "u/*", Sources: []certchain.Source{{Path: "f", Format: "PEM", SHA256: "cc"}},
		Entries: []certchain.Entry{
			{Certificate: a, Label: "A", Owner: "CERTAUTH", Usage: certchain.UsageCertAuth, Status: certchain.StatusNoTrust, OnRing: certchain.No, Trusted: certchain.Yes},
			{Certificate: b, Label: "B", Owner: "ID(U)", Usage: certchain.UsagePersonal, Default: certchain.Yes, ListedAt: place, HasPrivateKey: certchain.No, Source: "f"}},
		Listing: &certchain.Listing{Ring: "U/R", At: place, Whole: true, Unproven: []certchain.Listed{{Label: "C", Owner: "SITE", Usage: certchain.UsageSite,
			Default: certchain.No, Status: certchain.StatusTrust, SHA256: "dd", Serial: "01", Subject: "CN=C", NotAfter: time.Unix(1, 0).UTC(), At: place}}}}
	problems := []assess.RingProblem{{Keyring: "r@S", Location: report.Location{File: "f"}, Detail: "a private key"}}
	rings, found, err := judge.Rings(judge.Keyrings([]*certchain.Ring{ring}, problems), judge.Certificates{"aa": a, "bb": b})
	require.NoError(t, err)
	assert.Equal(t, []*certchain.Ring{ring}, rings)
	assert.Equal(t, problems, found)

	_, _, err = judge.Rings(judge.Keyrings([]*certchain.Ring{ring}, nil), judge.Certificates{"aa": a})
	require.EqualError(t, err, "key ring r@S: certificate bb is not in the report")
}
