package runlog_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

func doc(t testing.TB, run string) []byte {
	t.Helper()
	rep := &report.Report{Schema: report.Schema}
	rep.Run.ID, rep.Run.Estate = run, "prodplex"
	require.NoError(t, evidence.Seal(rep))
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return out.Bytes()
}

func keyOf(t testing.TB, private any) *sign.Key {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	key, err := sign.ParseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
	require.NoError(t, err)
	return key
}

func newKey(t testing.TB) (*sign.Key, ed25519.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return keyOf(t, private), public
}

func add(t testing.TB, dir, run string, key *sign.Key) {
	t.Helper()
	_, err := runlog.New(folder.New(dir)).Add(t.Context(), doc(t, run), runlog.Adding{Key: key, Origin: "example.com/log", At: time.Unix(0, 0)})
	require.NoError(t, err)
}

func checkpointOf(t testing.TB, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	require.NoError(t, err)
	return data
}

// The checkpoint is a note as golang.org/x/mod/sumdb/note signs and reads it by itself.
func TestCheckpointIsASignedNote(t *testing.T) {
	key, public := newKey(t)
	dir := filepath.Join(t.TempDir(), "log")
	add(t, dir, "a", key)
	text, err := note.NewEd25519VerifierKey("example.com/log", public)
	require.NoError(t, err)
	verifier, err := note.NewVerifier(text)
	require.NoError(t, err)
	n, err := note.Open(checkpointOf(t, dir), note.VerifierList(verifier))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(n.Text, "example.com/log\n1\n"), n.Text)
}

func TestSignedLog(t *testing.T) {
	other, _ := newKey(t)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ed, _ := newKey(t)
	for name, key := range map[string]*sign.Key{"ed25519": ed, "p256": keyOf(t, p256)} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "log")
			log := runlog.New(folder.New(dir))
			add(t, dir, "b", key)
			add(t, dir, "c", key)
			result, err := log.Check(t.Context(), runlog.Checking{Key: &key.PublicKey})
			require.NoError(t, err)
			assert.Empty(t, result.Problems)
			assert.True(t, result.Checkpoint.Signed())
			result, err = log.Check(t.Context(), runlog.Checking{Key: &other.PublicKey})
			require.NoError(t, err)
			require.Len(t, result.Problems, 1)
			assert.Contains(t, result.Problems[0].String(), "no signature of \"example.com/log\" by key "+other.ID())

			_, err = log.Add(t.Context(), doc(t, "d"), runlog.Adding{})
			require.ErrorIs(t, err, runlog.ErrKey)
			_, err = log.Add(t.Context(), doc(t, "d"), runlog.Adding{Key: other})
			require.ErrorIs(t, err, runlog.ErrKey)

			// Who has no key can only write a log whose checkpoint is unsigned, or signed otherwise; the key signs no such log later.
			anew := filepath.Join(t.TempDir(), "log")
			add(t, anew, "a", nil)
			result, err = runlog.New(folder.New(anew)).Check(t.Context(), runlog.Checking{Key: &key.PublicKey})
			require.NoError(t, err)
			require.Len(t, result.Problems, 1)
			assert.Contains(t, result.Problems[0].String(), "it is not signed")
			_, err = runlog.New(folder.New(anew)).Add(t.Context(), doc(t, "d"), runlog.Adding{Key: key})
			require.ErrorIs(t, err, runlog.ErrKey)
			require.ErrorContains(t, err, "its signature was taken away")
		})
	}
}

func TestProof(t *testing.T) {
	key, _ := newKey(t)
	other, _ := newKey(t)
	dir := filepath.Join(t.TempDir(), "log")
	log := runlog.New(folder.New(dir))
	runs := strings.Split("abcdefghijklm", "")
	for _, run := range runs {
		add(t, dir, run, key)
	}
	head, err := runlog.ParseCheckpoint(checkpointOf(t, dir))
	require.NoError(t, err)
	for _, run := range runs {
		text, err := log.Prove(t.Context(), doc(t, run))
		require.NoError(t, err)
		p, err := runlog.ParseProof(text)
		require.NoError(t, err)
		require.NoError(t, p.Check(doc(t, run), &key.PublicKey, nil))
		require.NoError(t, p.Check(doc(t, run), nil, &head))
		require.NoError(t, p.Check(doc(t, run), &key.PublicKey, &head))
		assert.Equal(t, run, p.Record.Run)

		require.ErrorContains(t, p.Check(doc(t, "other"), &key.PublicKey, nil), "it is of another report: run "+run)
		require.ErrorContains(t, p.Check(doc(t, run), &other.PublicKey, nil), "no signature")
		require.ErrorContains(t, p.Check(doc(t, run), nil, nil), "a proof alone proves nothing")
		older := head
		older.Size--
		require.ErrorContains(t, p.Check(doc(t, run), nil, &older), "want a proof for that one")
	}
	_, err = log.Prove(t.Context(), doc(t, "z"))
	require.ErrorIs(t, err, runlog.ErrNotLogged)

	text, err := log.Prove(t.Context(), doc(t, "c"))
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	swap := func(i, j int) string {
		l := append([]string(nil), lines...)
		l[i], l[j] = l[j], l[i]
		return strings.Join(l, "\n")
	}
	p, err := runlog.ParseProof([]byte(swap(3, 4)))
	require.NoError(t, err)
	require.ErrorContains(t, p.Check(doc(t, "c"), &key.PublicKey, nil), "its hashes do not lead")
	p, err = runlog.ParseProof([]byte(strings.Replace(string(text), "index 2", "index 3", 1)))
	require.NoError(t, err)
	require.ErrorContains(t, p.Check(doc(t, "c"), &key.PublicKey, nil), "its hashes do not lead")
	p, err = runlog.ParseProof([]byte(strings.Replace(string(text), "index 2", "index 99", 1)))
	require.NoError(t, err)
	require.ErrorContains(t, p.Check(doc(t, "c"), &key.PublicKey, nil), "record 99 of a log of 13 records")
	for _, bad := range []string{"", "c2sp.org/tlog-proof@v1\nindex 0\n\n", strings.Replace(string(text), "index 2", "index 02", 1), swap(3, 1), string(text[:len(text)/2])} {
		_, err := runlog.ParseProof([]byte(bad))
		require.ErrorContains(t, err, "proof: ")
	}
}

