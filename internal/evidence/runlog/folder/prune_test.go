package folder_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/report"
)

func prune(t testing.TB, dir string, before time.Time) int {
	t.Helper()
	removed, err := runlog.New(folder.New(dir)).Prune(t.Context(), before, runlog.Adding{At: now()})
	require.NoError(t, err)
	return len(removed)
}

// What the log says is no longer kept may be missing, and nothing else.
func TestPrune(t *testing.T) {
	dir := begun(t, 6)
	add(t, dir, doc(t, 0, func(r *report.Report) { r.Run.ID, r.Run.Estate = "old", "testplex" }))
	before := now().Add(3 * time.Hour)
	assert.Equal(t, 3, prune(t, dir, before))
	result, err := runlog.New(folder.New(dir)).Check(t.Context(), runlog.Checking{})
	require.NoError(t, err)
	assert.Empty(t, result.Problems)
	assert.Equal(t, 3, result.Pruned)
	assert.Equal(t, "old", result.Last.Run)
	assert.EqualValues(t, 8, result.Checkpoint.Size)
	assert.NoFileExists(t, filepath.Join(dir, reportPath(digest(t, doc(t, 2)))))
	assert.FileExists(t, filepath.Join(dir, reportPath(digest(t, doc(t, 3)))))
	assert.Zero(t, prune(t, dir, before), "there is nothing more to remove, and nothing more to say")
	assert.Len(t, lines(t, dir), 8)

	add(t, dir, doc(t, 6))
	assert.Empty(t, check(t, dir, runlog.Checking{}), "the log goes on")
	for _, n := range []int{0, 3, 6} {
		proof, err := runlog.New(folder.New(dir)).Prove(t.Context(), doc(t, n))
		require.NoError(t, err, "who kept a copy can still prove it")
		_, err = runlog.ParseProof(proof)
		require.NoError(t, err)
	}

	// A report that is missing beyond that is a fault: a later one, and one that was added after.
	require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 3))))))
	late := doc(t, 1, func(r *report.Report) { r.Run.ID = "late" })
	add(t, dir, late)
	require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, late)))))
	got := check(t, dir, runlog.Checking{})
	require.Len(t, got, 2)
	assert.Contains(t, got[0], "record 3: run run-3")
	assert.Contains(t, got[1], "record 9: run late")
}

// The newest of each estate stays, however old.
func TestPruneKeepsTheNewest(t *testing.T) {
	dir := begun(t, 4)
	assert.Equal(t, 3, prune(t, dir, now().AddDate(9, 0, 0)))
	assert.Empty(t, check(t, dir, runlog.Checking{}))
	require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 3))))))
	assert.Len(t, check(t, dir, runlog.Checking{}), 1)
}

// The record that says so cannot be made up, or changed, or speak of a run as well.
func TestPruneIsChecked(t *testing.T) {
	dir := begun(t, 4)
	prune(t, dir, now().Add(90*time.Minute))
	r := lines(t, dir)
	r[4] = bytes.Replace(r[4], []byte(`"pruned":"2026`), []byte(`"pruned":"2027`), 1)
	put(t, dir, r...)
	require.NoError(t, os.Remove(filepath.Join(dir, reportPath(digest(t, doc(t, 2))))))
	got := check(t, dir, runlog.Checking{})
	require.NotEmpty(t, got)
	assert.Contains(t, got[len(got)-1], "it is not what was logged here")

	dir = begun(t, 2)
	r = lines(t, dir)
	r[1] = bytes.Replace(r[1], []byte(`"run":`), []byte(`"pruned":"2027-01-01T00:00:00Z","run":`), 1)
	put(t, dir, r...)
	got = check(t, dir, runlog.Checking{})
	assert.Contains(t, got[len(got)-2]+got[len(got)-1], "no record does both")
	_, err := runlog.New(folder.New(filepath.Join(t.TempDir(), "none"))).Prune(t.Context(), now(), runlog.Adding{At: now()})
	require.ErrorIs(t, err, runlog.ErrNone)
}
