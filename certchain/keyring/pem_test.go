package keyring

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

// pad makes every line a record of 80 columns.
func pad(b []byte, end string) []byte {
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		fmt.Fprintf(&out, "%-80s%s", strings.TrimRight(line, "\n"), end)
	}
	return []byte(out.String())
}

func TestLoadPEMForms(t *testing.T) {
	f := newFixture(t)
	both := append(f.root.PEM(), f.leaf.PEM()...)
	ebcdic, err := charmap.CodePage1047.NewEncoder().Bytes(bytes.ReplaceAll(both, []byte("\n"), []byte("\u0085")))
	require.NoError(t, err)
	forms := map[string][]byte{
		"EBCDIC":                     ebcdic,
		"plain":                      both,
		"CRLF":                       bytes.ReplaceAll(both, []byte("\n"), []byte("\r\n")),
		"old Mac line ends":          bytes.ReplaceAll(both, []byte("\n"), []byte("\r")),
		"trailing blanks":            pad(both, "\n"),
		"records without line ends":  pad(both, ""),
		"NUL and end-of-file":        append(bytes.Clone(both), 0, 0, 0, 0x1A),
		"NEL after conversion":       bytes.ReplaceAll(both, []byte("\n"), []byte{0x85}),
		"text between blocks":        []byte("Bag Attributes: x\n" + string(f.root.PEM()) + "subject=/CN=x\n\n" + string(f.leaf.PEM()) + "end"),
		"byte order mark":            append([]byte("\xEF\xBB\xBF"), both...),
		"X509 CERTIFICATE":           bytes.ReplaceAll(both, []byte(" CERTIFICATE-"), []byte(" X509 CERTIFICATE-")),
		"DER":                        append(bytes.Clone(f.root.DER), f.leaf.DER...),
		"DER, padded":                append(append(bytes.Clone(f.root.DER), f.leaf.DER...), make([]byte, 40)...),
		"base64 without PEM lines":   []byte(base64.StdEncoding.EncodeToString(append(bytes.Clone(f.root.DER), f.leaf.DER...)) + "  \r\n"),
		"header lines within blocks": bytes.ReplaceAll(both, []byte("BEGIN CERTIFICATE-----\n"), []byte("BEGIN CERTIFICATE-----\nX-Info: a b\n\n")),
	}
	for name, data := range forms {
		t.Run(name, func(t *testing.T) {
			path := write(t, t.TempDir(), "whatever.txt", data)
			ring, problems, err := Load(Spec{Name: "r", Files: []string{path}})
			require.NoError(t, err)
			assert.Empty(t, problems)
			assert.Equal(t, []string{"Root"}, subjects(ring.Anchors()))
			assert.Equal(t, []string{"host.example"}, personal(ring))
			assert.Equal(t, certchain.SystemSSL, ring.Consumer)
			require.Len(t, ring.Sources, 1)
			assert.Equal(t, path, ring.Sources[0].Path)
			assert.Len(t, ring.Sources[0].SHA256, 64)
		})
	}
}

func TestLoadPrivateKeyInPEM(t *testing.T) {
	f := newFixture(t)
	data := append(append(bytes.Clone(f.root.PEM()), f.leaf.KeyPEM(t)...), f.leaf.PEM()...)
	line := 1 + bytes.Count(f.root.PEM(), []byte("\n"))
	path := write(t, t.TempDir(), "ring.pem", data)
	ring, problems, err := Load(Spec{Name: "r", Files: []string{path}})
	require.NoError(t, err)
	assert.Len(t, ring.Entries, 2)
	want := Problem{PrivateKey, path, line, "a private key (PRIVATE KEY): a ring file must hold certificates only"}
	assert.Equal(t, []Problem{want}, problems)
	assert.Equal(t, fmt.Sprintf("%s:%d: a private key (PRIVATE KEY): a ring file must hold certificates only", path, line), problems[0].String())
}

