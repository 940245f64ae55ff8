package profile

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// The words of applies.
const (
	appliesTLS          = "tls"
	appliesZOS          = "zos"
	appliesQueryMonitor = "query-monitor"
	appliesAll          = "all"
	appliesOrganisation = "organisation"
	appliesTN3270       = "tn3270" // by the start-up, as the next
	appliesFTP          = "ftp"
)

func appliesWords() []string {
	return []string{appliesTLS, appliesZOS, appliesQueryMonitor, appliesAll, appliesOrganisation, appliesTN3270, appliesFTP}
}

// Parse reads a profile. File names it in errors; the error is Errors, every fault with its place.
func Parse(file string, text []byte) (report.Profile, error) {
	d := &decoder{file: file}
	n := d.document(text)
	if n == nil {
		return report.Profile{}, d.err()
	}
	p := d.profile(n)
	return p, d.err()
}

func (d *decoder) profile(n *node) report.Profile {
	const what = "a profile"
	var p report.Profile
	if !d.keys(what, n, []string{"profile", "title", "edition", "published", "source", "about", "items"}) {
		return p
	}
	p.ID = d.id(what, n, "profile")
	p.Title = d.need(what, n, "title", "the document's")
	p.Edition = d.need(what, n, "edition", "the document's version or date")
	p.Source = d.need(what, n, "source", "the document's address")
	p.About = d.need(what, n, "about", "what of the document it covers")
	p.Published = d.date(n, "published")
	items := n.get("items")
	if items == nil || items.kind != list || len(items.items) == 0 {
		d.fail(n, "items: a profile has none; want a list of items")
		return p
	}
	lines := map[string]int{}
	for _, i := range items.items {
		item := d.item(i)
		if line, ok := lines[item.ID]; ok && item.ID != "" {
			d.fail(i, "id: %s is here twice, first on line %d; want each once", item.ID, line)
		}
		lines[item.ID] = i.line
		p.Items = append(p.Items, item)
	}
	return p
}

func (d *decoder) item(n *node) report.ProfileItem {
	const what = "an item"
	var i report.ProfileItem
	if !d.keys(what, n, []string{"id", "clause", "title", "severity", "applies", "in_force", "source", "edition", "published", "verified", "note", "check"}) {
		return i
	}
	i.ID = d.id(what, n, "id")
	i.Clause = d.need(what, n, "clause", "that of the document")
	i.Title = d.need(what, n, "title", "the requirement in a line")
	i.InForce, i.Published = d.date(n, "in_force"), d.date(n, "published")
	i.Source, i.Edition, i.Note = d.text(n, "source"), d.text(n, "edition"), d.text(n, "note")
	if s := d.need(what, n, "severity", "that of the finding when it is not met"); s != "" {
		var err error
		if i.Severity, err = report.ParseSeverity(s); err != nil {
			d.fail(n.get("severity"), "severity: %v", err)
		}
	}
	if v := d.need(what, n, "verified", "yes when the clause was read, else no"); v != "" {
		i.Verified = d.oneOf("verified", n.get("verified"), []string{"yes", "no"}) == "yes"
		if v == "no" && i.Note == "" {
			d.fail(n, "note: an item that is not verified has none; want what could not be verified")
		}
	}
	i.Applies = []string{appliesTLS}
	if a := n.get("applies"); a != nil {
		i.Applies = d.words("applies", a, func(n *node) string { return d.oneOf("applies", n, appliesWords()) })
	}
	if c := n.get("check"); c != nil {
		i.Check = d.check(c)
	} else {
		d.fail(n, "check: an item has none; want one of %s", nearest.AnyOf(Kinds()))
	}
	if slices.Contains(i.Applies, appliesOrganisation) && i.Check.Kind != "" && i.Check.Kind != kindManual {
		d.fail(n, "applies: organisation goes with the check manual alone; a check %s is about endpoints", i.Check.Kind)
	}
	return i
}

// check reads the one check of an item.
func (d *decoder) check(n *node) report.ProfileCheck {
	if !d.keys("a check", n, Kinds()) {
		return report.ProfileCheck{}
	}
	if len(n.keys) != 1 {
		d.fail(n, "check: %d kinds; want exactly one: further ones are items of their own", len(n.keys))
		return report.ProfileCheck{}
	}
	c := report.ProfileCheck{Kind: n.keys[0].key.text}
	k, ok := kindOf(c.Kind)
	if !ok {
		return c
	}
	params := n.keys[0].value
	var names []string
	for _, p := range k.params {
		names = append(names, p.key)
	}
	if len(names) == 0 {
		if params.kind != mapping || len(params.keys) > 0 {
			d.fail(params, "%s: has no parameters; want %s: {}", c.Kind, c.Kind)
		}
		return c
	}
	if !d.keys("check "+c.Kind, params, names) {
		return c
	}
	before := len(d.faults)
	for _, p := range k.params {
		if v := params.get(p.key); v != nil {
			p.read(d, v, &c)
		}
	}
	if why := k.lacks(c); why != "" && before == len(d.faults) {
		d.fail(params, "check %s: %s", c.Kind, why)
	}
	return c
}

// lacks says what a check must have and has not.
func (k checkKind) lacks(c report.ProfileCheck) string {
	if k.complete == nil || k.complete(c) {
		return ""
	}
	return fmt.Sprintf("asks nothing; want %s", k.want)
}
