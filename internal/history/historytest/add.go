package historytest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

func testAdd(t *testing.T, s *suite) {
	ctx := t.Context()
	_, err := s.Log().Check(ctx, runlog.Checking{})
	require.ErrorIs(t, err, runlog.ErrNone)
	var docs [][]byte
	for n := range 3 {
		rep, r := Report(n, 3), run(n)
		doc := Doc(t, rep)
		require.NoError(t, s.Begin(ctx, r))
		got, err := s.Add(ctx, doc, r, storing(rep))
		require.NoError(t, err)
		stored, err := s.Run(ctx, r.ID)
		require.NoError(t, err)
		assert.Equal(t, stored, got)
		assert.Equal(t, history.Finished, got.State)
		assert.Equal(t, history.BySchedule, got.Trigger)
		assert.Equal(t, rep.Digest, got.Digest)
		assert.Equal(t, rep.Summary, *got.Summary)
		assert.Equal(t, rep.Run.Finished, *got.Finished)
		assert.EqualValues(t, n, *got.Record)
		last, err := s.Last(ctx, Estate, false)
		require.NoError(t, err)
		assert.Equal(t, r.ID, last.ID)

		again, err := s.Add(ctx, doc, r, storing(rep))
		require.NoError(t, err, "it is there already")
		assert.Equal(t, got, again)
		docs = append(docs, doc)
	}
	for n, doc := range docs {
		got, err := s.Report(ctx, run(n).ID)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(doc, got), "byte for byte")
		proof, err := s.Log().Prove(ctx, doc)
		require.NoError(t, err)
		_, err = runlog.ParseProof(proof)
		require.NoError(t, err)
	}
	whole(t, s)
	reopened := s.open(t)
	whole(t, reopened)
	runs, _, err := reopened.List(ctx, history.RunQuery{})
	require.NoError(t, err)
	assert.Len(t, runs, 3)

	narrow := Report(3, 1, func(r *report.Report) { r.Run.Scope.Declared = 3 })
	s.add(t, narrow)
	last, err := s.Last(ctx, Estate, false)
	require.NoError(t, err)
	assert.Equal(t, run(2).ID, last.ID)
	last, err = s.Last(ctx, Estate, true)
	require.NoError(t, err)
	assert.Equal(t, narrow.Run.ID, last.ID)
	assert.True(t, last.Narrowed)
}

func testAddIsChecked(t *testing.T, s *suite) {
	ctx := t.Context()
	rep := Report(0, 2)
	doc := Doc(t, rep)
	for name, bad := range map[string][]byte{"empty": nil, "no report": []byte("{}"), "cut": doc[:len(doc)/2],
		"changed": bytes.Replace(doc, []byte("prodplex"), []byte("prodplux"), 1)} {
		_, err := s.Add(ctx, bad, history.Run{}, storing(rep))
		require.Error(t, err, name)
	}
	_, err := s.Add(ctx, doc, run(1), storing(rep))
	require.ErrorContains(t, err, "run-0000", "it is another run's")
	elsewhere := run(0)
	elsewhere.Estate = "testplex"
	_, err = s.Add(ctx, doc, elsewhere, storing(rep))
	require.ErrorContains(t, err, "testplex")
	_, err = s.Add(ctx, Doc(t, Report(0, 1, func(r *report.Report) { r.Run.ID = "" })), history.Run{}, storing(rep))
	require.ErrorContains(t, err, "no id")
	_, err = s.Log().Check(ctx, runlog.Checking{})
	require.ErrorIs(t, err, runlog.ErrNone, "nothing was stored")

	s.add(t, rep)
	_, err = s.Add(ctx, Doc(t, Report(0, 1)), history.Run{}, storing(rep))
	require.ErrorIs(t, err, runlog.ErrAnother)
	_, err = s.Log().Add(ctx, doc, runlog.Adding{At: Begin()})
	require.Error(t, err, "the log alone takes nothing")
	whole(t, s)
}

