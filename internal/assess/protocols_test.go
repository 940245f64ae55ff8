package assess_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestConformingListenerHasNoFinding(t *testing.T) {
	assert.Empty(t, newWorld(t).judge())
}

func TestInsecureVersionsAreAlwaysJudged(t *testing.T) {
	for _, expected := range []bool{true, false} {
		w := newWorld(t)
		w.version(cipher.SSLv2, scan.Yes).Evidence = []string{"e2"}
		w.version(cipher.SSLv3, scan.Yes).Evidence = []string{"e10"}
		if !expected {
			w.expect = nil
		}
		f := w.one("PROTOCOL-INSECURE")
		assert.Equal(t, report.Critical, f.Severity)
		assert.Equal(t, "SSLv2, SSLv3 accepted", f.Observed)
		assert.Equal(t, []string{"e2", "e10"}, f.Evidence)
	}
}

func TestInsecureVersionThatIsExpectedIsAFindingStill(t *testing.T) {
	w := newWorld(t)
	w.expect.Versions = append(w.expect.Versions, cipher.SSLv3)
	w.version(cipher.SSLv3, scan.Yes, 0xC030)
	w.one("PROTOCOL-INSECURE")
}

func TestUnexpectedAndMissingVersions(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv10, scan.Yes, 0x002F).Enumeration = scan.EnumerationFull
	w.version(cipher.TLSv13, scan.No)
	findings := w.judge()
	require.Equal(t, []string{"PROTOCOL-UNEXPECTED", "PROTOCOL-MISSING"}, idsOf(findings), "no SUITE finding follows from either")
	assert.Equal(t, "TLSv1.0 accepted", findings[0].Observed)
	assert.Equal(t, "only TLSv1.2, TLSv1.3", findings[0].Expected)
	assert.Equal(t, "TLSv1.3 refused", findings[1].Observed)
}

func TestUnknownVersionNeverPassesNorFails(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv11, scan.Unknown)
	w.endpoint.NotTested = []scan.NotTested{
		{Question: "versions/TLSv1.1", Why: "no answer within the time limit"}, {Question: "versions/TLSv1.0", Why: "something else"},
	}
	f := w.one("NOT-ASSESSED")
	assert.Equal(t, "could not be assessed: whether TLSv1.1 is refused (no answer within the time limit)", f.Detail)
	assert.True(t, f.Inconclusive)

	w.version(cipher.TLSv11, scan.No)
	w.version(cipher.TLSv13, scan.Unknown)
	w.endpoint.NotTested = []scan.NotTested{{Question: "the rest", Why: "the budget was used up"}}
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "whether TLSv1.3 is supported (the budget was used up)")
}

func TestWithoutVersionsGoodPracticeIsAskedStill(t *testing.T) {
	w := newWorld(t)
	w.expect.Versions = nil
	w.version(cipher.TLSv10, scan.Yes, 0xC030)
	assert.Empty(t, w.judge(), "TLS 1.0 is nobody's business here")
	w.version(cipher.SSLv3, scan.Unknown)
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "whether SSLv3 is refused")
}

func TestTLSListenerThatAgreesToNothing(t *testing.T) {
	w := newWorld(t)
	w.expect.Versions = nil
	for _, v := range cipher.Versions() {
		w.version(v, scan.No)
	}
	w.endpoint.Presented = nil
	assert.Equal(t, "every version refused", w.one("PROTOCOL-MISSING").Observed)
	w.version(cipher.TLSv12, scan.Unknown)
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "TLSv1.2")
}
