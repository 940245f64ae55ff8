package main

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/internal/schedule/agenda"
)

// wallLayout is how a time is written beside its zone.
const wallLayout = "Mon 2006-01-02 15:04 MST"

// writeAgenda writes an agenda for people: the schedules, the runs, and the blackouts.
func writeAgenda(w io.Writer, e *estate.Estate, a agenda.Agenda) error {
	if len(a.Schedules) == 0 {
		_, err := fmt.Fprintln(w, "no schedules; an estate file has them as schedules: [{name: nightly, cron: \"30 2 * * *\", timezone: Europe/Zurich, probes: quick}]")
		return err
	}
	zones := map[string]*time.Location{}
	sheet := cipherSheet{header: []string{"SCHEDULE", "WHEN", "TIME ZONE", "PROBES", "PACE", "LISTENERS", "CANARY", "CONNECTIONS"}}
	for i, s := range a.Schedules {
		zones[s.Name] = e.Schedules[i].Zone()
		sheet.rows = append(sheet.rows, cleaned(s.Name, s.When, s.Timezone, s.Probes, s.Pace, strconv.Itoa(s.Listeners), dash(s.Canary), costWords(s.Cost)))
	}
	if err := sheet.write(w); err != nil {
		return err
	}
	if err := writeRuns(w, a, zones); err != nil {
		return err
	}
	if len(a.Blackouts) == 0 {
		return nil
	}
	sheet = cipherSheet{header: []string{"BLACKOUT", "FROM", "TO"}}
	for _, b := range a.Blackouts {
		sheet.rows = append(sheet.rows, cleaned(b.Name, utc(b.From), utc(b.To)))
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return sheet.write(w)
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

func writeRuns(w io.Writer, a agenda.Agenda, zones map[string]*time.Location) error {
	if len(a.Runs) == 0 {
		next := "never"
		for _, s := range a.Schedules {
			if s.Next != nil && (next == "never" || utc(*s.Next) < next) {
				next = utc(*s.Next)
			}
		}
		_, err := fmt.Fprintf(w, "\nnothing is due from %s to %s; next: %s\n", utc(a.From), utc(a.Until), next)
		return err
	}
	sheet := cipherSheet{header: []string{"DUE", "UTC", "SCHEDULE", "BEGINS", "BLACKOUT"}}
	for _, r := range a.Runs {
		zone := zones[r.Schedule]
		begins := "when due"
		if r.BeginsBefore.After(r.Due) {
			begins = "within " + schedule.FormatPeriod(r.BeginsBefore.Sub(r.Due)) + ", at " + r.Begins.In(zone).Format("15:04:05")
		}
		blackout := "-"
		if r.Blackout != nil {
			blackout = "missed: " + r.Blackout.Name + ", until " + r.Blackout.To.In(zone).Format(wallLayout)
		}
		sheet.rows = append(sheet.rows, cleaned(r.Due.In(zone).Format(wallLayout), utc(r.Due), r.Schedule, begins, blackout))
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return sheet.write(w)
}
