package access

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

const another = "another correct horse"

// changing lets requests change passwords: of the form's fields, and what became of that.
func (s *site) changing(t *testing.T) func(old, password string, edits ...edit) (*http.Cookie, error) {
	var c *http.Cookie
	var err error
	s.handler = s.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		c, err = s.ChangePassword(r.Context(), r.PostFormValue("old"), r.PostFormValue("new"))
	}))
	return func(old, password string, edits ...edit) (*http.Cookie, error) {
		c, err = nil, errors.New("the request did not come through")
		s.ask("POST", "/password", append([]edit{form("old", old, "new", password)}, edits...)...)
		return c, err
	}
}

func inSession(c *http.Cookie) edit {
	return func(r *http.Request) {
		signedIn(c)(r)
		r.Header.Set(CSRFHeader, csrfOf(c.Value))
	}
}

func TestChangePassword(t *testing.T) {
	s := begin(t)
	change := s.changing(t)
	mine, elsewhere, ottos := s.login(t, anna, annasPassword), s.login(t, anna, annasPassword), s.login(t, otto, ottosPassword)
	token, err := s.AddToken(t.Context(), onTheCommandLine(), anna, "ci", Viewer, nil)
	require.NoError(t, err)

	_, err = change(ottosPassword, another, inSession(mine))
	require.ErrorIs(t, err, ErrOldPassword)
	for _, unfit := range []string{"short", "", annasPassword, "two\nlines are none"} {
		_, err = change(annasPassword, unfit, inSession(mine))
		_, is := errors.AsType[Unfit](err)
		require.True(t, is, "%q: %v", unfit, err)
	}
	_, err = change(annasPassword, another, signedIn(mine))
	require.ErrorContains(t, err, "did not come through", "a form of another site")
	for _, edits := range [][]edit{{with("Authorization", "Bearer "+token)}, {with("Authorization", "Bearer "+token), inSession(mine)}} {
		_, err = change(annasPassword, another, edits...)
		require.ErrorIs(t, err, ErrNotInPerson, "a token is no person")
	}
	u, err := s.db.User(t.Context(), anna)
	require.NoError(t, err)
	was := u.Hash
	require.True(t, s.signedIn(mine) && s.signedIn(elsewhere), "nothing of this changed anything")

	fresh, err := change(annasPassword, another, inSession(mine))
	require.NoError(t, err)
	assert.Regexp(t, `^__Host-portseal=[\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict$`, fresh.String())
	assert.NotEqual(t, mine.Value, fresh.Value)
	assert.True(t, s.signedIn(fresh))
	assert.False(t, s.signedIn(mine), "a stolen cookie ends with the password")
	assert.False(t, s.signedIn(elsewhere))
	assert.True(t, s.signedIn(ottos), "nobody else is signed out")
	assert.Equal(t, http.StatusOK, s.ask("GET", "/", with("Authorization", "Bearer "+token)).Code)
	u, err = s.db.User(t.Context(), anna)
	require.NoError(t, err)
	assert.NotEqual(t, was, u.Hash)
	assert.Regexp(t, `^\$argon2id\$v=19\$m=65536,t=3,p=4\$`, u.Hash)
	_, err = s.Login(t.Context(), anna, annasPassword, "127.0.0.1")
	require.ErrorIs(t, err, ErrLogin)
	s.login(t, anna, another)
	assert.Subset(t, s.deeds(t), []string{"anna|127.0.0.1|password-changed|anna: by the user", "anna|127.0.0.1|password-failed|anna: wrong password"})
	for _, d := range s.deeds(t) {
		assert.NotContains(t, d, another)
		assert.NotContains(t, d, annasPassword)
	}
}

func (s *site) signedIn(c *http.Cookie) bool {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host, r.RemoteAddr = here, local
	signedIn(c)(r)
	w := httptest.NewRecorder()
	s.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
	return w.Code == http.StatusOK
}

func TestNobodyChangesAPassword(t *testing.T) {
	s := empty(t)
	_, err := s.changing(t)("x", another)
	require.ErrorIs(t, err, ErrNotInPerson, "the anonymous viewer has none")
	_, err = s.ChangePassword(t.Context(), "x", another)
	require.ErrorIs(t, err, ErrNotInPerson)
}

// TestGuessingThePassword: a browser that is signed in is no way to guess the password faster than by signing in.
func TestGuessingThePassword(t *testing.T) {
	s := begin(t)
	change := s.changing(t)
	c := s.login(t, anna, annasPassword)
	for range pairBurst {
		require.NoError(t, s.limits.attempt(s.at, anna, "127.0.0.1"))
	}
	_, err := change(annasPassword, another, inSession(c))
	_, often := errors.AsType[TooMany](err)
	require.True(t, often, "%v", err)
	_, err = s.Login(t.Context(), anna, annasPassword, "127.0.0.1")
	_, often = errors.AsType[TooMany](err)
	require.True(t, often, "both count the same")
	assert.Equal(t, "anna|127.0.0.1|password-limited|anna: too many attempts; try again in 30 seconds", s.deeds(t)[1])
	assert.True(t, s.signedIn(c))
}

// TestPasswordChangedMeanwhile: who was shut out while the hash was made does not come back.
func TestPasswordChangedMeanwhile(t *testing.T) {
	s := begin(t)
	c := s.login(t, anna, annasPassword)
	change := s.changing(t)
	other, asked := New(s.db, s.cfg), 0
	s.store.(*accounts).before = func(call string) error {
		if call == "User" {
			if asked++; asked == 3 { // who asks, whose hash it is, whether it still is
				return other.SetPassword(t.Context(), onTheCommandLine(), anna, "set by the administrator")
			}
		}
		return nil
	}
	_, err := change(annasPassword, another, inSession(c))
	require.ErrorIs(t, err, ErrOldPassword)
	s.store.(*accounts).before = nil
	s.login(t, anna, "set by the administrator")
}

// TestDatabaseFailsAfterTheChange: it is said that the password was changed, and no session is there that nobody knows of.
func TestDatabaseFailsAfterTheChange(t *testing.T) {
	for _, call := range []string{"PutSession", "AddDeed"} {
		s := begin(t)
		c := s.login(t, anna, annasPassword)
		change := s.changing(t)
		s.store.(*accounts).before = func(what string) error {
			if what == call {
				return history.ErrBusy
			}
			return nil
		}
		_, err := change(annasPassword, another, inSession(c))
		require.ErrorIs(t, err, ErrChanged)
		require.ErrorIs(t, err, history.ErrBusy)
		s.store.(*accounts).before = nil
		assert.False(t, s.signedIn(c))
		s.login(t, anna, another)
	}
}
