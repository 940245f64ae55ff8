package access

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHash(t *testing.T) {
	h := newHasher()
	stored, err := h.hash(t.Context(), "caf\u00e9 au lait, s'il vous plaît")
	require.NoError(t, err)
	assert.Regexp(t, `^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, stored)
	for password, want := range map[string]bool{
		"caf\u00e9 au lait, s'il vous plaît":  true,
		"cafe\u0301 au lait, s'il vous plaît": true, // as another keyboard composes it
		"cafe au lait, s'il vous plaît":       false,
		"":                                    false,
		strings.Repeat("x", maxPassword+1):    false,
	} {
		holds, err := h.verify(t.Context(), stored, password)
		require.NoError(t, err)
		assert.Equal(t, want, holds, password)
	}
	for _, broken := range []string{"", "$argon2id$v=19$m=65536,t=3,p=4$$", "!"} {
		holds, err := h.verify(t.Context(), broken, "")
		require.NoError(t, err)
		assert.False(t, holds, "what cannot be read holds for no password: %q", broken)
	}
}

// TestKnownHash: the reference implementation's own test vector, in the form that it writes (argon2id, v=19, t=2, m=64 MiB, p=1, "password", "somesalt").
func TestKnownHash(t *testing.T) {
	p, err := parsePHC("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	require.NoError(t, err)
	assert.True(t, p.holds("password"))
	assert.False(t, p.holds("Password"))
}

func TestPHCIsStrict(t *testing.T) {
	good := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for old, text := range map[string]string{
		"$argon2id": "$argon2i", "v=19": "v=16", "m=65536": "m=065536", "t=2": "t=0", "p=1": "p=0", "m=65536,": "m=4294967295,", "t=2,": "t=99999,", ",p=1": ",p=255",
		"c29tZXNhbHQ": "c2FsdA", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "CTFhFdXPJO1aFaMaO6Mm5Q", "m=65536,t=2": "t=2,m=65536", "RPPc": "RPPd",
		"GRPPc": "GRPPc$", "GRPP": "GR\nPP", ",p=1$": ",p=257$", "m=65536,t=2,p=1": "m=7,t=2,p=1",
	} {
		bad := strings.Replace(good, old, text, 1)
		require.NotEqual(t, good, bad)
		_, err := parsePHC(bad)
		require.Error(t, err, bad)
	}
	_, err := parsePHC(good + strings.Repeat("A", maxPHC))
	require.Error(t, err)
}

// TestSameWorkForNobody: who is unknown takes the memory, and so the time, of who is known.
func TestSameWorkForNobody(t *testing.T) {
	h := newHasher()
	stored, err := h.hash(t.Context(), annasPassword)
	require.NoError(t, err)
	work := func(stored string) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := h.verify(t.Context(), stored, "guessed by somebody")
		require.NoError(t, err)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	known := work(stored)
	assert.Greater(t, known, float64(memoryKiB<<10))
	assert.InDelta(t, known, work(""), 1<<20)
	assert.InDelta(t, known, work("$2y$10$unreadable"), 1<<20)
}

func TestFewAtOnce(t *testing.T) {
	h := newHasher()
	var running, most atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			assert.NoError(t, h.turn(t.Context(), func() {
				n := running.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				runtime.Gosched()
				running.Add(-1)
			}))
		})
	}
	all.Wait()
	assert.LessOrEqual(t, most.Load(), int32(hashesAtOnce))
}

func TestQueueIsBounded(t *testing.T) {
	h := newHasher()
	hold, held := make(chan struct{}), make(chan struct{}, hashesAtOnce)
	var all sync.WaitGroup
	for range hashesAtOnce {
		all.Go(func() { assert.NoError(t, h.turn(t.Context(), func() { held <- struct{}{}; <-hold })) })
	}
	for range hashesAtOnce {
		<-held
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, hashesWaiting)
	for range hashesWaiting {
		all.Go(func() { waiting <- h.turn(ctx, func() { t.Error("the user has gone") }) })
	}
	for len(h.asked) < hashesAtOnce+hashesWaiting {
		runtime.Gosched()
	}
	require.ErrorIs(t, h.turn(t.Context(), func() { t.Error("too many") }), ErrBusy)
	cancel()
	for range hashesWaiting {
		require.ErrorIs(t, <-waiting, context.Canceled)
	}
	close(hold)
	all.Wait()
	require.NoError(t, h.turn(t.Context(), func() {}), "there is room again")
}

func TestNewNamesAndPasswords(t *testing.T) {
	for _, name := range []string{"anna", "a", "anna.b@example.com", "7of9", strings.Repeat("a", 64)} {
		require.NoError(t, CheckName(name), name)
	}
	for _, name := range []string{"", "Anna", ".anna", "-f", "an na", "änna", "anna/x", "anna\n", strings.Repeat("a", 65)} {
		require.ErrorContains(t, CheckName(name), "cannot be a name", name)
	}
	require.NoError(t, CheckPassword("anna", "twelve chars"))
	require.NoError(t, CheckPassword("anna", "zwölf Zeiché"))
	for password, want := range map[string]string{
		"eleven char":              "11 characters; want at least 12",
		"ééééééééééé":              "11 characters; want at least 12",
		"":                         "0 characters",
		"a long\x00 password":      "control characters",
		"a long\xff password":      "no text",
		"two lines\nof it":         "control characters",
		"Anna.Example@EXAMPLE.com": "the user's name",
		strings.Repeat("x", 1025):  "longer than 1024",
	} {
		err := CheckPassword("anna.example@example.com", password)
		require.ErrorContains(t, err, want)
		if password != "" {
			assert.NotContains(t, err.Error(), password)
		}
	}
	err := CheckPassword("anna", "\x01")
	require.ErrorContains(t, err, "control")
	require.ErrorContains(t, err, "at least", "all faults at once")
}

func TestRoles(t *testing.T) {
	for role, may := range map[Role][]Role{Viewer: {Viewer}, Operator: {Viewer, Operator}, Auditor: {Viewer, Auditor}, "root": nil, "": nil} {
		for _, what := range append(Roles(), "", "root") {
			assert.Equal(t, contains(may, what), User{Role: role}.May(what), "%s may %s", role, what)
		}
	}
	assert.Equal(t, Viewer, Operator.within(Auditor))
	assert.Equal(t, Viewer, Operator.within(Viewer))
	assert.Equal(t, Operator, Operator.within(Operator))
	assert.Equal(t, Viewer, Viewer.within(Operator))
	_, err := ParseRole("admin")
	require.EqualError(t, err, `role "admin" is none; want viewer, operator, auditor`)
}

func contains(all []Role, one Role) bool {
	for _, r := range all {
		if r == one {
			return true
		}
	}
	return false
}
