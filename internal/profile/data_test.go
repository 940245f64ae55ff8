package profile_test

import (
	"crypto"
	"crypto/x509"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// judgedAt lies after the end of PKCS #1 v1.5 in TR-02102-2 and before that of suites without forward secrecy.
var judgedAt = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// listener is a listener whose answers are all known: what is not named it refuses.
type listener struct {
	state    scan.State // TLS without it
	startTLS string
	clear    scan.Fact // whether it takes sessions in clear text too
	suites   map[cipher.Version][]cipher.ID
	groups   []cipher.Group
	dh       int // bits; 0 for none
	ca       []pki.Option
	leaf     pki.Leaf
	served   *certchain.Certificate // instead of ca and leaf
	trusted  certchain.Answer
	expect   report.Expectation
	at       time.Time // judgedAt without it
	features []scan.Feature
}

const (
	ring = "clients"
	name = "host.example.com"
)

// judge returns the items of a profile by outcome, for one listener.
func (l listener) judge(t *testing.T, id string) map[report.Outcome][]string {
	t.Helper()
	p, err := profile.Named(id)
	require.NoError(t, err)
	p.Everywhere = true
	l.expect.Endpoint, l.expect.TrustedBy = "SYSA/x", []string{ring}
	l.expect.Expect = report.ExpectTLS
	if l.at.IsZero() {
		l.at = judgedAt
	}
	e, certificates := l.endpoint(t)
	got, findings := profile.Judge([]report.Profile{p}, profile.Input{Endpoints: []report.Endpoint{e}, Expectations: []report.Expectation{l.expect},
		Certificates: certificates, Keyrings: []report.Keyring{{Name: ring, Anchors: e.Presented[0].Sent[:1]}}, At: l.at})
	out := map[report.Outcome][]string{}
	for _, r := range got[0].Results {
		out[r.Outcome] = append(out[r.Outcome], r.Item)
	}
	failed := 0
	for _, f := range findings {
		if f.ID == "PROFILE-FAILED" {
			failed++
		}
	}
	assert.Len(t, out[report.OutcomeFail], failed, "one finding for each failed item: %+v", findings)
	return out
}

func (l listener) endpoint(t *testing.T) (report.Endpoint, map[string]*certchain.Certificate) {
	t.Helper()
	leaf := l.served
	if leaf == nil {
		options := append([]pki.Option{pki.WithTime(judgedAt), pki.WithKey(pki.P384)}, l.ca...)
		l.leaf.CommonName, l.leaf.DNS = name, []string{name}
		parsed, err := certchain.Parse(tlstest.Issue(t, tlstest.NewCA(t, "Test Root", options...), l.leaf).DER)
		require.NoError(t, err)
		leaf = parsed
	}
	e := report.Endpoint{Chains: []report.ChainVerdict{{Leaf: leaf.SHA256, Keyring: ring, Trusted: l.trusted}}}
	e.ID, e.State = "SYSA/x", l.state
	if e.State == "" {
		e.State = scan.StateTLS
	}
	e.Target = scan.ObservedTarget{Host: name, SNI: name, StartTLS: l.startTLS}
	if l.startTLS != "" {
		e.StartUps = []scan.StartUp{{Way: scan.WayClear, Accepted: l.clear}}
	}
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.No}
		if suites, ok := l.suites[v]; ok {
			p.Supported, p.Enumeration = scan.Yes, scan.EnumerationFull
			for _, id := range suites {
				p.CipherSuites = append(p.CipherSuites, scan.CipherSuite{Code: id, Name: cipher.Describe(id).Name})
			}
		}
		e.Protocols = append(e.Protocols, p)
		e.Groups = append(e.Groups, l.groupFacts(v)...)
	}
	if l.dh > 0 {
		e.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: l.dh}}
	}
	e.Presented = []scan.Presented{{Leaf: leaf.SHA256, Sent: []string{leaf.SHA256}}}
	e.Features = l.features
	return e, map[string]*certchain.Certificate{leaf.SHA256: leaf}
}

func (l listener) groupFacts(v cipher.Version) []scan.GroupFact {
	all := cipher.EllipticGroups()
	if v == cipher.TLSv13 {
		all = slices.Concat(all, cipher.FiniteFieldGroups(), cipher.PostQuantumGroups())
	}
	var out []scan.GroupFact
	for _, g := range all {
		fact := scan.No
		if slices.Contains(l.groups, g) {
			fact = scan.Yes
		}
		out = append(out, scan.GroupFact{Version: v, Code: g, Supported: fact})
	}
	return out
}

