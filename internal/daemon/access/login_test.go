package access

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

func TestLogin(t *testing.T) {
	s := begin(t)
	c, err := s.Login(t.Context(), " Anna ", annasPassword, "192.0.2.7")
	require.NoError(t, err)
	assert.Equal(t, "__Host-portseal", c.Name)
	secret, err := base64.RawURLEncoding.DecodeString(c.Value)
	require.NoError(t, err)
	assert.Len(t, secret, 32)
	assert.Regexp(t, `^__Host-portseal=[\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict$`, c.String())
	assert.NotEqual(t, c.Value, s.login(t, anna, annasPassword).Value)

	for name, password := range map[string]string{anna: ottosPassword, "nobody": annasPassword, "": "", "x' OR 1=1 --": annasPassword, otto: ""} {
		_, err := s.Login(t.Context(), name, password, "192.0.2.8")
		require.EqualError(t, err, "the name or the password is wrong, or the user is disabled", "it does not say which")
	}
	require.NoError(t, s.SetDisabled(t.Context(), onTheCommandLine(), anna, true))
	_, err = s.Login(t.Context(), anna, annasPassword, "192.0.2.8")
	require.EqualError(t, err, ErrLogin.Error())
	assert.Subset(t, s.deeds(t), []string{
		"anna|192.0.2.7|login|: ", "|192.0.2.8|login-failed|anna: wrong password", "|192.0.2.8|login-failed|: no such user",
		"|192.0.2.8|login-failed|anna: the user is disabled", "|command line|user-disabled|anna: by root@here",
	})
	for _, d := range s.deeds(t) {
		assert.NotContains(t, d, "nobody", "what was typed by mistake is not kept")
	}
}

// TestStolenDatabase: what is in the database signs nobody in, and holds neither cookie nor token.
func TestStolenDatabase(t *testing.T) {
	s := begin(t)
	c := s.login(t, anna, annasPassword)
	token, err := s.AddToken(t.Context(), onTheCommandLine(), anna, "ci", Viewer, nil)
	require.NoError(t, err)
	key := keyOf(c.Value)
	is, err := s.db.Session(t.Context(), key)
	require.NoError(t, err)
	for _, value := range []string{base64.RawURLEncoding.EncodeToString(is.Key[:]), string(is.Key[:])} {
		assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", with("Cookie", CookieName+"="+value)).Code)
	}
	files, err := os.ReadDir(filepath.Dir(s.file))
	require.NoError(t, err)
	assert.NotEmpty(t, files)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(s.file), f.Name()))
		require.NoError(t, err)
		for _, secret := range []string{c.Value, token, token[len(tokenPrefix):], annasPassword} {
			assert.False(t, bytes.Contains(data, []byte(secret)), f.Name())
		}
	}
}

func TestTooManyLogins(t *testing.T) {
	s := begin(t)
	var err error
	for range pairBurst { // the queue is what is asked; the hash would take its time
		err = s.limits.attempt(s.at, anna, "192.0.2.7")
		require.NoError(t, err)
	}
	for range 3 * noteBurst {
		_, err = s.Login(t.Context(), anna, annasPassword, "192.0.2.7")
		wait, ok := errors.AsType[TooMany](err)
		require.True(t, ok, "the right password too: else guesses could be told apart")
		assert.Equal(t, 30, wait.Seconds())
	}
	n := 0
	for _, d := range s.deeds(t) {
		if d == "|192.0.2.7|login-limited|: too many attempts; try again in 30 seconds" {
			n++
		}
	}
	assert.Equal(t, noteBurst, n, "nobody fills the audit log")
	_, err = s.Login(t.Context(), anna, annasPassword, "192.0.2.9")
	require.NoError(t, err)
}

