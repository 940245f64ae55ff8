package keyring

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/portseal/portseal/certchain"
	"github.com/smallstep/pkcs7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

const secret = "corréct horse"

func secretFile(t testing.TB, value string) string {
	return write(t, t.TempDir(), "password", []byte(value+"\n"))
}

func TestLoadPKCS7(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	der, err := pkcs7.DegenerateCertificate(append(bytes.Clone(f.ca.DER), f.root.DER...))
	require.NoError(t, err)
	run(t, dir, "openssl", "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-out", "openssl.p7b")
	run(t, dir, "openssl", "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", "DER", "-out", "openssl.p7c")
	write(t, dir, "library.p7b", der)
	write(t, dir, "racf.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	for _, name := range []string{"openssl.p7b", "openssl.p7c", "library.p7b", "racf.pem"} {
		ring, problems, err := Load(Spec{Name: "r", Files: []string{filepath.Join(dir, name)}})
		require.NoError(t, err, name)
		assert.Empty(t, problems)
		assert.Equal(t, []string{"CA", "Root"}, subjects(ring.Anchors()), name)
	}
	run(t, dir, "openssl", "cms", "-encrypt", "-outform", "DER", "-in", "key.pem", "-out", "sealed.p7m", "leaf.pem")
	_, _, err = Load(Spec{Name: "r", Files: []string{filepath.Join(dir, "sealed.p7m")}})
	assert.ErrorContains(t, err, "a PKCS#7 message of type 1.2.840.113549.1.7.3 has no certificates to read")
}

func TestLoadPKCS12OfOpenSSL(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	export := func(name string, args ...string) string {
		base := []string{"pkcs12", "-export", "-out", name, "-passout", "pass:" + secret}
		run(t, dir, "openssl", append(base, args...)...)
		return filepath.Join(dir, name)
	}
	withKey := []string{"-inkey", "key.pem", "-in", "leaf.pem", "-certfile", "chain.pem", "-name", "WEBSERVER"}
	files := map[string]string{
		"default (AES-256)":   export("new.p12", withKey...),
		"3DES":                export("3des.p12", append([]string{"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}, withKey...)...),
		"RC2 with 40 bits":    export("rc2.p12", append([]string{"-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES"}, withKey...)...),
		"AES-128, SHA-512":    export("aes128.p12", append([]string{"-certpbe", "AES-128-CBC", "-keypbe", "AES-128-CBC", "-macalg", "sha512"}, withKey...)...),
		"certificates clear":  export("clear.p12", append([]string{"-certpbe", "NONE"}, withKey...)...),
		"two-key 3DES, 1 run": export("2des.p12", append([]string{"-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-3DES", "-noiter", "-nomaciter"}, withKey...)...),
	}
	for name, path := range files {
		t.Run(name, func(t *testing.T) {
			ring, problems, err := Load(Spec{Name: "r", Files: []string{path}, PasswordFile: secretFile(t, secret)})
			require.NoError(t, err)
			assert.Equal(t, certchain.JSSE, ring.Consumer)
			assert.Equal(t, []string{"host.example"}, personal(ring))
			assert.Equal(t, "WEBSERVER", ring.PersonalEntries()[0].Label)
			assert.Equal(t, certchain.Yes, ring.PersonalEntries()[0].HasPrivateKey)
			assert.ElementsMatch(t, []string{"CA", "Root"}, subjects(ring.Anchors()))
			assert.Equal(t, []ProblemKind{PrivateKey, NotTrustedEntry}, kinds(problems))
			_, _, err = Load(Spec{Name: "r", Files: []string{path}, PasswordFile: secretFile(t, "wrong")})
			assert.EqualError(t, err, "key ring r: "+path+": the password of this PKCS#12 file is wrong, or the file is damaged")
			_, _, err = Load(Spec{Name: "agent-in", Files: []string{path}})
			assert.EqualError(t, err, "key ring agent-in: "+path+
				": this PKCS#12 file needs a password: set password_file for the ring, or the variable PORTSEAL_RING_PASSWORD_AGENT_IN")
		})
	}
	t.Run("without a MAC, certificates clear", func(t *testing.T) {
		path := export("nomac.p12", append([]string{"-nomac", "-certpbe", "NONE"}, withKey...)...)
		ring, _, err := Load(Spec{Name: "r", Files: []string{path}})
		require.NoError(t, err, "nothing that is read needs the password")
		assert.Len(t, ring.Entries, 3)
	})
	t.Run("certificates only", func(t *testing.T) {
		path := export("nokeys.p12", "-nokeys", "-in", "chain.pem")
		ring, problems, err := Load(Spec{Name: "r", Files: []string{path}, PasswordFile: secretFile(t, secret)})
		require.NoError(t, err)
		assert.Len(t, ring.Anchors(), 2)
		assert.Equal(t, []ProblemKind{NotTrustedEntry}, kinds(problems))
	})
}

func TestLoadPKCS12OfTheLibrary(t *testing.T) {
	f := newFixture(t)
	certs := []*x509.Certificate{f.root.Cert, f.ca.Cert}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"RC2": pkcs12.LegacyRC2, "DES": pkcs12.LegacyDES, "2023": pkcs12.Modern2023, "2026 (PBMAC1)": pkcs12.Modern2026,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store, err := encoder.WithRand(rand.Reader).EncodeTrustStoreEntries(
				[]pkcs12.TrustStoreEntry{{Cert: f.root.Cert, FriendlyName: "root label"}, {Cert: f.ca.Cert, FriendlyName: "ca"}}, secret)
			require.NoError(t, err)
			ring, problems, err := Load(Spec{Name: "r", Files: []string{write(t, dir, "a", store)}, PasswordFile: secretFile(t, secret)})
			require.NoError(t, err)
			assert.Empty(t, problems)
			assert.Equal(t, []string{"Root", "CA"}, subjects(ring.Anchors()))
			assert.Equal(t, "root label", ring.Entries[0].Label)
			assert.Equal(t, certchain.Yes, ring.Entries[0].Trusted)

			both, err := encoder.WithRand(rand.Reader).Encode(f.leaf.Key, f.leaf.Cert, certs, secret)
			require.NoError(t, err)
			ring, _, err = Load(Spec{Name: "r", Files: []string{write(t, dir, "b", both)}, PasswordFile: secretFile(t, secret)})
			require.NoError(t, err)
			assert.Equal(t, []string{"host.example"}, personal(ring))
		})
	}
	t.Run("without a password", func(t *testing.T) {
		store, err := pkcs12.Passwordless.EncodeTrustStore(certs, "")
		require.NoError(t, err)
		ring, _, err := Load(Spec{Name: "r", Files: []string{write(t, t.TempDir(), "a", store)}})
		require.NoError(t, err)
		assert.Len(t, ring.Anchors(), 2)
	})
	t.Run("empty password", func(t *testing.T) {
		store, err := pkcs12.Modern.EncodeTrustStore(certs, "")
		require.NoError(t, err)
		ring, _, err := Load(Spec{Name: "r", Files: []string{write(t, t.TempDir(), "a", store)}})
		require.NoError(t, err)
		assert.Len(t, ring.Anchors(), 2)
	})
}

