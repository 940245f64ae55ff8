package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// certificateRow is a certificate with how long it is still valid.
type certificateRow struct {
	history.Certificate
	Ends word
}

// endingSoon are the certificates of listeners that end within the time that a renewal takes, or have ended.
func (p *Pages) endingSoon(ctx context.Context, now time.Time) ([]certificateRow, error) {
	all, err := p.certificates(ctx)
	if err != nil {
		return nil, err
	}
	var out []certificateRow
	for _, c := range all {
		if len(c.Endpoints) > 0 && c.NotAfter.Before(now.AddDate(0, 0, words.SoonDays+1)) {
			out = append(out, certificateRow{c, words.Left(&c.Certificate, now)})
		}
	}
	return out, nil
}

// months is how far ahead the timeline of ends looks.
const months = 24

// month is how many certificates of listeners end in it.
type month struct {
	From  time.Time
	Title string
	N     int
	Past  bool // what ended before this month
}

// Unix is when the month begins, in seconds, for the chart.
func (m month) Unix() int64 { return m.From.Unix() }

// timelineOf counts the certificates of listeners by the month in which they end; later ones are counted apart.
func timelineOf(all []history.Certificate, now time.Time) (list []month, ended, later int) {
	first := time.Date(now.UTC().Year(), now.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range months {
		at := first.AddDate(0, i, 0)
		list = append(list, month{From: at, Title: at.Format("2006-01")})
	}
	for _, c := range all {
		if len(c.Endpoints) == 0 {
			continue
		}
		end := c.NotAfter.UTC()
		i := (end.Year()-first.Year())*12 + int(end.Month()-first.Month())
		switch {
		case end.Before(now):
			ended++
		case i >= months:
			later++
		default:
			list[max(i, 0)].N++
		}
	}
	return list, ended, later
}

// ring is a key ring as the last run judged with it.
type ring struct {
	Name, Consumer    string
	Anchors, Personal []certificateRow
}

func (p *Pages) certificatesPage(r *http.Request) (*view, error) {
	ctx, now := r.Context(), p.Now()
	all, err := p.certificates(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b history.Certificate) int {
		return cmp.Or(a.NotAfter.Compare(b.NotAfter), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.SHA256, b.SHA256))
	})
	rings, err := p.ringsOf(ctx, all, now)
	if err != nil {
		return nil, err
	}
	list, ended, later := timelineOf(all, now)
	text, use := strings.TrimSpace(r.URL.Query().Get("q")), r.URL.Query().Get("use")
	found := slices.DeleteFunc(slices.Clone(all), func(c history.Certificate) bool { return !takesCertificate(c, text, use) })
	part, pages := partOf(found, r.URL.Query().Get("page"))
	rows := make([]certificateRow, 0, len(part))
	for _, c := range part {
		rows = append(rows, certificateRow{c, words.Left(&c.Certificate, now)})
	}
	pages.link(url.Values{"q": {text}, "use": {use}})
	return p.body("certificates", map[string]any{"Found": rows, "Pages": pages, "All": len(all), "Text": text, "Use": use, "Months": list, "Ended": ended, "Later": later, "Rings": rings},
		view{title: "Certificates", nav: "/certificates"})
}

func takesCertificate(c history.Certificate, text, use string) bool {
	if !hasWords(text, slices.Concat([]string{c.Subject, c.Issuer, c.SHA256, c.Serial, c.Key}, c.Names, c.Endpoints)...) {
		return false
	}
	switch use {
	case "served":
		return len(c.Endpoints) > 0
	case "shared":
		return len(c.Endpoints) > 1
	case "chain":
		return len(c.Chains) > 0
	case "ring":
		return len(c.Keyrings) > 0
	}
	return true
}

// ringsOf are the key rings of the last run; none where its report is gone.
func (p *Pages) ringsOf(ctx context.Context, all []history.Certificate, now time.Time) ([]ring, error) {
	run, err := p.lastRun(ctx)
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i, err := p.stored.of(ctx, run)
	if errors.Is(err, history.ErrPruned) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[string]history.Certificate{}
	for _, c := range all {
		known[c.SHA256] = c
	}
	rows := func(sums []string) (out []certificateRow) {
		for _, sum := range sums {
			c, ok := known[sum]
			if !ok {
				c.Certificate = report.Certificate{SHA256: sum, Subject: sum}
			}
			out = append(out, certificateRow{c, words.Left(&c.Certificate, now)})
		}
		return out
	}
	var out []ring
	for _, k := range i.rep.Keyrings {
		out = append(out, ring{Name: k.Name, Consumer: k.Consumer, Anchors: rows(k.Anchors), Personal: rows(k.Personal)})
	}
	return out, nil
}

// certificateUses are the uses that the list can be narrowed to, with their words.
func certificateUses() [][2]string {
	return [][2]string{{"served", "served by a listener"}, {"shared", "served by several listeners"}, {"chain", "sent in a chain"}, {"ring", "on a key ring"}}
}
