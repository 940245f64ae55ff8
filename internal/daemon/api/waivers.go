package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// Waiver is a waiver of the estate file, or one that was made here: then it has an id.
type Waiver struct {
	Source string `json:"source"` // "file", "service"
	ID     int64  `json:"id,omitempty"`
	report.Waiver
	By        string     `json:"by,omitempty"`
	Made      *time.Time `json:"made,omitempty"`
	Expired   *time.Time `json:"expired,omitempty"` // when a user ended it
	ExpiredBy string     `json:"expired_by,omitempty"`
	Holds     bool       `json:"holds"` // today: its last day is not over, and nobody ended it
}

// WaiverList is a page of waivers: those that were made here, newest first, then those of the estate file.
type WaiverList struct {
	Waivers []Waiver `json:"waivers"`
	Next    string   `json:"next,omitempty"`
}

func waiverPath(id int64) string { return Prefix + "/waivers/" + number(id) }

func (a *API) made(w history.Waiver) Waiver {
	made := w.Made.UTC()
	return Waiver{Source: "service", ID: w.ID, Waiver: w.Waiver, By: w.By, Made: &made, Expired: w.Expired, ExpiredBy: w.ExpiredBy,
		Holds: w.Expired == nil && !w.Waiver.Expired(a.Now())}
}

func (a *API) listWaivers(c *call) (*answer, error) {
	in := a.Control.Status().Estate
	of := a.estate(c)
	stored, err := a.Store.Waivers(c.Context(), of)
	if err != nil {
		return nil, err
	}
	var all []Waiver
	for _, w := range stored {
		all = append(all, a.made(w))
	}
	if of == in.Name {
		for _, w := range in.Waivers {
			all = append(all, Waiver{Source: "file", Waiver: w, Holds: !w.Expired(a.Now())})
		}
	}
	if one(c.query, "holds", false) {
		all = slices.DeleteFunc(all, func(w Waiver) bool { return !w.Holds })
	}
	items, next, err := cut(c, all, func(w Waiver) string {
		if w.Location == nil {
			return number(w.ID)
		}
		return w.Location.File + " " + strconv.Itoa(w.Location.Line) + " " + strconv.Itoa(w.Location.Column)
	})
	return &answer{value: WaiverList{items, next}}, err
}

// waiver is the one of the path: it was made here.
func (a *API) waiver(c *call) (*history.Waiver, error) {
	all, err := a.Store.Waivers(c.Context(), a.Control.Status().Estate.Name)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(w history.Waiver) bool { return number(w.ID) == c.path["waiver"] })
	if i < 0 {
		return nil, missing("waiver that was made here", c.path["waiver"])
	}
	return &all[i], nil
}

func (a *API) getWaiver(c *call) (*answer, error) {
	w, err := a.waiver(c)
	if err != nil {
		return nil, err
	}
	return &answer{value: a.made(*w)}, nil
}

// addWaiver makes a waiver of the estate in force. It is judged as one in the file would be.
func (a *API) addWaiver(c *call) (*answer, error) {
	asked := report.Waiver{Finding: c.body.one("finding"), Listener: c.body.one("listener"), Item: c.body.one("item"), Until: c.body.one("until"),
		Reason: c.body.one("reason"), ApprovedBy: c.body.one("approved_by"), Ticket: c.body.one("ticket")}
	w, said := estate.CheckWaiver(asked, a.Findings)
	var faults []Fault
	for _, s := range said {
		key, detail, _ := strings.Cut(s, ": ")
		faults = append(faults, Fault{"body", key, detail})
	}
	if len(faults) == 0 && w.Expired(a.Now()) {
		faults = append(faults, Fault{"body", "until", w.Until + " is over; want the last day on which it is to hold, today or later"})
	}
	if len(faults) > 0 {
		return nil, &Problem{Type: "no-waiver", Status: http.StatusUnprocessableEntity, Detail: inWords(faults), Errors: faults}
	}
	of := a.Control.Status().Estate.Name
	made := history.Waiver{Waiver: w, By: c.user.Name, Made: a.Now().UTC().Truncate(time.Microsecond)} // as the store keeps it
	id, err := a.Store.AddWaiver(c.Context(), of, made)
	if err != nil {
		return nil, err
	}
	made.ID = id
	a.note(c, "waiver-added", number(id), estate.WaiverText(w))
	return &answer{status: http.StatusCreated, value: a.made(made), header: http.Header{"Location": {waiverPath(id)}}}, nil
}

func (a *API) expireWaiver(c *call) (*answer, error) {
	w, err := a.waiver(c)
	if err != nil {
		return nil, err
	}
	if w.Expired != nil {
		return nil, &Problem{Type: "ended", Status: http.StatusConflict, Detail: "waiver " + number(w.ID) + " was ended by " + w.ExpiredBy + " at " + w.Expired.UTC().Format(time.RFC3339)}
	}
	at := a.Now().UTC().Truncate(time.Microsecond)
	switch err := a.Store.ExpireWaiver(c.Context(), a.Control.Status().Estate.Name, w.ID, c.user.Name, at); {
	case errors.Is(err, history.ErrNotFound):
		return nil, &Problem{Type: "ended", Status: http.StatusConflict, Detail: "waiver " + number(w.ID) + " was ended just now by someone else"}
	case err != nil:
		return nil, err
	}
	w.Expired, w.ExpiredBy = &at, c.user.Name
	a.note(c, "waiver-expired", number(w.ID), estate.WaiverText(w.Waiver))
	return &answer{value: a.made(*w)}, nil
}
