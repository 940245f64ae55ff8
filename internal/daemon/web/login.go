package web

import (
	"net/http"
	"net/netip"
	"strings"
)

func (p *Pages) loginPage(r *http.Request) (*view, error) {
	return p.signIn(r, "", http.StatusOK)
}

// signIn is the page to sign in on.
func (p *Pages) signIn(r *http.Request, fault string, status int) (*view, error) {
	return p.body("login", map[string]any{"Fault": fault, "To": local(r.FormValue("next")), "Who": p.Who(r.Context()), "Name": r.PostFormValue("name")},
		view{title: "Sign in", nav: "/login", status: status})
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
	if cookie == nil {
		v, err := p.signIn(r, refused, http.StatusUnauthorized)
		if err != nil {
			v = p.failed(r, err)
		}
		p.write(w, r, v)
		return
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, local(r.PostForm.Get("next")), http.StatusSeeOther)
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
