package certchain

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"testing"
	"time"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSent(t *testing.T) {
	p := newPKI(t)
	leaf, two, one, root := p.leaf, p.two, p.one, p.root
	stranger := testpki.Root(t, "Stranger", nil)
	type want struct {
		ordered, complete Answer
		superfluous       []string // "name: why"
		notSent           string
	}
	cases := []struct {
		name string
		sent []*testpki.Node
		want want
	}{
		{"nothing", nil, want{Unknown, Unknown, nil, ""}},
		{"as it should be", []*testpki.Node{leaf, two, one}, want{Yes, Unknown, nil, "CN=Root,O=Test"}},
		{"with the root", []*testpki.Node{leaf, two, one, root}, want{Yes, Yes, []string{"Root: root"}, ""}},
		{"out of order", []*testpki.Node{leaf, one, two}, want{No, Unknown, nil, "CN=Root,O=Test"}},
		{"root before its CA", []*testpki.Node{leaf, two, root, one}, want{No, Yes, []string{"Root: root"}, ""}},
		{"leaf alone", []*testpki.Node{leaf}, want{Yes, Unknown, nil, "CN=Two,O=Test"}},
		{"a gap", []*testpki.Node{leaf, one}, want{Yes, Unknown, []string{"One: unrelated"}, "CN=Two,O=Test"}},
		{"twice", []*testpki.Node{leaf, two, leaf, two, one}, want{Yes, Unknown, []string{"host.example: duplicate", "Two: duplicate"}, "CN=Root,O=Test"}},
		{"a stranger", []*testpki.Node{leaf, stranger, two, one}, want{Yes, Unknown, []string{"Stranger: unrelated"}, "CN=Root,O=Test"}},
		{"CA first", []*testpki.Node{two, leaf}, want{No, Unknown, nil, "CN=One,O=Test"}},
		{"self-signed alone", []*testpki.Node{stranger}, want{Yes, Yes, nil, ""}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			f := Sent(parsed(t, tc.sent...))
			got := want{f.Ordered, f.Complete, nil, f.IssuerNotSent}
			for _, s := range f.Superfluous {
				got.superfluous = append(got.superfluous, s.Certificate.CommonName+": "+s.Why)
			}
			assert.Equal(t, tc.want, got, f.OrderDetail)
			assert.Equal(t, f.Ordered == No, f.OrderDetail != "")
		})
	}
}

func TestSentWeak(t *testing.T) {
	sha1 := func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }
	root := testpki.Root(t, "Root", testpki.RSAKey(t, 2048), sha1)
	leaf := root.Leaf(t, "host.example", testpki.RSAKey(t, 1024), sha1)
	f := Sent(parsed(t, leaf, root, leaf))
	require.Len(t, f.WeakKeys, 1)
	assert.Equal(t, "RSA 1024", f.WeakKeys[0].Detail)
	require.Len(t, f.WeakSignatures, 1, "that of a root does not count")
	assert.Equal(t, "sha1WithRSAEncryption", f.WeakSignatures[0].Detail)
	assert.Equal(t, "host.example", f.WeakSignatures[0].Certificate.CommonName)
	strong := Sent(parsed(t, testpki.Root(t, "R", testpki.RSAKey(t, 2048))))
	assert.Empty(t, strong.WeakKeys)
	assert.Empty(t, strong.WeakSignatures)
}