func TestLoadErrors(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	file := func(data string) string {
		out, err := os.CreateTemp(dir, "bad")
		require.NoError(t, err)
		_, err = out.WriteString(data)
		require.NoError(t, err)
		require.NoError(t, out.Close())
		return out.Name()
	}
	pem := string(f.root.PEM())
	lines := strings.SplitAfter(pem, "\n")
	damaged := lines[0] + lines[1] + "MII*" + strings.Join(lines[2:], "")
	empty := filepath.Join(dir, "empty-folder")
	require.NoError(t, os.Mkdir(empty, 0o700))
	big := filepath.Join(dir, "big")
	require.NoError(t, os.WriteFile(big, nil, 0o600))
	require.NoError(t, os.Truncate(big, MaxFileSize+1))
	ebcdic := "\x60\x60\x60\x60\x60\xC2\xC5\xC7\xC9\xD5\x40\xC3\xC5\xD9\xE3"
	cases := []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.pem"), "none.pem: no such file or directory"},
		{"empty", file(""), ": the file is empty"},
		{"blank", file(" \n\n"), ": the file is empty"},
		{"foreign", file("hello"), ": this is no certificate store: PEM, DER, PKCS#7, PKCS#12 and JKS are read"},
		{"only a key", filepath.Join(dir, "key.pem"), "key.pem: no certificate in this file"},
		{"damaged base64", file(damaged), ":3: '*' is no base64 character: the certificate is damaged"},
		{"cut off in a block", file(pem + lines[0] + lines[1]), fmt.Sprintf(`:%d: the block "CERTIFICATE" has no END line`, len(lines))},
		{"base64 cut off", file(lines[0] + lines[1][:41] + "\n" + lines[len(lines)-2]), ":1: the base64 text is incomplete or damaged"},
		{"certificate cut off", file(lines[0] + lines[1] + lines[len(lines)-2]), `:1: the block "CERTIFICATE" holds no DER value: the input ends inside an element`},
		{"no certificate inside", file("-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"), ":1: certificate: the signed part is no SEQUENCE"},
		{"DER cut off", file(string(f.root.DER[:100])), ": the file is cut off: the input ends inside an element"},
		{"EBCDIC, cut off", file(ebcdic), ":1: a BEGIN line without its closing dashes"},
		{"UTF-16", file("\xFF\xFE-\x00-\x00"), ": the file is UTF-16 text: save it as ASCII or UTF-8"},
		{"JCEKS", file("\xCE\xCE\xCE\xCE\x00\x00\x00\x02"), ": a JCEKS store is not supported: convert it with keytool -importkeystore -deststoretype PKCS12"},
		{"too large", big, "big: it is larger than 32 MiB, too large for a certificate store"},
		{"empty folder", empty, "empty-folder: no certificate in any file of this folder, which has 0"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			ring, _, err := Load(Spec{Name: "agent-in", Files: []string{tc.path}})
			require.Error(t, err)
			assert.Nil(t, ring)
			assert.True(t, strings.HasPrefix(err.Error(), "key ring agent-in: "+dir), err.Error())
			assert.True(t, strings.HasSuffix(err.Error(), tc.want), "%s\nwant: %s", err.Error(), tc.want)
		})
	}
	t.Run("all at once", func(t *testing.T) {
		_, _, err := Load(Spec{Name: "r", Files: []string{cases[0].path, cases[1].path}, Labels: map[string]string{"L": cases[3].path}})
		for _, part := range []string{"no such file", "is empty", `label "L": `} {
			assert.ErrorContains(t, err, part)
		}
	})
	t.Run("no files", func(t *testing.T) {
		_, _, err := Load(Spec{Name: "r"})
		assert.EqualError(t, err, "key ring r: it has no files: name at least one in files or labels")
	})
	t.Run("consumer", func(t *testing.T) {
		_, _, err := Load(Spec{Name: "r", Files: []string{dir}, Consumer: "browser"})
		assert.EqualError(t, err, `key ring r: consumer "browser" is not known: use system-ssl, jsse or strict`)
	})
}

