package estate

import (
	"strings"
	"time"

	"github.com/portseal/portseal/internal/schedule"
)

// rawBlackout is a blackout as its file has it: from and to are read when it is known which kind it is.
type rawBlackout struct {
	schedule.Blackout
	from, to *node
}

func blackoutObject() *object[rawBlackout] {
	return &object[rawBlackout]{name: "a blackout", doc: "A time in which the service dials nothing: every week with days, or once.",
		required: []string{"name"}, fields: []field[rawBlackout]{
			textField("name", "What it is for, unique in the estate; it is shown.", func(b *rawBlackout) *string { return &b.Name }),
			{"days", "Days of the week on which it begins: mon to sun, and ranges such as mon-fri; every day where from and to are times of the day and days is left out.",
				listShape(stringShape()), func(d *decoder, n *node, b *rawBlackout) {
					for _, i := range d.items("days", n) {
						if text, ok := d.text("days", i); ok {
							days, err := schedule.ParseDays(text)
							if err != nil {
								d.fail(i, "days", "%v", err)
							}
							b.Days |= days
						}
					}
				}},
			nodeField("from", "When it begins: HH:MM of those days (midnight without it), or once: 2026-12-24, 2026-12-24T18:00 or 2026-12-24T18:00:00Z.", textShape(),
				func(b *rawBlackout) **node { return &b.from }),
			nodeField("to", "When it ends, in the form of from: HH:MM, on the next day when that is not later than from (24:00 without it), or a day, which it includes, or a time.",
				textShape(), func(b *rawBlackout) **node { return &b.to }),
			zoneField("IANA name of the time zone of days, from and to; UTC without it.", func(b *rawBlackout) **time.Location { return &b.Location }),
		}}
}

// readBlackouts reads a file's blackouts.
func (l *loader) readBlackouts(doc *document) {
	if doc.blackouts == nil {
		return
	}
	object := blackoutObject()
	for _, n := range l.items("blackouts", doc.blackouts) {
		b := &rawBlackout{}
		b.At = l.location(n.at)
		if !object.read(&l.decoder, n, b) || !object.need(&l.decoder, n, map[string]string{"name": "what it is for, as in name: month end"}) {
			continue
		}
		l.once("blackouts", n, b.Name)
		switch days := n.get("days"); {
		case days == nil && b.from == nil && b.to == nil:
			l.faults.add(n.at, "from: the blackout has none of days, from and to; want days: [sat, sun], or from and to")
		case days != nil || isClock(b.from) || isClock(b.to):
			l.readWeekly(b, days)
		default:
			l.readOnce(b, n)
		}
		l.estate.Blackouts = append(l.estate.Blackouts, b.Blackout)
	}
}

// isClock says whether a value is meant as a time of the day.
func isClock(n *node) bool {
	return n != nil && strings.Contains(n.text, ":") && !strings.Contains(n.text, "-")
}

func (l *loader) readWeekly(b *rawBlackout, days *node) {
	if days == nil {
		b.Days = schedule.EveryDay
	}
	b.From, b.To = 0, 24*time.Hour
	clock := func(key string, n *node, to *time.Duration) bool {
		if n == nil {
			return true
		}
		text, ok := l.text(key, n)
		if !ok {
			return false
		}
		at, err := schedule.ParseClock(text)
		if err != nil {
			l.fail(n, key, "%v%s", err, map[bool]string{true: "; for one that is once, leave days out"}[days != nil])
		}
		*to = at
		return err == nil
	}
	from, to := clock("from", b.from, &b.From), clock("to", b.to, &b.To)
	if from && to && b.From == b.To {
		l.fail(b.to, "to", "is from, so that it has no length; want another time, or 00:00 to 24:00 for whole days")
	}
	if from && b.From == 24*time.Hour {
		l.fail(b.from, "from", "24:00 is the end of a day; want 00:00 of the next one")
	}
}

func (l *loader) readOnce(b *rawBlackout, n *node) {
	moment := func(key string, at *node, to *time.Time) bool {
		if at == nil {
			l.faults.add(n.at, "%s: the blackout has none; want both from and to, or days", key)
			return false
		}
		text, ok := l.text(key, at)
		if !ok {
			return false
		}
		t, err := schedule.ParseTime(text, b.Zone(), key == "to")
		if err != nil {
			l.fail(at, key, "%v, or HH:MM for every day", err)
		}
		*to = t
		return err == nil
	}
	from, to := moment("from", b.from, &b.Start), moment("to", b.to, &b.End)
	if from && to && !b.End.After(b.Start) {
		l.fail(b.to, "to", "%q is not later than from, %q; want a later time", b.to.text, b.from.text)
	}
}