func TestCoversName(t *testing.T) {
	names := func(dns ...string) testpki.Option {
		return func(c *x509.Certificate) { c.DNSNames = dns }
	}
	ip := func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = nil, append(c.IPAddresses, []byte{192, 0, 2, 1})
	}
	cn := func(name string) testpki.Option {
		return func(c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{CommonName: name} }
	}
	cases := []struct {
		option testpki.Option
		host   string
		want   Answer
		by     string
	}{
		{names("a.example"), "a.example", Yes, "dns"},
		{names("a.example"), "A.EXAMPLE.", Yes, "dns"},
		{names("b.example", "a.example"), "a.example", Yes, "dns"},
		{names("a.example"), "b.example", No, ""},
		{names("*.example.com"), "a.example.com", Yes, "dns"},
		{names("*.example.com"), "a.b.example.com", No, ""},
		{names("*.example.com"), "example.com", No, ""},
		{names("*.example.com"), ".example.com", No, ""},
		{names("*.com"), "example.com", Yes, "dns"},
		{names("*"), "example", No, ""},
		{names("a*.example.com"), "ab.example.com", No, ""},
		{names("a.*.com"), "a.b.com", No, ""},
		{names("*.example.com"), "*.example.com", No, ""},
		{names("192.0.2.1"), "192.0.2.1", No, ""},
		{ip, "192.0.2.1", Yes, "ip"},
		{ip, "::ffff:192.0.2.1", Yes, "ip"},
		{ip, "[::ffff:192.0.2.1]", Yes, "ip"},
		{ip, "192.0.2.2", No, ""},
		{ip, "host.example", No, ""},
		{cn("a.example"), "a.example", Yes, "cn"},
		{cn("*.example.com"), "a.example.com", Yes, "cn"},
		{cn("a.example"), "b.example", No, ""},
		{cn(""), "b.example", No, ""},
		{cn("192.0.2.1"), "192.0.2.1", Yes, "cn"},
		{func(c *x509.Certificate) { c.DNSNames, c.EmailAddresses = nil, []string{"a@b"} }, "host.example", No, ""},
		{names("a.example"), "", Unknown, ""},
	}
	root := testpki.Root(t, "Root", nil)
	for _, tc := range cases {
		node := root.Leaf(t, "host.example", nil, tc.option)
		m := CoversName(parsed(t, node)[0], tc.host)
		assert.Equal(t, tc.want, m.Covered, "%v %s: %s", node.Cert.DNSNames, tc.host, m.Detail)
		assert.Equal(t, tc.by, m.By)
		assert.NotEmpty(t, m.Detail)
		if tc.by != "cn" && tc.host != "" && tc.host != "*.example.com" { // crypto/x509 compares what is no host name as text
			assert.Equal(t, node.Cert.VerifyHostname(tc.host) == nil, m.Covered == Yes, "crypto/x509: %v", node.Cert.VerifyHostname(tc.host))
		}
	}
}

func TestServedBy(t *testing.T) {
	p := newPKI(t)
	root, leaf := parsed(t, p.root)[0], parsed(t, p.leaf)[0]
	other := parsed(t, p.two.Leaf(t, "other.example", nil))[0]
	newer := parsed(t, p.two.Leaf(t, "host.example", nil, func(c *x509.Certificate) { c.NotBefore = testpki.Start().Add(time.Hour) }))[0]
	ca := Entry{Certificate: root}
	ring := func(entries ...Entry) *Ring { return &Ring{Name: "R", Entries: append(entries, ca)} }
	a, b := Entry{Certificate: leaf, Label: "A"}, Entry{Certificate: other, Label: "B"}
	isDefault := func(e Entry) Entry { e.Default = Yes; return e }
	cases := []struct {
		name   string
		leaf   *Certificate
		ring   *Ring
		label  string
		any    bool
		want   Answer
		detail string
	}{
		{"the only personal one", leaf, ring(a), "", false, Yes, `the certificate with the label "A" of ring R`},
		{"another than the only one", other, ring(a), "", false, No, `"CN=other.example" is served instead of the certificate with the label "A" of ring R`},
		{"two and no default", leaf, ring(a, b), "", false, Unknown, "ring R has 2 personal certificates and nothing says which is its default: name a label"},
		{"the default", leaf, ring(isDefault(a), b), "", false, Yes, ""},
		{"not the default", leaf, ring(a, isDefault(b)), "", false, No, `"CN=host.example" is served instead of the certificate with the label "B" of ring R; it is the ring's "A"`},
		{"the label", leaf, ring(a, b), "A", false, Yes, ""},
		{"the label against the default", leaf, ring(a, isDefault(b)), "A", false, Yes, ""},
		{"label in another case", leaf, ring(a, b), "a", false, Yes, ""},
		{"another label", leaf, ring(a, b), "B", false, No, ""},
		{"no such label", leaf, ring(a, b), "C", false, Unknown, `ring R as given has no certificate with the label "C"; its labels: A, B`},
		{"any personal one", other, ring(a, b), "", true, Yes, ""},
		{"a label wins over any", other, ring(a, b), "A", true, No, ""},
		{"none of them", newer, ring(a, b), "", true, No, `"CN=host.example" is none of the 2 personal certificates of ring R; it is a newer certificate for the same subject (serial ` +
			newer.Serial + ", the ring has " + leaf.Serial + ")"},
		{"no personal one", leaf, ring(), "", false, Unknown, "ring R as given has no personal certificate"},
		{"no personal one, any", leaf, ring(), "", true, Unknown, "ring R as given has no personal certificate"},
		{"nothing sent", nil, ring(a), "", false, Unknown, "no certificate was sent"},
		{"no ring", leaf, nil, "", false, Unknown, "there is no key ring to compare with"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := ServedBy(tc.leaf, tc.ring, tc.label, tc.any)
			assert.Equal(t, tc.want, s.Match, s.Detail)
			if tc.detail != "" {
				assert.Equal(t, tc.detail, s.Detail)
			}
		})
	}
}

