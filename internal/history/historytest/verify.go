package historytest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// tampering is what is done to one table behind the store's back, column by column.
type tampering struct {
	table string
	where string            // picks the row
	set   map[string]string // a value of each column that is another than it was
	free  map[string]string // columns that nothing is said about, and why
	more  []string          // columns of octets, which a blank behind them makes longer
	again bool              // a row may be put in a second time
}

const number = "a number that only the database gives"

func tamperings(octets func(string) string, another func(number string) string) []tampering {
	other := "'otherplex'"
	return []tampering{
		{table: "estate", where: "name = 'prodplex'", set: map[string]string{"name": "'thirdplex'", "newest": "newest - 1", "whole": "NULL"}},
		{table: "run", where: "id = 'run-0002'", set: map[string]string{"id": "'run-x'", "estate": other, "state": "'failed'", "cause": "'user'", "by_user": "'x'",
			"schedule": "'weekly'", "due": "due + 1", "probes": "'deep'", "narrowed": "NOT narrowed", "started": "started + 1", "finished": "finished + 1", "at": "at + 1",
			"verdict": "'fail'", "digest": "digest || '0'", "summary": octets(`{"endpoints":9}`), "message": "'x'", "record": "record + 100", "pruned": "NOT pruned"}, more: []string{"summary"},
			free: map[string]string{"seq": number, "alive": "says nothing once a run is finished"}},
		{table: "run", where: "state = 'missed'", set: map[string]string{"id": "'run-x'", "estate": other, "state": "'failed'", "cause": "'user'", "by_user": "'x'", "schedule": "'weekly'",
			"due": "due + 1", "probes": "'deep'", "narrowed": "NOT narrowed", "started": "started + 1", "finished": "1", "at": "at + 1", "verdict": "'pass'", "digest": "'x'",
			"summary": octets(`{}`), "message": "'x'", "record": "100", "pruned": "NOT pruned"}, free: map[string]string{"seq": number, "alive": "says nothing of a run that was missed"}},
		{table: "listener", where: "endpoint = '" + Listener(0) + "' AND estate = 'prodplex'", set: map[string]string{"estate": "'thirdplex'", "endpoint": "'x'", "system": "'x'", "listener": "'x'",
			"role": "'x'", "expect": "'closed'", "state": "'closed'", "not_after": "not_after + 86400000000", "failures": octets(`{"connect/refused":1}`),
			"facts": octets(`{}`), "first_run": "'run-0004'", "since": "since + 1", "gone": "NOT gone"}, more: []string{"failures", "facts"}, free: map[string]string{"id": number}},
		{table: "seen", where: "runs > 1", set: map[string]string{"listener": "listener + 100", "run": "run - 1", "runs": "runs + 1"}},
		{table: "span", where: "state = 'tls'", again: true, set: map[string]string{"listener": "listener + 100", "state": "'closed'", "first_run": "'run-0001'",
			"since": "since + 1", "last_run": "'run-0000'", "seen": "seen + 1", "runs": "runs + 1"}, free: map[string]string{"id": number}},
		{table: "shown", where: "run = 'run-0005'", set: map[string]string{"listener": "listener + 100", "run": "'run-0001'", "sum": octets("x"), "doc": octets("\x01x")}, more: []string{"sum", "doc"}},
		{table: "certificate", where: "sha256 <> ''", set: map[string]string{"sha256": "sha256 || '0'", "not_after": "not_after + 1", "doc": octets(`{"subject":"CN=x"}`)}, more: []string{"doc"},
			free: map[string]string{"id": number}},
		{table: "presented", where: "place = 2", set: map[string]string{"listener": "listener + 100", "certificate": "certificate + 100", "place": "3"}},
		{table: "keyring", where: "name = 'ring'", set: map[string]string{"estate": other, "name": "'x'", "certificate": "certificate + 100"}},
		{table: "finding", where: "closed IS NOT NULL", again: true, set: map[string]string{"estate": other, "endpoint": "'x'", "rule": "'x'", "item": "'x'", "file": "'x'",
			"rank": "rank + 1", "counts": "NOT counts", "waived": "NOT waived", "doc": octets(`{"id":"x"}`), "first_run": "'run-0001'", "opened": "opened + 1",
			"last_run": "'run-0005'", "probes": "'deep'", "closed": "NULL"}, more: []string{"doc"}, free: map[string]string{"id": number}},
		{table: "change", where: "run = 'run-0002'", again: true, set: map[string]string{"estate": other, "run": "'run-0003'", "endpoint": "'x'", "at": "at + 1",
			"doc": octets(`{"kind":"x"}`)}, more: []string{"doc"}, free: map[string]string{"id": number}},
		{table: "deed", where: "what = 'login'", again: true, set: map[string]string{"seq": another("seq"), "at": "at + 1", "who": "'x'", "origin": "'x'", "what": "'logout'", "object": "'x'", "detail": "'x'"}},
		{table: "account", where: "name = 'anna'", set: map[string]string{"name": "'x'", "role": "'auditor'", "hash": "'$argon2id$x'", "made": "made + 1", "disabled": "NOT disabled"}},
		{table: "token", where: "name = 'ci'", set: map[string]string{"id": another("id"), "key": octets(strings.Repeat("x", 32)), "name": "'x'", "account": "'otto'", "role": "'operator'",
			"made": "made + 1", "expires": "NULL"}, free: map[string]string{"used": "no entry is made of each use"}, more: []string{"key"}},
		{table: "waiver", where: "expired IS NOT NULL", again: true, set: map[string]string{"estate": other, "doc": octets(`{"finding":"x"}`), "by_user": "'x'", "made": "made + 1", "expired": "NULL",
			"expired_by": "'x'"}, free: map[string]string{"id": number}, more: []string{"doc"}},
		{table: "ledger", where: "seq = 3", set: map[string]string{"seq": "seq + 100", "doc": octets(`{"gone":{"token":7}}`), "sum": octets(strings.Repeat("x", 32))}, more: []string{"doc", "sum"}},
		{table: "report", where: "digest <> ''", set: map[string]string{"digest": "digest || '0'", "own": octets("x")}, more: []string{"own"}},
		{table: "part", where: "hash = (SELECT hash FROM part WHERE list ORDER BY hash LIMIT 1)", set: map[string]string{"hash": octets(strings.Repeat("x", 32)), "list": "NOT list", "refs": "refs + 1", "body": octets("x")}, more: []string{"hash", "body"}},
		{table: "part", where: "hash = (SELECT hash FROM part WHERE NOT list ORDER BY hash LIMIT 1)", set: map[string]string{"hash": octets(strings.Repeat("x", 32)), "list": "NOT list", "refs": "refs + 1", "body": octets("x")}, more: []string{"hash", "body"}},
		{table: "log_head", where: "id = 1", set: map[string]string{"note": octets("x")}, more: []string{"note"}, free: map[string]string{"id": "is always 1"}},
		{table: "log_record", where: "idx = 6", set: map[string]string{"idx": "idx + 100", "line": octets(`{"run":"x"}`)}, more: []string{"line"}},
		{table: "log_hash", where: "idx = 0", set: map[string]string{"idx": "idx + 1000", "hash": octets(strings.Repeat("x", 32))}, more: []string{"hash"}},
	}
}

