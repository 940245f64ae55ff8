package web

import "net/http"

func (p *Pages) passwordPage(r *http.Request) (*view, error) { return p.newPassword(r, nil) }

// newPassword is the page on which a person changes their own password, with why it was not changed.
func (p *Pages) newPassword(r *http.Request, refused *Refusal) (*view, error) {
	who := p.Who(r.Context())
	if who.Name == "" {
		return nil, &trouble{status: http.StatusForbidden, title: "Nobody is signed in", text: "There is no password to change here. Who administers the service makes users: portseal user add NAME --role viewer."}
	}
	changed := refused == nil && r.URL.Query().Get("changed") == "yes"
	return p.body("password", map[string]any{"Refused": refused, "Changed": changed, "Who": who}, view{title: "Change your password", nav: "/password"})
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		p.write(w, r, p.failed(r, badRequest("The form could not be read.")))
		return
	}
	password := r.PostForm.Get("new")
	if password != r.PostForm.Get("again") {
		p.refuse(w, r, &Refusal{Status: http.StatusBadRequest, Said: []string{"The new password was typed in two ways. Nothing was changed."}}, p.newPassword)
		return
	}
	cookie, refused, err := p.Password(r.Context(), r.PostForm.Get("old"), password)
	switch {
	case err != nil:
		p.write(w, r, p.failed(r, err))
	case refused != nil:
		p.refuse(w, r, refused, p.newPassword)
	default:
		http.SetCookie(w, cookie)
		http.Redirect(w, r, "/password?changed=yes", http.StatusSeeOther)
	}
}
