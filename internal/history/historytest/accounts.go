package historytest

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

func testUsers(t *testing.T, s *suite) {
	ctx := t.Context()
	_, err := s.User(ctx, "ops")
	require.ErrorIs(t, err, history.ErrNotFound)
	ops := history.User{Name: "ops", Role: "operator", Hash: "$argon2id$v=19$x", Made: Night(0)}
	aud := history.User{Name: "aud", Role: "auditor", Hash: "$argon2id$v=19$y", Made: Night(1), Disabled: true}
	require.NoError(t, s.PutUser(ctx, ops))
	require.NoError(t, s.PutUser(ctx, aud))
	all, err := s.Users(ctx)
	require.NoError(t, err)
	assert.Equal(t, []history.User{aud, ops}, all)
	ops.Role = "viewer"
	require.NoError(t, s.PutUser(ctx, ops))
	got, err := s.User(ctx, "ops")
	require.NoError(t, err)
	assert.Equal(t, ops, *got)

	session := history.Session{Key: [32]byte{1, 2, 3}, User: "ops", Made: Night(0), Used: Night(0), Expires: Night(1)}
	require.NoError(t, s.PutSession(ctx, session))
	require.ErrorIs(t, s.PutSession(ctx, history.Session{User: "nobody"}), history.ErrNotFound)
	id, err := s.AddToken(ctx, history.Token{Name: "ci", Key: [32]byte{9}, User: "ops", Role: "viewer", Made: Night(0)})
	require.NoError(t, err)
	require.NoError(t, s.DeleteUser(ctx, "ops"))
	require.ErrorIs(t, s.DeleteUser(ctx, "ops"), history.ErrNotFound)
	_, err = s.Session(ctx, session.Key)
	require.ErrorIs(t, err, history.ErrNotFound, "it goes with its user")
	require.ErrorIs(t, s.DeleteToken(ctx, id), history.ErrNotFound)
}

func testSessions(t *testing.T, s *suite) {
	ctx := t.Context()
	for _, name := range []string{"a", "b"} {
		require.NoError(t, s.PutUser(ctx, history.User{Name: name, Role: "viewer", Made: Night(0)}))
	}
	put := func(key byte, user string, expires time.Time) history.Session {
		is := history.Session{Key: [32]byte{key}, User: user, Made: Night(0), Used: Night(0), Expires: expires}
		require.NoError(t, s.PutSession(ctx, is))
		return is
	}
	is := put(1, "a", Night(9))
	is.Used = Night(2)
	require.NoError(t, s.PutSession(ctx, is))
	got, err := s.Session(ctx, is.Key)
	require.NoError(t, err)
	assert.Equal(t, is, *got)
	is.Used, is.Expires = Night(3), Night(8)
	require.NoError(t, s.UseSession(ctx, is.Key, is.Used, is.Expires))
	got, err = s.Session(ctx, is.Key)
	require.NoError(t, err)
	assert.Equal(t, is, *got)
	require.ErrorIs(t, s.UseSession(ctx, [32]byte{5}, Night(3), Night(8)), history.ErrNotFound, "it is not made again")
	there := func() (out []byte) {
		for key := range byte(6) {
			if _, err := s.Session(ctx, [32]byte{key}); err == nil {
				out = append(out, key)
			}
		}
		return out
	}
	put(2, "a", Night(1))
	put(3, "b", Night(1))
	put(4, "b", Night(9))
	require.NoError(t, s.DeleteSessions(ctx, "", Night(1)))
	assert.Equal(t, []byte{1, 4}, there())
	put(5, "b", Night(9))
	require.NoError(t, s.DeleteSessions(ctx, "b", Night(1)))
	assert.Equal(t, []byte{1}, there())
	require.NoError(t, s.DeleteSession(ctx, is.Key))
	require.NoError(t, s.DeleteSession(ctx, is.Key), "it is ended already")
	assert.Empty(t, there())
}

func testTokens(t *testing.T, s *suite) {
	ctx := t.Context()
	for _, name := range []string{"a", "b"} {
		require.NoError(t, s.PutUser(ctx, history.User{Name: name, Role: "operator", Made: Night(0)}))
	}
	end := Night(30)
	ci := history.Token{Name: "ci", Key: [32]byte{1}, User: "a", Role: "viewer", Made: Night(0), Expires: &end}
	id, err := s.AddToken(ctx, ci)
	require.NoError(t, err)
	ci.ID = id
	again := ci
	again.Key = [32]byte{2}
	_, err = s.AddToken(ctx, again)
	require.ErrorIs(t, err, history.ErrTaken)
	again.User = "b"
	_, err = s.AddToken(ctx, again)
	require.NoError(t, err, "another user's may have the name")
	_, err = s.AddToken(ctx, history.Token{Name: "x", Key: [32]byte{3}, User: "nobody"})
	require.ErrorIs(t, err, history.ErrNotFound)
	require.NoError(t, s.UseToken(ctx, id, Night(3)))
	used := Night(3)
	ci.Used = &used
	got, err := s.Token(ctx, ci.Key)
	require.NoError(t, err)
	assert.Equal(t, ci, *got)
	_, err = s.Token(ctx, [32]byte{7})
	require.ErrorIs(t, err, history.ErrNotFound)
	all, err := s.Tokens(ctx, "")
	require.NoError(t, err)
	assert.Len(t, all, 2)
	own, err := s.Tokens(ctx, "a")
	require.NoError(t, err)
	assert.Equal(t, []history.Token{ci}, own)
	require.NoError(t, s.DeleteToken(ctx, id))
	require.ErrorIs(t, s.UseToken(ctx, id, Night(4)), history.ErrNotFound)
}

