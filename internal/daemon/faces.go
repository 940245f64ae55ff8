package daemon

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/api"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/daemon/notice"
	"github.com/portseal/portseal/internal/daemon/web"
	"github.com/portseal/portseal/internal/estate"
)

// faces makes what the service shows: pages and API, over the same history and the same control.
func (c Config) faces(s *service) error {
	var err error
	s.pages, err = web.New(web.Config{Store: c.Store, Control: s.runs, Formats: c.Formats, Findings: c.Findings, Now: time.Now, Log: c.Log,
		Who: whoOf, Login: s.login, Logout: s.access.Logout, Record: access.Record})
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
func (s *service) login(ctx context.Context, name, password, from string) (*http.Cookie, string, error) {
	cookie, err := s.access.Login(ctx, name, password, from)
	_, often := errors.AsType[access.TooMany](err)
	switch {
	case err == nil:
		return cookie, "", nil
	case often, errors.Is(err, access.ErrBusy):
		return nil, "Too many attempts. Try again in a moment.", nil
	case errors.Is(err, access.ErrLogin):
		return nil, "The name or the password is wrong, or the user is disabled.", nil
	}
	return nil, "", err
}

// refused is the page of a request that access did not let through.
func (s *service) refused(w http.ResponseWriter, r *http.Request, f access.Fault) {
	s.pages.Refused(w, r, f.Status, f.Title, f.Detail)
}
