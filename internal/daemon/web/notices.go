package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
)

// receiver is one that the estate file names: how it is told, and not where it is.
type receiver struct {
	*estate.Notice
	By string
}

// noticeRow is a notice, and what has become of it.
type noticeRow struct {
	control.Notice
	Is    word
	Known bool // the estate file names its receiver
}

func (p *Pages) noticesPage(r *http.Request) (*view, error) {
	in, q := p.Control.Status().Estate, r.URL.Query()
	state, states := q.Get("state"), []string(nil)
	if slices.Contains(control.NoticeStates(), state) {
		states = []string{state}
	}
	found, next, err := control.Notices(r.Context(), p.Store, in.Name, states, history.Page{After: q.Get("after"), Limit: 100})
	if err != nil {
		return nil, err
	}
	more := ""
	if next != "" {
		more = "?" + url.Values{"after": {next}, "state": {state}}.Encode()
	}
	var receivers []receiver
	for _, to := range in.Notices {
		receivers = append(receivers, receiver{to, wayOf(to)})
	}
	var rows []noticeRow
	for _, n := range found {
		known := slices.ContainsFunc(in.Notices, func(to *estate.Notice) bool { return to.Name == n.Receiver })
		rows = append(rows, noticeRow{n, noticeIs(n.State), known})
	}
	return p.body("notices", map[string]any{"Rows": rows, "More": more, "State": state, "States": control.NoticeStates(), "Receivers": receivers,
		"First": q.Get("after") == "", "Who": p.Who(r.Context())}, view{title: "Notices", nav: "/notices"})
}

// wayOf is how a receiver is told.
func wayOf(to *estate.Notice) string {
	switch {
	case to.Webhook != "":
		return "webhook"
	case to.SMTP != "":
		return "mail"
	}
	return "syslog"
}

func noticeIs(state string) word {
	switch state {
	case control.NoticeSent:
		return good.Says("sent")
	case control.NoticeGivenUp:
		return bad.Says("given up")
	}
	return note.Says("waiting")
}

// sendAgain has a notice that was given up sent once more.
func (p *Pages) sendAgain(r *http.Request) (string, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return "", notFound("There is no such notice.")
	}
	n, err := control.SendAgain(r.Context(), p.Store, p.Control.Status().Estate, id, p.Now().UTC())
	if err != nil {
		return "", err
	}
	return "/notices", p.Record(r.Context(), "notice-sent-again", strconv.FormatInt(id, 10), "to "+n.Receiver+": "+n.Title)
}
