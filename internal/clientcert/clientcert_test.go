package clientcert_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/clientcert"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

type folder struct {
	t   *testing.T
	dir string
}

func (f folder) put(name string, data []byte, mode os.FileMode) string {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	require.NoError(f.t, os.WriteFile(path, data, mode))
	require.NoError(f.t, os.Chmod(path, mode))
	return path
}

func TestLoad(t *testing.T) {
	f := folder{t, t.TempDir()}
	now := time.Now()
	ca := tlstest.NewCA(t, "Clients")
	good := tlstest.Issue(t, ca, pki.Leaf{CommonName: "good", KeyType: pki.RSA2048})
	old := tlstest.Issue(t, ca, pki.Leaf{CommonName: "old", NotBefore: now.AddDate(0, 0, -9), NotAfter: now.AddDate(0, 0, -3)})
	another := tlstest.Issue(t, ca, pki.Leaf{CommonName: "another", KeyType: pki.RSA2048})
	goodCert, goodKey := f.put("good.pem", good.ChainPEM, 0o644), f.put("good.key", good.KeyPEM, 0o600)
	oldCert, oldKey := f.put("old.pem", old.ChainPEM, 0o644), f.put("old.key", old.KeyPEM, 0o400)

	none, err := clientcert.Load(nil, nil, nil, now)
	require.NoError(t, err)
	assert.Nil(t, none)

	one, err := clientcert.Load([]string{goodCert}, []string{goodKey}, nil, now)
	require.NoError(t, err)
	assert.Len(t, one, 2)
	assert.NotEqual(t, one[scan.ClientGood].Fingerprint(), one[scan.ClientForeign].Fingerprint())
	from, to := one[scan.ClientForeign].Validity()
	assert.True(t, from.Before(now) && to.After(now))

	both, err := clientcert.Load([]string{goodCert, "expired=" + oldCert}, []string{"expired=" + oldKey, "good=" + goodKey}, nil, now)
	require.NoError(t, err)
	assert.Len(t, both, 3)

	combined := f.put("all.pem", append(bytes.Clone(good.ChainPEM), good.KeyPEM...), 0o600)
	_, err = clientcert.Load([]string{combined}, []string{combined}, nil, now)
	require.NoError(t, err, "certificate and key in one file")
	alone, err := clientcert.Load([]string{combined}, nil, nil, now)
	require.NoError(t, err, "which need not be named twice")
	assert.Equal(t, one[scan.ClientGood].Fingerprint(), alone[scan.ClientGood].Fingerprint())
	_, err = clientcert.Load([]string{f.put("open.pem", append(bytes.Clone(good.ChainPEM), good.KeyPEM...), 0o644)}, nil, nil, now)
	require.ErrorContains(t, err, "others can read it")

	for name, c := range map[string]struct {
		certs, keys []string
		want        string
	}{
		"no key":          {[]string{goodCert}, nil, "want its private key too: --client-key FILE"},
		"no certificate":  {nil, []string{"expired=" + oldKey}, "want its certificate too: --client-cert expired=FILE"},
		"no file":         {[]string{"missing.pem"}, []string{goodKey}, "missing.pem"},
		"a folder":        {[]string{f.dir}, []string{goodKey}, "is no ordinary file"},
		"empty":           {[]string{f.put("empty.pem", nil, 0o600)}, []string{goodKey}, "--client-key"},
		"not its key":     {[]string{goodCert}, []string{oldKey}, "private key type does not match public key type; want both in PEM, the client's own certificate first"},
		"another key":     {[]string{goodCert}, []string{f.put("another.key", another.KeyPEM, 0o600)}, "private key does not match public key; want both in PEM"},
		"key as both":     {[]string{goodKey}, []string{goodKey}, "want both in PEM"},
		"DER":             {[]string{f.put("good.der", good.DER, 0o644)}, []string{goodKey}, "is a certificate in DER: want it in PEM"},
		"expired as good": {[]string{oldCert}, []string{oldKey}, "--client-cert expired=" + oldCert},
		"good as expired": {[]string{"expired=" + goodCert}, []string{"expired=" + goodKey}, "want one that has expired"},
		"twice":           {[]string{goodCert, "good=" + goodCert}, []string{goodKey}, "there is one for the good certificate already"},
		"no path":         {[]string{"expired="}, nil, "want FILE, or expired=FILE"},
		"huge":            {[]string{goodCert}, []string{f.put("huge", make([]byte, 2<<20), 0o600)}, "is larger than"},
		"garbled key":     {[]string{goodCert}, []string{f.put("garbled", garbled(good.KeyPEM), 0o600)}, "--client-key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := clientcert.Load(c.certs, c.keys, nil, now)
			require.ErrorContains(t, err, c.want)
			for _, key := range [][]byte{good.KeyPEM, old.KeyPEM} {
				requireNoLine(t, key, err.Error())
			}
		})
	}
}

