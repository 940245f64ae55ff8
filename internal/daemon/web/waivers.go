package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// waiverRow is a waiver, of the estate file or of the service, and whether it holds.
type waiverRow struct {
	report.Waiver
	Made  *history.Waiver // nil for one of the estate file
	State word
}

func (p *Pages) waiversPage(r *http.Request) (*view, error) {
	status, now := p.Control.Status(), p.Now()
	made, err := p.Store.Waivers(r.Context(), status.Estate.Name)
	if err != nil {
		return nil, err
	}
	stateOf := func(w report.Waiver) word {
		if w.Expired(now) {
			return warn.Says("expired")
		}
		return good.Says("in force")
	}
	var rows []waiverRow
	for i := range made {
		row := waiverRow{Waiver: made[i].Waiver, Made: &made[i], State: stateOf(made[i].Waiver)}
		if made[i].Expired != nil {
			row.State = none.Says("ended")
		}
		rows = append(rows, row)
	}
	for _, w := range status.Estate.Waivers {
		rows = append(rows, waiverRow{Waiver: w, State: stateOf(w)})
	}
	slices.SortStableFunc(rows, func(a, b waiverRow) int { return cmp.Compare(btoi(a.State.Kind != good), btoi(b.State.Kind != good)) })
	q := r.URL.Query()
	form := report.Waiver{Finding: q.Get("finding"), Listener: q.Get("listener"), Item: q.Get("item")}
	return p.body("waivers", map[string]any{"Rows": rows, "Who": p.Who(r.Context()), "Form": form, "Findings": p.Findings, "Today": dayOf(now)}, view{title: "Waivers", nav: "/waivers"})
}

func (p *Pages) addWaiver(r *http.Request) (string, error) {
	field := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	w := report.Waiver{Finding: field("finding"), Listener: field("listener"), Item: field("item"), Until: field("until"), Reason: field("reason"),
		ApprovedBy: field("approved_by"), Ticket: field("ticket")}
	w, faults := estate.CheckWaiver(w, p.Findings)
	if len(faults) > 0 {
		return "", badRequest("The waiver was not made. Go back, and mend what is wrong with it.", faults...)
	}
	if w.Expired(p.Now()) {
		return "", badRequest("The waiver was not made.", "until: "+w.Until+" is over; want today or a later day")
	}
	who, name := p.Who(r.Context()), p.Control.Status().Estate.Name
	id, err := p.Store.AddWaiver(r.Context(), name, history.Waiver{Waiver: w, By: who.Name, Made: p.Now().UTC()})
	if err != nil {
		return "", err
	}
	return "/waivers", p.Record(r.Context(), "waiver-added", strconv.FormatInt(id, 10), w.About()+" "+w.Listener+" until "+w.Until)
}

func (p *Pages) expireWaiver(r *http.Request) (string, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return "", notFound("There is no such waiver.")
	}
	if err := p.Store.ExpireWaiver(r.Context(), p.Control.Status().Estate.Name, id, p.Who(r.Context()).Name, p.Now().UTC()); err != nil {
		return "", err
	}
	return "/waivers", p.Record(r.Context(), "waiver-expired", strconv.FormatInt(id, 10), "")
}
