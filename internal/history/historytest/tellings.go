package historytest

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

// telling is a notice of its own that tells some keys.
func telling(id string, remember ...string) history.Telling {
	return history.Telling{Estate: Estate, At: Night(0), Remember: remember,
		Notice: &history.Notice{Receiver: "ops", Key: id, Body: json.RawMessage(`{}`), Made: Night(0), Next: Night(0)}}
}

func (s *suite) waiting(t *testing.T) int {
	t.Helper()
	due, err := s.DueNotices(t.Context(), Night(1), 100)
	require.NoError(t, err)
	return len(due)
}

func testTellings(t *testing.T, s *suite) {
	ctx := t.Context()
	require.NoError(t, s.Tell(ctx, telling("1", `["a","ä%_"]`, `["a","y"]`, `["b"]`)))
	require.ErrorIs(t, s.Tell(ctx, telling("2", "new", `["b"]`)), history.ErrTaken)
	require.ErrorIs(t, s.Tell(ctx, history.Telling{Estate: Estate, At: Night(1), Remember: []string{"new"}, Forget: []string{"unknown"}}), history.ErrTaken)
	assert.Equal(t, 1, s.waiting(t), "what was refused left nothing")
	known, err := s.Remembered(ctx, Estate, `["a",`)
	require.NoError(t, err)
	assert.Len(t, known, 2)
	assert.Equal(t, Night(0), known[`["a","ä%_"]`])
	none, err := s.Remembered(ctx, "another", "")
	require.NoError(t, err)
	assert.Empty(t, none)
	few, err := s.Remembered(ctx, Estate, `["a","ä%_`)
	require.NoError(t, err)
	assert.Len(t, few, 1, "a prefix is no pattern")

	require.NoError(t, s.Tell(ctx, history.Telling{Estate: Estate, At: Night(2), Remember: []string{`["b"]`}, Forget: []string{`["b"]`, `["a","y"]`}}))
	known, err = s.Remembered(ctx, Estate, "")
	require.NoError(t, err)
	assert.Len(t, known, 2)
	assert.Equal(t, Night(2), known[`["b"]`])
	assert.Equal(t, 1, s.waiting(t))

	var many []string
	for i := range 3_000 {
		many = append(many, fmt.Sprint("many ", i))
	}
	stores := []history.Store{s.Store, s.open(t)}
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if err := stores[i%2].Tell(ctx, telling(fmt.Sprint("many ", i), many...)); err == nil {
				won.Add(1)
			} else {
				assert.ErrorIs(t, err, history.ErrTaken)
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, won.Load(), "of several that tell the same, one does")
	assert.Equal(t, 2, s.waiting(t))
}

func testOldNotices(t *testing.T, s *suite) {
	ctx := t.Context()
	for i := range 3 {
		require.NoError(t, s.Tell(ctx, telling(fmt.Sprint(i), fmt.Sprint(i))))
	}
	due, err := s.DueNotices(ctx, Night(1), 3)
	require.NoError(t, err)
	for i, n := range due[:2] {
		done := Night(1 + i)
		n.Done = &done
		require.NoError(t, s.PutNotice(ctx, n))
	}
	_, err = s.Prune(ctx, Night(2), history.Storing{Origin: "example.com/history", At: Night(3)})
	require.NoError(t, err)
	left, _, err := s.Notices(ctx, history.Page{})
	require.NoError(t, err)
	require.Len(t, left, 2, "what waits stays, and what was done a short time ago")
	assert.Equal(t, "1", left[1].Key)
}
