package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// trouble is an error that a person caused, or can do something about, in words for them.
type trouble struct {
	status      int
	title, text string
	list        []string
}

func (t *trouble) Error() string { return t.title }

func badRequest(text string, list ...string) error {
	return &trouble{http.StatusBadRequest, "That cannot be done", text, list}
}

// notFound says that there is no such thing.
func notFound(what string) error {
	return &trouble{status: http.StatusNotFound, title: "There is no such page", text: what}
}

// nothing is the page of every path that there is not.
func (p *Pages) nothing(*http.Request) (*view, error) {
	return nil, notFound("Nothing is at this address. The navigation leads to everything that there is.")
}

// troubleOf puts an error into words.
func (p *Pages) troubleOf(r *http.Request, err error) *trouble {
	var t *trouble
	var role forbiddenError
	switch {
	case errors.As(err, &t):
		return t
	case errors.As(err, &role):
		text := "This needs the role " + string(role) + ", and you have another. Someone who administers the service can give it to you: portseal user set-role NAME " + string(role) + "."
		if p.Who(r.Context()).Name == "" {
			text = "This needs a signed-in " + string(role) + ". Someone who administers the service makes a user who may: portseal user add NAME --role " + string(role) + "."
		}
		return &trouble{status: http.StatusForbidden, title: "You may not do this", text: text}
	case errors.Is(err, control.ErrUnknown):
		return &trouble{status: http.StatusBadRequest, title: "The estate has nothing of that name", text: "Only what the estate file names can be looked at.", list: []string{err.Error()}}
	case errors.Is(err, control.ErrOverlap), errors.Is(err, history.ErrTaken):
		return &trouble{status: http.StatusConflict, title: "A run is on its way", text: "Only one runs at a time. Follow it on the page of runs, and begin another when it is over.", list: []string{err.Error()}}
	case errors.Is(err, control.ErrBlackout):
		return &trouble{status: http.StatusConflict, title: "A blackout is on", text: "Nothing is dialled now. The page of schedules says until when.", list: []string{err.Error()}}
	case errors.Is(err, control.ErrNotAgain):
		return &trouble{status: http.StatusConflict, title: "The notice is not sent again", text: "Only one that was given up is, once, and to a receiver that the estate file names.", list: []string{err.Error()}}
	case errors.Is(err, history.ErrPruned):
		return &trouble{status: http.StatusGone, title: "The report is no longer kept", text: "Retention has removed it (--keep). What the run found is in its summary and in the history."}
	case errors.Is(err, history.ErrNotFound):
		return &trouble{status: http.StatusNotFound, title: "That is not in the history", text: "It may never have been there, or it was removed.", list: []string{err.Error()}}
	case errors.Is(err, history.ErrBusy):
		return &trouble{status: http.StatusServiceUnavailable, title: "The database is busy", text: "Try again in a moment."}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), r.Context().Err() != nil:
		return &trouble{status: http.StatusServiceUnavailable, title: "That took too long", text: "Try again in a moment."}
	}
	p.Log.Error("a page failed", "path", r.URL.Path, "why", err.Error())
	return &trouble{status: http.StatusInternalServerError, title: "Something went wrong", text: "It is the service's fault, not yours. Its log says what happened."}
}

// failed is the page of an error.
func (p *Pages) failed(r *http.Request, err error) *view {
	t := p.troubleOf(r, err)
	v, err := p.body("error", map[string]any{"Status": t.status, "Title": t.title, "Text": t.text, "List": t.list}, view{status: t.status, title: t.title})
	if err != nil {
		p.Log.Error("a page failed", "path", r.URL.Path, "why", err.Error())
		return &view{status: http.StatusInternalServerError, title: t.title}
	}
	return v
}

// Refused is the page of a request that was let through to no other. Who is not known learns nothing of the estate from it.
func (p *Pages) Refused(w http.ResponseWriter, r *http.Request, status int, title, detail string) {
	guard(w.Header())
	v := p.failed(r, &trouble{status: status, title: title, text: detail})
	v.bare = true
	p.write(w, r, v)
}