func TestSessionEnds(t *testing.T) {
	s := begin(t)
	in := func(c *http.Cookie) bool { return s.ask("GET", "/", signedIn(c)).Code == http.StatusOK }
	c := s.login(t, anna, annasPassword)
	for range int(sessionTime/idleTime) * 2 { // used twice an idle time, it lives until its end
		require.True(t, in(c))
		s.at = s.at.Add(idleTime / 2)
	}
	assert.False(t, in(c), "it is over, however much it was used")

	c = s.login(t, anna, annasPassword)
	s.at = s.at.Add(idleTime - time.Second)
	require.True(t, in(c))
	s.at = s.at.Add(idleTime)
	assert.False(t, in(c), "nobody used it")
	s.login(t, anna, annasPassword)
	_, err := s.db.Session(t.Context(), keyOf(c.Value))
	require.ErrorIs(t, err, history.ErrNotFound, "the next sign-in sweeps up")
}

func TestChangesEndSessions(t *testing.T) {
	s := begin(t)
	for name, change := range map[string]func() error{
		"role":     func() error { return s.SetRole(t.Context(), onTheCommandLine(), anna, Operator) },
		"password": func() error { return s.SetPassword(t.Context(), onTheCommandLine(), anna, annasPassword) },
		"disabled": func() error { return s.SetDisabled(t.Context(), onTheCommandLine(), anna, true) },
		"enabled":  func() error { return s.SetDisabled(t.Context(), onTheCommandLine(), anna, false) },
	} {
		require.NoError(t, s.SetDisabled(t.Context(), onTheCommandLine(), anna, false))
		c := s.login(t, anna, annasPassword)
		require.Equal(t, http.StatusOK, s.ask("GET", "/", signedIn(c)).Code)
		require.NoError(t, change())
		assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", signedIn(c)).Code, name)
	}
	require.NoError(t, s.SetDisabled(t.Context(), onTheCommandLine(), anna, false))
	c := s.login(t, anna, annasPassword)
	require.NoError(t, s.DeleteUser(t.Context(), onTheCommandLine(), anna))
	assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", signedIn(c)).Code)
}

// TestChangeDuringLogin: a password that is changed while somebody signs in with the old one lets nobody stay.
func TestChangeDuringLogin(t *testing.T) {
	s := begin(t)
	other := New(s.db, s.cfg)
	s.store.(*accounts).before = func(call string) error {
		if call == "PutSession" {
			return other.SetPassword(context.WithoutCancel(t.Context()), onTheCommandLine(), anna, "another password")
		}
		return nil
	}
	_, err := s.Login(t.Context(), anna, annasPassword, "127.0.0.1")
	require.ErrorIs(t, err, ErrLogin)
	s.store.(*accounts).before = nil
	s.login(t, anna, "another password")
}

// TestLogoutDuringRequest: a request that was on its way while the session ended does not bring it back.
func TestLogoutDuringRequest(t *testing.T) {
	s := begin(t)
	c := s.login(t, anna, annasPassword)
	s.at = s.at.Add(2 * touchEvery)
	s.store.(*accounts).before = func(call string) error {
		if call == "UseSession" {
			return s.db.DeleteSession(t.Context(), keyOf(c.Value))
		}
		return nil
	}
	assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", signedIn(c)).Code)
	s.store.(*accounts).before = nil
	assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", signedIn(c)).Code)
}

func TestDatabaseTrouble(t *testing.T) {
	s := begin(t)
	c := s.login(t, anna, annasPassword)
	trouble := errors.New("the disk is full of secrets")
	fail := func(calls ...string) {
		s.store.(*accounts).before = func(call string) error {
			for _, c := range calls {
				if c == call {
					return trouble
				}
			}
			return nil
		}
	}
	s.at = s.at.Add(2 * touchEvery)
	fail("UseSession")
	assert.Equal(t, http.StatusOK, s.ask("GET", "/", signedIn(c)).Code, "what cannot be written can still be shown")
	fail("User")
	w := s.ask("GET", "/", signedIn(c))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Equal(t, "5", w.Header().Get("Retry-After"))
	assert.NotContains(t, w.Body.String(), "secrets")
	assert.Equal(t, http.StatusOK, s.ask("GET", "/healthz").Code)
	_, err := s.Login(t.Context(), anna, annasPassword, "127.0.0.1")
	require.ErrorIs(t, err, trouble)
	fail("AddDeed")
	_, err = s.Login(t.Context(), anna, annasPassword, "127.0.0.1")
	require.ErrorIs(t, err, trouble, "nobody signs in without a trace")
	err = s.SetRole(t.Context(), onTheCommandLine(), anna, Auditor)
	require.ErrorIs(t, err, trouble)
	require.ErrorContains(t, err, "it was done (role-changed)")
}

