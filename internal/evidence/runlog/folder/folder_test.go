package folder_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

func now() time.Time { return time.Date(2026, 11, 26, 1, 2, 3, 4, time.UTC) }

// doc is the n-th run's report, as a file holds it.
func doc(t testing.TB, n int, edit ...func(*report.Report)) []byte {
	t.Helper()
	rep := &report.Report{Schema: report.Schema}
	rep.Run = report.Run{ID: fmt.Sprintf("run-%d", n), Estate: "prodplex", Finished: now().Add(time.Duration(n) * time.Hour)}
	rep.Summary.Verdict = report.Pass
	for _, e := range edit {
		e(rep)
	}
	require.NoError(t, evidence.Seal(rep))
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return out.Bytes()
}

func digest(t testing.TB, doc []byte) string {
	t.Helper()
	rep, err := sign.Sealed(doc)
	require.NoError(t, err)
	return rep.Digest
}

func add(t testing.TB, dir string, doc []byte) *runlog.Added {
	t.Helper()
	added, err := runlog.New(folder.New(dir)).Add(t.Context(), doc, runlog.Adding{Origin: "example.com/log", At: now()})
	require.NoError(t, err)
	return added
}

func check(t testing.TB, dir string, o runlog.Checking) []string {
	t.Helper()
	result, err := runlog.New(folder.New(dir)).Check(t.Context(), o)
	require.NoError(t, err)
	var out []string
	for _, p := range result.Problems {
		out = append(out, p.String())
	}
	return out
}

// begun is a log of so many runs.
func begun(t testing.TB, runs int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "log")
	for n := range runs {
		added := add(t, dir, doc(t, n))
		require.EqualValues(t, n, added.Index)
	}
	require.Empty(t, check(t, dir, runlog.Checking{}))
	return dir
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return data
}

func write(t testing.TB, data []byte, path ...string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(path...)), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(path...), data, 0o644))
}

func reportPath(digest string) string {
	hex := strings.TrimPrefix(digest, "sha256:")
	return filepath.Join("reports", hex[:2], hex+".json")
}

func TestAddIsRepeatable(t *testing.T) {
	dir := begun(t, 3)
	before := read(t, dir, "checkpoint")
	again := add(t, dir, doc(t, 1))
	assert.True(t, again.Already)
	assert.EqualValues(t, 1, again.Index)
	assert.Equal(t, before, read(t, dir, "checkpoint"))

	_, err := runlog.New(folder.New(dir)).Add(t.Context(), doc(t, 1, func(r *report.Report) { r.Summary.Verdict = report.Fail }), runlog.Adding{At: now()})
	require.ErrorIs(t, err, runlog.ErrAnother)
	require.ErrorContains(t, err, "record 1, run run-1 of prodplex, finished 2026-11-26T02:02:03Z")
	_, err = runlog.New(folder.New(dir)).Add(t.Context(), doc(t, 5), runlog.Adding{Origin: "example.com/other", At: now()})
	require.ErrorIs(t, err, runlog.ErrKey)
	_, err = runlog.New(folder.New(t.TempDir())).Add(t.Context(), doc(t, 5), runlog.Adding{Origin: "two words", At: now()})
	require.ErrorContains(t, err, `the log's name "two words"`)
}

func TestOtherFoldersAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, nil, dir, "notes.txt")
	_, err := runlog.New(folder.New(dir)).Add(t.Context(), doc(t, 0), runlog.Adding{Origin: "o", At: now()})
	require.ErrorContains(t, err, "the folder has other files in it")
	_, err = runlog.New(folder.New(filepath.Join(dir, "a", "b"))).Add(t.Context(), doc(t, 0), runlog.Adding{Origin: "o", At: now()})
	require.ErrorContains(t, err, "the folder that it is to be in is not there: "+filepath.Join(dir, "a"))
	_, err = runlog.New(folder.New(dir)).Check(t.Context(), runlog.Checking{})
	require.ErrorIs(t, err, runlog.ErrNone)
	_, err = runlog.New(folder.New(filepath.Join(dir, "notes.txt"))).Check(t.Context(), runlog.Checking{})
	require.ErrorIs(t, err, runlog.ErrNone)

	other := t.TempDir()
	write(t, []byte("someone's own records"), other, "records")
	_, err = runlog.New(folder.New(other)).Add(t.Context(), doc(t, 0), runlog.Adding{Origin: "o", At: now()})
	require.ErrorContains(t, err, "the folder has other files in it")
	assert.Equal(t, "someone's own records", string(read(t, other, "records")))
}

