package assess_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestBadSuitesAreAlwaysJudged(t *testing.T) {
	tests := []struct {
		name  string
		suite cipher.ID
		want  []string
	}{
		{"RC4", 0x0005, []string{"RC4-SUITE-ACCEPTED"}},
		{"ECDHE RC4", 0xC011, []string{"RC4-SUITE-ACCEPTED"}},
		{"NULL", 0x003B, []string{"SUITE-INSECURE"}},
		{"anonymous", 0x0034, []string{"SUITE-INSECURE"}},
		{"export", 0x0006, []string{"SUITE-INSECURE"}},
		{"single DES", 0x0009, []string{"SUITE-INSECURE"}},
		{"RC4 for export is both", 0x0003, []string{"RC4-SUITE-ACCEPTED", "SUITE-INSECURE"}},
		{"triple DES", 0x000A, []string{"VULN-SWEET32"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.version(cipher.TLSv12, scan.Yes, 0xC030, tt.suite).Enumeration = scan.EnumerationFull
			w.expect = nil
			findings := w.judge()
			assert.Equal(t, tt.want, idsOf(findings))
			for _, f := range findings {
				want := report.High
				if f.ID == assess.VulnSWEET32 {
					want = report.Low
				}
				assert.Equal(t, want, f.Severity)
				assert.Contains(t, f.Observed, "TLSv1.2: "+tt.suite.String()+" TLS_")
			}
		})
	}
}

func TestUnexpectedSuitesDoNotRepeatBadOnes(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0x0005, 0x003B, 0x0035).Enumeration = scan.EnumerationFull
	findings := w.judge()
	require.Equal(t, []string{"RC4-SUITE-ACCEPTED", "SUITE-INSECURE", "SUITE-UNEXPECTED"}, idsOf(findings))
	assert.Equal(t, "TLSv1.2: 0035 TLS_RSA_WITH_AES_256_CBC_SHA", findings[2].Observed)
	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0x0005).Enumeration = scan.EnumerationFull
	w.one("RC4-SUITE-ACCEPTED")
}

func TestSuitesOfAnUnexpectedVersionAreNotReportedTwice(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv10, scan.Yes, 0x002F, 0x0005).Enumeration = scan.EnumerationFull
	assert.Equal(t, []string{"PROTOCOL-UNEXPECTED", "RC4-SUITE-ACCEPTED"}, idsOf(w.judge()))
}

func TestSuitesThatWereNotAsked(t *testing.T) {
	for _, enumeration := range []string{scan.EnumerationPartial, scan.EnumerationNone, ""} {
		w := newWorld(t)
		w.version(cipher.TLSv12, scan.Yes, 0xC030).Enumeration = enumeration
		w.endpoint.NotTested = []scan.NotTested{{Question: "suites/TLSv1.2/outside", Why: "ended by reset once"}}
		f := w.one("NOT-ASSESSED")
		assert.Contains(t, f.Detail, "whether TLSv1.2 refuses every suite outside cipher_suites (ended by reset once)")

		w.expect.CipherSuites = nil
		assert.Contains(t, w.one("NOT-ASSESSED").Detail, "refuses every RC4")
		w.expect = nil
		assert.Empty(t, w.judge(), "no expectation asks")
	}
}

func TestPartOfTheSuitesShowsADifferenceAllTheSame(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0x0035).Enumeration = scan.EnumerationPartial
	assert.Contains(t, w.one("SUITE-UNEXPECTED").Detail, "there may be more")
}

func TestMissingSuites(t *testing.T) {
	w := newWorld(t)
	w.version(cipher.TLSv12, scan.Yes, 0x0035).Enumeration = scan.EnumerationFull
	findings := w.judge()
	require.Equal(t, []string{"SUITE-MISSING", "SUITE-UNEXPECTED"}, idsOf(findings))
	assert.Equal(t, "none of them accepted in TLSv1.2", findings[0].Observed)

	w.version(cipher.TLSv12, scan.Yes).Enumeration = scan.EnumerationOutsideRefused
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "whether TLSv1.2 accepts a suite of cipher_suites")
}

