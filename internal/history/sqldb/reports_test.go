package sqldb

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Who asks for many reports waits for their turn without a connection, and until they give up.
func TestReportsTakeTurns(t *testing.T) {
	s := &Store{reports: make(chan struct{}, 1)} // without a pool: to take a connection would fail
	s.reports <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Report(ctx, "one")
	require.ErrorIs(t, err, context.Canceled)
}
