package estate

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"path/filepath"
	"slices"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// Announcements reads a file of announced changes: a mapping with one key, changes, which is a list. It is read as strictly as an estate
// file; kinds are those that a change may have. The error is an Errors with every fault.
func Announcements(file string, kinds []string) ([]report.Announcement, report.Input, error) {
	var f faults
	src := &source{path: file, name: filepath.ToSlash(file), is: "a list of announced changes"}
	text, modified, err := readRegular(file, maxFile)
	if err != nil {
		f.add(position{src: src}, "the file of announced changes %s; want the path of a YAML file", reason(err))
		return nil, report.Input{}, f.err()
	}
	sum := sha256.Sum256(text)
	input := report.Input{Path: src.name, Kind: "changes", SHA256: hex.EncodeToString(sum[:]), Collected: collected(modified)}
	src.text = text
	out, err := announcements(src, kinds)
	return out, input, err
}

func announcements(src *source, kinds []string) ([]report.Announcement, error) {
	var d decoder
	tree := src.parse(&d.faults)
	if tree == nil {
		return nil, d.faults.err()
	}
	var list *node
	top := &object[*node]{name: "a file of announced changes", required: []string{"changes"}, fields: []field[*node]{
		nodeField("changes", "The changes.", listShape(stringShape()), func(n **node) **node { return n })}}
	if !top.read(&d, tree, &list) || !top.need(&d, tree, map[string]string{"changes": "a list of announced changes"}) {
		return nil, d.faults.err()
	}
	one := announcementObject(kinds)
	hint := map[string]string{"kind": "one that portseal diff --help lists", "reason": "why the change is expected"}
	var out []report.Announcement
	for _, n := range d.items("changes", list) {
		a := report.Announcement{Location: &report.Location{File: src.name, Line: n.at.line, Column: n.at.column}}
		if one.read(&d, n, &a) && one.need(&d, n, hint) {
			if slices.ContainsFunc(out, func(b report.Announcement) bool { return sameAnnouncement(a, b) }) {
				d.faults.add(n.at, "the same change is announced twice; want it once")
			}
			out = append(out, a)
		}
	}
	if err := d.faults.err(); err != nil {
		return nil, err
	}
	return out, nil
}

func sameAnnouncement(a, b report.Announcement) bool {
	return a.Kind == b.Kind && a.Endpoint == b.Endpoint && a.What == b.What && a.Kind != ""
}

func announcementObject(kinds []string) *object[report.Announcement] {
	return &object[report.Announcement]{name: "an announced change", required: []string{"kind", "reason"}, fields: []field[report.Announcement]{
		{"kind", "Kind of the change.", enumShape(kinds...), func(d *decoder, n *node, a *report.Announcement) {
			switch kind, ok := d.text("kind", n); {
			case ok && !slices.Contains(kinds, kind):
				d.fail(n, "kind", "%q is no kind of change; %sportseal diff --help lists them", kind, nearest.Meant(kind, kinds))
			case ok:
				a.Kind = kind
			}
		}},
		patternField("endpoint", "SYSTEM/LISTENER, in which * and ? may stand; none for any.", func(a *report.Announcement) *string { return &a.Endpoint }),
		patternField("what", "What changes, a part of it, or its value before or after, in which * and ? may stand; none for any.",
			func(a *report.Announcement) *string { return &a.What }),
		proseField("reason", "Why it is expected.", func(a *report.Announcement) *string { return &a.Reason }),
		textField("ticket", "Where it is recorded.", func(a *report.Announcement) *string { return &a.Ticket }),
		dateField("until", "Last day, UTC, on which it may happen.", func(a *report.Announcement) *string { return &a.Until }),
	}}
}

// patternField is a key whose value is a pattern of path.Match.
func patternField[T any](name, doc string, to func(*T) *string) field[T] {
	return field[T]{name, doc, textShape(), func(d *decoder, n *node, into *T) {
		s, ok := d.text(name, n)
		if _, err := path.Match(s, ""); ok && err != nil {
			d.fail(n, name, "%q is no pattern; want text in which * and ? may stand, and [ ] in pairs", s)
			return
		}
		*to(into) = s
	}}
}