func TestCheckpointsThatAreRefused(t *testing.T) {
	root := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	for _, bad := range []string{"", "a", "a\n1\n", "a\n01\n" + root + "\n", "a\n-1\n" + root + "\n", "a\n1\n" + root[:20] + "\n", "a b\n1\n" + root + "\n",
		"a+b\n1\n" + root + "\n", "\n1\n" + root + "\n", "a\n1\n" + root + "\n\n", "a\n1\n" + root + "\n\nno signature\n", "a\n1\n" + root, "a\n1\n" + root + "\x00\n",
		"a\n99999999999999999999\n" + root + "\n", strings.Repeat("a", runlog.MaxCheckpoint+1)} {
		_, err := runlog.ParseCheckpoint([]byte(bad))
		assert.Error(t, err, "%.80q", bad)
	}
	c, err := runlog.ParseCheckpoint([]byte("a\n0\n" + root + "\nan extension\n"))
	require.NoError(t, err)
	assert.Equal(t, "a\n0\n"+root+"\n", c.Text())
}

// FuzzCheckpoint wants an error, or a checkpoint that is read again as it was.
func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte("example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"))
	f.Add([]byte("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n"))
	key, _ := newKey(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := runlog.ParseCheckpoint(data)
		if err != nil {
			return
		}
		again, err := runlog.ParseCheckpoint([]byte(c.Text()))
		require.NoError(t, err)
		assert.Equal(t, c.Text(), again.Text())
		_, err = runlog.OpenCheckpoint(data, &key.PublicKey)
		require.Error(t, err, "nobody has signed it")
	})
}

// FuzzProof wants an error, or a proof that proves nothing to who has another key.
func FuzzProof(f *testing.F) {
	key, _ := newKey(f)
	dir := filepath.Join(f.TempDir(), "log")
	add(f, dir, "a", nil)
	add(f, dir, "b", nil)
	text, err := runlog.New(folder.New(dir)).Prove(f.Context(), doc(f, "b"))
	require.NoError(f, err)
	f.Add(text)
	report := doc(f, "b")
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := runlog.ParseProof(data); err == nil {
			require.Error(t, p.Check(report, &key.PublicKey, nil))
		}
	})
}

// FuzzFolder wants an error or a result of a log whose files hold anything, never a panic. A record that was changed before is not
// found by an add, which believes the stored hashes, but by the check: the add must neither break a log nor hide that it is broken.
func FuzzFolder(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "log")
	add(f, dir, "a", nil)
	records, err := os.ReadFile(filepath.Join(dir, "records"))
	require.NoError(f, err)
	hashes, err := os.ReadFile(filepath.Join(dir, "hashes"))
	require.NoError(f, err)
	f.Add(checkpointOf(f, dir), records, hashes)
	f.Fuzz(func(t *testing.T, checkpoint, records, hashes []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"checkpoint": checkpoint, "records": records, "hashes": hashes} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		}
		log := runlog.New(folder.New(dir))
		before, unchecked := log.Check(t.Context(), runlog.Checking{})
		if _, err := log.Add(t.Context(), doc(t, "b"), runlog.Adding{At: time.Unix(0, 0)}); err == nil {
			require.NoError(t, unchecked, "an add reads all that a check reads")
			after, err := log.Check(t.Context(), runlog.Checking{})
			require.NoError(t, err)
			require.Equal(t, givesAnotherRoot(before), givesAnotherRoot(after), "%v\n%v", before.Problems, after.Problems)
		}
	})
}

// givesAnotherRoot says whether the records are not those that the checkpoint was made of.
func givesAnotherRoot(r *runlog.Result) bool {
	return slices.ContainsFunc(r.Problems, func(p runlog.Problem) bool { return strings.Contains(p.What, "another root") })
}
