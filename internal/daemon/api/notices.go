package api

import (
	"net/http"
	"strconv"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// NoticeList is a page of notices, newest first.
type NoticeList struct {
	Notices []control.Notice `json:"notices"`
	Next    string           `json:"next,omitempty"`
}

func (a *API) listNotices(c *call) (*answer, error) {
	var states []string
	for _, s := range c.query["state"] {
		states = append(states, s.(string))
	}
	items, next, err := page(c, func(p history.Page) ([]control.Notice, string, error) {
		return control.Notices(c.Context(), a.Store, a.estate(c), states, p)
	})
	return &answer{value: NoticeList{items, next}}, err
}

// sendAgain has a notice that was given up sent once more.
func (a *API) sendAgain(c *call) (*answer, error) {
	id, err := strconv.ParseInt(c.path["notice"], 10, 64)
	if err != nil || number(id) != c.path["notice"] {
		return nil, missing("notice", c.path["notice"])
	}
	n, err := control.SendAgain(c.Context(), a.Store, a.Control.Status().Estate, id, a.Now().UTC())
	if err != nil {
		return nil, err
	}
	a.note(c, "notice-sent-again", number(id), "to "+n.Receiver+": "+n.Title)
	return &answer{status: http.StatusAccepted, value: n}, nil
}
