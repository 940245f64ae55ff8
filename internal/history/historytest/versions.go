package historytest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

// Services that start at once on an empty database all come up.
func testFirstStart(t *testing.T, s *suite) {
	address := s.db.New(t)
	const services = 6
	stores, errs := make([]history.Store, services), make([]error, services)
	var wg sync.WaitGroup
	for i := range services {
		wg.Go(func() { stores[i], errs[i] = s.db.Open(t.Context(), address) })
	}
	wg.Wait()
	for i := range services {
		require.NoError(t, errs[i])
		require.NoError(t, stores[i].Ping(t.Context()))
		require.NoError(t, stores[i].Close())
	}
}

// A schema that is not what this portseal made is told, and left alone.
func testVersions(t *testing.T, s *suite) {
	s.add(t, Report(0, 1))
	refused := func() error {
		t.Helper()
		store, err := s.db.Open(t.Context(), s.address)
		if err == nil {
			require.NoError(t, store.Close())
		}
		require.Error(t, err)
		return err
	}
	s.db.Exec(t, s.address, "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, TRUE)")
	require.ErrorIs(t, refused(), history.ErrNewer)
	s.db.Exec(t, s.address, "DELETE FROM schema_version WHERE version_id = 9999")
	whole(t, s.open(t))

	s.db.Exec(t, s.address, "UPDATE applied SET sha256 = 'x' || sha256")
	require.ErrorContains(t, refused(), "made by another build")
	s.db.Exec(t, s.address, "UPDATE applied SET sha256 = substr(sha256, 2)")
	whole(t, s.open(t))

	s.db.Exec(t, s.address, "ALTER TABLE applied RENAME TO gone")
	require.ErrorContains(t, refused(), "applied by half")
	s.db.Exec(t, s.address, "ALTER TABLE gone RENAME TO applied")
	s.db.Exec(t, s.address, "DELETE FROM applied")
	require.ErrorContains(t, refused(), "applied by half")
	s.db.Exec(t, s.address, "DELETE FROM schema_version WHERE version_id > 0")
	require.ErrorContains(t, refused(), "applied by half")
	runs, _, err := s.List(t.Context(), history.RunQuery{})
	require.NoError(t, err)
	assert.Len(t, runs, 1, "it was left alone")
}