// Those who begin a log at the same time begin one log.
func TestSeveralBeginALog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	const writers = 6
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			_, err := runlog.New(folder.New(dir)).Add(context.Background(), doc(t, n), runlog.Adding{MadeUp: fmt.Sprintf("made-up-%d", n), At: now()})
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.Empty(t, check(t, dir, runlog.Checking{}))
	assert.Equal(t, writers, bytes.Count(read(t, dir, "records"), []byte("\n")))
}

// A log made by hand, in which all hashes fit, has a report that claims the digest of another: one that somebody wrote down, say.
func TestADigestThatIsAnothersIsNamed(t *testing.T) {
	honest := doc(t, 0)
	forged := bytes.Replace(honest, []byte(`"verdict": "pass"`), []byte(`"verdict": "fail"`), 1)
	require.NotEqual(t, honest, forged)
	sum := sha256.Sum256(forged)
	record := fmt.Appendf(nil, `{"added":"2026-11-26T01:02:03Z","digest":%q,"estate":"prodplex","finished":"2026-11-26T01:02:03.000000004Z","run":"run-0","sha256":"%x","verdict":"fail"}`,
		digest(t, honest), sum)
	hashes, err := tlog.StoredHashes(0, record, tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, nil }))
	require.NoError(t, err)
	store := folder.New(filepath.Join(t.TempDir(), "log"))
	head := runlog.Checkpoint{Origin: "o", Size: 1, Root: hashes[0]}
	require.NoError(t, store.Update(t.Context(), func() error {
		return store.Append(record, runlog.Hashes{Hashes: hashes}, runlog.Doc{Digest: digest(t, honest), Bytes: forged}, []byte(head.Text()))
	}))
	result, err := runlog.New(store).Check(t.Context(), runlog.Checking{})
	require.NoError(t, err)
	require.Len(t, result.Problems, 1)
	assert.Contains(t, result.Problems[0].String(), "record 0: run run-0 of prodplex, finished 2026-11-26T01:02:03Z: its report is not what its digest says")
}

// A folder where a file should be is named, and does not end the check.
func TestWhatIsNoFileIsNamed(t *testing.T) {
	dir := begun(t, 2)
	path := reportPath(digest(t, doc(t, 1)))
	require.NoError(t, os.Remove(filepath.Join(dir, path)))
	require.NoError(t, os.Mkdir(filepath.Join(dir, path), 0o755))
	got := check(t, dir, runlog.Checking{})
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "record 1: run run-1 of prodplex")
	assert.Contains(t, got[0], "is no ordinary file")
}

// lines are the records as they are stored.
func lines(t testing.TB, dir string) [][]byte {
	return bytes.SplitAfter(bytes.TrimSuffix(read(t, dir, "records"), []byte("\n")), []byte("\n"))
}

// put stores other records.
func put(t testing.TB, dir string, records ...[]byte) {
	var out []byte
	for _, r := range records {
		out = append(append(out, bytes.TrimSuffix(r, []byte("\n"))...), '\n')
	}
	write(t, out, dir, "records")
}

