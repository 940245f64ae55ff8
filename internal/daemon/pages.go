package daemon

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/web"
)

// pages are the service's pages, with access for who looks at them.
func (c Config) pages(s *service) (*web.Pages, error) {
	return web.New(web.Config{Store: c.Store, Control: s.runs, Formats: c.Formats, Findings: c.Findings, Now: time.Now, Log: c.Log,
		Who: who, Login: s.login, Logout: s.access.Logout, Record: access.Record})
}

// who is the person that a page is for.
func who(ctx context.Context) web.Who {
	u, _ := access.UserOf(ctx)
	return web.Who{Name: u.Name, Operate: u.May(access.Operator), Audit: u.May(access.Auditor), CSRF: access.CSRF(ctx)}
}

// login signs a user in. Who is not let in is told why, as far as that helps nobody else.
func (s *service) login(ctx context.Context, name, password, from string) (cookie *http.Cookie, refused string, err error) {
	cookie, err = s.access.Login(ctx, name, password, from)
	_, often := errors.AsType[access.TooMany](err)
	if often || errors.Is(err, access.ErrLogin) || errors.Is(err, access.ErrBusy) {
		return nil, err.Error(), nil
	}
	return cookie, "", err
}