// What was made elsewhere comes in by its report alone, in any order, and does not make old what is known.
func testImports(t *testing.T, s *suite) {
	ctx := t.Context()
	closed := func(r *report.Report) { r.Endpoints[0].State, r.Endpoints[0].Presented = "closed", nil }
	for _, n := range []int{5, 3, 4, 7} {
		rep := Report(n, 2)
		if n == 3 {
			closed(rep)
			rep.Findings = []report.Finding{{ID: "PORT-CLOSED", Severity: report.Medium, Endpoint: Listener(0), Title: "closed"}}
		}
		got, err := s.Add(ctx, Doc(t, rep), history.Run{}, storing(rep))
		require.NoError(t, err)
		assert.Equal(t, history.ByImport, got.Trigger)
	}
	last, err := s.Last(ctx, Estate, false)
	require.NoError(t, err)
	assert.Equal(t, "run-0007", last.ID)
	listeners, err := s.Listeners(ctx, Estate)
	require.NoError(t, err)
	require.Len(t, listeners, 2)
	assert.EqualValues(t, "tls", listeners[0].State)
	assert.Equal(t, "run-0005", listeners[0].FirstRun)
	assert.Equal(t, "run-0007", listeners[0].LastRun)
	assert.Zero(t, listeners[0].Findings)
	points, err := s.Trend(ctx, Estate, 10)
	require.NoError(t, err)
	var order []string
	for _, p := range points {
		order = append(order, p.Run)
	}
	assert.Equal(t, []string{"run-0003", "run-0004", "run-0005", "run-0007"}, order)
	whole(t, s)
}

// What was changed behind the store's back is found.
func testTampering(t *testing.T, s *suite) {
	for n := range 3 {
		s.add(t, Report(n, 2))
	}
	whole(t, s)
	digest := Report(1, 2)
	Doc(t, digest)
	for _, tt := range []struct{ what, statement, back, want string }{
		{"record", "UPDATE log_record SET idx = 9 WHERE idx = 2", "UPDATE log_record SET idx = 2 WHERE idx = 9", ""},
		{"order", "UPDATE log_record SET idx = idx + 10 WHERE idx = 0", "UPDATE log_record SET idx = 0 WHERE idx = 10", "the order was changed"},
		{"report", "UPDATE report SET digest = 'x' WHERE digest = '" + digest.Digest + "'", "UPDATE report SET digest = '" + digest.Digest + "' WHERE digest = 'x'", "its report is missing"},
	} {
		s.db.Exec(t, s.address, tt.statement)
		found := problems(t, s)
		if tt.want == "" {
			assert.Empty(t, found, tt.what)
		} else {
			assert.Contains(t, fmt.Sprint(found), tt.want, tt.what)
		}
		s.db.Exec(t, s.address, tt.back)
		whole(t, s)
	}
	s.db.Exec(t, s.address, "UPDATE log_record SET line = ? WHERE idx = 1", []byte(`{"run":"run-0001"}`))
	assert.Contains(t, fmt.Sprint(problems(t, s)), "the record was replaced or changed")
	s.db.Exec(t, s.address, "DELETE FROM log_record WHERE idx = 1")
	assert.Contains(t, fmt.Sprint(problems(t, s)), "record 1: it is missing")
	rep := Report(3, 1)
	_, err := s.Add(t.Context(), Doc(t, rep), history.Run{}, storing(rep))
	require.ErrorIs(t, err, runlog.ErrDamaged, "nothing is added to a log that was changed")
}

func testSigned(t *testing.T, s *suite) {
	key, err := sign.ParseKey([]byte(logKey), nil)
	require.NoError(t, err)
	with := func(rep *report.Report) history.Storing {
		w := storing(rep)
		w.Key = key
		return w
	}
	for n := range 2 {
		rep := Report(n, 1)
		_, err := s.Add(t.Context(), Doc(t, rep), history.Run{}, with(rep))
		require.NoError(t, err)
	}
	rep := Report(2, 1)
	_, err = s.Add(t.Context(), Doc(t, rep), history.Run{}, storing(rep))
	require.ErrorIs(t, err, runlog.ErrKey)
	result, err := s.Log().Check(t.Context(), runlog.Checking{Key: &key.PublicKey})
	require.NoError(t, err)
	assert.Empty(t, result.Problems)
	assert.True(t, result.Checkpoint.Signed())
	runs, _, err := s.List(t.Context(), history.RunQuery{})
	require.NoError(t, err)
	assert.Len(t, runs, 2, "what the log refused is not there at all")
}

// logKey signs nothing but this test's log.
const logKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`

func testManyAtOnce(t *testing.T, s *suite) {
	stores := []history.Store{s.Store, s.open(t), s.open(t)}
	const runs = 12
	errs := make([]error, runs)
	var wg sync.WaitGroup
	for n := range runs {
		rep := Report(n, 2)
		doc := Doc(t, rep)
		wg.Go(func() {
			for _, store := range stores { // the second and third find it there
				if _, err := store.Add(t.Context(), doc, history.Run{}, storing(rep)); err != nil {
					errs[n] = err
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	whole(t, s)
	list, _, err := s.List(t.Context(), history.RunQuery{})
	require.NoError(t, err)
	assert.Len(t, list, runs)
}