func TestEntryPersonal(t *testing.T) {
	p := newPKI(t)
	root, leaf := parsed(t, p.root)[0], parsed(t, p.leaf)[0]
	v1 := newCraft(t)
	v1["version"] = nil
	rootV1 := parseDER(t, v1.der())
	v1["issuer"] = tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "2.5.4.3"), tlv(12, []byte("other")))))
	leafV1 := parseDER(t, v1.der())
	for _, tc := range []struct {
		e    Entry
		want bool
	}{
		{Entry{Certificate: root}, false}, {Entry{Certificate: leaf}, true}, {Entry{Certificate: rootV1}, false}, {Entry{Certificate: leafV1}, true},
		{Entry{Certificate: root, HasPrivateKey: Yes}, true}, {Entry{Certificate: root, Usage: UsagePersonal}, true},
		{Entry{Certificate: leaf, Usage: UsageCertAuth}, false}, {Entry{Certificate: leaf, Usage: UsageSite, HasPrivateKey: Yes}, false},
		{Entry{Certificate: leaf, Trusted: Yes}, false}, {Entry{Certificate: root, Trusted: No}, false},
	} {
		assert.Equal(t, tc.want, tc.e.Personal(), "%s %s %s %s", tc.e.Subject, tc.e.Usage, tc.e.Trusted, tc.e.HasPrivateKey)
	}
	notTrusted := &Ring{Consumer: JSSE, Entries: []Entry{{Certificate: root, Trusted: No}}}
	assert.Empty(t, notTrusted.Anchors())
	assert.Len(t, notTrusted.Intermediates(), 1)
	notTrusted.Consumer = SystemSSL
	assert.Len(t, notTrusted.Anchors(), 1, "Java's mark means nothing to System SSL")
	assert.Empty(t, (*Ring)(nil).Anchors())
}

func TestAuthorities(t *testing.T) {
	a, b, c := testpki.Root(t, "A", nil), testpki.Root(t, "B", nil), testpki.Root(t, "C", nil)
	ring := ringOf(SystemSSL, parsed(t, a, b)...)
	// the same Name as RawSubject of A, with other string types and letter case
	folded := tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "2.5.4.10"), tlv(12, []byte("TEST ")))), tlv(0x31, tlv(0x30, oid(t, "2.5.4.3"), tlv(12, []byte("a")))))
	f := Authorities([][]byte{folded, c.Cert.RawSubject}, ring)
	assert.Equal(t, AuthorityFacts{Named: []string{`CN=a,O=TEST\ `, "CN=C,O=Test"}, Missing: []string{"CN=B,O=Test"}, Extra: []string{"CN=C,O=Test"}, Match: No}, f)
	assert.Equal(t, Yes, Authorities([][]byte{a.Cert.RawSubject, b.Cert.RawSubject}, ring).Match)
	assert.Equal(t, Unknown, Authorities(nil, ring).Match)
	assert.Equal(t, Unknown, Authorities([][]byte{folded}, nil).Match)
	assert.Equal(t, No, Authorities([][]byte{{1, 2, 3}}, ring).Match)
}

func TestFormatName(t *testing.T) {
	name := pkix.Name{Country: []string{"DE"}, Organization: []string{"A, B"}, OrganizationalUnit: []string{"#x", "y"}, CommonName: " c=+\"<>;\\ "}
	der, err := x509.CreateCertificateRequest(nil, &x509.CertificateRequest{Subject: name}, testpki.ECKey(t))
	require.NoError(t, err)
	request, err := x509.ParseCertificateRequest(der)
	require.NoError(t, err)
	assert.Equal(t, `CN=\ c=\+\"\<\>\;\\\ ,OU=y+OU=\#x,O=A\, B,C=DE`, FormatName(request.RawSubject))
	cn := func(value []byte) []byte { return tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "2.5.4.3"), value))) }
	assert.Equal(t, `CN=a\E2\80\AEb\0A`, FormatName(cn(tlv(12, []byte("a\u202eb\n")))), "bidirectional and control characters are escaped")
	assert.Equal(t, "CN=#020105", FormatName(cn(tlv(2, []byte{5}))))
	assert.Equal(t, "#010203", FormatName([]byte{1, 2, 3}))
	assert.Equal(t, "1.2.3=x", FormatName(tlv(0x30, tlv(0x31, tlv(0x30, oid(t, "1.2.3"), tlv(12, []byte("x")))))))
	assert.Empty(t, FormatName(tlv(0x30)))
}

func TestAnswer(t *testing.T) {
	out, err := json.Marshal(map[string]Answer{"a": "", "b": Yes, "c": No, "d": Unknown, "e": "x"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"unknown","b":"yes","c":"no","d":"unknown","e":"unknown"}`, string(out))
	assert.Equal(t, Yes, AnswerOf(true))
	assert.Equal(t, No, AnswerOf(false))
}