// fill stores a history that has something in every table. Its last run is number 6.
func (s *suite) fill(t *testing.T) {
	s.noted(t)
	open := finding("PORT-CLOSED", report.High, Listener(1), "open all the time")
	missed := run(9)
	missed.State, missed.Message = history.Missed, "no service ran"
	for n := range 6 {
		edits := []func(*report.Report){finds(open), func(r *report.Report) {
			r.Keyrings = []report.Keyring{{Name: "ring", Anchors: []string{AddCertificate(r, "CN=Root", time.Time{})}}}
		}}
		var changes []report.Change
		switch n {
		case 2:
			edits = append(edits, finds(finding("SUITE-UNEXPECTED", report.Medium, Listener(0), "for one night")), changed(2))
			changes = []report.Change{{Kind: report.StateChanged, Severity: report.Info, Endpoint: Listener(2), Old: "a", New: "b"}, {Kind: report.StateChanged, Severity: report.High, Endpoint: Listener(3)}}
		case 4:
			edits = append(edits, down(3))
		}
		rep, r := Report(n, 4, edits...), run(n)
		require.NoError(t, s.Begin(t.Context(), r))
		_, err := s.Add(t.Context(), Doc(t, rep), r, storing(rep, changes...))
		require.NoError(t, err)
	}
	require.NoError(t, s.Begin(t.Context(), missed))
	s.add(t, Report(6, 1, func(r *report.Report) { r.Run.Scope.Declared = 4 })) // a part of the estate
	s.add(t, Report(7, 2, func(r *report.Report) { r.Run.Estate = "otherplex" }))
}

// noted makes what no report says.
func (s *suite) noted(t *testing.T) {
	ctx, end := t.Context(), Night(40)
	for _, u := range []history.User{{Name: "otto", Role: "viewer", Hash: "$1", Made: Night(0)}, {Name: "anna", Role: "viewer", Hash: "$2", Made: Night(0)}, {Name: "anna", Role: "operator", Hash: "$3", Made: Night(0)}} {
		require.NoError(t, s.PutUser(ctx, u))
	}
	for i, name := range []string{"ci", "gone"} {
		id, err := s.AddToken(ctx, history.Token{Name: name, Key: [32]byte{byte(i + 1)}, User: "anna", Role: "viewer", Made: Night(0), Expires: &end})
		require.NoError(t, err)
		require.NoError(t, s.UseToken(ctx, id, Night(1)))
		if name == "gone" {
			require.NoError(t, s.DeleteToken(ctx, id))
		}
	}
	require.NoError(t, s.PutUser(ctx, history.User{Name: "left", Role: "viewer", Made: Night(0)}))
	_, err := s.AddToken(ctx, history.Token{Name: "left", Key: [32]byte{7}, User: "left", Role: "viewer", Made: Night(0)})
	require.NoError(t, err)
	require.NoError(t, s.DeleteUser(ctx, "left"))
	for _, what := range []string{"login", "run-started", "logout"} {
		require.NoError(t, s.AddDeed(ctx, history.Deed{At: Night(0).Add(1500), Who: "anna", From: "192.0.2.1", What: what, Object: "o\x00", Detail: "<d>"}))
	}
	for _, listener := range []string{"SYSA/a*", "SYSA/b"} {
		id, err := s.AddWaiver(ctx, Estate, history.Waiver{Waiver: report.Waiver{Finding: "PORT-CLOSED", Listener: listener, Until: "2027-01-01", Reason: "known & <accepted>"}, By: "anna", Made: Night(1)})
		require.NoError(t, err)
		if listener == "SYSA/b" {
			require.NoError(t, s.ExpireWaiver(ctx, Estate, id, "otto", Night(2)))
		}
	}
}

