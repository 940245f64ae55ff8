package assess_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestValidity(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name          string
		before, after time.Duration // from now
		want          string
		severity      report.Severity
	}{
		{"expired", -90 * day, -time.Second, "CERT-EXPIRED", report.Critical},
		{"its last moment", -90 * day, 0, "CERT-EXPIRES-SOON", report.High},
		{"not yet", day, 90 * day, "CERT-NOT-YET-VALID", report.Medium},
		{"not yet, and soon over", day, 5 * day, "CERT-NOT-YET-VALID", report.Medium},
		{"under 7 days", -day, 7*day - time.Second, "CERT-EXPIRES-SOON", report.High},
		{"7 days", -day, 7 * day, "CERT-EXPIRES-SOON", report.Medium},
		{"at min_days_left", -day, 30 * day, "CERT-EXPIRES-SOON", report.Medium},
		{"over min_days_left", -day, 30*day + time.Second, "", 0},
	}
	for _, tt := range tests {
		for _, adHoc := range []bool{false, true} {
			t.Run(fmt.Sprint(tt.name, adHoc), func(t *testing.T) {
				w := newWorld(t)
				leaf := w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"},
					NotBefore: now.Add(tt.before), NotAfter: now.Add(tt.after)})
				w.serve(leaf, w.parse(w.ca.DER))
				if adHoc {
					w.expect = nil
				}
				if tt.want == "" {
					assert.Empty(t, w.judge())
					return
				}
				f := w.one(tt.want) // CHAIN-UNTRUSTED says nothing else, and does not follow
				assert.Equal(t, tt.severity, f.Severity)
				assert.Contains(t, f.Detail, "the server certificate CN=agent")
				assert.Equal(t, []string{"e2"}, f.Evidence)
			})
		}
	}
}

func TestMinDaysLeftIsTheListeners(t *testing.T) {
	w := newWorld(t)
	w.expect.MinDaysLeft = 90 // the leaf has 90 days
	assert.Equal(t, "more than 90 days left", w.one("CERT-EXPIRES-SOON").Expected)
	w.expect.MinDaysLeft = 89
	assert.Empty(t, w.judge())
}

func TestExpiredCACertificateThatThePathGoesAround(t *testing.T) {
	w := newWorld(t)
	identity, err := w.other.Leaf(pki.Leaf{CommonName: "old CA", NotAfter: now.Add(-time.Hour)})
	require.NoError(t, err)
	old := w.parse(identity.DER)
	w.serve(w.leaf, w.parse(w.ca.DER), old)
	w.one("CHAIN-SUPERFLUOUS") // its ring trusts the chain without it

	w.expect, w.rings = nil, nil
	f := w.one("CERT-EXPIRED") // who needs it is not known
	assert.Contains(t, f.Detail, "the CA certificate that the listener sends")
}

func TestWeakKeysAndSignatures(t *testing.T) {
	w := newWorld(t)
	root := w.newCA("RSA Root", pki.WithKey(pki.RSA2048))
	w.ca = root
	w.ring("clients", root.DER)

	weakKey := w.issue(pki.Leaf{CommonName: "weak", DNS: []string{"sysa.example.com"}, KeyType: pki.RSA1024})
	w.serve(weakKey)
	f := w.one("CERT-WEAK-KEY")
	assert.Equal(t, "RSA 1024", f.Observed)

	weakSignature := w.issue(pki.Leaf{CommonName: "weak", DNS: []string{"sysa.example.com"}, Hash: crypto.SHA1})
	w.serve(weakSignature)
	assert.Contains(t, w.one("CERT-WEAK-SIGNATURE").Observed, "sha1WithRSAEncryption", "an untrusted chain is not said again")
	w.expect = nil
	w.one("CERT-WEAK-SIGNATURE")
}

