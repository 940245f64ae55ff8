package web

import (
	"net/http"
	"net/url"

	"github.com/portseal/portseal/internal/history"
)

func (p *Pages) auditPage(r *http.Request) (*view, error) {
	if !p.Who(r.Context()).Audit {
		return nil, forbiddenError("auditor")
	}
	deeds, next, err := p.Store.Deeds(r.Context(), history.Page{After: r.URL.Query().Get("after"), Limit: 200})
	if err != nil {
		return nil, err
	}
	more := ""
	if next != "" {
		more = "?" + url.Values{"after": {next}}.Encode()
	}
	return p.body("audit", map[string]any{"Deeds": deeds, "More": more}, view{title: "Audit log", nav: "/audit"})
}