func TestLoadKeytoolStores(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	const password = "changeit"
	for _, kind := range []string{"JKS", "PKCS12"} {
		t.Run(kind, func(t *testing.T) {
			store := "trust." + kind
			for _, name := range []string{"root", "ca"} {
				run(t, dir, "keytool", "-importcert", "-noprompt", "-storetype", kind, "-keystore", store, "-storepass", password,
					"-alias", "my "+name, "-file", name+".pem")
			}
			run(t, dir, "keytool", "-genkeypair", "-storetype", kind, "-keystore", store, "-storepass", password, "-keypass", password,
				"-alias", "server", "-keyalg", "EC", "-dname", "CN=java.example")
			ring, problems, err := Load(Spec{Name: "r", Files: []string{filepath.Join(dir, store)}, PasswordFile: secretFile(t, password)})
			require.NoError(t, err)
			assert.Equal(t, certchain.JSSE, ring.Consumer)
			assert.ElementsMatch(t, []string{"CA", "Root"}, subjects(ring.Anchors()))
			assert.Equal(t, []string{"java.example"}, personal(ring))
			assert.Equal(t, "server", ring.PersonalEntries()[0].Label)
			assert.Equal(t, []ProblemKind{PrivateKey}, kinds(problems))
			_, _, err = Load(Spec{Name: "r", Files: []string{filepath.Join(dir, store)}, PasswordFile: secretFile(t, "wrong!")})
			assert.ErrorContains(t, err, " is wrong, or the ")
			assert.NotContains(t, err.Error(), "wrong!")
		})
	}
	t.Run("JCEKS", func(t *testing.T) {
		run(t, dir, "keytool", "-importcert", "-noprompt", "-storetype", "JCEKS", "-keystore", "x.jceks", "-storepass", password, "-file", "root.pem")
		_, _, err := Load(Spec{Name: "r", Files: []string{filepath.Join(dir, "x.jceks")}})
		assert.ErrorContains(t, err, "a JCEKS store is not supported")
	})
}