func TestLoadFolder(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t) // ca, chain, key, leaf, root
	write(t, dir, "notes.txt", []byte("hello"))
	bad := strings.Replace(string(f.root.PEM()), "M", "*", 1)
	write(t, dir, "x-bad.pem", []byte(bad))
	write(t, dir, "y.csr", []byte("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "z"), 0o700))
	ring, problems, err := Load(Spec{Name: "r", Files: []string{dir}})
	require.NoError(t, err)
	assert.Equal(t, []string{"CA", "Root"}, subjects(ring.Anchors()), "each certificate once, in the order of the file names")
	assert.Equal(t, []string{"host.example"}, personal(ring))
	assert.Equal(t, []ProblemKind{PrivateKey, Ignored, Foreign, Unreadable, Ignored, Ignored, Ignored}, kinds(problems), "%v", problems)
	again, _, err := Load(Spec{Name: "r", Files: []string{dir}})
	require.NoError(t, err)
	assert.Equal(t, ring.Entries, again.Entries)
}

func TestLoadLabels(t *testing.T) {
	f := newFixture(t)
	other := f.ca.Leaf(t, "portal.example", nil)
	dir := f.files(t)
	bundle := write(t, dir, "bundle.pem", append(append(f.ca.PEM(), other.PEM()...), f.root.PEM()...))
	ring, _, err := Load(Spec{
		Name: "r", Files: []string{filepath.Join(dir, "chain.pem"), filepath.Join(dir, "leaf.pem")},
		Labels: map[string]string{"WEBSERVER": filepath.Join(dir, "leaf.pem"), "PORTAL": bundle},
	})
	require.NoError(t, err)
	labels := map[string]string{}
	for _, e := range ring.Entries {
		labels[e.CommonName] = e.Label
	}
	assert.Equal(t, map[string]string{"CA": "", "Root": "", "host.example": "WEBSERVER", "portal.example": "PORTAL"}, labels)
}

func TestLoadVirtual(t *testing.T) {
	f := newFixture(t)
	dir := f.files(t)
	for virtual, usage := range map[string]certchain.Usage{
		"*AUTH*/*": certchain.UsageCertAuth, "*SITE*/*": certchain.UsageSite, "START1/*": certchain.UsagePersonal, "": "",
	} {
		ring, _, err := Load(Spec{Name: "r", Virtual: virtual, Files: []string{filepath.Join(dir, "chain.pem")}})
		require.NoError(t, err)
		assert.Equal(t, usage, ring.Entries[0].Usage, virtual)
		assert.Equal(t, usage == certchain.UsagePersonal, len(ring.Anchors()) == 0)
	}
}

func TestLoadSystem(t *testing.T) {
	f := newFixture(t)
	path := write(t, t.TempDir(), "roots.pem", append(f.root.PEM(), f.ca.PEM()...))
	t.Setenv("SSL_CERT_FILE", path)
	ring, problems, err := Load(Spec{Name: System})
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Equal(t, certchain.Strict, ring.Consumer)
	assert.Equal(t, []string{"Root"}, subjects(ring.Anchors()))
	assert.Equal(t, []string{"CA"}, subjects(ring.Intermediates()))
	t.Setenv("SSL_CERT_FILE", path+".none")
	_, _, err = Load(Spec{Name: System})
	assert.ErrorContains(t, err, "key ring system: "+path+".none: ")
}

func TestLoadOddCertificates(t *testing.T) {
	root := testpki.Root(t, "Root", nil)
	der := bytes.Clone(root.DER) // an odd certificate must not take the others of its store with it
	at := bytes.Index(der, []byte{0xA0, 3, 2, 1, 2, 2})
	require.Positive(t, at)
	der[at+7] |= 0x80 // the serial number becomes negative
	_, err := certchain.Parse(der)
	require.NoError(t, err)
	path := write(t, t.TempDir(), "odd.der", append(der, root.DER...))
	ring, _, err := Load(Spec{Name: "r", Files: []string{path}})
	require.NoError(t, err)
	require.Len(t, ring.Entries, 2)
	assert.Equal(t, certchain.ParsedByZcrypto, ring.Entries[0].ParsedBy)
}