// Whoever changes the folder, however skilfully, is found out, and the run is named.
func TestTamperingIsNamed(t *testing.T) {
	const hour = "of prodplex, finished 2026-11-26T0"
	tests := []struct {
		name   string
		tamper func(t *testing.T, dir string)
		want   []string // each in its problem
	}{
		{"report removed", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 2))))))
		}, []string{"record 2: run run-2 " + hour + "3:02:03Z: its report is missing"}},
		{"report edited", func(t *testing.T, dir string) {
			path := reportPath(digest(t, doc(t, 2)))
			write(t, bytes.Replace(read(t, dir, path), []byte(`"pass"`), []byte(`"fail"`), 1), dir, path)
		}, []string{"record 2: run run-2 " + hour + "3:02:03Z: its report was changed: report was changed after it was sealed"}},
		{"report replaced by another that is sealed", func(t *testing.T, dir string) {
			write(t, doc(t, 77), dir, reportPath(digest(t, doc(t, 2))))
		}, []string{"record 2: run run-2 " + hour + "3:02:03Z: its report was replaced by that of run run-77"}},
		{"report written anew", func(t *testing.T, dir string) {
			path := reportPath(digest(t, doc(t, 2)))
			write(t, append(read(t, dir, path), '\n'), dir, path)
		}, []string{"its report says the same in other bytes"}},
		{"records removed", func(t *testing.T, dir string) {
			put(t, dir, lines(t, dir)[:2]...)
		}, []string{"run-", "run-", "run-", "record 2: it is missing, with all up to record 4"}},
		{"checkpoint of a giant", func(t *testing.T, dir string) {
			write(t, bytes.Replace(read(t, dir, "checkpoint"), []byte("\n5\n"), []byte("\n5000000000000\n"), 1), dir, "checkpoint")
		}, []string{"more than a log can have", "records 5 to 4999999999999 are missing"}},
		{"record removed", func(t *testing.T, dir string) {
			r := lines(t, dir)
			put(t, dir, r[0], r[1], r[3], r[4])
		}, []string{"run run-2 " + hour + "3:02:03Z: its report is stored", "record 2: it is missing"}},
		{"record and report removed", func(t *testing.T, dir string) {
			r := lines(t, dir)
			put(t, dir, r[0], r[1], r[3], r[4])
			require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 2))))))
		}, []string{"record 2: it is missing"}},
		{"last record removed", func(t *testing.T, dir string) {
			put(t, dir, lines(t, dir)[:4]...)
		}, []string{"run run-4 " + hour + "5:02:03Z: its report is stored", "record 4: it is missing"}},
		{"records swapped", func(t *testing.T, dir string) {
			r := lines(t, dir)
			put(t, dir, r[0], r[2], r[1], r[3], r[4])
		}, []string{"the 5 records give another root", "record 2: run run-1 " + hour + "2:02:03Z: it was logged as record 1: the order was changed"}},
		{"record repeated", func(t *testing.T, dir string) {
			r := lines(t, dir)
			put(t, dir, r[0], r[1], r[1], r[3], r[4])
		}, []string{"the 5 records give another root", "run run-2 " + hour + "3:02:03Z: its report is stored", "it repeats record 1", "record 2: it is missing", "its report is in record 1 already"}},
		{"verdict in a record", func(t *testing.T, dir string) {
			r := lines(t, dir)
			r[2] = bytes.Replace(r[2], []byte(`"pass"`), []byte(`"fail"`), 1)
			put(t, dir, r...)
		}, []string{"the 5 records give another root", "record 2: run run-2 " + hour + "3:02:03Z: it is not what was logged here", "record 2: run run-2 " + hour + "3:02:03Z: the record does not say what its report says"}},
		{"garbage", func(t *testing.T, dir string) {
			r := lines(t, dir)
			r[2] = []byte("{")
			put(t, dir, r...)
		}, []string{"the 5 records give another root", "its report is stored", "record 2: it cannot be read", "record 2: it is not what was logged here"}},
		{"record added by hand", func(t *testing.T, dir string) {
			r := lines(t, dir)
			put(t, dir, append(r, bytes.Replace(r[1], []byte("run-1"), []byte("run-9"), 1))...)
		}, []string{"record 5: run run-9", "record 5: run run-9", "record 5: run run-9"}},
		{"hashes changed", func(t *testing.T, dir string) {
			h := read(t, dir, "hashes")
			h[2*32] ^= 1 // an inner one
			write(t, h, dir, "hashes")
		}, []string{"the stored hashes were changed, the records were not"}},
		{"hashes gone", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "hashes")))
		}, []string{"the stored hashes cannot be read"}},
		{"checkpoint gone", func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "checkpoint")))
		}, []string{"it has records and no checkpoint"}},
		{"checkpoint of before", func(t *testing.T, dir string) {
			add(t, dir, doc(t, 5))
			old := begun(t, 5)
			write(t, read(t, old, "checkpoint"), dir, "checkpoint")
		}, []string{"record 5: run run-5 " + hour + "6:02:03Z: it is behind the 5 records of the checkpoint"}},
		{"checkpoint no checkpoint", func(t *testing.T, dir string) {
			write(t, []byte("x\n"), dir, "checkpoint")
		}, []string{"checkpoint: want three lines"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := begun(t, 5)
			tt.tamper(t, dir)
			got := check(t, dir, runlog.Checking{})
			require.Len(t, got, len(tt.want), strings.Join(got, "\n"))
			for i, want := range tt.want {
				assert.Contains(t, got[i], want)
			}
		})
	}
}

