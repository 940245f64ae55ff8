package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// adHocWorld is a listener that was asked about vulnerabilities, of which nothing is expected, and which has none.
func adHocWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.expect = nil
	w.version(cipher.TLSv12, scan.Yes, 0xC030).Enumeration = scan.EnumerationFull
	w.version(cipher.TLSv13, scan.Yes, 0x1302).Enumeration = scan.EnumerationFull
	w.endpoint.Features = []scan.Feature{
		{Name: scan.FeatureHeartbleed, Answer: scan.No, Basis: "the heartbeat extension is not negotiated", Evidence: []string{"e1"}},
		{Name: scan.FeatureCCSInjection, Answer: scan.No, Basis: "refused"},
		{Name: scan.FeatureTicketbleed, Answer: scan.No, Basis: "no session ticket is issued"},
		{Name: scan.FeatureROBOT, Answer: scan.No, Basis: "no suite with RSA key exchange is accepted"},
		{Name: scan.FeatureTLSPOODLE, Answer: scan.No, Basis: "no CBC suite is accepted from TLS 1.0 to 1.2"},
		{Name: scan.FeatureStartTLSInjection, Answer: scan.No, Basis: "a command that was sent in clear has no answer inside TLS, and the one behind it has"},
		{Name: scan.FeatureSecureRenegotiation, Version: cipher.TLSv12, Answer: scan.Yes},
		{Name: scan.FeatureCompression, Version: cipher.TLSv12, Answer: scan.No},
	}
	return w
}

func (w *world) vulnerabilities() map[string]report.Vulnerability {
	out := map[string]report.Vulnerability{}
	for _, v := range w.input().Endpoints[0].Vulnerabilities {
		out[v.ID] = v
	}
	return out
}

func TestNothingIsVulnerable(t *testing.T) {
	w := adHocWorld(t)
	all := w.vulnerabilities()
	assert.Len(t, all, 18)
	for id, v := range all {
		assert.Equal(t, scan.No, v.Vulnerable, "%s: %s", id, v.Why)
		assert.NotEmpty(t, v.Basis, id)
		assert.Empty(t, v.Why, id)
		_, known := assess.Lookup(v.Finding)
		assert.True(t, known, "%s: %s", id, v.Finding)
	}
	assert.Empty(t, w.judge())
}

