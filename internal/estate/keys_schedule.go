package estate

import (
	"path"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/scan"
)

// rawSchedule is a schedule as its file has it, before it is compared with the systems.
type rawSchedule struct {
	schedule.Schedule
	node               *node
	systems, listeners []*node
}

// defaultProbes is what a schedule asks when it does not say.
const defaultProbes = "standard"

func paceNames() []string {
	var names []string
	for _, p := range scan.Paces() {
		names = append(names, p.Name)
	}
	return names
}

func scheduleObject() *object[rawSchedule] {
	globs := func(name, doc, want string, to func(*rawSchedule) *[]*node) field[rawSchedule] {
		return field[rawSchedule]{name, doc, listShape(textShape()), func(d *decoder, n *node, s *rawSchedule) {
			for _, i := range d.items(name, n) {
				if d.glob(name, i, want) {
					*to(s) = append(*to(s), i)
				}
			}
		}}
	}
	return &object[rawSchedule]{name: "a schedule", doc: "When 'portseal serve' looks at the estate, and at what of it. 'portseal schedule' lists what will run.",
		required: []string{"name"}, fields: []field[rawSchedule]{
			nameField("name", "Name of the schedule, unique in the estate.", func(s *rawSchedule) *string { return &s.Name }),
			{"cron", "Minute, hour, day of the month, month and day of the week, as in \"30 2 * * *\", or @hourly, @daily, @weekly, @monthly, @yearly; " +
				"by the wall clock of timezone, as cron(8) has it.", textShape(), readCron},
			{"every", "An interval in the place of cron: 30m, 6h or 7d. It is counted from 1970-01-01T00:00:00Z, so that a restart moves nothing.",
				stringShape(), readEvery},
			zoneField("IANA name of the time zone of cron, as in Europe/Zurich; UTC without it. For every it is only how times are shown.",
				func(s *rawSchedule) **time.Location { return &s.Location }),
			{"jitter", "A run begins later than it is due by up to this, as in 10m: the same for the same name and due time.", durationShape(),
				func(d *decoder, n *node, s *rawSchedule) { s.Jitter, _ = d.duration("jitter", n, 0, 24*time.Hour) }},
			wordField("probes", "What is asked: quick for every night, standard (the default) for every week and after a change, deep.", schedule.Probes(),
				func(s *rawSchedule) *string { return &s.Probes }),
			wordField("pace", "How fast; gentle where the estate has a z/OS system, else normal, without it.", paceNames(),
				func(s *rawSchedule) *string { return &s.Pace }),
			{"revocation", "Whether the OCSP responders and CRLs that the presented certificates name are asked if these are revoked; nobody is asked without it.",
				shape{"type": "boolean"}, func(d *decoder, n *node, s *rawSchedule) { s.Revocation, _ = d.boolean("revocation", n) }},
			globs("systems", "Systems that it looks at, in which * and ? may stand; all without it.", "a system", func(s *rawSchedule) *[]*node { return &s.systems }),
			globs("listeners", "Listeners of these systems that it looks at: SYSTEM/LISTENER, in which * and ? may stand; all without it.", "SYSTEM/LISTENER",
				func(s *rawSchedule) *[]*node { return &s.listeners }),
			nameField("canary", "A system that is looked at first; the others only when it was assessed and shows nothing new.",
				func(s *rawSchedule) *string { return &s.Canary }),
		}}
}

func readCron(d *decoder, n *node, s *rawSchedule) {
	text, ok := d.text("cron", n)
	if !ok {
		return
	}
	if err := schedule.CheckCron(text); err != nil {
		d.fail(n, "cron", "%q: %v", text, err)
		return
	}
	s.Cron = strings.Join(strings.Fields(text), " ")
}

func readEvery(d *decoder, n *node, s *rawSchedule) {
	text, ok := d.text("every", n)
	if !ok {
		return
	}
	period, err := schedule.ParsePeriod(text)
	if err != nil {
		d.fail(n, "every", "%v", err)
	}
	s.Every = period
}

// zoneField is a key whose value is a time zone.
func zoneField[T any](doc string, to func(*T) **time.Location) field[T] {
	return field[T]{"timezone", doc, stringShape(), func(d *decoder, n *node, into *T) {
		text, ok := d.text("timezone", n)
		if !ok {
			return
		}
		loc, err := schedule.ParseZone(text)
		if err != nil {
			d.fail(n, "timezone", "%v", err)
		}
		*to(into) = loc
	}}
}

// glob says whether a value is a pattern of what is wanted.
func (d *decoder) glob(key string, n *node, want string) bool {
	s, ok := d.text(key, n)
	if !ok {
		return false
	}
	if _, err := path.Match(s, ""); err != nil || strings.Count(s, "/") != strings.Count(want, "/") {
		d.fail(n, key, "%q is no pattern of it; want %s, in which * and ? may stand", s, want)
		return false
	}
	return true
}
