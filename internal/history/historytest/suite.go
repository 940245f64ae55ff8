// Package historytest is the one suite that every history.Store passes, on real databases.
//
// Limits: it is for the tests of the packages that implement a store; what only one database does is tested there.
package historytest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// Database is a kind of database that a store keeps its history in.
type Database struct {
	// Open opens a database by its address, as another process would.
	Open func(ctx context.Context, address string) (history.Store, error)
	// New makes an empty one, which is gone after the test.
	New func(t testing.TB) (address string)
	// Exec changes a database behind the back of its store. Arguments are ?.
	Exec func(t testing.TB, address, statement string, args ...any)
	// Verify holds what a store of this database has against its log: package verify, which a test of SQLite cannot import.
	Verify func(ctx context.Context, store history.Store, o history.Verifying) (*history.Verified, error)
	// Columns are those of a table, sorted.
	Columns func(t testing.TB, address, table string) []string
	// Unchecked stands in front of statements that no foreign key is to stop.
	Unchecked string
	// Numbered stands between INSERT INTO TABLE and the rows, where they bring numbers that the database would give.
	Numbered string
	// Another is another number than that of a column whose numbers the database gives.
	Another func(column string) string
	// Octets writes a text as octets.
	Octets func(text string) string
	// Longer is a column of octets with a blank behind it.
	Longer func(column string) string
	// Kills is how often a process that writes is killed.
	Kills int
	// Settle is the statement that does what the database does by itself some time after a change; empty where there is nothing.
	Settle string
}

// settle does what the database does by itself between two nights.
func (s *suite) settle(t testing.TB) {
	t.Helper()
	if s.db.Settle != "" {
		s.db.Exec(t, s.address, s.db.Settle)
	}
}

// Run runs the suite, its parts beside each other.
func Run(t *testing.T, db Database) {
	for _, part := range []struct {
		name string
		test func(*testing.T, *suite)
	}{
		{"Runs", testRuns}, {"RunsThatDie", testAbandon}, {"OneBegins", testOneBegins}, {"Lists", testLists}, {"HostileText", testHostileText},
		{"Add", testAdd}, {"AddIsChecked", testAddIsChecked}, {"Imports", testImports}, {"Tampering", testTampering}, {"Verify", testVerify}, {"VerifyPruned", testVerifyPruned}, {"Ledger", testLedger}, {"LedgerOfBefore", testLedgerOfBefore}, {"Signed", testSigned},
		{"ManyAtOnce", testManyAtOnce},
		{"Listeners", testListeners}, {"ListenersLeave", testListenersLeave}, {"Findings", testFindings}, {"FindingPages", testFindingPages}, {"Changes", testChanges},
		{"Certificates", testCertificates}, {"Shown", testShown}, {"Trend", testTrend}, {"Waivers", testWaivers},
		{"Users", testUsers}, {"Sessions", testSessions}, {"Tokens", testTokens}, {"Deeds", testDeeds}, {"Outbox", testOutbox}, {"Claims", testClaims}, {"Tellings", testTellings}, {"OldNotices", testOldNotices},
		{"Prune", testPrune}, {"Growth", testGrowth}, {"Killed", testKilled}, {"FirstStart", testFirstStart}, {"Versions", testVersions},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel() // each has a database of its own
			part.test(t, begin(t, db))
		})
	}
}

// suite is one empty database with a store.
type suite struct {
	history.Store
	db      Database
	address string
}

func begin(t *testing.T, db Database) *suite {
	s := &suite{db: db, address: db.New(t)}
	s.Store = s.open(t)
	return s
}

// open opens the database once more.
func (s *suite) open(t testing.TB) history.Store {
	t.Helper()
	store, err := s.db.Open(t.Context(), s.address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return &suite{Store: store, db: s.db, address: s.address}
}

// run is a scheduled run of a night that is being made.
func run(n int) history.Run {
	due := Night(n)
	return history.Run{ID: Report(n, 0).Run.ID, Estate: Estate, State: history.Running, Trigger: history.BySchedule, Schedule: "nightly", Due: &due,
		Probes: "standard", Started: due}
}

// add makes a run and stores its report.
func (s *suite) add(t testing.TB, rep *report.Report, changes ...report.Change) []byte {
	t.Helper()
	doc := Doc(t, rep)
	r := history.Run{ID: rep.Run.ID, Estate: rep.Run.Estate, State: history.Running, Trigger: history.ByUser, By: "ops", Probes: rep.Run.Probes, Started: rep.Run.Started}
	require.NoError(t, s.Begin(t.Context(), r))
	_, err := s.Add(t.Context(), doc, r, storing(rep, changes...))
	require.NoError(t, err)
	return doc
}

func storing(rep *report.Report, changes ...report.Change) history.Storing {
	return history.Storing{Origin: "example.com/history", At: rep.Run.Finished.Add(time.Second), Changes: changes}
}

// whole says that the log is as it was left, and every row as the reports say.
func whole(t testing.TB, store history.Store) {
	t.Helper()
	require.Empty(t, verified(t, store))
}

// verified is what is wrong with a history.
func verified(t testing.TB, store history.Store) (out []string) {
	t.Helper()
	s := store.(*suite)
	for inner, again := s.Store.(*suite); again; inner, again = s.Store.(*suite) {
		s = inner
	}
	result, err := s.db.Verify(t.Context(), s.Store, history.Verifying{})
	require.NoError(t, err)
	for _, p := range result.Problems {
		out = append(out, p.String())
	}
	return out
}

// problems is what is wrong with the log alone.
func problems(t testing.TB, store history.Store) (out []string) {
	t.Helper()
	result, err := store.Log().Check(t.Context(), runlog.Checking{})
	require.NoError(t, err)
	for _, p := range result.Problems {
		out = append(out, p.String())
	}
	return out
}
