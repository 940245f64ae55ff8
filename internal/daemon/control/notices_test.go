package control_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/notice"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/sqlite"
	"github.com/portseal/portseal/report"
)

func at(minute int) time.Time { return time.Date(2026, 11, 22, 8, minute, 0, 0, time.UTC) }

// outbox is a history with a notice a minute, to one receiver, of estates a and b in turn.
func outbox(t *testing.T, n int) history.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	for i := range n {
		m := notice.Message{ID: fmt.Sprint("m", i), Made: at(i), Estate: []string{"a", "b"}[i%2], Receiver: "ops", Events: []string{estate.NoticeNew}, Severity: report.High,
			Title: fmt.Sprint("message ", i), Run: &notice.Run{ID: "night-1"}}
		body, err := json.Marshal(m)
		require.NoError(t, err)
		require.NoError(t, store.Tell(t.Context(), history.Telling{At: m.Made, Notice: &history.Notice{Receiver: "ops", Key: m.ID, Body: body, Made: m.Made, Next: m.Made}}))
	}
	return store
}

// became says what became of a notice.
func became(t *testing.T, store history.Store, id int64, givenUp bool) {
	t.Helper()
	all, _, err := store.Notices(t.Context(), history.Page{Limit: 1000})
	require.NoError(t, err)
	for _, n := range all {
		if done := at(59); n.ID == id {
			n.Done, n.GivenUp, n.Tries, n.Error = &done, givenUp, 3, map[bool]string{true: "webhook at h: it answers 500"}[givenUp]
			require.NoError(t, store.PutNotice(t.Context(), n))
		}
	}
}

// What the notifier writes is what pages and API read.
func TestNotices(t *testing.T) {
	store := outbox(t, 12)
	became(t, store, 1, true)
	became(t, store, 3, false)
	list := func(limit int, states ...string) (ids []int64) {
		p := history.Page{Limit: limit}
		for {
			some, next, err := control.Notices(t.Context(), store, "a", states, p)
			require.NoError(t, err)
			require.LessOrEqual(t, len(some), limit)
			for _, n := range some {
				ids = append(ids, n.ID)
			}
			if p.After = next; next == "" {
				return ids
			}
		}
	}
	assert.Equal(t, []int64{11, 9, 7, 5, 3, 1}, list(2))
	assert.Equal(t, []int64{11, 9, 7, 5, 3, 1}, list(100))
	assert.Equal(t, []int64{11, 9, 7, 5}, list(3, control.NoticeWaiting))
	assert.Equal(t, []int64{3, 1}, list(1, control.NoticeSent, control.NoticeGivenUp))
	some, _, err := control.Notices(t.Context(), store, "a", []string{control.NoticeGivenUp}, history.Page{Limit: 5})
	require.NoError(t, err)
	done := at(59)
	assert.Equal(t, []control.Notice{{ID: 1, Estate: "a", Receiver: "ops", State: control.NoticeGivenUp, Title: "message 0", Severity: report.High, Events: []string{"new"}, Run: "night-1",
		Made: at(0), Tries: 3, Error: "webhook at h: it answers 500", Ended: &done}}, some)
	waits, _, err := control.Notices(t.Context(), store, "b", nil, history.Page{Limit: 1})
	require.NoError(t, err)
	assert.Equal(t, at(11), *waits[0].Next)
	broken := control.NoticeOf(history.Notice{ID: 7, Receiver: "ops", Body: []byte("{")})
	assert.Equal(t, "The stored message cannot be read.", broken.Title)
}

// Among very many that are not asked for, a page says where the next one begins, and does not look for ever.
func TestNoticesAreLookedThroughInTurn(t *testing.T) {
	store := outbox(t, 1100)
	first, next, err := control.Notices(t.Context(), store, "a", []string{control.NoticeGivenUp}, history.Page{Limit: 200})
	require.NoError(t, err)
	assert.Empty(t, first)
	assert.Equal(t, "501", next)
}

func TestSendAgain(t *testing.T) {
	store := outbox(t, 4)
	became(t, store, 1, true)
	became(t, store, 3, false)
	in := &estate.Estate{Name: "a", Notices: []*estate.Notice{{Name: "ops"}}}
	again := func(in *estate.Estate, id int64) error {
		_, err := control.SendAgain(t.Context(), store, in, id, at(30))
		return err
	}
	require.ErrorIs(t, again(in, 99), history.ErrNotFound)
	require.ErrorIs(t, again(in, -1), history.ErrNotFound)
	require.ErrorIs(t, again(in, 2), history.ErrNotFound, "another estate's")
	require.ErrorIs(t, again(in, 3), control.ErrNotAgain, "it was sent")
	require.ErrorIs(t, again(&estate.Estate{Name: "a"}, 1), control.ErrNotAgain, "nobody is to get it")
	require.NoError(t, again(in, 1))
	require.ErrorIs(t, again(in, 1), control.ErrNotAgain, "once")
	all, _, err := store.Notices(t.Context(), history.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, all, 5)
	last := all[4]
	assert.True(t, last.GivenUp, "it stays as it was")
	assert.Equal(t, last.Body, all[0].Body)
	assert.Equal(t, last.Key, all[0].Key)
	due, err := store.DueNotices(t.Context(), at(30), 10)
	require.NoError(t, err)
	assert.Equal(t, all[0].ID, due[len(due)-1].ID)
	assert.Zero(t, all[0].Tries)
}