func testDeeds(t *testing.T, s *suite) {
	ctx := t.Context()
	for n := range 5 {
		require.NoError(t, s.AddDeed(ctx, history.Deed{At: Night(n), Who: "ops", From: "127.0.0.1", What: "login", Object: fmt.Sprint(n), Detail: "d"}))
	}
	var got []string
	p := history.Page{Limit: 2}
	for {
		some, next, err := s.Deeds(ctx, p)
		require.NoError(t, err)
		for _, d := range some {
			got = append(got, d.Object)
		}
		if next == "" {
			assert.Equal(t, Night(0), some[0].At)
			break
		}
		p.After = next
	}
	assert.Equal(t, []string{"4", "3", "2", "1", "0"}, got)
}

func testOutbox(t *testing.T, s *suite) {
	ctx := t.Context()
	for _, n := range []history.Notice{{Receiver: "ops", Key: "1", Body: json.RawMessage(`{"n":1}`), Made: Night(0), Next: Night(0)},
		{Receiver: "mail", Key: "2", Body: json.RawMessage(`{"n":2}`), Made: Night(0), Next: Night(1)}, {Receiver: "ops", Key: "3", Body: json.RawMessage(`{"n":3}`), Made: Night(0), Next: Night(9)}} {
		require.NoError(t, s.Tell(ctx, history.Telling{Estate: Estate, At: n.Made, Notice: &n}))
	}
	due, err := s.DueNotices(ctx, Night(0), 10)
	require.NoError(t, err)
	require.Len(t, due, 1)
	assert.JSONEq(t, `{"n":1}`, string(due[0].Body))

	// Of two services, one has it, until its time is over.
	until := Night(0).Add(time.Minute)
	ok, err := s.ClaimNotice(ctx, due[0].ID, Night(0), until)
	require.NoError(t, err)
	assert.True(t, ok)
	ok, err = s.ClaimNotice(ctx, due[0].ID, until.Add(-time.Second), until)
	require.NoError(t, err)
	assert.False(t, ok)
	none, err := s.DueNotices(ctx, Night(0), 10)
	require.NoError(t, err)
	assert.Empty(t, none)
	ok, err = s.ClaimNotice(ctx, due[0].ID, until, until.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, ok)

	failed := due[0]
	failed.Tries, failed.Error, failed.Next = 1, "connection refused", Night(2)
	require.NoError(t, s.PutNotice(ctx, failed))
	due, err = s.DueNotices(ctx, Night(2), 10)
	require.NoError(t, err)
	require.Len(t, due, 2)
	assert.Equal(t, "mail", due[0].Receiver)
	assert.Equal(t, "connection refused", due[1].Error)

	sent, done := due[1], Night(2)
	sent.Done = &done
	require.NoError(t, s.PutNotice(ctx, sent))
	ok, err = s.ClaimNotice(ctx, sent.ID, Night(5), Night(6))
	require.NoError(t, err)
	assert.False(t, ok, "it is done")
	all, next, err := s.Notices(ctx, history.Page{Limit: 2})
	require.NoError(t, err)
	assert.Len(t, all, 2)
	rest, _, err := s.Notices(ctx, history.Page{Limit: 2, After: next})
	require.NoError(t, err)
	require.Len(t, rest, 1)
	assert.Equal(t, &done, rest[0].Done)
	require.ErrorIs(t, s.PutNotice(ctx, history.Notice{ID: 999}), history.ErrNotFound)
}

func testClaims(t *testing.T, s *suite) {
	ctx := t.Context()
	require.NoError(t, s.Tell(ctx, telling("k")))
	due, err := s.DueNotices(ctx, Night(0), 1)
	require.NoError(t, err)
	stores := []history.Store{s.Store, s.open(t)}
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			store := stores[i%2]
			if ok, err := store.ClaimNotice(ctx, due[0].ID, Night(0), Night(1)); assert.NoError(t, err) && ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, won.Load())
}
