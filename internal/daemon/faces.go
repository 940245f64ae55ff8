package daemon

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/api"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/notice"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report/text"
)

// faces makes what the service shows: pages and API, over the same history and the same control.
func (c Config) faces(s *service) error {
	var err error
	s.pages, err = web.New(web.Config{Store: c.Store, Control: s.runs, Formats: c.Formats, Findings: c.Findings, Now: time.Now, Log: c.Log,
		Who: whoOf, Login: s.login, Password: s.password, Logout: s.access.Logout, Holds: access.Holds, Record: access.Record})
	if err != nil {
		return err
	}
	rendered := slices.DeleteFunc(slices.Clone(c.Formats), func(f control.Format) bool { return f.Name == "json" }) // which are the stored bytes
	s.api, err = api.New(api.Config{Store: c.Store, Control: s.runs, Formats: rendered, Findings: c.Findings, Now: time.Now, Log: c.Log})
	return err
}

// notifier tells the receivers of the estate in force. Where the service is reached from outside is not known to it: messages have no link.
func (c Config) notifier(s *service) *notice.Notifier {
	host, _ := os.Hostname() // without it, mail servers are not told one
	return notice.New(notice.Config{Store: c.Store, Estate: func() *estate.Estate { return s.runs.Status().Estate }, Tool: c.Tool.Name + " " + c.Tool.Version,
		Host: host, Log: c.Log, Now: time.Now, Count: s.metrics.Noticed})
}

// whoOf is who a page is for.
func whoOf(ctx context.Context) web.Who {
	u, _ := access.UserOf(ctx)
	return web.Who{Name: u.Name, Operate: u.May(access.Operator), Audit: u.May(access.Auditor), CSRF: access.CSRF(ctx)}
}

// login signs a person in. What the person did wrong is told apart from what the service did.
func (s *service) login(ctx context.Context, name, password, from string) (*http.Cookie, *web.Refusal, error) {
	cookie, err := s.access.Login(ctx, name, password, from)
	if errors.Is(err, access.ErrLogin) {
		return nil, refusal(http.StatusUnauthorized, "The name or the password is wrong, or the user is disabled."), nil
	}
	return told(cookie, err)
}

// password gives a person another password.
func (s *service) password(ctx context.Context, old, password string) (*http.Cookie, *web.Refusal, error) {
	cookie, err := s.access.ChangePassword(ctx, old, password)
	unfit, isUnfit := errors.AsType[access.Unfit](err)
	switch {
	case isUnfit:
		r := refusal(http.StatusBadRequest, "The new password cannot be one.")
		r.Said = append(r.Said, strings.Split(unfit.Error(), "\n")...)
		return nil, r, nil
	case errors.Is(err, access.ErrOldPassword):
		return nil, refusal(http.StatusForbidden, "The old password is wrong. Nothing was changed."), nil
	case errors.Is(err, access.ErrNotInPerson):
		return nil, refusal(http.StatusForbidden, "Only who has signed in with a password can change it."), nil
	case errors.Is(err, access.ErrChanged):
		s.log.ErrorContext(ctx, "what belongs to a new password was not done", "why", err.Error())
		return nil, refusal(http.StatusServiceUnavailable, "Your password was changed, and the new one holds. Then the database did not answer: sessions that began with the old one may still be there. Sign in again, and change it once more to end them."), nil
	}
	return told(cookie, err)
}

func refusal(status int, said string) *web.Refusal {
	return &web.Refusal{Status: status, Said: []string{said}}
}

// told is what a person is told who tries too often, or when too many do.
func told(cookie *http.Cookie, err error) (*http.Cookie, *web.Refusal, error) {
	often, tooOften := errors.AsType[access.TooMany](err)
	switch {
	case tooOften:
		r := refusal(http.StatusTooManyRequests, "Too many attempts. Try again in "+text.Count(often.Seconds(), "second")+".")
		r.Retry = often.Seconds()
		return nil, r, nil
	case errors.Is(err, access.ErrBusy):
		r := refusal(http.StatusServiceUnavailable, "Too many sign in just now. Try again in a moment.")
		r.Retry = 5
		return nil, r, nil
	}
	return cookie, nil, err
}

// refused is the page of a request that access did not let through.
func (s *service) refused(w http.ResponseWriter, r *http.Request, f access.Fault) {
	s.pages.Refused(w, r, f.Status, f.Title, f.Detail)
}
