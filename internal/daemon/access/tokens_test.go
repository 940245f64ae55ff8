package access

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

func mustAddr(s string) netip.Addr { return netip.MustParseAddr(s) }

func bearer(token string) edit { return with("Authorization", "Bearer "+token) }

func (s *site) newToken(t *testing.T, user, name string, role Role, expires *time.Time) string {
	t.Helper()
	token, err := s.AddToken(t.Context(), onTheCommandLine(), user, name, role, expires)
	require.NoError(t, err)
	return token
}

func TestToken(t *testing.T) {
	s := begin(t)
	token := s.newToken(t, otto, "ci", Operator, nil)
	assert.Regexp(t, `^ps_[\w-]{43}$`, token)
	w := s.ask("GET", "/api/v1/runs", bearer(token), from(outside))
	assert.Equal(t, "otto/operator", w.Header().Get("X-User"))
	assert.Equal(t, http.StatusOK, s.ask("POST", "/api/v1/operate", bearer(token)).Code, "no browser sends it by itself: it needs no form's token")
	assert.Equal(t, http.StatusOK, s.ask("GET", "/metrics", bearer(token), from(outside)).Code)
	assert.Equal(t, http.StatusOK, s.ask("GET", "/api/v1/runs", with("Authorization", "bearer  "+token)).Code, "RFC 9110, 11.1: the scheme in any case")
	all, err := s.db.Tokens(t.Context(), otto)
	require.NoError(t, err)
	require.NotNil(t, all[0].Used)
	assert.True(t, all[0].Used.Equal(s.at))
	assert.Equal(t, "|command line|token-added|otto/ci: role operator, without end, by root@here", s.deeds(t)[0])

	_, err = s.AddToken(t.Context(), onTheCommandLine(), otto, "ci", Viewer, nil)
	require.ErrorIs(t, err, history.ErrTaken)
	_, err = s.AddToken(t.Context(), onTheCommandLine(), "nobody", "ci", Viewer, nil)
	require.ErrorIs(t, err, history.ErrNotFound)
	_, err = s.AddToken(t.Context(), onTheCommandLine(), anna, "ci", Operator, nil)
	require.EqualError(t, err, "more than the user's role: anna is viewer, a token for operator would do more")
	_, err = s.AddToken(t.Context(), onTheCommandLine(), otto, "c i", Viewer, nil)
	require.ErrorContains(t, err, "cannot be a name")

	require.NoError(t, s.DeleteToken(t.Context(), onTheCommandLine(), all[0].ID))
	assert.Equal(t, http.StatusUnauthorized, s.ask("GET", "/api/v1/runs", bearer(token)).Code)
	assert.Equal(t, []string{"|127.0.0.1|token-refused|: nobody's", "|command line|token-deleted|otto/ci: by root@here"}, s.deeds(t)[:2])
}

func TestTokenIsWithinItsUser(t *testing.T) {
	s := begin(t)
	token := s.newToken(t, otto, "ci", Operator, nil)
	ask := func() string { return s.ask("GET", "/api/v1/runs", bearer(token)).Header().Get("X-User") }
	for _, step := range []struct {
		change func() error
		want   string
	}{
		{func() error { return s.SetRole(t.Context(), onTheCommandLine(), otto, Viewer) }, "otto/viewer"},
		{func() error { return s.SetRole(t.Context(), onTheCommandLine(), otto, Auditor) }, "otto/viewer"},
		{func() error { return s.SetRole(t.Context(), onTheCommandLine(), otto, Operator) }, "otto/operator"},
		{func() error { return s.SetDisabled(t.Context(), onTheCommandLine(), otto, true) }, ""},
		{func() error { return s.SetDisabled(t.Context(), onTheCommandLine(), otto, false) }, "otto/operator"},
		{func() error { return s.DeleteUser(t.Context(), onTheCommandLine(), otto) }, ""},
	} {
		require.NoError(t, step.change())
		assert.Equal(t, step.want, ask())
	}
	narrow := s.newToken(t, anna, "narrow", Viewer, nil)
	require.NoError(t, s.SetRole(t.Context(), onTheCommandLine(), anna, Operator))
	assert.Equal(t, http.StatusForbidden, s.ask("GET", "/api/v1/operate", bearer(narrow)).Code, "it stays what it was made for")
	assert.Equal(t, "anna|127.0.0.1|refused|GET /api/v1/operate: needs operator, by token narrow", s.deeds(t)[0])
}

func TestTokenExpires(t *testing.T) {
	s := begin(t)
	end := s.at.Add(time.Hour)
	token := s.newToken(t, anna, "ci", Viewer, &end)
	s.at = end.Add(-time.Second)
	assert.Equal(t, http.StatusOK, s.ask("GET", "/api/v1/runs", bearer(token)).Code)
	s.at = end
	w := s.ask("GET", "/api/v1/runs", bearer(token))
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Contains(t, w.Body.String(), "has expired")
	assert.Equal(t, "|127.0.0.1|token-refused|anna/ci: expired", s.deeds(t)[0])
	for range 5 * noteBurst {
		s.ask("GET", "/api/v1/runs", bearer(token))
	}
	assert.LessOrEqual(t, len(s.deeds(t)), noteBurst+2, "nobody fills the audit log")
}

func TestTokenElsewhere(t *testing.T) {
	s := begin(t)
	token := s.newToken(t, otto, "ci", Operator, nil)
	c := s.login(t, otto, ottosPassword)
	before := s.reached
	for name, r := range map[string]struct {
		target string
		want   int
		edits  []edit
	}{
		"in the query":           {"/api/v1/runs?token=" + token, 400, nil},
		"under any name":         {"/api/v1/runs?x=1&anything=" + token, 400, nil},
		"as a name":              {"/?" + token, 400, nil},
		"as RFC 6750 has it":     {"/api/v1/runs?access_token=x", 400, nil},
		"and in the header":      {"/api/v1/runs?token=" + token, 400, []edit{bearer(token)}},
		"with a cookie":          {"/?token=" + token, 400, []edit{signedIn(c)}},
		"escaped":                {"/api/v1/runs?token=%70s_" + token[3:], 400, nil},
		"in the cookie":          {"/api/v1/runs", 401, []edit{with("Cookie", CookieName+"="+token)}},
		"without a scheme":       {"/api/v1/runs", 401, []edit{with("Authorization", token)}},
		"with another":           {"/api/v1/runs", 401, []edit{with("Authorization", "Token "+token)}},
		"twice":                  {"/api/v1/runs", 401, []edit{bearer(token), bearer(token)}},
		"and another":            {"/api/v1/runs", 401, []edit{with("Authorization", "Bearer "+token+", Bearer x")}},
		"wrong, with a cookie":   {"/operate", 401, []edit{bearer("ps_x"), signedIn(c)}},
		"empty, with a cookie":   {"/operate", 401, []edit{with("Authorization", ""), signedIn(c)}},
		"without its prefix":     {"/api/v1/runs", 401, []edit{bearer(token[3:])}},
		"with something behind":  {"/api/v1/runs", 401, []edit{bearer(token + "x")}},
		"in a field of the form": {"/api/v1/runs", 401, []edit{form("token", token)}},
		"in another header":      {"/api/v1/runs", 401, []edit{with("X-Api-Key", token), with("Proxy-Authorization", "Bearer "+token)}},
		"the cookie as a token":  {"/api/v1/runs", 401, []edit{bearer(c.Value)}},
	} {
		w := s.ask("GET", r.target, r.edits...)
		assert.Equal(t, r.want, w.Code, name)
		assert.NotContains(t, w.Body.String(), token, name)
	}
	assert.Equal(t, before, s.reached)
}
