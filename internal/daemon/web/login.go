package web

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

func (p *Pages) loginPage(r *http.Request) (*view, error) {
	return p.signIn(r, nil)
}

// signIn is the page to sign in on, with why somebody was not signed in.
func (p *Pages) signIn(r *http.Request, refused *Refusal) (*view, error) {
	return p.body("login", map[string]any{"Refused": refused, "To": local(r.FormValue("next")), "Who": p.Who(r.Context()), "Name": r.PostFormValue("name")},
		view{title: "Sign in", nav: "/login"})
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		p.write(w, r, p.failed(r, badRequest("The form could not be read.")))
		return
	}
	cookie, refused, err := p.Login(r.Context(), strings.TrimSpace(r.PostForm.Get("name")), r.PostForm.Get("password"), fromOf(r))
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	if refused != nil {
		p.refuse(w, r, refused, p.signIn)
		return
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, local(r.PostForm.Get("next")), http.StatusSeeOther)
}

// refuse shows the page of a form again, with why it was not taken.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, refused *Refusal, make func(*http.Request, *Refusal) (*view, error)) {
	v, err := make(r, refused)
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	if v.status = refused.Status; refused.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refused.Retry))
	}
	p.write(w, r, v)
}

func (p *Pages) logout(w http.ResponseWriter, r *http.Request) {
	cookie, err := p.Logout(r.Context())
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// fromOf is the address that a request comes from.
func fromOf(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return at.Addr().Unmap().String()
}