func TestLoadJKSOfTheLibrary(t *testing.T) {
	f := newFixture(t)
	key, err := x509.MarshalPKCS8PrivateKey(f.leaf.Key)
	require.NoError(t, err)
	chain := []keystore.Certificate{{Type: "X509", Content: f.leaf.DER}, {Type: "X509", Content: f.ca.DER}}
	ks := keystore.New(keystore.WithOrderedAliases())
	require.NoError(t, ks.SetPrivateKeyEntry("server", keystore.PrivateKeyEntry{PrivateKey: key, CertificateChain: chain}, []byte(secret)))
	require.NoError(t, ks.SetTrustedCertificateEntry("trusted", keystore.TrustedCertificateEntry{Certificate: keystore.Certificate{Type: "X509", Content: f.root.DER}}))
	var buf bytes.Buffer
	require.NoError(t, ks.Store(&buf, []byte("changeit")))
	path := write(t, t.TempDir(), "a.jks", buf.Bytes())
	ring, problems, err := Load(Spec{Name: "r", Files: []string{path}})
	require.NoError(t, err)
	assert.Equal(t, []ProblemKind{Unverified, PrivateKey}, kinds(problems))
	assert.Equal(t, []string{"Root"}, subjects(ring.Anchors()), "the chain of a key entry is no trusted entry")
	assert.Equal(t, []string{"CA"}, subjects(ring.Intermediates()))
	assert.Equal(t, []string{"host.example"}, personal(ring))

	for cut := range buf.Len() {
		r := reader{file: "x", password: func() (string, bool, error) { return "", false, nil }}
		assert.Error(t, r.read(buf.Bytes()[:cut]), "cut at %d", cut)
	}
}

func TestPasswordSources(t *testing.T) {
	f := newFixture(t)
	store, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{f.root.Cert}, secret)
	require.NoError(t, err)
	path := write(t, t.TempDir(), "a.p12", store)
	spec := Spec{Name: "agent.in-1", Files: []string{path}}
	assert.Equal(t, "PORTSEAL_RING_PASSWORD_AGENT_IN_1", Variable(spec.Name))

	t.Setenv("PORTSEAL_RING_PASSWORD", secret)
	_, _, err = Load(spec)
	require.NoError(t, err)
	t.Setenv("PORTSEAL_RING_PASSWORD_AGENT_IN_1", "its own wins")
	_, _, err = Load(spec)
	assert.ErrorContains(t, err, "is wrong")
	assert.NotContains(t, err.Error(), "its own wins")
	spec.PasswordFile = secretFile(t, secret+"\r")
	_, _, err = Load(spec)
	require.NoError(t, err, "a file wins over the environment; CRLF does not matter")

	spec.PasswordFile = secretFile(t, "")
	_, _, err = Load(spec)
	assert.ErrorContains(t, err, "its first line is empty")
	spec.PasswordFile = path + ".none"
	_, _, err = Load(spec)
	assert.ErrorContains(t, err, "password file "+path+".none: ")
	if runtime.GOOS == "windows" {
		return
	}
	spec.PasswordFile = os.DevNull
	_, _, err = Load(spec)
	assert.ErrorContains(t, err, "it is no regular file")
	spec.PasswordFile = secretFile(t, secret)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o620} {
		require.NoError(t, os.Chmod(spec.PasswordFile, mode))
		_, _, err = Load(spec)
		want := "password file " + spec.PasswordFile + ": others can read it (mode 0" + string('0'+rune(mode>>6)) +
			string('0'+rune(mode>>3&7)) + string('0'+rune(mode&7)) + "); run: chmod 600 " + spec.PasswordFile
		assert.EqualError(t, err, "key ring agent.in-1: "+path+": "+want)
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestFolderWithAStoreOfAnotherPassword(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	store, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{f.root.Cert}, secret)
	require.NoError(t, err)
	write(t, dir, "a.p12", store)
	_, _, err = Load(Spec{Name: "r", Files: []string{dir}})
	assert.ErrorContains(t, err, "needs a password", "a store that cannot be opened is not lost in silence")
}