// garbled is a key whose base64 is damaged at its end.
func garbled(key []byte) []byte {
	return bytes.Replace(key, []byte("\n-----END"), []byte("!\n-----END"), 1)
}

// requireNoLine wants no line of a PEM key in a text.
func requireNoLine(t *testing.T, key []byte, text string) {
	t.Helper()
	for _, line := range strings.Split(string(key), "\n") {
		if len(line) > 20 && !strings.HasPrefix(line, "-----") {
			assert.NotContains(t, text, line)
		}
	}
}

func TestKeyThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // access is kept elsewhere
	}
	f := folder{t, t.TempDir()}
	id := tlstest.Localhost(t, pki.P256)
	cert := f.put("c.pem", id.ChainPEM, 0o644)
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o660} {
		key := f.put("k.pem", id.KeyPEM, mode)
		_, err := clientcert.Load([]string{cert}, []string{key}, nil, time.Now())
		require.ErrorContains(t, err, "others can read it")
		require.ErrorContains(t, err, "chmod 600 "+key)
		requireNoLine(t, id.KeyPEM, err.Error())
	}
}

func TestEncryptedKey(t *testing.T) {
	openssl := tlstest.Require(t, "openssl", "openssl")
	f := folder{t, t.TempDir()}
	id := tlstest.Localhost(t, pki.RSA2048)
	cert, key := f.put("c.pem", id.ChainPEM, 0o644), f.put("k.pem", id.KeyPEM, 0o600)
	for name, args := range map[string][]string{
		"PKCS#8":      {"pkcs8", "-topk8"},
		"3DES":        {"pkcs8", "-topk8", "-v2", "des3"},
		"scrypt":      {"pkcs8", "-topk8", "-scrypt"},
		"traditional": {"rsa", "-traditional", "-aes128"},
	} {
		t.Run(name, func(t *testing.T) {
			locked := filepath.Join(f.dir, "locked.pem")
			require.NoError(t, os.RemoveAll(locked))
			out, err := exec.Command(openssl, append(args, "-in", key, "-out", locked, "-passout", "pass:secret")...).CombinedOutput()
			require.NoError(t, err, string(out))
			require.NoError(t, os.Chmod(locked, 0o600))
			_, err = clientcert.Load([]string{cert}, []string{locked}, nil, time.Now())
			require.ErrorContains(t, err, "the key is encrypted")
			right, wrong := f.put("right", []byte("secret\n"), 0o600), f.put("wrong", []byte("hunter2\n"), 0o600)
			ids, err := clientcert.Load([]string{cert}, []string{locked}, []string{right}, time.Now())
			require.NoError(t, err)
			assert.Len(t, ids, 2)
			_, err = clientcert.Load([]string{cert}, []string{locked}, []string{wrong}, time.Now())
			require.EqualError(t, err, "--client-key "+locked+" with --client-key-password-file "+wrong+": the key cannot be decrypted: the password is wrong, or the file is damaged")
			_, err = clientcert.Load([]string{cert}, []string{locked}, []string{f.put("open", []byte("secret\n"), 0o644)}, time.Now())
			require.ErrorContains(t, err, "others can read it")
			_, err = clientcert.Load(nil, nil, []string{right}, time.Now())
			require.ErrorContains(t, err, "want the key that it opens too")
		})
	}
}