// The key is long enough; that its program did no more than add to a prime shows in the modulus.
func TestKeysOfAFaultyProgram(t *testing.T) {
	w := newWorld(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	q := new(big.Int).Add(key.Primes[0], big.NewInt(2))
	for !q.ProbablyPrime(20) {
		q.Add(q, big.NewInt(2))
	}
	public := &rsa.PublicKey{N: q.Mul(q, key.Primes[0]), E: key.E}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "faulty"},
		DNSNames: []string{"sysa.example.com"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(90 * 24 * time.Hour)}, w.ca.Cert, public, w.ca.Key)
	require.NoError(t, err)
	w.serve(w.parse(der), w.parse(w.ca.DER))
	w.expect = nil
	assert.Equal(t, "RSA 2048: its primes are next to each other (CVE-2022-26320)", w.one("CERT-WEAK-KEY").Observed)
}

func TestNames(t *testing.T) {
	w := newWorld(t)
	w.expect.Names = []string{"sysa.example.com", "sysb.example.com"}
	f := w.one("CERT-NAME-MISMATCH")
	assert.Equal(t, "does not cover sysb.example.com", f.Observed)

	w.endpoint.Target.SNI, w.endpoint.Target.Host = "web.example.com", "web.example.com"
	w.expect.Names = nil
	assert.Empty(t, w.judge(), "AT-TLS checks no names")
	w.expect.Role = report.RoleCAEWeb
	assert.Equal(t, "does not cover web.example.com", w.one("CERT-NAME-MISMATCH").Observed)
	w.endpoint.Target.SNI, w.endpoint.Target.Host = "", "192.0.2.1"
	assert.Equal(t, "does not cover 192.0.2.1", w.one("CERT-NAME-MISMATCH").Observed)
}

func TestCommonNameIsNotEnoughForBrowsers(t *testing.T) {
	w := newWorld(t)
	w.serve(w.issue(pki.Leaf{CommonName: "sysa.example.com"}), w.parse(w.ca.DER))
	assert.Empty(t, w.judge())
	w.expect.Role = report.RoleCAEWeb
	assert.Contains(t, w.one("CERT-NAME-MISMATCH").Detail, "modern clients ignore")
}

func TestCertificateThatWasNotSeen(t *testing.T) {
	w := newWorld(t)
	w.endpoint.Presented = nil
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "which certificate the listener serves")
	w.expect = nil
	assert.Empty(t, w.judge())
}

func TestMembersThatDiffer(t *testing.T) {
	w := newWorld(t)
	other := w.issue(pki.Leaf{CommonName: "member2", DNS: []string{"sysa.example.com"}})
	w.present("sysa.example.com", other, w.parse(w.ca.DER))
	w.expect.ServedBy = ""
	f := w.one("HOST-INCONSISTENT")
	assert.Contains(t, f.Observed, "CN=agent")
	assert.Contains(t, f.Observed, "CN=member2")

	second := &w.endpoint.Presented[1]
	second.SNI = ""
	assert.Empty(t, w.judge(), "another name is another question")
	second.SNI, second.Versions = "sysa.example.com", []cipher.Version{cipher.TLSv13}
	assert.Empty(t, w.judge(), "another version is another question")
	second.Versions = []cipher.Version{cipher.TLSv12}
	w.expect.Distributed = true
	w.one("HOST-INCONSISTENT") // that members differ is the finding, whether or not the estate says that there are some

	w = newWorld(t)
	w.expect.ServedBy = ""
	rsa := w.issue(pki.Leaf{CommonName: "rsa", DNS: []string{"sysa.example.com"}, KeyType: pki.RSA2048})
	w.present("sysa.example.com", rsa, w.parse(w.ca.DER))
	assert.Empty(t, w.judge(), "another type of key is another question")
}