// Each vulnerability has one finding, which is another rule's where that says the same of the same fact.
func TestEachVulnerabilityHasItsFinding(t *testing.T) {
	suite := func(v cipher.Version, id cipher.ID) func(*world) {
		return func(w *world) { w.version(v, scan.Yes, id).Enumeration = scan.EnumerationFull }
	}
	feature := func(name string, answer scan.Fact) func(*world) {
		return func(w *world) {
			for i := range w.endpoint.Features {
				if f := &w.endpoint.Features[i]; f.Name == name {
					f.Answer, f.Basis, f.Evidence = answer, "seen", []string{"e1"}
				}
			}
		}
	}
	group := func(bits int) func(*world) {
		return func(w *world) {
			w.endpoint.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: bits, Evidence: "e2"}}
		}
	}
	for name, c := range map[string]struct {
		change     func(*world)
		vulnerable string // ids
		findings   string
	}{
		"Heartbleed":         {feature(scan.FeatureHeartbleed, scan.Yes), "VULN-HEARTBLEED", "VULN-HEARTBLEED"},
		"CCS injection":      {feature(scan.FeatureCCSInjection, scan.Yes), "VULN-CCS-INJECTION", "VULN-CCS-INJECTION"},
		"Ticketbleed":        {feature(scan.FeatureTicketbleed, scan.Yes), "VULN-TICKETBLEED", "VULN-TICKETBLEED"},
		"ROBOT":              {feature(scan.FeatureROBOT, scan.Yes), "VULN-ROBOT", "VULN-ROBOT"},
		"TLS-POODLE":         {feature(scan.FeatureTLSPOODLE, scan.Yes), "VULN-TLS-POODLE", "VULN-TLS-POODLE"},
		"STARTTLS injection": {feature(scan.FeatureStartTLSInjection, scan.Yes), "VULN-STARTTLS-INJECTION", "VULN-STARTTLS-INJECTION"},
		"renegotiation": {func(w *world) {
			feature(scan.FeatureSecureRenegotiation, scan.No)(w)
			w.endpoint.Features = append(w.endpoint.Features, scan.Feature{Name: scan.FeatureClientRenegotiation, Version: cipher.TLSv12, Answer: scan.Yes})
		}, "VULN-INSECURE-RENEGOTIATION", "VULN-INSECURE-RENEGOTIATION"},
		"CRIME":      {feature(scan.FeatureCompression, scan.Yes), "VULN-CRIME", "VULN-CRIME"},
		"POODLE":     {suite(cipher.SSLv3, 0x002F), "VULN-BEAST VULN-POODLE", "PROTOCOL-INSECURE"},
		"SSLv3, RC4": {suite(cipher.SSLv3, 0x0005), "VULN-RC4", "PROTOCOL-INSECURE RC4-SUITE-ACCEPTED"},
		"SWEET32":    {suite(cipher.TLSv12, 0x000A), "VULN-SWEET32", "VULN-SWEET32"},
		"single DES": {suite(cipher.TLSv12, 0x0009), "VULN-SWEET32", "SUITE-INSECURE"},
		"FREAK":      {suite(cipher.TLSv12, 0x0008), "VULN-EXPORT VULN-FREAK VULN-SWEET32", "SUITE-INSECURE"},
		"SSLv2":      {suite(cipher.SSLv2, cipher.SSL2(0x010080)), "VULN-DROWN VULN-RC4", "PROTOCOL-INSECURE RC4-SUITE-ACCEPTED"},
		"Logjam":     {suite(cipher.TLSv12, 0x0014), "VULN-EXPORT VULN-LOGJAM VULN-SWEET32", "SUITE-INSECURE"},
		"1024 bits":  {group(1024), "VULN-LOGJAM", "VULN-LOGJAM"},
		"2048 bits":  {group(2048), "", ""},
		"BEAST":      {suite(cipher.TLSv10, 0x002F), "VULN-BEAST", "VULN-BEAST"},
		"RC4":        {suite(cipher.TLSv12, 0x0005), "VULN-RC4", "RC4-SUITE-ACCEPTED"},
		"NULL":       {suite(cipher.TLSv12, 0x003B), "VULN-NULL", "SUITE-INSECURE"},
		"anonymous":  {suite(cipher.TLSv12, 0x006C), "VULN-ANONYMOUS", "SUITE-INSECURE"},
	} {
		t.Run(name, func(t *testing.T) {
			w := adHocWorld(t)
			c.change(w)
			var yes []string
			for _, v := range w.input().Endpoints[0].Vulnerabilities {
				if v.Vulnerable == scan.Yes {
					yes = append(yes, v.ID)
					assert.Contains(t, c.findings, v.Finding)
					assert.NotEmpty(t, v.Evidence, v.ID)
				}
			}
			findings := w.judge()
			assert.ElementsMatch(t, strings.Fields(c.vulnerable), yes)
			assert.ElementsMatch(t, strings.Fields(c.findings), idsOf(findings))
			for _, f := range findings {
				assert.NotEmpty(t, f.Observed)
			}

			w.endpoint.Features = w.endpoint.Features[6:] // as at depth standard, which asks about none
			for _, v := range w.input().Endpoints[0].Vulnerabilities {
				assert.Equal(t, scan.Yes, v.Vulnerable, v.ID)
			}
		})
	}
}

// The shortest group counts, in every version that used it, and it is shared only where that group is.
func TestLogjamNamesEachVersion(t *testing.T) {
	w := adHocWorld(t)
	w.endpoint.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: 2048, Evidence: "e2"}, {Version: cipher.TLSv12, Bits: 1024, Evidence: "e3"},
		{Version: cipher.TLSv11, Bits: 1024, Evidence: "e4"}, {Version: cipher.TLSv11, Bits: 1024, Evidence: "e5"}}
	shared := scan.Feature{Name: scan.FeatureDHESharedGroup, Answer: scan.Yes, Values: []string{"2048 bits: MODP group 14 (RFC 3526 section 3)"}}
	w.endpoint.Features = append(w.endpoint.Features, shared)
	got := w.vulnerabilities()["VULN-LOGJAM"]
	assert.Equal(t, "TLSv1.1, TLSv1.2: Diffie-Hellman with 1024 bits", got.Basis)
	assert.Equal(t, []string{"e3", "e4", "e5"}, got.Evidence)
	w.endpoint.Features[len(w.endpoint.Features)-1].Values = []string{"1024 bits: Oakley group 2 (RFC 2409 section 6.2)"}
	assert.Equal(t, "TLSv1.1, TLSv1.2: Diffie-Hellman with 1024 bits, in a group that many share", w.vulnerabilities()["VULN-LOGJAM"].Basis)
}