// strong is a listener that every baseline of the classical kind lets pass.
func strong() listener {
	return listener{suites: map[cipher.Version][]cipher.ID{cipher.TLSv12: {0xC02C, 0xC030}, cipher.TLSv13: {0x1302}},
		groups: []cipher.Group{0x0018}, leaf: pki.Leaf{KeyType: pki.P384, Hash: crypto.SHA384}, trusted: certchain.Yes,
		features: []scan.Feature{{Name: "secure-renegotiation", Version: cipher.TLSv12, Answer: scan.Yes},
			{Name: "extended-master-secret", Version: cipher.TLSv12, Answer: scan.Yes}}}
}

// shows puts a feature first, before which others of the name do not count as they should be.
func shows(name string, v cipher.Version, answer scan.Fact) func(*listener) {
	return func(l *listener) {
		l.features = append([]scan.Feature{{Name: name, Version: v, Answer: answer}}, l.features...)
	}
}

func (l listener) with(change func(*listener)) listener {
	l.suites = maps.Clone(l.suites)
	change(&l)
	return l
}

func accepts(v cipher.Version, suites ...cipher.ID) func(*listener) {
	return func(l *listener) { l.suites[v] = append(slices.Clone(l.suites[v]), suites...) }
}

func offers(groups ...cipher.Group) func(*listener) {
	return func(l *listener) { l.groups = append(slices.Clone(l.groups), groups...) }
}

func serves(leaf pki.Leaf, ca ...pki.Option) func(*listener) {
	return func(l *listener) { l.leaf, l.ca = leaf, ca }
}

func tn3270(l *listener) { l.state, l.startTLS, l.clear = scan.StateStartTLS, "tn3270", scan.No }

func zos(settings ...report.PolicySetting) func(*listener) {
	return func(l *listener) {
		l.expect.ZOSRelease, l.expect.Role = "3.1", report.RoleGeneric
		l.expect.Policy = &report.Policy{Installs: true, Settings: settings}
	}
}

// breach is a change of a conforming listener, and the items that fail for it, all of them.
type breach struct {
	change func(*listener)
	fails  []string
}

var rsaKeyTransport = accepts(cipher.TLSv12, 0x009D)

