package replay_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
)

// A report of a program that did not embed what it judged by is checked as far as that goes, and what is not checked is said. The file is
// one that such a program has made.
func TestOlderReport(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "older.json"))
	require.NoError(t, err)
	result, err := replay.Check(text, replay.Beside{})
	require.NoError(t, err)
	assert.Empty(t, result.Differences)
	require.Len(t, result.Unchecked, 1)
	assert.Contains(t, result.Unchecked[0].Why, "cannot be judged again: the report has no run.fail_on")
	assert.Equal(t, 8, result.Counts.Endpoints)

	for name, forge := range map[string]func(object){
		"/certificates/0/subject": func(d object) { list(d["certificates"])[0].(object)["subject"] = "CN=other" },
		"/run/finished":           func(d object) { r := d["run"].(object); r["finished"] = later(r["started"], -1) },
		"/endpoints/-":            func(d object) { d["endpoints"] = without(d["endpoints"], 2) },
		"/run/fail_on":            func(d object) { d["plans"] = []any{object{"id": "p1", "depth": "quick"}} },
	} {
		doc := decode(t, text)
		forge(doc)
		assert.Contains(t, pointers(t, doc), name, name)
	}
}
