package filelock

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	one, two, three := open(t, path), open(t, path), open(t, path)
	require.NoError(t, Try(one, false))
	require.ErrorIs(t, Try(two, false), ErrBusy)
	require.ErrorIs(t, Try(two, true), ErrBusy)
	require.ErrorIs(t, Wait(t.Context(), two, true, time.Millisecond), ErrBusy)
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Wait(cut, two, true, time.Hour), ErrBusy)

	done := make(chan error, 1)
	go func() { done <- Wait(t.Context(), two, true, time.Hour) }()
	require.NoError(t, one.Close())
	require.NoError(t, <-done, "free when its holder is done")
	require.NoError(t, Try(three, true), "readers go together")
}
