package access

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history"
)

// The metrics are for users, as all else is, and say that the database is down to those who saw them before.
func TestMetrics(t *testing.T) {
	s := empty(t)
	down := func(is bool) {
		s.store.(*accounts).before = func(string) error {
			if is {
				return history.ErrBusy
			}
			return nil
		}
	}
	metrics := func(edits ...edit) int { return s.ask("GET", "/metrics", edits...).Code }
	other := with("X-Forwarded-For", "192.0.2.9")

	down(true)
	assert.Equal(t, http.StatusServiceUnavailable, metrics(), "nobody has asked before")
	down(false)
	assert.Equal(t, http.StatusOK, metrics(), "there are no users")
	assert.Equal(t, http.StatusForbidden, metrics(other))
	down(true)
	assert.Equal(t, http.StatusOK, metrics())
	assert.Equal(t, http.StatusServiceUnavailable, metrics(other))
	assert.Equal(t, http.StatusServiceUnavailable, metrics(from(outside)))
	assert.Equal(t, http.StatusServiceUnavailable, s.ask("GET", "/").Code)
	assert.Equal(t, http.StatusServiceUnavailable, s.ask("GET", "/metrics/").Code)
	down(false)

	require.NoError(t, s.AddUser(t.Context(), onTheCommandLine(), anna, Viewer, annasPassword))
	token := s.newToken(t, anna, "prometheus", Viewer, nil)
	assert.Equal(t, http.StatusOK, metrics(bearer(token), from(outside)))
	down(true)
	assert.Equal(t, http.StatusServiceUnavailable, metrics(), "there are users now")
	assert.Equal(t, http.StatusOK, metrics(bearer(token), from(outside)))
	assert.Equal(t, http.StatusServiceUnavailable, metrics(bearer("ps_none")))
	assert.Equal(t, http.StatusUnauthorized, metrics(bearer(token), bearer(token)))
	assert.Equal(t, http.StatusServiceUnavailable, s.ask("GET", "/api/v1/runs", bearer(token)).Code)
	down(false)
	assert.Equal(t, http.StatusUnauthorized, metrics())

	require.NoError(t, s.SetDisabled(t.Context(), onTheCommandLine(), anna, true))
	assert.Equal(t, http.StatusUnauthorized, metrics(bearer(token)))
	down(true)
	assert.Equal(t, http.StatusServiceUnavailable, metrics(bearer(token)), "it does not hold any more")
}
