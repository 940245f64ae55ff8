// Package verify says whether a history is as it was left: its log, its reports, and every row that follows from them.
//
// A service's tables are made from reports, one run after the other, and from nothing else. So they are made once more, in memory, and compared:
// a row that was changed, taken out or put in behind the store's back differs.
//
// What no report says (the audit log, users, tokens, waivers, runs without a report) follows from a ledger, a chain of entries whose end each record
// of the log has.
//
// Limits: notices, sessions, runs on their way and when a token was used are not checked. Entries behind the last run's record are chained, and vouched
// for by no log yet: they can be taken out from the end, or made anew. Of reports that retention removed, the log keeps the run, its sums and its changes; what only they showed of a listener or a finding is counted, not checked.
// Who can write to the database and has the key of the log, or writes to one that is not signed, can make all of it anew: see package runlog.
package verify

import (
	"context"
	"errors"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqldb"
	"github.com/portseal/portseal/internal/history/sqlite"
)

// History verifies a history. An error says that this could not be done; what is not as it was left is in the result.
func History(ctx context.Context, store history.Store, o history.Verifying) (result *history.Verified, err error) {
	s, ok := store.(*sqldb.Store)
	if !ok {
		return nil, errors.New("verify: this history is in no database")
	}
	empty, err := sqlite.Memory(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, empty.Close()) }()
	return s.Verify(ctx, empty, o)
}
