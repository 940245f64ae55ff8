package certchain

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faultCase is one fault in a chain leaf <- CA <- root, and what each consumer makes of it.
type faultCase struct {
	name      string
	sent      []*Certificate
	root, ca  *testpki.Node
	anchor    *Certificate
	wants     map[Consumer]Reason
	beyondStd bool // crypto/x509 does not look at it
}

func faultCases(t *testing.T) (out []faultCase) {
	rsaKey := testpki.RSAKey(t, 2048)
	before, after := testpki.Start().Add(-48*time.Hour), testpki.Start().Add(-24*time.Hour)
	expired := testpki.Valid(before, after)
	future := testpki.Valid(testpki.End(), testpki.End().Add(time.Hour))
	sha1 := func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }
	type want = map[Consumer]Reason
	same := func(r Reason) want { return want{SystemSSL: r, JSSE: r, Strict: r} }
	plain := func(t *testing.T) *testpki.Node { return testpki.Root(t, "Root", rsaKey) }
	cases := []struct {
		name  string
		root  func(t *testing.T) *testpki.Node
		ca    []testpki.Option
		leaf  []testpki.Option
		key   crypto.Signer
		wants want
	}{
		{"nothing wrong", plain, nil, nil, nil, same("")},
		{"leaf expired", plain, nil, []testpki.Option{expired}, nil, same(ReasonExpired)},
		{"leaf not yet valid", plain, nil, []testpki.Option{future}, nil, same(ReasonNotYetValid)},
		{"CA expired", plain, []testpki.Option{expired}, nil, nil, same(ReasonExpired)},
		{"root expired", func(t *testing.T) *testpki.Node { return testpki.Root(t, "Root", rsaKey, expired) }, nil, nil, nil,
			want{SystemSSL: ReasonExpired, JSSE: "", Strict: ReasonExpired}},
		{"CA is no CA", plain, []testpki.Option{func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, 0 }}, nil, nil, same(ReasonNotCA)},
		{"CA may not sign", plain, []testpki.Option{func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }}, nil, nil, same(ReasonKeyUsage)},
		{"path too long", func(t *testing.T) *testpki.Node {
			return testpki.Root(t, "Root", rsaKey, func(c *x509.Certificate) { c.MaxPathLenZero = true })
		}, nil, nil, nil, want{SystemSSL: ReasonPathLength, JSSE: "", Strict: ReasonPathLength}},
		{"leaf for clients only", plain, nil, []testpki.Option{func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}}, nil, same(ReasonExtKeyUsage)},
		{"CA for clients only", plain, []testpki.Option{func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}}, nil, nil, want{SystemSSL: "", JSSE: "", Strict: ReasonExtKeyUsage}},
		{"leaf signs certificates only", plain, nil, []testpki.Option{func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }}, nil, same(ReasonKeyUsage)},
		{"leaf with SHA-1", plain, nil, []testpki.Option{sha1}, nil, want{SystemSSL: "", JSSE: "", Strict: ReasonWeakSignature}},
		{"root with SHA-1", func(t *testing.T) *testpki.Node { return testpki.Root(t, "Root", rsaKey, sha1) }, nil, nil, nil, same("")},
		{"leaf key of 1024 bits", plain, nil, nil, testpki.RSAKey(t, 1024), same("")},
		{"leaf key of 1000 bits", plain, nil, nil, testpki.RSAKey(t, 1000), same(ReasonWeakKey)},
		{"unknown critical extension", plain, nil, []testpki.Option{func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
		}}, nil, same(ReasonCriticalExtension)},
		{"name constraint against the leaf", plain, []testpki.Option{func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"other.example"}, true
		}}, nil, nil, want{SystemSSL: ReasonNameConstraints, JSSE: ReasonNameConstraints, Strict: ReasonNameConstraints}},
		{"name constraint for the leaf", plain, []testpki.Option{func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"example"}, true
		}}, nil, nil, same("")},
	}
	for _, tc := range cases {
		root := tc.root(t)
		ca := root.CA(t, "CA", testpki.RSAKey(t, 2048), tc.ca...)
		leaf := ca.Leaf(t, "host.example", tc.key, tc.leaf...)
		out = append(out, faultCase{tc.name, parsed(t, leaf, ca), root, ca, parsed(t, root)[0], tc.wants,
			tc.name == "leaf signs certificates only" || tc.name == "leaf key of 1000 bits"})
	}
	md5 := out[0]
	md5.name, md5.wants = "leaf with MD5", want{SystemSSL: "", JSSE: ReasonWeakSignature, Strict: ReasonWeakSignature}
	md5.sent = []*Certificate{parseDER(t, md5.ca.Leaf(t, "host.example", nil).WithMD5(t, md5.ca.Key)), md5.sent[1]}
	reversed := out[0]
	reversed.name = "root and CA in the wrong order"
	reversed.sent = []*Certificate{reversed.sent[0], reversed.anchor, reversed.sent[1]}
	renewed := out[0]
	renewed.name, renewed.anchor = "another certificate of the root's key", parsed(t, testpki.Root(t, "Root", rsaKey))[0]
	other := out[0]
	other.name, other.wants = "another key of the root's name", same(ReasonNoAnchor)
	other.anchor = parsed(t, testpki.Root(t, "Root", nil))[0]
	gap := out[0]
	gap.name, gap.wants, gap.sent = "CA not sent", same(ReasonNoAnchor), gap.sent[:1]
	return append(out, md5, reversed, renewed, other, gap)
}