func TestRequiredSuites(t *testing.T) {
	w := newWorld(t)
	w.expect.CipherSuites = []cipher.ID{0xC030, 0xC02F, 0x1302}
	w.expect.RequiredCipherSuites = []cipher.ID{0xC030, 0xC02F, 0x1302}
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "not seen is not refused")

	p := w.version(cipher.TLSv12, scan.Yes, 0xC030)
	p.RefusedSuites = []scan.CipherSuite{{Code: 0xC02F}}
	assert.Equal(t, "refused: C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", w.one("SUITE-MISSING").Observed)

	w.version(cipher.TLSv12, scan.Yes, 0xC030, 0xC02F)
	assert.Empty(t, w.judge())

	w.version(cipher.TLSv12, scan.No)
	w.one("PROTOCOL-MISSING")
}

func TestGroups(t *testing.T) {
	const x25519, p256, p521 = cipher.Group(29), cipher.Group(23), cipher.Group(25)
	fact := func(v cipher.Version, g cipher.Group, f scan.Fact) scan.GroupFact {
		return scan.GroupFact{Version: v, Code: g, Name: cipher.DescribeGroup(g).Name, Supported: f}
	}
	both := func(g cipher.Group, f scan.Fact) []scan.GroupFact {
		return []scan.GroupFact{fact(cipher.TLSv12, g, f), fact(cipher.TLSv13, g, f)}
	}
	join := func(lists ...[]scan.GroupFact) (out []scan.GroupFact) {
		for _, l := range lists {
			out = append(out, l...)
		}
		return out
	}
	tests := []struct {
		name  string
		facts []scan.GroupFact
		want  []string
	}{
		{"as expected", join(both(x25519, scan.Yes), both(p256, scan.Yes), both(p521, scan.No)), []string{}},
		{"one version is enough", join(both(x25519, scan.Yes), []scan.GroupFact{fact(cipher.TLSv12, p256, scan.No),
			fact(cipher.TLSv13, p256, scan.Yes)}), []string{}},
		{"another one too", join(both(x25519, scan.Yes), both(p256, scan.Yes), both(p521, scan.Yes)), []string{"GROUP-UNEXPECTED"}},
		{"one is refused", join(both(x25519, scan.No), both(p256, scan.Yes)), []string{"GROUP-MISSING"}},
		{"one is unknown", join(both(x25519, scan.Unknown), both(p256, scan.Yes)), []string{"NOT-ASSESSED"}},
		{"another one is unknown", join(both(x25519, scan.Yes), both(p256, scan.Yes), both(p521, scan.Unknown)), []string{"NOT-ASSESSED"}},
		{"nothing was asked", nil, []string{"NOT-ASSESSED", "NOT-ASSESSED"}},
		{"one version was not asked", []scan.GroupFact{fact(cipher.TLSv13, x25519, scan.Yes), fact(cipher.TLSv13, p256, scan.Yes)},
			[]string{"NOT-ASSESSED"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.expect.Groups = []cipher.Group{x25519, p256}
			w.endpoint.Groups = tt.facts
			w.endpoint.Evidence = append(w.endpoint.Evidence, scan.Exchange{ID: "e3", Question: "groups/TLSv1.3/0"})
			findings := w.judge()
			assert.Equal(t, tt.want, idsOf(findings), "%+v", findings)
			for _, f := range findings {
				if !f.Inconclusive {
					assert.Equal(t, []string{"e3"}, f.Evidence)
				}
			}
		})
	}
}

func TestNoGroupsWithoutEllipticCurves(t *testing.T) {
	w := newWorld(t)
	w.expect.Versions, w.expect.CipherSuites = []cipher.Version{cipher.TLSv12}, []cipher.ID{0x009D}
	w.expect.Groups = []cipher.Group{23}
	w.version(cipher.TLSv12, scan.Yes, 0x009D)
	w.version(cipher.TLSv13, scan.No)
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "secp256r1 (0023)", "no suite could use the group, so nobody asked for it")
}