// TestEmbeddedProfiles judges a conforming listener by each profile, and listeners that breach it in one thing each.
func TestEmbeddedProfiles(t *testing.T) {
	for id, c := range map[string]struct {
		conforming listener
		open       []string // items that are not assessed for the conforming one
		later      []string // items that it does not meet and that are not in force
		breaches   map[string]breach
	}{
		"nist-800-52r2": {strong(), []string{"revocation", "extensions", "certificate-status"}, nil, map[string]breach{
			"no renegotiation indication": {shows("secure-renegotiation", cipher.TLSv12, scan.No), []string{"extensions-in-passing"}},
			"no staple":                   {shows("ocsp-staple", cipher.TLSv13, scan.No), []string{"certificate-status"}},
			"compression":                 {shows("compression", cipher.TLSv12, scan.Yes), []string{"extensions"}},
			"CBC without encrypt-then-mac": {func(l *listener) {
				accepts(cipher.TLSv12, 0xC024)(l)
				shows("encrypt-then-mac", cipher.TLSv12, scan.No)(l)
			}, []string{"extensions"}},
			"no CBC, no encrypt-then-mac": {shows("encrypt-then-mac", cipher.TLSv12, scan.No), nil},

			"TLS 1.0":          {accepts(cipher.TLSv10, 0xC014), []string{"old-versions"}},
			"TLS 1.1":          {accepts(cipher.TLSv11, 0xC014), []string{"tls11"}},
			"no TLS 1.3":       {func(l *listener) { delete(l.suites, cipher.TLSv13) }, []string{"tls13"}},
			"no TLS 1.2":       {func(l *listener) { delete(l.suites, cipher.TLSv12) }, []string{"tls12"}},
			"RSA key exchange": {rsaKeyTransport, []string{"suites-tls12"}},
			"triple DES":       {accepts(cipher.TLSv12, 0xC012), []string{"suites-tls12"}},
			"ChaCha20":         {accepts(cipher.TLSv13, 0x1303), []string{"suites-tls13"}},
			"small DHE":        {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 1024 }, []string{"dh-size"}},
			"x25519 too":       {offers(0x001D), []string{"groups-other"}},
			"x25519 alone":     {func(l *listener) { l.groups = []cipher.Group{0x001D} }, []string{"groups", "groups-other"}},
			"RSA 1024":         {serves(pki.Leaf{KeyType: pki.RSA1024}), []string{"key"}},
			"P-521":            {serves(pki.Leaf{KeyType: pki.P521}), []string{"key-curve"}},
			"SHA-1":            {serves(pki.Leaf{Hash: crypto.SHA1}, pki.WithKey(pki.RSA2048)), []string{"signature-hash"}},
			"five years":       {serves(pki.Leaf{NotAfter: judgedAt.AddDate(5, 0, 0)}), []string{"lifespan"}},
			"three years":      {serves(pki.Leaf{NotBefore: judgedAt, NotAfter: judgedAt.AddDate(3, 0, 0)}), nil},
			"for clients":      {serves(pki.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}), []string{"usage"}},
			"another name":     {func(l *listener) { l.expect.Names = []string{"other.example.com"} }, []string{"name"}},
		}},
		"pci-dss-4.0.1": {strong(), []string{"revoked", "key-inventory", "review"}, nil, map[string]breach{
			"TLS 1.1":     {accepts(cipher.TLSv11, 0xC014), []string{"old-versions"}},
			"RC4":         {accepts(cipher.TLSv12, 0xC011), []string{"suites"}},
			"NULL":        {accepts(cipher.TLSv12, 0x003B), []string{"suites"}},
			"RSA 1024":    {serves(pki.Leaf{KeyType: pki.RSA1024}), []string{"key"}},
			"small DHE":   {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 1024 }, []string{"dh-size"}},
			"MD5":         {serves(pki.Leaf{Hash: crypto.MD5}, pki.WithKey(pki.RSA2048)), []string{"signature"}},
			"expired":     {serves(pki.Leaf{NotAfter: judgedAt.Add(-time.Hour)}), []string{"validity"}},
			"untrusted":   {func(l *listener) { l.trusted = certchain.No }, []string{"trusted"}},
			"clear TN":    {func(l *listener) { tn3270(l); l.clear = scan.Yes }, []string{"encrypted", "administration"}},
			"TN3270":      {tn3270, nil},
			"no TLS here": {func(l *listener) { l.state = scan.StateNonTLS }, []string{"encrypted"}},
		}},
		"bsi-tr-02102-2": {strong(), []string{"extensions", "early-data"}, []string{"tls12-end", "groups-hybrid"}, map[string]breach{
			"no extended master secret": {shows("extended-master-secret", cipher.TLSv12, scan.No), []string{"extensions-in-passing"}},
			"heartbeat":                 {shows("heartbeat", cipher.TLSv12, scan.Yes), []string{"extensions"}},
			"0-RTT":                     {shows("early-data", cipher.TLSv13, scan.Yes), []string{"early-data"}},
			"CBC without encrypt-then-mac": {func(l *listener) {
				accepts(cipher.TLSv12, 0xC024)(l)
				shows("encrypt-then-mac", cipher.TLSv12, scan.No)(l)
			}, []string{"encrypt-then-mac"}},

			"TLS 1.1":          {accepts(cipher.TLSv11, 0xC014), []string{"old-versions"}},
			"no TLS 1.3":       {func(l *listener) { delete(l.suites, cipher.TLSv13) }, []string{"tls13"}},
			"RSA key exchange": {rsaKeyTransport, []string{"suites-tls12"}},
			"CBC with SHA-1":   {accepts(cipher.TLSv12, 0xC014), []string{"suites-tls12"}},
			"static ECDH":      {accepts(cipher.TLSv12, 0xC02E), nil},
			"static ECDH 2027": {func(l *listener) { accepts(cipher.TLSv12, 0xC02E)(l); l.at = judgedAt.AddDate(0, 2, 0) }, []string{"forward-secrecy"}},
			"DHE":              {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 3072 }, nil},
			"DHE of 2048 bits": {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 2048 }, []string{"dh-size"}},
			"ChaCha20":         {accepts(cipher.TLSv13, 0x1303), []string{"suites-tls13"}},
			"CCM-8":            {accepts(cipher.TLSv13, 0x1305), []string{"suites-tls13"}},
			"x25519":           {offers(0x001D), []string{"groups"}},
			"ffdhe2048":        {offers(0x0100), []string{"groups"}},
			"Brainpool":        {offers(0x001A, 0x001F), nil},
			"RSA 2048":         {serves(pki.Leaf{KeyType: pki.RSA2048}), []string{"key"}},
			"PKCS #1 v1.5":     {serves(pki.Leaf{}, pki.WithKey(pki.RSA2048)), []string{"signature-pkcs1"}},
			"SHA-1":            {serves(pki.Leaf{Hash: crypto.SHA1}, pki.WithKey(pki.RSA2048)), []string{"signature-hash", "signature-pkcs1"}},
		}},
		"cnsa-1.0": {strong(), []string{"psk-early-data"}, nil, map[string]breach{
			"TLS 1.1":          {accepts(cipher.TLSv11, 0xC014), []string{"versions"}},
			"RSA key exchange": {rsaKeyTransport, nil},
			"AES-128":          {accepts(cipher.TLSv12, 0xC02B), []string{"suites-tls12"}},
			"AES-128 in 1.3":   {accepts(cipher.TLSv13, 0x1301), []string{"suites-tls13"}},
			"P-256":            {offers(0x0017), []string{"groups"}},
			"ffdhe3072":        {offers(0x0101), nil},
			"DHE of 2048 bits": {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 2048 }, []string{"dh-size"}},
			"P-256 key":        {serves(pki.Leaf{KeyType: pki.P256, Hash: crypto.SHA384}), []string{"key"}},
			"RSA 2048":         {serves(pki.Leaf{KeyType: pki.RSA2048, Hash: crypto.SHA384}), []string{"key"}},
			"SHA-256":          {serves(pki.Leaf{KeyType: pki.P384, Hash: crypto.SHA256}), []string{"signature"}},
		}},
		"cnsa-2.0": {quantumSafe(), []string{"products"}, nil, map[string]breach{
			"classical now":  {classical(judgedAt), nil},
			"classical 2027": {classical(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), []string{"key-exchange-new"}},
			"classical 2031": {classical(time.Date(2031, 12, 31, 0, 0, 0, 0, time.UTC)),
				[]string{"key-exchange-new", "key-exchange-fielded", "key-exchange-only", "version", "suite", "key", "signature"}},
			"AES-128": {accepts(cipher.TLSv13, 0x1301), []string{"aes-256"}},
			"TLS 1.2 alone in 2027": {func(l *listener) {
				l.suites, l.at = map[cipher.Version][]cipher.ID{cipher.TLSv12: {0xC02C}}, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
			}, []string{"tls13"}},
		}},
		"disa-stig-zos": {strong().with(func(l *listener) { tn3270(l); zos()(l) }),
			[]string{"tn3270-encryption-statement", "ttls", "path-dod", "name-filters"}, nil, map[string]breach{
				"RC4":                  {accepts(cipher.TLSv12, 0x0005), []string{"tn3270-ciphers"}},
				"single DES":           {accepts(cipher.TLSv12, 0x0009), []string{"tn3270-ciphers"}},
				"triple DES":           {accepts(cipher.TLSv12, 0x000A), nil},
				"RC4, and not TN3270":  {func(l *listener) { accepts(cipher.TLSv12, 0x0005)(l); l.state, l.startTLS = scan.StateTLS, "" }, nil},
				"expired":              {serves(pki.Leaf{NotAfter: judgedAt.Add(-time.Hour)}), []string{"expired-served", "expired-rings"}},
				"expired, and no z/OS": {func(l *listener) { l.expect = report.Expectation{}; l.leaf.NotAfter = judgedAt.Add(-time.Hour) }, []string{"expired-served"}},
				"untrusted":            {func(l *listener) { l.trusted = certchain.No }, []string{"path"}},
			}},
		"fips-140-3": {strong().with(zos(report.PolicySetting{Key: "FIPS140", Value: "Level3"})), []string{"module"}, nil, map[string]breach{
			"TLS 1.1":          {accepts(cipher.TLSv11, 0xC014), []string{"versions"}},
			"RSA key exchange": {rsaKeyTransport, []string{"rsa-key-transport"}},
			"triple DES":       {accepts(cipher.TLSv12, 0xC012), []string{"ciphers"}},
			"ChaCha20":         {accepts(cipher.TLSv13, 0x1303), []string{"ciphers"}},
			"x25519":           {offers(0x001D), []string{"groups"}},
			"hybrid":           {offers(0x11EC), nil},
			"Brainpool":        {offers(0x001A), []string{"groups"}},
			"small DHE":        {func(l *listener) { accepts(cipher.TLSv12, 0x009F)(l); l.dh = 1024 }, []string{"dh-size"}},
			"RSA 1024":         {serves(pki.Leaf{KeyType: pki.RSA1024}), []string{"key"}},
			"SHA-1":            {serves(pki.Leaf{Hash: crypto.SHA1}, pki.WithKey(pki.RSA2048)), []string{"signature-hash"}},
			"no extended master secret": {func(l *listener) {
				l.features = []scan.Feature{{Name: "extended-master-secret", Version: cipher.TLSv11, Answer: scan.Yes}, {Name: "extended-master-secret", Version: cipher.TLSv12, Answer: scan.No}}
			}, []string{"extended-master-secret"}},
			"80 bits":     {zos(report.PolicySetting{Key: "FIPS140", Value: "Level1"}), []string{"policy-level"}},
			"FIPS140 Off": {zos(report.PolicySetting{Key: "FIPS140", Value: "Off"}), []string{"policy", "policy-level"}},
		}},
	} {
		t.Run(id, func(t *testing.T) {
			got := c.conforming.judge(t, id)
			assert.Empty(t, got[report.OutcomeFail])
			assert.ElementsMatch(t, c.open, got[report.OutcomeNotAssessed])
			assert.ElementsMatch(t, c.later, got[report.OutcomeNotInForce])
			assert.NotEmpty(t, got[report.OutcomePass])
			for what, b := range c.breaches {
				assert.ElementsMatch(t, b.fails, c.conforming.with(b.change).judge(t, id)[report.OutcomeFail], what)
			}
		})
	}
}

