package historytest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

// withoutLedger takes a database back to the version before there was a ledger.
func (s *suite) withoutLedger(t *testing.T) {
	t.Helper()
	s.behind(t, "DROP TABLE ledger; DELETE FROM schema_version WHERE version_id = 2; DELETE FROM applied WHERE version = 2")
}

// What is there before there is a ledger is adopted, and found from then on when it is changed.
func testLedgerOfBefore(t *testing.T, s *suite) {
	s.noted(t)
	missed := run(9)
	missed.State, missed.Message = history.Missed, "no service ran"
	require.NoError(t, s.Begin(t.Context(), missed))
	s.withoutLedger(t)
	again := s.open(t)
	require.Empty(t, verified(t, again))
	require.NoError(t, again.PutUser(t.Context(), history.User{Name: "anna", Role: "auditor", Hash: "$3", Made: Night(0)}))
	s.add(t, Report(0, 1))
	require.Empty(t, verified(t, again))
	s.behind(t, "UPDATE account SET role = 'operator' WHERE name = 'anna'")
	assert.Contains(t, strings.Join(verified(t, again), "\n"), `user anna: its row was changed: role is "operator", and the ledger says "auditor"`)
	s.behind(t, "UPDATE account SET role = 'auditor' WHERE name = 'anna'; DELETE FROM run WHERE state = 'missed'")
	assert.Contains(t, strings.Join(verified(t, again), "\n"), "run "+missed.ID+": its row is missing")
}

// Who makes the ledger anew, to fit the rows that were changed, does not get past the log.
func testLedger(t *testing.T, s *suite) {
	s.fill(t)
	cancelled := run(20)
	require.NoError(t, s.Begin(t.Context(), cancelled))
	require.NoError(t, s.End(t.Context(), cancelled.ID, history.Cancelled, "stopped", Night(20)))
	died := run(21)
	require.NoError(t, s.Begin(t.Context(), died))
	dead, err := s.Abandon(t.Context(), Night(30), Night(30))
	require.NoError(t, err)
	require.Len(t, dead, 1)
	rep := Report(21, 1) // it was not dead after all
	_, err = s.Add(t.Context(), Doc(t, rep), died, storing(rep))
	require.NoError(t, err)
	whole(t, s)
	s.behind(t, "DELETE FROM deed WHERE what = 'login'")
	s.withoutLedger(t)
	said := strings.Join(verified(t, s.open(t)), "\n")
	assert.Contains(t, said, "the ledger is not that of which record 0, ")
	assert.Contains(t, said, "an entry up to number")
}