func TestLogout(t *testing.T) {
	s := begin(t)
	first := s.login(t, anna, annasPassword)
	var second, gone *http.Cookie
	s.handler = s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		switch r.URL.Path {
		case "/login":
			second, err = s.Login(r.Context(), otto, ottosPassword, From(r))
		default:
			gone, err = s.Logout(r.Context())
		}
		assert.NoError(t, err)
	}))
	s.ask("POST", "/login", signedIn(first))
	_, err := s.db.Session(t.Context(), keyOf(first.Value))
	require.ErrorIs(t, err, history.ErrNotFound, "a new session ends the one that was there")
	assert.Equal(t, http.StatusForbidden, s.ask("POST", "/logout", signedIn(second)).Code, "no other page signs anybody out")
	require.Equal(t, http.StatusOK, s.ask("POST", "/logout", signedIn(second), with(CSRFHeader, csrfOf(second.Value))).Code)
	assert.Equal(t, "__Host-portseal=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict", gone.String())
	assert.Equal(t, http.StatusSeeOther, s.ask("GET", "/", signedIn(second)).Code)
	assert.Equal(t, "otto|127.0.0.1|logout|: ", s.deeds(t)[0])
	c, err := s.Logout(t.Context())
	require.NoError(t, err)
	assert.Equal(t, -1, c.MaxAge)
}

func TestAccounts(t *testing.T) {
	s := begin(t)
	ctx := t.Context()
	require.ErrorIs(t, s.AddUser(ctx, onTheCommandLine(), anna, Viewer, annasPassword), history.ErrTaken)
	err := s.AddUser(ctx, onTheCommandLine(), "New", Viewer, "short")
	require.ErrorContains(t, err, "cannot be a name")
	require.ErrorContains(t, err, "5 characters")
	require.ErrorContains(t, s.SetPassword(ctx, onTheCommandLine(), anna, "short"), "5 characters")
	for _, err := range []error{
		s.SetPassword(ctx, onTheCommandLine(), "nobody", annasPassword), s.SetRole(ctx, onTheCommandLine(), "nobody", Viewer),
		s.SetDisabled(ctx, onTheCommandLine(), "nobody", true), s.DeleteUser(ctx, onTheCommandLine(), "nobody"), s.DeleteToken(ctx, onTheCommandLine(), 7),
	} {
		require.ErrorIs(t, err, history.ErrNotFound)
	}
	assert.Empty(t, s.deeds(t), "what was not done is not noted")
	require.NoError(t, s.AddUser(ctx, onTheCommandLine(), "audrey", Auditor, annasPassword))
	assert.Equal(t, []string{"|command line|user-added|audrey: role auditor, by root@here"}, s.deeds(t))
	u, err := s.db.User(ctx, "audrey")
	require.NoError(t, err)
	assert.Regexp(t, `^\$argon2id\$v=19\$m=65536,t=3,p=4\$`, u.Hash)
	s.login(t, "audrey", annasPassword)
}

func TestRecord(t *testing.T) {
	s := begin(t)
	c := s.login(t, otto, ottosPassword)
	token, err := s.AddToken(t.Context(), onTheCommandLine(), otto, "ci", Operator, nil)
	require.NoError(t, err)
	s.handler = s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		assert.NoError(t, Record(r.Context(), "run-started", "r1", "all of it"))
	}))
	s.ask("GET", "/", signedIn(c), from(outside))
	s.ask("GET", "/", with("Authorization", "Bearer "+token))
	assert.Equal(t, []string{"otto|127.0.0.1|run-started|r1: all of it, by token ci", "otto|192.0.2.7|run-started|r1: all of it"}, s.deeds(t)[:2])
	require.ErrorIs(t, Record(t.Context(), "x", "", ""), ErrNobody)
}
