package estate

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// document is one file of the estate, as read.
type document struct {
	src    *source
	tree   *node
	parent *document // the file that includes it; nil for the first

	name, release                                              string
	maxInputAge                                                time.Duration
	profile, defaults, include, keyrings, systems, tmpl, waive *node
	schedules, blackouts, notices                              *node
}

// mainOnly are the keys that an included file may not have: they hold for the whole estate.
func mainOnly() []string { return []string{"name", "zos_release", "profile", "max_input_age"} }

// defaultInputAge is how old inputs from z/OS may be where the estate file does not say.
const defaultInputAge = 7 * 24 * time.Hour

func documentObject() *object[document] {
	return &object[document]{name: "an estate file",
		doc: "What should listen, and how. Included files may have all keys but name, zos_release, profile and max_input_age.",
		fields: []field[document]{
			textField("name", "Name of the estate.", func(e *document) *string { return &e.name }),
			releaseField(func(e *document) *string { return &e.release }),
			nodeField("profile", "Compliance profile for all listeners: an id that 'portseal profiles' lists, or the path of a file of your own; a listener may name another.", textShape(), func(e *document) **node { return &e.profile }),
			{"max_input_age", "How old inputs from z/OS may be before they are a finding: days as in 7d, or hours as in 36h; 7d without it.", stringShape(),
				func(d *decoder, n *node, e *document) { e.maxInputAge, _ = d.age("max_input_age", n) }},
			nodeField("defaults", "Listener keys for all listeners.", refShape("defaults"), func(e *document) **node { return &e.defaults }),
			nodeField("include", "More files, relative to this one; globs.", anyListShape(stringShape()),
				func(e *document) **node { return &e.include }),
			nodeField("keyrings", "Key rings, by name.", mapShape(refShape("keyring")), func(e *document) **node { return &e.keyrings }),
			nodeField("systems", "The systems.", listShape(refShape("system")), func(e *document) **node { return &e.systems }),
			nodeField("templates", "Lists of listeners, by name; \"${name}\" in them is a variable.",
				mapShape(listShape(refShape("template_listener"))), func(e *document) **node { return &e.tmpl }),
			nodeField("waivers", "Accepted findings.", shape{"type": []string{"array", "null"}, "items": refShape("waiver")}, func(e *document) **node { return &e.waive }),
			nodeField("schedules", "When 'portseal serve' looks, and at what.", listShape(refShape("schedule")), func(e *document) **node { return &e.schedules }),
			nodeField("blackouts", "Times in which it dials nothing.", listShape(refShape("blackout")), func(e *document) **node { return &e.blackouts }),
			nodeField("notices", "Who is told of what it finds.", listShape(refShape("notice")), func(e *document) **node { return &e.notices }),
		}}
}

func waiverObject() *object[report.Waiver] {
	return &object[report.Waiver]{name: "a waiver", doc: "An accepted finding: who, why, until when.",
		required: []string{"finding", "until", "reason"}, fields: []field[report.Waiver]{
			{"finding", "Id of the finding.", stringShape(), readFindingID},
			{"listener", "SYSTEM/LISTENER, in which * and ? may stand; none for a finding about no listener.", stringShape(),
				readWaiverListener},
			{"item", "PROFILE/ITEM of the compliance profile that PROFILE-FAILED is about, in which * and ? may stand; without it every item of every profile is accepted.",
				stringShape(), readWaiverItem},
			dateField("until", "Last day, UTC, on which it holds.", func(w *report.Waiver) *string { return &w.Until }),
			proseField("reason", "Why it is accepted.", func(w *report.Waiver) *string { return &w.Reason }),
			proseField("approved_by", "Who accepted it.", func(w *report.Waiver) *string { return &w.ApprovedBy }),
			textField("ticket", "Where it is recorded.", func(w *report.Waiver) *string { return &w.Ticket }),
		}}
}

func readWaiverListener(d *decoder, n *node, w *report.Waiver) {
	s, ok := d.text("listener", n)
	if _, err := path.Match(s, ""); ok && (err != nil || strings.Count(s, "/") != 1) {
		d.fail(n, "listener", "%q is no pattern; want SYSTEM/LISTENER, in which * and ? may stand", s)
		return
	}
	w.Listener = s
}

// profileFailed is the finding about an item of a profile.
const profileFailed = "PROFILE-FAILED"

// readWaiverItem wants a pattern of an item. That the waiver is of PROFILE-FAILED is checked when all its keys are read.
func readWaiverItem(d *decoder, n *node, w *report.Waiver) {
	s, ok := d.text("item", n)
	if _, err := path.Match(s, ""); ok && (err != nil || strings.Count(s, "/") != 1) {
		d.fail(n, "item", "%q is no pattern; want PROFILE/ITEM, in which * and ? may stand", s)
		return
	}
	w.Item = s
}

// aboutNoListener are the findings about key rings and their files.
func aboutNoListener() []string {
	return []string{"INPUT-STALE", "RING-PRIVATE-KEY", "RING-NOTRUST", "RING-EXPIRES-SOON", "RING-UNPROVEN", "RING-UNLISTED", "RING-CA-UNUSED"}
}

// unwaivable are the findings that say that something was not assessed, which nobody can accept unseen.
func unwaivable() []string {
	return []string{"NOT-ASSESSED", "PROFILE-NOT-ASSESSED", "PORT-FILTERED", "HOST-UNRESOLVED"}
}

func readFindingID(d *decoder, n *node, w *report.Waiver) {
	id, ok := d.text("finding", n)
	switch {
	case !ok:
	case slices.Contains(unwaivable(), id):
		d.fail(n, "finding", "%s cannot be waived: what was not assessed is not known; want the id of a finding that was made", id)
	case d.opts.Findings != nil && !slices.Contains(d.opts.Findings, id):
		d.fail(n, "finding", "%q is no finding; %sportseal explain lists them", id, nearest.Meant(id, d.opts.Findings))
	default:
		w.Finding = id
	}
}