// What was not asked in full is not said to be absent.
func TestNotVulnerableNeedsAWholeEnumeration(t *testing.T) {
	w := adHocWorld(t)
	w.version(cipher.TLSv12, scan.Yes, 0xC030).Enumeration = scan.EnumerationPartial
	w.version(cipher.SSLv2, scan.Unknown)
	w.endpoint.NotTested = []scan.NotTested{{Question: "suites/TLSv1.2/rest", Why: "the budget of 9 connections was used up"},
		{Question: "versions/SSLv2", Why: "no answer within the time limit"}}
	w.endpoint.Features = []scan.Feature{{Name: scan.FeatureHeartbleed, Basis: "no answer: timeout"}}
	all := w.vulnerabilities()
	for id, why := range map[string]string{
		"VULN-HEARTBLEED": "no answer: timeout", "VULN-SWEET32": "whether SSLv2 is spoken is not known", "VULN-FREAK": "the budget of 9 connections",
		"VULN-LOGJAM": "the budget of 9 connections", "VULN-DROWN": "no answer within", "VULN-CRIME": "compression was not asked about",
		"VULN-INSECURE-RENEGOTIATION": "was not asked about", "VULN-ROBOT": "the scan did not ask", "VULN-TLS-POODLE": "the scan did not ask",
	} {
		assert.Equal(t, scan.Unknown, all[id].Vulnerable, id)
		assert.Contains(t, all[id].Why, why, id)
		assert.Empty(t, all[id].Basis, id)
	}
	assert.Equal(t, scan.No, all["VULN-POODLE"].Vulnerable, "SSLv3 is refused")
	assert.Equal(t, scan.No, all["VULN-BEAST"].Vulnerable)
}

// Where TLS comes at once there is nothing to inject into; behind a start-up that was not asked, nothing is known.
func TestStartTLSInjectionNeedsAStartUp(t *testing.T) {
	for startTLS, want := range map[string]scan.Fact{"": scan.No, "smtp": scan.Unknown} {
		w := adHocWorld(t)
		w.endpoint.Features = slices.DeleteFunc(w.endpoint.Features, func(f scan.Feature) bool { return f.Name == scan.FeatureStartTLSInjection })
		w.endpoint.Target.StartTLS = startTLS
		got := w.vulnerabilities()[assess.VulnStartTLSInjection]
		assert.Equal(t, want, got.Vulnerable, startTLS)
		assert.Equal(t, want == scan.Unknown, got.Why != "", startTLS)
	}
}

// What the estate file names is meant: no finding is made of it, and the list says it all the same.
func TestWhatIsMeantHasNoFinding(t *testing.T) {
	for _, meant := range []bool{true, false} {
		w := adHocWorld(t)
		w.version(cipher.TLSv10, scan.Yes, 0x000A).Enumeration = scan.EnumerationFull
		w.expect = &report.Expectation{Endpoint: id, Role: report.RoleGeneric, Expect: report.ExpectTLS}
		if meant {
			w.expect.Versions = []cipher.Version{cipher.TLSv10, cipher.TLSv12, cipher.TLSv13}
			w.expect.CipherSuites = []cipher.ID{0x000A, 0xC030, 0x1302}
		}
		assert.Equal(t, scan.Yes, w.vulnerabilities()["VULN-BEAST"].Vulnerable)
		assert.Equal(t, scan.Yes, w.vulnerabilities()["VULN-SWEET32"].Vulnerable)
		ids := idsOf(w.judge())
		assert.Equal(t, !meant, slices.Contains(ids, "VULN-BEAST"), ids)
		assert.Equal(t, !meant, slices.Contains(ids, "VULN-SWEET32"), ids)
	}
}

// A renegotiation is insecure where the listener does not answer renegotiation_info, and takes it all the same.
func TestInsecureRenegotiation(t *testing.T) {
	type answers = map[cipher.Version]scan.Fact
	for name, c := range map[string]struct {
		secure, accepted answers
		want             scan.Fact
		says             string
	}{
		"secure, and accepted":   {answers{cipher.TLSv12: scan.Yes}, answers{cipher.TLSv12: scan.Yes}, scan.No, "renegotiation_info is answered in TLSv1.2"},
		"insecure, and accepted": {answers{cipher.TLSv12: scan.No}, answers{cipher.TLSv12: scan.Yes}, scan.Yes, "TLSv1.2: renegotiation_info is not answered, and a client's renegotiation is accepted"},
		"insecure, and refused":  {answers{cipher.TLSv12: scan.No}, answers{cipher.TLSv12: scan.No}, scan.Unknown, "a client's renegotiation is refused (alert 100), but whether the listener begins one itself is not asked"},
		"insecure, not answered": {answers{cipher.TLSv12: scan.No}, answers{cipher.TLSv12: scan.Unknown}, scan.Unknown, "is not known: alert 100"},
		"insecure, not asked":    {answers{cipher.TLSv12: scan.No}, nil, scan.Unknown, "the scan did not ask"},
		"insecure in an old one": {answers{cipher.TLSv10: scan.No, cipher.TLSv12: scan.Yes}, answers{cipher.TLSv12: scan.Yes}, scan.Unknown, "it is tried in TLSv1.2 alone"},
		"not known":              {answers{cipher.TLSv12: scan.Unknown}, answers{cipher.TLSv12: scan.Yes}, scan.Unknown, "renegotiation_info was not asked about"},
	} {
		t.Run(name, func(t *testing.T) {
			w := adHocWorld(t)
			w.endpoint.Features = w.endpoint.Features[:4]
			for _, v := range cipher.Versions() {
				if answer, asked := c.secure[v]; asked {
					w.endpoint.Features = append(w.endpoint.Features, scan.Feature{Name: scan.FeatureSecureRenegotiation, Version: v, Answer: answer, Evidence: []string{"e1"}})
				}
				if answer, asked := c.accepted[v]; asked {
					w.endpoint.Features = append(w.endpoint.Features, scan.Feature{Name: scan.FeatureClientRenegotiation, Version: v, Answer: answer, Basis: "alert 100"})
				}
			}
			got := w.vulnerabilities()[assess.VulnInsecureRenegotiation]
			assert.Equal(t, c.want, got.Vulnerable)
			assert.Contains(t, got.Basis+got.Why, c.says)
		})
	}
}