// Whatever is changed, taken out or put in behind the store's back is found.
func testVerify(t *testing.T, s *suite) {
	s.fill(t)
	whole(t, s)
	for _, x := range tamperings(s.db.Octets, s.db.Another) {
		t.Run(x.table, func(t *testing.T) {
			columns := slices.Sorted(maps.Keys(x.set))
			known := slices.Concat(columns, slices.Collect(maps.Keys(x.free)))
			slices.Sort(known)
			require.Equal(t, s.db.Columns(t, s.address, x.table), known, "a column is not tampered with")
			s.behind(t, "CREATE TABLE kept_%[1]s AS SELECT * FROM %[1]s", x.table)
			found := func(what, statement string, args ...any) {
				t.Helper()
				s.behind(t, statement, args...)
				said := verified(t, s)
				assert.NotEmpty(t, said, what)
				t.Logf("%s %s: %.200s", x.table, what, strings.Join(said, " | "))
				s.behind(t, "DELETE FROM %[1]s; INSERT INTO %[1]s%[2]s SELECT * FROM kept_%[1]s", x.table, s.db.Numbered)
			}
			for _, column := range columns {
				found(column, "UPDATE %s SET %s = %s WHERE %s", x.table, column, x.set[column], x.where)
			}
			for _, column := range x.more {
				found(column+", longer", "UPDATE %s SET %s = %s WHERE %s", x.table, column, s.db.Longer(column), x.where)
			}
			found("taken out", "DELETE FROM %s WHERE %s", x.table, x.where)
			if x.again {
				names := strings.Join(slices.DeleteFunc(known, func(c string) bool { return c == "id" || c == "seq" }), ", ")
				found("put in", "INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM %[1]s WHERE %[3]s", x.table, names, x.where)
			}
			require.Empty(t, verified(t, s), "it is as it was")
			s.behind(t, "DROP TABLE kept_%s", x.table)
		})
	}
	s.behind(t, "DELETE FROM log_head; DELETE FROM log_record; DELETE FROM log_hash; DELETE FROM report")
	assert.NotEmpty(t, verified(t, s), "the whole log was taken out")
}

// behind runs statements behind the store's back.
func (s *suite) behind(t testing.TB, statement string, args ...any) {
	t.Helper()
	s.db.Exec(t, s.address, s.db.Unchecked+fmt.Sprintf(statement, args...))
}

// What rests on reports that are no longer kept is no fault, and what does not is found as before.
func testVerifyPruned(t *testing.T, s *suite) {
	s.fill(t)
	for _, before := range []int{1, 3, 5, 100} {
		_, err := s.Prune(t.Context(), Night(before), storing(Report(9, 0)))
		require.NoError(t, err)
		require.Empty(t, verified(t, s), "before night %d", before)
	}
	s.add(t, Report(10, 4))
	s.add(t, Report(11, 4, down(1)))
	whole(t, s)
	for name, statement := range map[string]string{
		"summary":  "UPDATE run SET summary = " + s.db.Octets(`{"endpoints":9}`) + " WHERE id = 'run-0001'",
		"verdict":  "UPDATE run SET verdict = 'fail' WHERE id = 'run-0002'",
		"change":   "DELETE FROM change WHERE run = 'run-0002'",
		"run":      "DELETE FROM run WHERE id = 'run-0003'",
		"kept":     "UPDATE run SET pruned = FALSE WHERE id = 'run-0003'",
		"listener": "UPDATE listener SET state = 'closed' WHERE endpoint = '" + Listener(2) + "'",
		"finding":  "UPDATE finding SET closed = NULL, last_run = 'run-0010' WHERE rule = 'PORT-CLOSED'",
	} {
		table := map[string]string{"summary": "run", "verdict": "run", "kept": "run"}[name]
		if table == "" {
			table = name
		}
		s.behind(t, "CREATE TABLE kept_%[1]s AS SELECT * FROM %[1]s", table)
		s.behind(t, "%s", statement)
		said := verified(t, s)
		assert.NotEmpty(t, said, name)
		t.Logf("%s: %.200s", name, strings.Join(said, " | "))
		s.behind(t, "DELETE FROM %[1]s; INSERT INTO %[1]s%[2]s SELECT * FROM kept_%[1]s", table, s.db.Numbered)
		s.behind(t, "DROP TABLE kept_%s", table)
	}
	whole(t, s)
}