// An add believes the stored hashes: a record that was changed before it is named after it as well.
func TestAnAddHidesNoTampering(t *testing.T) {
	dir := begun(t, 3)
	write(t, bytes.Replace(read(t, dir, "records"), []byte(`"run":"run-1"`), []byte(`"run":"run-8"`), 1), dir, "records")
	before := check(t, dir, runlog.Checking{})
	require.Contains(t, strings.Join(before, "\n"), "record 1: run run-8 of prodplex, finished 2026-11-26T02:02:03Z: it is not what was logged here")
	add(t, dir, doc(t, 3))
	after := check(t, dir, runlog.Checking{})
	require.Len(t, after, len(before))
	assert.Contains(t, after[0], "the 4 records give another root")
	assert.Equal(t, before[1:], after[1:])
}

// A whole new log, consistent in itself, is found by a checkpoint from elsewhere.
func TestEarlierCheckpoint(t *testing.T) {
	dir := begun(t, 3)
	old, err := runlog.ParseCheckpoint(read(t, dir, "checkpoint"))
	require.NoError(t, err)
	add(t, dir, doc(t, 3))
	assert.Empty(t, check(t, dir, runlog.Checking{Earlier: []runlog.Checkpoint{old}}))

	anew := filepath.Join(t.TempDir(), "log")
	for _, n := range []int{0, 2, 3} {
		add(t, anew, doc(t, n))
	}
	assert.Equal(t, []string{"the first 3 records are not those of the earlier checkpoint: one of them was changed, or the log begun anew"},
		check(t, anew, runlog.Checking{Earlier: []runlog.Checkpoint{old}}))
	short := filepath.Join(t.TempDir(), "log")
	add(t, short, doc(t, 0))
	assert.Equal(t, []string{"the earlier checkpoint counts 3 records, and the log has 1: it was cut, or begun anew"},
		check(t, short, runlog.Checking{Earlier: []runlog.Checkpoint{old}}))
	old.Origin = "example.com/other"
	assert.Contains(t, check(t, dir, runlog.Checking{Earlier: []runlog.Checkpoint{old}})[0], "of another log")
}

// A run that another was compared with and that never came into the log is missing, until it is added.
func TestPreviousDigest(t *testing.T) {
	dir := begun(t, 2)
	after := func(d []byte) func(*report.Report) {
		return func(r *report.Report) { r.Run.PreviousDigest = digest(t, d) }
	}
	assert.False(t, add(t, dir, doc(t, 2, after(doc(t, 1)))).Missing)
	lost := doc(t, 3)
	assert.True(t, add(t, dir, doc(t, 4, after(lost))).Missing)
	got := check(t, dir, runlog.Checking{})
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "record 3: run run-4 of prodplex")
	assert.Contains(t, got[0], "the report that it was compared with, with digest "+digest(t, lost)+", is not in the log: a run is missing")
	before := doc(t, 9)
	assert.False(t, add(t, dir, doc(t, 5, after(before), func(r *report.Report) { r.Run.Estate = "other" })).Missing)
	assert.Len(t, check(t, dir, runlog.Checking{}), 1, "the first of an estate may follow one from before the log")
	add(t, dir, lost)
	assert.Empty(t, check(t, dir, runlog.Checking{}), "it was added later")
}

// Whenever an add is killed, nothing that was finished is lost, and the next one goes on.
func TestKilledInTheMiddle(t *testing.T) {
	dir := begun(t, 3)
	before := map[string][]byte{}
	for _, name := range []string{"checkpoint", "records", "hashes"} {
		before[name] = read(t, dir, name)
	}
	next := doc(t, 3)
	add(t, dir, next)
	records, hashes := read(t, dir, "records"), read(t, dir, "hashes")
	states := map[string]func(){
		"report":             func() {},
		"part of the report": func() { write(t, next[:20], dir, reportPath(digest(t, next))+".part") },
		"part of the record": func() { write(t, records[:len(records)-7], dir, "records") },
		"record":             func() { write(t, records, dir, "records") },
		"part of the hashes": func() { write(t, records, dir, "records"); write(t, hashes[:len(hashes)-33], dir, "hashes") },
		"hashes":             func() { write(t, records, dir, "records"); write(t, hashes, dir, "hashes") },
		"part of the checkpoint": func() {
			write(t, records, dir, "records")
			write(t, hashes, dir, "hashes")
			write(t, []byte("exam"), dir, "checkpoint.part")
		},
	}
	for name, state := range states {
		t.Run(name, func(t *testing.T) {
			for name, data := range before {
				write(t, data, dir, name)
			}
			state()
			found := check(t, dir, runlog.Checking{})
			for _, p := range found {
				assert.Contains(t, p, "run-3", "only the run that was not finished is spoken of")
			}
			added := add(t, dir, doc(t, 4))
			assert.EqualValues(t, 3, added.Index)
			assert.Equal(t, strings.Contains(strings.Join(found, ""), "behind the 3 records") || name == "part of the record", added.CutOff > 0)
			add(t, dir, next)
			assert.Empty(t, check(t, dir, runlog.Checking{}))
			require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 4))))))
		})
	}
}

