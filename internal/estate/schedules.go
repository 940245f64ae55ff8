package estate

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/schedule"
)

// often is how often a schedule may be due on z/OS without a word about it.
const often = 15 * time.Minute

// readSchedules reads a file's schedules. The systems are known by then.
func (l *loader) readSchedules(doc *document) {
	if doc.schedules == nil {
		return
	}
	object := scheduleObject()
	for _, n := range l.items("schedules", doc.schedules) {
		s := &rawSchedule{node: n}
		s.Probes, s.At = defaultProbes, l.location(n.at)
		if !object.read(&l.decoder, n, s) || !object.need(&l.decoder, n, map[string]string{"name": "a name, as in name: nightly"}) {
			continue
		}
		l.once("schedules", n, s.Name)
		l.checkTimes(s)
		l.checkReachOf(s)
		l.estate.Schedules = append(l.estate.Schedules, &s.Schedule)
	}
}

// once refuses a second entry of the same name in a list of the estate.
func (l *loader) once(list string, n *node, name string) {
	if name == "" {
		return
	}
	key := list + "/" + name
	if before, ok := l.named[key]; ok {
		l.fail(n.get("name"), "name", "there are two %s %q, the first at %s; want each name once", list, name, before)
		return
	}
	l.named[key] = n.at
}

// checkTimes wants one of cron and every, and jitter that keeps runs in their order.
func (l *loader) checkTimes(s *rawSchedule) {
	cron, every := s.node.get("cron"), s.node.get("every")
	switch {
	case cron == nil && every == nil:
		l.faults.add(s.node.at, "cron: the schedule has neither cron nor every; want one of them, as in cron: \"30 2 * * *\" or every: 6h")
		return
	case cron != nil && every != nil:
		l.fail(every, "every", "stands beside cron; want one of the two")
		return
	case s.Cron == "" && s.Every == 0:
		return // a fault already
	}
	least := s.Shortest(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) // any day will do, and a fixed one gives the same answer every time
	if least > 0 && s.Jitter >= least {
		l.fail(s.node.get("jitter"), "jitter", "%s is not less than %s, the least time between two runs; want less", s.node.get("jitter").text,
			schedule.FormatPeriod(least))
	}
	if least > 0 && least < often && l.hasZOS() {
		l.estate.Notes = append(l.estate.Notes, Note{s.At, "schedule " + s.Name + " is due every " + schedule.FormatPeriod(least) +
			": on z/OS each connection that must be refused is a line of the log (EZD1286I), and listeners are shared; once an hour or less often is kinder"})
	}
}

func (l *loader) hasZOS() bool {
	return slices.ContainsFunc(l.estate.Systems, func(s *System) bool { return s.ZOSRelease != "" })
}

// checkReachOf wants globs that match, together too, and a canary among what they match.
func (l *loader) checkReachOf(s *rawSchedule) {
	var systems, listeners []string
	for _, one := range l.estate.Systems {
		systems = append(systems, one.Name)
		for _, x := range one.Listeners {
			listeners = append(listeners, one.Name+"/"+x.Name)
		}
	}
	s.Systems = l.matching("systems", "system", s.systems, systems)
	if l.unread || len(systems) == 0 {
		return
	}
	s.Listeners = l.matching("listeners", "listener", s.listeners, listeners)
	if len(s.Systems) < len(s.systems) || len(s.Listeners) < len(s.listeners) {
		return
	}
	reached := l.reached(&s.Schedule)
	canary := s.node.get("canary")
	switch {
	case len(reached) == 0 && len(s.listeners) > 0:
		l.fail(s.node.get("listeners"), "listeners", "together with systems it selects no listener; want listeners of these systems")
	case canary == nil || s.Canary == "":
	case !slices.Contains(systems, s.Canary):
		l.fail(canary, "canary", "the estate has no system %q; %swant one of %s", s.Canary, nearest.Meant(s.Canary, systems), few(reached))
	case !slices.Contains(reached, s.Canary):
		l.fail(canary, "canary", "%s is no system of this schedule; want one of %s", s.Canary, few(reached))
	}
}

// matching returns the globs; those that match nothing are faults.
func (l *loader) matching(key, what string, globs []*node, names []string) []string {
	var out []string
	for _, n := range globs {
		if slices.ContainsFunc(names, func(name string) bool { ok, err := path.Match(n.text, name); return ok && err == nil }) {
			out = append(out, n.text)
			continue
		}
		l.fail(n, key, "%q matches no %s; %sthe estate has %s", n.text, what, nearest.Meant(n.text, names), few(names))
	}
	return out
}

// few names at most some of the names.
func few(names []string) string {
	const most = 8
	if len(names) == 0 {
		return "none"
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", ..."
	}
	return nearest.AnyOf(names)
}

// reached are the systems of which a schedule looks at a listener.
func (l *loader) reached(s *schedule.Schedule) []string {
	var out []string
	for _, one := range l.estate.Systems {
		if slices.ContainsFunc(one.Listeners, func(x *Listener) bool { return s.Selects(one.Name, x.Name) }) {
			out = append(out, one.Name)
		}
	}
	return out
}
