package sign

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// stored is a sealed report as a file holds it.
func stored(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	require.NoError(t, evidence.Seal(rep))
	var doc bytes.Buffer
	require.NoError(t, reportjson.Write(&doc, rep))
	return doc.Bytes()
}

// run is a small report.
func run(id string, verdict report.Verdict) *report.Report {
	rep := &report.Report{Schema: report.Schema}
	rep.Run = report.Run{ID: id, Estate: "prodplex", Finished: time.Date(2026, 11, 22, 3, 0, 0, 7, time.UTC), JudgedAt: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	rep.Summary.Verdict = verdict
	return rep
}

// openssl runs OpenSSL in a folder and returns its standard output.
func openssl(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(tlstest.Require(t, "openssl", "openssl"), args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "openssl %v: %s", args, stderr.String())
	return out
}

func load(t *testing.T, path string, password []byte) *Key {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	key, err := ParseKey(data, password)
	require.NoError(t, err)
	return key
}

var algorithms = map[string][]string{
	"ed25519": {"-algorithm", "ed25519"},
	"p256":    {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
	"p384":    {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
}

// newKey makes a key, its public half beside it as KIND.pub.
func newKey(t *testing.T, dir, kind string) (*Key, *PublicKey) {
	t.Helper()
	openssl(t, dir, append([]string{"genpkey", "-out", kind + ".pem"}, algorithms[kind]...)...)
	openssl(t, dir, "pkey", "-in", kind+".pem", "-pubout", "-out", kind+".pub")
	data, err := os.ReadFile(filepath.Join(dir, kind+".pub"))
	require.NoError(t, err)
	public, err := ParsePublicKey(data)
	require.NoError(t, err)
	return load(t, filepath.Join(dir, kind+".pem"), nil), public
}

// What OpenSSL's keys sign here, OpenSSL itself finds signed: the bytes of DSSE's pre-authentication encoding, written out anew.
func TestOpenSSLVerifiesWhatIsSigned(t *testing.T) {
	dir := t.TempDir()
	doc := stored(t, run("full", report.Fail))
	for kind := range algorithms {
		t.Run(kind, func(t *testing.T) {
			key, public := newKey(t, dir, kind)
			envelope, err := Sign(context.Background(), doc, "folder/report.json", key)
			require.NoError(t, err)
			again, err := Sign(context.Background(), doc, "folder/report.json", key)
			require.NoError(t, err)
			assert.Equal(t, string(envelope), string(again), "the same key and report give the same bytes")

			var e struct {
				PayloadType, Payload string
				Signatures           []struct{ KeyID, Sig string }
			}
			require.NoError(t, json.Unmarshal(envelope, &e))
			payload, err := base64.StdEncoding.DecodeString(e.Payload)
			require.NoError(t, err)
			sig, err := base64.StdEncoding.DecodeString(e.Signatures[0].Sig)
			require.NoError(t, err)
			pae := "DSSEv1 28 application/vnd.in-toto+json " + itoa(len(payload)) + " " + string(payload)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "pae"), []byte(pae), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "sig"), sig, 0o600))
			verify := map[string][]string{
				"ed25519": {"pkeyutl", "-verify", "-pubin", "-inkey", kind + ".pub", "-rawin", "-in", "pae", "-sigfile", "sig"},
				"p256":    {"dgst", "-sha256", "-verify", kind + ".pub", "-signature", "sig", "pae"},
				"p384":    {"dgst", "-sha384", "-verify", kind + ".pub", "-signature", "sig", "pae"},
			}
			openssl(t, dir, verify[kind]...)

			openssl(t, dir, "pkey", "-pubin", "-in", kind+".pub", "-outform", "DER", "-out", "spki")
			sum := openssl(t, dir, "dgst", "-sha256", "-r", "spki")
			assert.Equal(t, strings.Fields(string(sum))[0], e.Signatures[0].KeyID)

			v, err := Verify(context.Background(), envelope, doc, public)
			require.NoError(t, err)
			assert.True(t, v.SameBytes)
			assert.Equal(t, "report.json", v.Statement.Subject[0].Name)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "report.json"), doc, 0o600))
			sum = openssl(t, dir, "dgst", "-sha256", "-r", "report.json")
			assert.Equal(t, strings.Fields(string(sum))[0], v.Statement.Subject[0].Digest["sha256"])
		})
	}
}

func itoa(n int) string { return string(jsonOf(n)) }

func jsonOf(v any) []byte { out, _ := json.Marshal(v); return out }