// TestWhatADeeperLookAsks: that a scan of another depth does not ask makes no run incomplete; that a deep one got no answer does.
func TestWhatADeeperLookAsks(t *testing.T) {
	p, err := profile.Named("nist-800-52r2")
	require.NoError(t, err)
	p.Everywhere = true
	for _, deep := range []bool{false, true} {
		l := strong()
		if deep {
			shows(scan.FeatureHeartbleed, 0, scan.No)(&l)
		}
		e, certificates := l.endpoint(t)
		_, findings := profile.Judge([]report.Profile{p}, profile.Input{Endpoints: []report.Endpoint{e}, Certificates: certificates, At: judgedAt})
		open := ""
		for _, f := range findings {
			if f.ID == "PROFILE-NOT-ASSESSED" {
				open += f.Detail
			}
		}
		assert.Equal(t, deep, strings.Contains(open, "certificate-status: "), open)
	}
}

// quantumSafe is as CNSA 2.0 wants it. No library here makes ML-DSA certificates, so that this one is put together.
func quantumSafe() listener {
	return listener{suites: map[cipher.Version][]cipher.ID{cipher.TLSv13: {0x1302}}, groups: []cipher.Group{0x0202}, trusted: certchain.Yes,
		served: &certchain.Certificate{SHA256: "00", Key: certchain.Key{Algorithm: "ML-DSA-87"}, Signature: certchain.Signature{Name: "ML-DSA-87"}}}
}

