package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/report/text"
)

// view is a page before its frame is put around it.
type view struct {
	status int    // 0: 200
	title  string // plain text
	nav    string // the path of the entry of the navigation that it belongs to
	body   template.HTML
	live   string // the id of a run that the page follows
	bare   bool   // without navigation, and without a word about the estate
}

// frame is what the frame of every page shows.
type frame struct {
	Title, Estate string
	Who           Who
	Bare          bool // nothing but the page itself
	Nav           []entry
	Banners       []banner
	Live          string
	Path          string
	Body          template.HTML
}

// entry is one of the navigation.
type entry struct {
	Path, Title string
	Here        bool
}

// banner is what everyone who looks should know now.
type banner struct{ Kind, Title, Text, Link, LinkText string }

// entries are the navigation. What nobody but an auditor may see is not offered to others.
func entries(who Who, here string) []entry {
	list := []entry{{Path: "/", Title: "Overview"}, {Path: "/listeners", Title: "Listeners"}, {Path: "/changes", Title: "Changes"},
		{Path: "/migration", Title: "Migration"}, {Path: "/certificates", Title: "Certificates"}, {Path: "/policies", Title: "Policies"},
		{Path: "/runs", Title: "Runs"}, {Path: "/reports", Title: "Reports"}, {Path: "/schedules", Title: "Schedules"}, {Path: "/notices", Title: "Notices"}, {Path: "/waivers", Title: "Waivers"}}
	if who.Audit {
		list = append(list, entry{Path: "/audit", Title: "Audit log"})
	}
	for i := range list {
		list[i].Here = list[i].Path == here
	}
	return list
}

// serve makes a page and writes it.
func (p *Pages) serve(w http.ResponseWriter, r *http.Request, make func(r *http.Request) (*view, error)) {
	v, err := make(r)
	if err != nil {
		v = p.failed(r, err)
	}
	p.write(w, r, v)
}

// write puts the frame around a page.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, v *view) {
	who, now := p.Who(r.Context()), p.Control.Status()
	f := frame{Title: v.title, Who: who, Live: v.live, Body: v.body, Path: r.URL.Path, Bare: v.bare || v.nav == "/login"}
	if !f.Bare {
		f.Estate, f.Nav, f.Banners = now.Estate.Name, entries(who, v.nav), p.banners(now)
	}
	page, err := p.looks.render("frame", f)
	if err != nil {
		p.Log.Error("a page was not made", "path", r.URL.Path, "why", err.Error())
		http.Error(w, "The page could not be made. The service's log says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	_, err = w.Write([]byte(page))
	p.unwritten(r.Context(), err)
}

// unwritten notes that an answer was not taken, which is the reader's affair.
func (p *Pages) unwritten(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		p.Log.Debug("an answer was not taken", "why", err.Error())
	}
}

// body fills a page's template.
func (p *Pages) body(name string, data any, v view) (*view, error) {
	var err error
	v.body, err = p.looks.render(name, data)
	return &v, err
}

// banners say what is wrong or unusual now.
func (p *Pages) banners(now control.Status) []banner {
	var out []banner
	if now.Fault != "" {
		out = append(out, banner{Kind: "bad", Title: "The estate file is at fault",
			Text: "Since " + minute(now.FaultAt) + " the file " + now.File + " cannot be used. The one of " + minute(now.Loaded) + " stays in force.", Link: "/schedules#estate-file", LinkText: "What is wrong with it"})
	}
	if now.Database != "" {
		said := now.Database
		if now.Waiting > 0 {
			said += ". " + text.Count(now.Waiting, "finished run") + " to be stored when it does."
		}
		out = append(out, banner{Kind: "bad", Title: "The database does not answer", Text: said})
	}
	at := p.Now()
	for _, b := range now.Blackouts {
		if !at.Before(b.From) && at.Before(b.To) {
			out = append(out, banner{Kind: "warn", Title: "A blackout is on: " + b.Name, Text: "Nothing is dialled until " + minute(b.To) + ".", Link: "/schedules", LinkText: "Schedules and blackouts"})
		}
	}
	for _, run := range now.Running {
		out = append(out, banner{Kind: "note", Title: "A run is on its way", Text: progressText(run), Link: runPath(run.Run), LinkText: "Follow it"})
	}
	return out
}

// maxForm is the size of a form, in octets.
const maxForm = 64 << 10

// act does what a form asks for, and leads to the page that shows it.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, need func(Who) bool, do func(r *http.Request) (to string, err error)) {
	if !need(p.Who(r.Context())) {
		p.write(w, r, p.failed(r, forbiddenError("operator")))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		p.write(w, r, p.failed(r, badRequest("The form could not be read.")))
		return
	}
	to, err := do(r)
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// local is a path of this service to go to, "/" for anything else.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// forbiddenError is that somebody lacks a role, which it names.
type forbiddenError string

func (role forbiddenError) Error() string { return "not allowed: this needs the role " + string(role) }