func TestKeysOfOpenSSL(t *testing.T) {
	dir := t.TempDir()
	key, _ := newKey(t, dir, "p256")
	openssl(t, dir, "ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.pem")
	assert.Contains(t, string(must(os.ReadFile(filepath.Join(dir, "sec1.pem")))), "EC PARAMETERS")
	load(t, filepath.Join(dir, "sec1.pem"), nil)

	for _, how := range [][]string{{}, {"-v2", "aes-128-cbc"}, {"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA1"}, {"-v2prf", "hmacWithSHA512", "-iter", "20000"}} {
		openssl(t, dir, append([]string{"pkcs8", "-topk8", "-in", "p256.pem", "-out", "enc.pem", "-passout", "pass:open sesame"}, how...)...)
		assert.Equal(t, key.ID(), load(t, filepath.Join(dir, "enc.pem"), []byte("open sesame")).ID(), how)
		data := must(os.ReadFile(filepath.Join(dir, "enc.pem")))
		_, err := ParseKey(data, nil)
		require.ErrorIs(t, err, ErrEncrypted)
		_, err = ParseKey(data, []byte("wrong"))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "wrong\"")
	}
	openssl(t, dir, "pkcs8", "-topk8", "-in", "p256.pem", "-out", "scrypt.pem", "-passout", "pass:x", "-scrypt")
	assert.Equal(t, key.ID(), load(t, filepath.Join(dir, "scrypt.pem"), []byte("x")).ID())
	openssl(t, dir, "ec", "-in", "p256.pem", "-aes256", "-passout", "pass:x", "-out", "old.pem")
	assert.Equal(t, key.ID(), load(t, filepath.Join(dir, "old.pem"), []byte("x")).ID(), "the older form of PEM")
	openssl(t, dir, "pkcs8", "-topk8", "-in", "p256.pem", "-out", "v1.pem", "-passout", "pass:x", "-v1", "PBE-SHA1-3DES")
	_, err := ParseKey(must(os.ReadFile(filepath.Join(dir, "v1.pem"))), []byte("x"))
	require.ErrorContains(t, err, "encrypted in a way that is not read here")

	openssl(t, dir, "req", "-x509", "-key", "p256.pem", "-subj", "/CN=auditor", "-days", "1", "-out", "cert.pem")
	public, err := ParsePublicKey(must(os.ReadFile(filepath.Join(dir, "cert.pem"))))
	require.NoError(t, err)
	assert.Equal(t, key.ID(), public.ID())
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

func TestKeysThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	newKey(t, dir, "ed25519")
	openssl(t, dir, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.pem")
	openssl(t, dir, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521", "-out", "p521.pem")
	private := must(os.ReadFile(filepath.Join(dir, "ed25519.pem")))
	public := must(os.ReadFile(filepath.Join(dir, "ed25519.pub")))
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "it is no PEM file"},
		{"public", public, `it holds a PEM block "PUBLIC KEY": want "PRIVATE KEY"`},
		{"two", append(bytes.Clone(private), private...), "more than one PRIVATE KEY"},
		{"RSA", must(os.ReadFile(filepath.Join(dir, "rsa.pem"))), "want an Ed25519 or ECDSA key"},
		{"P-521", must(os.ReadFile(filepath.Join(dir, "p521.pem"))), "curve P-521"},
		{"broken", []byte("-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n"), "the private key cannot be read"},
	} {
		_, err := ParseKey(tt.data, nil)
		require.ErrorContains(t, err, tt.want, tt.name)
	}
	_, err := ParsePublicKey(private)
	require.ErrorContains(t, err, "it holds a private key")
	_, err = ParsePublicKey(nil)
	require.ErrorContains(t, err, "it is no PEM file")
}

