package daemon

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/daemon/access"
)

// person is a browser of somebody.
type person struct {
	served
	client *http.Client
	csrf   string
}

// visitor is a browser in which nobody is signed in yet.
func (s served) visitor(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &person{served: s, client: &http.Client{Transport: s.client.Transport, Jar: jar}}
}

// ask gets a page, or sends a form, and goes where that leads.
func (p *person) ask(t *testing.T, path string, form url.Values) (int, http.Header, string) {
	t.Helper()
	send := func() (*http.Response, error) { return p.client.Get(p.URL + path) }
	if form != nil {
		form.Set(access.CSRFField, p.csrf)
		send = func() (*http.Response, error) { return p.client.PostForm(p.URL+path, form) }
	}
	answer, err := send()
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	if found := regexp.MustCompile(`name="csrf" value="([^"]*)"`).FindStringSubmatch(string(body)); found != nil {
		p.csrf = found[1]
	}
	return answer.StatusCode, answer.Header, string(body)
}

// A person changes the password that they signed in with; another browser of theirs is signed out. Who tries too often is told when to come again.
func TestPasswordOfAPerson(t *testing.T) {
	c := config(t)
	m := access.New(c.Store, access.Config{Now: time.Now})
	require.NoError(t, m.AddUser(t.Context(), access.Actor{From: access.CommandLine}, "anna", access.Viewer, "correct horse battery"))
	s := serve(t, c)
	defer func() { require.NoError(t, s.stop()) }()
	here, elsewhere := s.visitor(t), s.visitor(t)
	signIn := url.Values{"name": {"anna"}, "password": {"correct horse battery"}, "next": {"/password"}}
	for _, p := range []*person{here, elsewhere} {
		code, _, body := p.ask(t, "login", signIn)
		require.Equal(t, http.StatusOK, code)
		require.Contains(t, body, "Change your password")
	}
	for said, form := range map[string]url.Values{"The old password is wrong.": {"old": {"x"}, "new": {"another horse staple"}, "again": {"another horse staple"}},
		"the password has 5 characters; want at least 12": {"old": {"x"}, "new": {"short"}, "again": {"short"}}} {
		code, _, body := here.ask(t, "password", form)
		assert.Contains(t, []int{http.StatusForbidden, http.StatusBadRequest}, code)
		assert.Contains(t, body, said)
	}
	code, _, body := here.ask(t, "password", url.Values{"old": {"correct horse battery"}, "new": {"another horse staple"}, "again": {"another horse staple"}})
	require.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "Your password was changed.")
	code, _, body = here.ask(t, "runs", nil)
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "Signed in as <strong>anna</strong>")
	_, _, body = elsewhere.ask(t, "runs", nil)
	assert.Contains(t, body, "Sign in to portseal")

	for range 20 { // more than may be tried
		var header http.Header
		code, header, body = elsewhere.ask(t, "login", signIn)
		if code == http.StatusTooManyRequests {
			assert.Contains(t, body, "Too many attempts. Try again in ")
			assert.NotEmpty(t, header.Get("Retry-After"))
			break
		}
		require.Equal(t, http.StatusUnauthorized, code)
	}
	assert.Equal(t, http.StatusTooManyRequests, code)
}
