package clientcert_test

import (
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/internal/clientcert"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// store writes a PKCS#12 file by a command.
func (f folder) store(program, path string, args ...string) string {
	f.t.Helper()
	require.NoError(f.t, os.RemoveAll(path))
	out, err := exec.Command(program, args...).CombinedOutput()
	require.NoError(f.t, err, "%v: %s", args, out)
	require.NoError(f.t, os.Chmod(path, 0o600))
	return path
}

// TestPKCS12: what OpenSSL and Java write is read, with RSA and ECDSA keys, by the right password and no other.
func TestPKCS12(t *testing.T) {
	openssl, keytool := tlstest.Require(t, "openssl", "openssl"), tlstest.Require(t, "keytool", "openjdk-21-jdk-headless")
	for _, kind := range []pki.KeyType{pki.RSA2048, pki.P256, pki.P384} {
		f := folder{t, t.TempDir()}
		id := tlstest.Issue(t, tlstest.Intermediate(t, tlstest.NewCA(t, "Clients"), "Between"), pki.Leaf{CommonName: "client", KeyType: kind})
		pem := f.put("all.pem", slices.Concat(id.ChainPEM, id.KeyPEM), 0o600)
		path := filepath.Join(f.dir, "client.p12")
		right, wrong := f.put("right", []byte("secret\n"), 0o600), f.put("wrong", []byte("hunter2\n"), 0o600)
		export := func(args ...string) func() string {
			return func() string {
				return f.store(openssl, path, append([]string{"pkcs12", "-export", "-in", pem, "-out", path, "-passout", "pass:secret"}, args...)...)
			}
		}
		for name, write := range map[string]func() string{
			"OpenSSL":            export(),
			"OpenSSL before 3.0": export("-legacy"),
			"AES-128":            export("-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"),
			"certificate open":   export("-certpbe", "NONE"),
			"Java": func() string {
				from := export()()
				to := filepath.Join(f.dir, "java.p12")
				return f.store(keytool, to, "-importkeystore", "-srckeystore", from, "-srcstorepass", "secret", "-destkeystore", to, "-deststoretype", "PKCS12", "-deststorepass", "secret")
			},
		} {
			file := write()
			ids, err := clientcert.Load([]string{file}, nil, []string{right}, time.Now())
			require.NoError(t, err, name)
			want, err := clientcert.Load([]string{pem}, []string{pem}, nil, time.Now())
			require.NoError(t, err)
			assert.Equal(t, want[scan.ClientGood].Fingerprint(), ids[scan.ClientGood].Fingerprint(), name)
			_, err = clientcert.Load([]string{file}, nil, []string{wrong}, time.Now())
			require.EqualError(t, err, "--client-cert "+file+" with --client-key-password-file "+wrong+": the password is wrong, or the file is damaged", name)
			_, err = clientcert.Load([]string{file}, nil, nil, time.Now())
			require.EqualError(t, err, "--client-cert "+file+": the file is encrypted: want the file with its password too: --client-key-password-file FILE", name)
		}
	}
}

// TestPKCS12Faults: each says what is wrong and what would be right.
func TestPKCS12Faults(t *testing.T) {
	f := folder{t, t.TempDir()}
	now := time.Now()
	ca := tlstest.NewCA(t, "Clients")
	good := tlstest.Issue(t, ca, pki.Leaf{CommonName: "good"})
	old := tlstest.Issue(t, ca, pki.Leaf{CommonName: "old", NotBefore: now.AddDate(0, 0, -9), NotAfter: now.AddDate(0, 0, -3)})
	leaf, err := x509.ParseCertificate(good.DER)
	require.NoError(t, err)
	oldLeaf, err := x509.ParseCertificate(old.DER)
	require.NoError(t, err)
	encode := func(key any, first *x509.Certificate, rest ...*x509.Certificate) []byte {
		data, err := pkcs12.Modern.Encode(key, first, rest, "")
		require.NoError(t, err)
		return data
	}
	whole := encode(good.Key, leaf, ca.Cert)
	file, key := f.put("good.p12", whole, 0o600), f.put("good.key", good.KeyPEM, 0o600)
	expired := f.put("old.p12", encode(old.Key, oldLeaf), 0o600)
	password := f.put("password", []byte("secret"), 0o600)

	ids, err := clientcert.Load([]string{file, "expired=" + expired}, nil, nil, now)
	require.NoError(t, err, "with the empty password")
	assert.Len(t, ids, 3)
	ids, err = clientcert.Load([]string{f.put("order.p12", encode(good.Key, ca.Cert, leaf), 0o600)}, nil, nil, now)
	require.NoError(t, err, "the issuer's certificate first")
	_, to := ids[scan.ClientGood].Validity()
	assert.Equal(t, leaf.NotAfter, to)

	for name, c := range map[string]struct {
		certs, keys, passwords []string
		want                   string
	}{
		"with a key":         {[]string{file}, []string{key}, nil, "a PKCS#12 file has its key inside: want it without --client-key " + key},
		"others can read it": {[]string{f.put("open%d.p12", whole, 0o644)}, nil, nil, "open%d.p12: others can read it (mode 0644); run: chmod 600"},
		"expired as good":    {[]string{expired}, nil, nil, "--client-cert expired=" + expired},
		"another's key":      {[]string{f.put("mixed.p12", encode(old.Key, leaf, ca.Cert), 0o600)}, nil, nil, "none of its certificates has its private key"},
		"cut off":            {[]string{f.put("cut.p12", whole[:len(whole)/2], 0o600)}, nil, nil, "want a PKCS#12 file with one key and its certificates"},
		"no key":             {[]string{f.put("trust.p12", trustStore(t, ca.Cert), 0o600)}, nil, nil, "private key missing; want a PKCS#12 file with one key"},
		"password not there": {[]string{file}, nil, []string{filepath.Join(f.dir, "missing")}, "missing: no such file or directory"},
		"password open":      {[]string{file}, nil, []string{f.put("password.open", []byte("secret"), 0o644)}, "others can read it"},
		"password too many":  {[]string{file}, nil, []string{password}, "the password is wrong, or the file is damaged"},
		"a folder":           {[]string{f.dir}, nil, nil, "is no ordinary file: want a file in PEM or PKCS#12"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := clientcert.Load(c.certs, c.keys, c.passwords, now)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func trustStore(t *testing.T, certs ...*x509.Certificate) []byte {
	t.Helper()
	data, err := pkcs12.Modern.EncodeTrustStore(certs, "")
	require.NoError(t, err)
	return data
}
