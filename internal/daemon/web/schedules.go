package web

import (
	"net/http"
	"time"

	"github.com/portseal/portseal/internal/daemon/control"
)

// scheduleRow is a schedule with its times in its own zone.
type scheduleRow struct {
	control.Schedule
	Times []dueTime
}

// dueTime is a time in the zone of a schedule, and whether a blackout lies over it.
type dueTime struct {
	At       time.Time
	Local    string
	Blackout string
}

func (p *Pages) schedulesPage(r *http.Request) (*view, error) {
	status := p.Control.Status()
	var rows []scheduleRow
	for _, s := range status.Schedules {
		zone, err := time.LoadLocation(s.Timezone)
		if err != nil {
			zone = time.UTC
		}
		row := scheduleRow{Schedule: s}
		for _, at := range s.Next {
			due := dueTime{At: at, Local: at.In(zone).Format("Mon 2006-01-02 15:04 MST")}
			for _, b := range status.Blackouts {
				if !at.Before(b.From) && at.Before(b.To) {
					due.Blackout = b.Name
				}
			}
			row.Times = append(row.Times, due)
		}
		rows = append(rows, row)
	}
	return p.body("schedules", map[string]any{"Rows": rows, "Status": status, "Now": p.Now(), "Who": p.Who(r.Context())}, view{title: "Schedules", nav: "/schedules"})
}

// reload reads the estate file again. That it is at fault is shown, and is no error of the page.
func (p *Pages) reload(r *http.Request) (string, error) {
	detail := "in force"
	if err := p.Control.Reload(r.Context()); err != nil {
		detail = "refused: " + err.Error()
	}
	return "/schedules#estate-file", p.Record(r.Context(), "estate-reloaded", p.Control.Status().File, detail)
}