func TestVerifyRefuses(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	key, public := newKey(t, dir, "ed25519")
	other, otherPublic := newKey(t, dir, "p384")
	doc, another := stored(t, run("full", report.Fail)), stored(t, run("demo", report.Fail))
	envelope, err := Sign(ctx, doc, "report.json", key)
	require.NoError(t, err)
	signed := func(s Statement, payloadType string, keys ...dsse.Signer) []byte {
		signer, err := dsse.NewEnvelopeSigner(keys...)
		require.NoError(t, err)
		e, err := signer.SignPayload(ctx, payloadType, must(evidence.Canonical(s)))
		require.NoError(t, err)
		return jsonOf(e)
	}
	rep, err := Sealed(doc)
	require.NoError(t, err)
	change := func(edit func(s *Statement)) []byte {
		s := statementOf(rep, doc, "report.json")
		edit(&s)
		return signed(s, PayloadType, key)
	}
	tampered := func(edit func(e *dsse.Envelope)) []byte {
		var e dsse.Envelope
		require.NoError(t, json.Unmarshal(envelope, &e))
		edit(&e)
		return jsonOf(e)
	}
	anew := func(e *dsse.Envelope) { // the payload of a report with another verdict
		s := statementOf(rep, doc, "report.json")
		s.Predicate.Verdict = report.Pass
		e.Payload = base64.StdEncoding.EncodeToString(must(evidence.Canonical(s)))
	}
	for _, tt := range []struct {
		name          string
		envelope, doc []byte
		key           *PublicKey
		want          string
	}{
		{"another report", envelope, another, public, "it is over another report: run " + rep.Run.ID},
		{"another key", envelope, doc, otherPublic, "none by key " + otherPublic.ID() + ": the envelope names " + public.ID()},
		{"tampered payload", tampered(anew), doc, public, "the envelope was changed"},
		{"tampered signature", tampered(func(e *dsse.Envelope) { e.Signatures[0].Sig = "AAAA" }), doc, public, "the envelope was changed"},
		{"no base64", tampered(func(e *dsse.Envelope) { e.Signatures[0].Sig = "!" }), doc, public, "the envelope was changed"},
		{"payload type", tampered(func(e *dsse.Envelope) { e.PayloadType = "text/plain" }), doc, public, `payloadType is "text/plain"`},
		{"no signatures", tampered(func(e *dsse.Envelope) { e.Signatures = nil }), doc, public, "the envelope has no signatures"},
		{"empty", nil, doc, public, "no DSSE envelope"},
		{"an object", []byte("{}"), doc, public, `keys "payloadType" and "payload" are missing`},
		{"huge", make([]byte, MaxEnvelope+1), doc, public, "more than 1048576 bytes"},
		{"changed report", envelope, bytes.Replace(doc, []byte(rep.Run.ID), []byte("forged"), 1), public, "report was changed after it was sealed"},
		{"no report", envelope, []byte("{}"), public, `key "schema" is missing`},
		{"statement type", change(func(s *Statement) { s.Type = "x" }), doc, public, `the statement is of type "x"`},
		{"predicate type", change(func(s *Statement) { s.PredicateType = "x" }), doc, public, `predicateType is "x"`},
		{"subjects", change(func(s *Statement) { s.Subject = nil }), doc, public, "the statement has 0 subjects"},
		{"subject", change(func(s *Statement) { s.Subject[0].Digest[digestName] = "00" }), doc, public, "over another report"},
		{"verdict", change(func(s *Statement) { s.Predicate.Verdict = "pass" }), doc, public, "does not say what the report says: run "},
		{"several, none ours", signed(statementOf(rep, doc, "r"), PayloadType, other, other), doc, public, "none by key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Verify(ctx, tt.envelope, tt.doc, tt.key)
			require.ErrorContains(t, err, tt.want)
		})
	}

	v, err := Verify(ctx, signed(statementOf(rep, doc, "r"), PayloadType, other, key), doc, public)
	require.NoError(t, err, "one of several is the key's")
	assert.Equal(t, 1, v.Others)
	dense, err := evidence.Canonical(json.RawMessage(doc))
	require.NoError(t, err)
	v, err = Verify(ctx, envelope, dense, public)
	require.NoError(t, err, "the same report in other bytes")
	assert.False(t, v.SameBytes)
}

func TestSignRefuses(t *testing.T) {
	key, _ := newKey(t, t.TempDir(), "ed25519")
	doc := stored(t, run("demo", report.Fail))
	_, err := Sign(context.Background(), bytes.Replace(doc, []byte(`"fail"`), []byte(`"pass"`), 1), "r", key)
	var changed *evidence.DigestError
	require.ErrorAs(t, err, &changed)
	unsealed := run("demo", report.Fail)
	unsealed.Digest = ""
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, unsealed))
	_, err = Sign(context.Background(), out.Bytes(), "r", key)
	require.ErrorIs(t, err, evidence.ErrUnsealed)
}

// FuzzVerify wants an error or a signature that holds, never a panic.
func FuzzVerify(f *testing.F) {
	var doc bytes.Buffer
	rep := run("demo", report.Fail)
	require.NoError(f, evidence.Seal(rep))
	require.NoError(f, reportjson.Write(&doc, rep))
	key, err := ParseKey([]byte(fuzzKey), nil)
	require.NoError(f, err)
	envelope, err := Sign(context.Background(), doc.Bytes(), "r", key)
	require.NoError(f, err)
	f.Add(envelope)
	f.Add([]byte(`{"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{"keyid": "a", "sig": "AA=="}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Verify(context.Background(), data, doc.Bytes(), &key.PublicKey)
		if err == nil {
			assert.Equal(t, rep.Digest, v.Statement.Predicate.Digest)
		}
	})
}

// FuzzParseKey wants an error or a key, never a panic, and no error that quotes what it read.
func FuzzParseKey(f *testing.F) {
	f.Add([]byte(fuzzKey), []byte("x"))
	f.Add([]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"), []byte("x"))
	f.Fuzz(func(t *testing.T, data, password []byte) {
		if len(data) > 4096 || bytes.Contains(data, []byte("ENCRYPTED")) && len(data) > 1024 {
			return // iterations cost time, and are bounded by a constant
		}
		_, _ = ParseKey(data, password)
		_, _ = ParsePublicKey(data)
		const long = 16 // a shorter one could be a word of the error
		if _, err := ParseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: data}), nil); err != nil && len(data) >= long {
			assert.NotContains(t, err.Error(), base64.StdEncoding.EncodeToString(data))
			assert.NotContains(t, err.Error(), hex.EncodeToString(data))
		}
	})
}

// fuzzKey is made for this test and signs nothing else.
const fuzzKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`