func TestAnswersOfMembersThatDiffer(t *testing.T) {
	w := newWorld(t)
	suite := scan.CipherSuite{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}
	shown := scan.MemberAnswer{Question: "versions/TLSv1.3", Version: cipher.TLSv12, CipherSuite: &suite, Leaf: w.leaf.SHA256, Connections: 3, Evidence: []string{"e2"}}
	w.endpoint.Members = []scan.MemberAnswer{shown}
	assert.Empty(t, w.judge(), "all alike")
	refused := scan.MemberAnswer{Question: shown.Question, Refused: "alert:70", Connections: 2, Evidence: []string{"e9", "e10"}}
	w.endpoint.Members = append(w.endpoint.Members, refused)
	for _, distributed := range []bool{false, true} {
		w.expect.Distributed = distributed
		f := w.one("HOST-INCONSISTENT")
		assert.Contains(t, f.Observed, "from 3 connections")
		assert.Contains(t, f.Observed, "refusal (alert:70) from 2 connections")
		assert.Equal(t, []string{"e2", "e9", "e10"}, f.Evidence)
	}
}

func TestAddressesOfOneNameThatDiffer(t *testing.T) {
	endpoint := func(id, address string, v13 scan.Fact, state scan.State) report.Endpoint {
		return report.Endpoint{Observation: scan.Observation{ID: id, State: state, Target: scan.ObservedTarget{Host: "h", Address: address, Port: 443},
			Protocols: []scan.Protocol{{Version: cipher.TLSv13, Supported: v13}}}}
	}
	of := func(all ...report.Endpoint) []string {
		var out []string
		findings, _ := assess.Judge(assess.Input{Endpoints: all, At: now})
		for _, f := range findings {
			if f.ID == "HOST-INCONSISTENT" {
				out = append(out, f.Endpoint+" "+f.Observed)
			}
		}
		return out
	}
	a := endpoint("h:443@192.0.2.1", "192.0.2.1", scan.Yes, scan.StateTLS)
	b := endpoint("h:443@2001:db8::1", "2001:db8::1", scan.No, scan.StateTLS)
	assert.Equal(t, []string{"h:443@192.0.2.1 TLSv1.3: yes at 192.0.2.1; no at 2001:db8::1"}, of(a, b))
	b.Protocols[0].Supported = scan.Unknown
	assert.Empty(t, of(a, b), "what is unknown is no difference")
	b.Protocols[0].Supported = scan.Yes
	assert.Empty(t, of(a, b))
	b.ID = "other:443@2001:db8::1"
	b.Protocols[0].Supported = scan.No
	assert.Empty(t, of(a, b), "two names are two servers")
	assert.Equal(t, []string{"h:443@192.0.2.1 state: tls at 192.0.2.1; closed at 192.0.2.2"},
		of(a, endpoint("h:443@192.0.2.2", "192.0.2.2", scan.Unknown, scan.StateClosed)))
}

func TestOrderAndSuperfluousCertificates(t *testing.T) {
	w := newWorld(t)
	ca, root := w.parse(w.ca.DER), w.parse(w.root.DER)
	w.serve(w.leaf, ca, root)
	assert.Contains(t, w.one("CHAIN-SUPERFLUOUS").Observed, "root")

	sub, err := w.ca.Intermediate("Sub", pki.WithTime(now))
	require.NoError(t, err)
	identity, err := sub.Leaf(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}})
	require.NoError(t, err)
	leaf := w.parse(identity.DER)
	w.serve(leaf, ca, w.parse(sub.DER))
	w.one("CHAIN-ORDER")
	w.expect.TrustedBy = nil
	assert.Empty(t, w.judge(), "nothing is said about the chain")
}

func TestAnonymousListenerHasNoCertificateToAssess(t *testing.T) {
	w := newWorld(t)
	w.endpoint.Presented = nil
	w.expect.Versions, w.expect.CipherSuites = []cipher.Version{cipher.TLSv12}, nil
	w.version(cipher.TLSv13, scan.No)
	w.version(cipher.TLSv12, scan.Yes, 0x0034).Enumeration = scan.EnumerationFull
	w.one("SUITE-INSECURE")
	w.version(cipher.TLSv12, scan.Yes, 0x0034, 0x0035).Enumeration = scan.EnumerationFull
	assert.Equal(t, []string{"SUITE-INSECURE", "NOT-ASSESSED"}, idsOf(w.judge()))
}