func classical(at time.Time) func(*listener) {
	return func(l *listener) { *l = strong().with(func(l *listener) { l.at = at }) }
}

// TestWhatIsUnknownNeverPasses: a listener of which nothing but TLS is known passes no item of any profile that looks at the wire.
func TestWhatIsUnknownNeverPasses(t *testing.T) {
	for _, id := range profile.Names() {
		p, err := profile.Named(id)
		require.NoError(t, err)
		p.Everywhere = true
		e := report.Endpoint{}
		e.ID, e.State = "SYSA/x", scan.StateTLS
		got, _ := profile.Judge([]report.Profile{p}, profile.Input{Endpoints: []report.Endpoint{e}, At: judgedAt})
		for _, r := range got[0].Results {
			if r.Outcome == report.OutcomePass {
				i := slices.IndexFunc(p.Items, func(i report.ProfileItem) bool { return i.ID == r.Item })
				assert.Equal(t, "encrypted", p.Items[i].Check.Kind, "%s: %s passes and nothing is known", id, r.Item)
			}
			assert.NotEqual(t, report.OutcomeFail, r.Outcome, "%s: %s", id, r.Item)
		}
	}
}

// TestDatesComeInTime: a date that was mistyped would make an item never, or always, count.
func TestDatesComeInTime(t *testing.T) {
	for _, id := range profile.Names() {
		p, err := profile.Named(id)
		require.NoError(t, err)
		for _, i := range p.Items {
			if i.InForce != "" {
				day, err := time.Parse(time.DateOnly, i.InForce)
				require.NoError(t, err)
				assert.True(t, day.Year() >= 2015 && day.Year() <= 2040, "%s: %s: %s", id, i.ID, i.InForce)
			}
		}
	}
}