func TestJudgeFaults(t *testing.T) {
	for _, tc := range faultCases(t) {
		t.Run(tc.name, func(t *testing.T) {
			for consumer, reason := range tc.wants {
				ring := ringOf(consumer, tc.anchor)
				v := Judge(tc.sent, ring, testpki.At())
				assert.Equal(t, reason, v.Trusted.Code, "%s: %s", consumer, v.Trusted.Detail)
				assert.Equal(t, reason == "", v.Trusted.Value == Yes, "%s", consumer)
				if err := stdVerify(tc.sent, ring, testpki.At()); consumer == Strict && !tc.beyondStd {
					assert.Equal(t, err == nil, v.Trusted.Value == Yes, "crypto/x509 says %v", err)
				}
			}
		})
	}
}

// javaJudge asks Java's own trust manager about chains: NAME.chain and NAME.anchor in a folder, at a time.
const javaJudge = `import java.io.*; import java.nio.file.*; import java.security.*; import java.security.cert.*; import java.util.*; import javax.net.ssl.*;
public class Judge {
  static X509Certificate[] read(Path p) throws Exception {
    try (InputStream in = Files.newInputStream(p)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new X509Certificate[0]);
    }
  }
  public static void main(String[] a) throws Exception {
    for (int i = 0; Files.exists(Path.of(a[0], i + ".chain")); i++) {
      String answer = "yes";
      try {
        KeyStore ks = KeyStore.getInstance("PKCS12");
        ks.load(null, null);
        for (X509Certificate c : read(Path.of(a[0], i + ".anchor"))) ks.setCertificateEntry(c.getSerialNumber().toString(), c);
        PKIXBuilderParameters p = new PKIXBuilderParameters(ks, new X509CertSelector());
        p.setRevocationEnabled(false);
        p.setDate(new Date(Long.parseLong(a[1])));
        TrustManagerFactory f = TrustManagerFactory.getInstance("PKIX");
        f.init(new CertPathTrustManagerParameters(p));
        ((X509TrustManager) f.getTrustManagers()[0]).checkServerTrusted(read(Path.of(a[0], i + ".chain")), "UNKNOWN");
      } catch (CertificateException e) { answer = "no " + e.getMessage().replaceAll("\\s+", " "); }
      System.out.println(answer);
    }
  }
}
`

// The jsse consumer is what Java does: the same chains are given to the Java of this machine.
func TestJudgeAgainstJava(t *testing.T) {
	java := tlstest.Require(t, "java", "openjdk-17-jdk-headless")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Judge.java"), []byte(javaJudge), 0o600))
	cases := faultCases(t)
	for _, self := range []testpki.Option{func(*x509.Certificate) {}, testpki.Valid(testpki.Start(), testpki.Start().Add(time.Hour))} {
		leaf := parsed(t, testpki.Root(t, "self", nil, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature }, self))
		cases = append(cases, faultCase{name: "a leaf that is trusted itself", sent: leaf, anchor: leaf[0], wants: map[Consumer]Reason{JSSE: ""}})
	}
	for i, tc := range cases {
		var chain strings.Builder
		for _, c := range tc.sent {
			chain.Write((&testpki.Node{DER: c.Raw}).PEM())
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".chain"), []byte(chain.String()), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".anchor"), (&testpki.Node{DER: tc.anchor.Raw}).PEM(), 0o600))
	}
	cmd := exec.CommandContext(t.Context(), java, filepath.Join(dir, "Judge.java"), dir, strconv.FormatInt(testpki.At().UnixMilli(), 10))
	out, err := cmd.Output()
	require.NoError(t, err)
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, answers, len(cases))
	t.Log(strings.Join(answers, "\n"))
	for i, tc := range cases {
		ring := &Ring{Name: "R", Consumer: JSSE, Entries: []Entry{{Certificate: tc.anchor, Trusted: Yes}}}
		v := Judge(tc.sent, ring, testpki.At())
		assert.Equal(t, strings.HasPrefix(answers[i], "yes"), v.Trusted.Value == Yes, "%s: Java says %s, we say %s", tc.name, answers[i], v.Trusted.Detail)
		assert.Equal(t, tc.wants[JSSE], v.Trusted.Code, tc.name)
	}
}