func TestLostHashesAreMadeAnew(t *testing.T) {
	dir := begun(t, 5)
	whole := read(t, dir, "hashes")
	require.NoError(t, os.Remove(filepath.Join(dir, "hashes")))
	assert.True(t, add(t, dir, doc(t, 5)).Rebuilt)
	assert.Empty(t, check(t, dir, runlog.Checking{}))
	assert.Equal(t, whole, read(t, dir, "hashes")[:len(whole)])
}

func TestDiskFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		return // there is no such device on this system
	}
	dir := begun(t, 3)
	records, checkpoint := read(t, dir, "records"), read(t, dir, "checkpoint")
	require.NoError(t, os.Rename(filepath.Join(dir, "hashes"), filepath.Join(dir, "kept")))
	require.NoError(t, os.Symlink("/dev/full", filepath.Join(dir, "hashes")))
	_, err := runlog.New(folder.New(dir)).Add(t.Context(), doc(t, 3), runlog.Adding{At: now()})
	require.ErrorContains(t, err, "no space left on device")
	assert.Equal(t, records, read(t, dir, "records"))
	assert.Equal(t, checkpoint, read(t, dir, "checkpoint"))
	require.NoError(t, os.Rename(filepath.Join(dir, "kept"), filepath.Join(dir, "hashes")))
	assert.Empty(t, check(t, dir, runlog.Checking{}))
}

func TestManyAddersAtOnce(t *testing.T) {
	dir := begun(t, 1)
	var wg sync.WaitGroup
	errs := make([]error, 12)
	for n := range errs {
		d := doc(t, n+1)
		wg.Go(func() {
			_, errs[n] = runlog.New(folder.New(dir)).Add(context.WithoutCancel(t.Context()), d, runlog.Adding{At: now()})
		})
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Empty(t, check(t, dir, runlog.Checking{}))
	assert.Equal(t, 13, bytes.Count(read(t, dir, "records"), []byte("\n")))
}

// BenchmarkFiftyThousand measures adding to, proving from and checking a log of 50,000 runs.
func BenchmarkFiftyThousand(b *testing.B) {
	dir := begun(b, 1)
	store := folder.New(dir)
	var records, hashes []byte
	var all []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = all[x]
		}
		return out, nil
	})
	require.NoError(b, os.RemoveAll(filepath.Join(dir, "reports")))
	const runs = 50_000
	for n := range runs {
		d := doc(b, n)
		rep, err := sign.Sealed(d)
		require.NoError(b, err)
		sum := sha256.Sum256(d)
		line, err := evidence.Canonical(runlog.Record{Run: rep.Run.ID, Estate: rep.Run.Estate, Verdict: rep.Summary.Verdict, Finished: rep.Run.Finished, Digest: rep.Digest,
			SHA256: hex.EncodeToString(sum[:]), Added: now()})
		require.NoError(b, err)
		write(b, d, dir, reportPath(rep.Digest))
		more, err := tlog.StoredHashes(int64(n), line, reader)
		require.NoError(b, err)
		for _, h := range more {
			hashes = append(hashes, h[:]...)
		}
		all, records = append(all, more...), append(append(records, line...), '\n')
	}
	root, err := tlog.TreeHash(runs, reader)
	require.NoError(b, err)
	write(b, records, dir, "records")
	write(b, hashes, dir, "hashes")
	write(b, []byte(runlog.Checkpoint{Origin: "example.com/log", Size: runs, Root: root}.Text()), dir, "checkpoint")
	n := runs
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			add(b, dir, doc(b, n))
			n++
		}
	})
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			_, err := runlog.New(store).Prove(b.Context(), doc(b, runs/2))
			require.NoError(b, err)
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			_, err := runlog.New(store).Check(b.Context(), runlog.Checking{})
			require.NoError(b, err)
		}
	})
}