// Of a listener that takes DHE suites it is not known that their group is long enough, where the group was not seen.
func TestLogjamNeedsTheGroup(t *testing.T) {
	w := adHocWorld(t)
	w.version(cipher.TLSv12, scan.Yes, 0x009E).Enumeration = scan.EnumerationFull
	got := w.vulnerabilities()[assess.VulnLogjam]
	assert.Equal(t, scan.Unknown, got.Vulnerable, got.Basis)
	assert.Equal(t, "TLSv1.2: a DHE suite is accepted, and its group was not seen", got.Why)
	w.endpoint.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: 2048, Evidence: "e2"}}
	assert.Equal(t, scan.No, w.vulnerabilities()[assess.VulnLogjam].Vulnerable)
}

// Where another endpoint serves the key, and it is not known whether over SSLv2, nothing is known here.
func TestDROWNIsNotRuledOutByAnUnknown(t *testing.T) {
	for _, there := range []scan.Fact{scan.Unknown, scan.No} {
		w := adHocWorld(t)
		other := w.endpoint
		other.ID, other.Protocols = "SYSB/ftp", slices.Clone(other.Protocols)
		for i := range other.Protocols {
			if other.Protocols[i].Version == cipher.SSLv2 {
				other.Protocols[i].Supported = there
			}
		}
		for _, v := range assess.Join([]report.Endpoint{w.endpoint, other}, nil, w.rings, w.at)[0].Vulnerabilities {
			if v.ID == assess.VulnDROWN {
				assert.Equal(t, there, v.Vulnerable, v.Basis)
				assert.Equal(t, there == scan.Unknown, strings.HasSuffix(v.Why, "is served by SYSB/ftp too, and whether over SSLv2 is not known"), v.Why)
			}
		}
	}
}

// DROWN reaches every endpoint whose key another one serves over SSLv2.
func TestDROWNThroughASharedKey(t *testing.T) {
	w := adHocWorld(t)
	other := w.endpoint
	other.ID = "SYSB/ftp"
	other.Presented = []scan.Presented{{Leaf: w.leaf.SHA256, Sent: []string{w.leaf.SHA256}, Versions: []cipher.Version{cipher.SSLv2}, Evidence: []string{"e1"}}}
	joined := assess.Join([]report.Endpoint{w.endpoint, other}, nil, w.rings, w.at)
	findings, _ := assess.Judge(assess.Input{Endpoints: joined, At: w.at, Rings: w.rings})
	require.Equal(t, []string{"VULN-DROWN"}, idsOf(findings))
	assert.Equal(t, "VULN-DROWN", findings[0].ID)
	assert.Equal(t, w.endpoint.ID, findings[0].Endpoint)
	assert.Contains(t, findings[0].Observed, "is served over SSLv2 by SYSB/ftp")
}

// The key decides, and not the certificate; another key is no way in.
func TestDROWNThroughAnotherCertificate(t *testing.T) {
	for same, want := range map[bool]scan.Fact{true: scan.Yes, false: scan.No} {
		w := adHocWorld(t)
		mine := w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}, KeyType: pki.RSA2048})
		keyID := ""
		if !same {
			keyID = "another"
		}
		theirs := w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysb.example.com"}, KeyType: pki.RSA2048, KeyID: keyID})
		w.serve(mine, w.parse(w.ca.DER))
		other := w.endpoint
		other.ID, other.Certificates = "SYSB/ftp", map[string]*certchain.Certificate{theirs.SHA256: theirs}
		other.Presented = []scan.Presented{{Leaf: theirs.SHA256, Sent: []string{theirs.SHA256}, Versions: []cipher.Version{cipher.SSLv2}, Evidence: []string{"e1"}}}
		for _, v := range assess.Join([]report.Endpoint{w.endpoint, other}, nil, w.rings, w.at)[0].Vulnerabilities {
			if v.ID == assess.VulnDROWN {
				assert.Equal(t, want, v.Vulnerable, v.Basis)
			}
		}
	}
}
