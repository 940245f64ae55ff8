package pasearch

import (
	"cmp"
	"fmt"
	"time"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// The ids of differences.
const (
	IDNotInstalled = "ATTLS-NOT-INSTALLED"        // a rule of the files is not installed
	IDNotInSource  = "ATTLS-NOT-IN-SOURCE"        // a rule is installed that the files do not have
	IDDiffers      = "ATTLS-INSTALLED-DIFFERS"    // both have it, and it means something else
	IDInactive     = "ATTLS-INSTALLED-INACTIVE"   // it is installed and not in force
	IDReplaced     = "ATTLS-INSTALLED-REPLACED"   // the files say it, and something later in the same action replaced it
	IDOlder        = "ATTLS-INSTALLED-OLDER"      // the files changed after the last installation
	IDInstance     = "ATTLS-INSTALLED-INSTANCE"   // a user instance, which is raised for a new certificate, is not the one installed
	IDUncompared   = "ATTLS-INSTALLED-UNCOMPARED" // one of the two does not show it
)

// Difference is one thing that the files and the listing do not have in common, or that could not be compared.
type Difference struct {
	ID                string
	Rule              string // empty for the policy as a whole
	What              string // the condition or keyword, as the policy language writes it; "rule" for a whole rule
	Source, Installed string // what each says
	AtSource          report.Location
	AtInstalled       report.Location
}

// String says the difference in one line, without its places.
func (d Difference) String() string {
	switch d.ID {
	case IDNotInstalled:
		return fmt.Sprintf("rule %s of the policy files is not installed", quote(d.Rule))
	case IDNotInSource:
		return fmt.Sprintf("rule %s is installed and is not in the policy files", quote(d.Rule))
	case IDInactive:
		return fmt.Sprintf("rule %s is installed and not in force: its status is %s", quote(d.Rule), quote(d.Installed))
	case IDOlder:
		return fmt.Sprintf("the policy files changed on %s, after what is installed, which is of %s", d.Source, d.Installed)
	case IDReplaced:
		return fmt.Sprintf("rule %s: %s %s does not count, for what it stands in is replaced later in the same action; installed is %s",
			quote(d.Rule), d.What, d.Source, d.Installed)
	}
	rule := ""
	if d.Rule != "" {
		rule = "rule " + quote(d.Rule) + ": "
	}
	return fmt.Sprintf("%s%s is %s in the policy files and %s installed", rule, d.What, d.Source, d.Installed)
}

// Comparison is what Compare found. Each list is in the order of the installed rules, then of the files' others.
type Comparison struct {
	Differences []Difference // they mean something to a connection
	Churn       []Difference // they mean nothing to the handshake: user instances, and a file that changed without a difference
	Uncompared  []Difference // one of the two does not show it, so that they may or may not differ
}

// Compare holds what is installed against the policy files that it should come from. The release is the one of the system,
// for the defaults of what the files leave out; when it is empty the listing's own counts, as it does for the listing itself.
// changed is when the files last changed, in the time zone of the system, or zero.
func Compare(installed *Image, policy *attls.Policy, release attls.Release, changed time.Time) Comparison {
	view, _ := installed.policy(installed.Rules)
	c := comparer{source: policy, view: view, release: cmp.Or(release, installed.Release), listed: cmp.Or(installed.Release, release)}
	if c.release != c.listed {
		c.uncompared(Difference{What: "z/OS release", Source: string(c.release), Installed: string(c.listed), AtInstalled: installed.At})
	}
	inSource, inView := byName(policy.Ordered()), byName(view.Rules)
	for _, r := range installed.Rules {
		source := inSource[r.Name]
		if source == nil {
			c.differ(Difference{ID: IDNotInSource, Rule: r.Name, What: "rule", Installed: r.Name, AtInstalled: r.At})
			continue
		}
		if !r.Active() {
			c.differ(Difference{ID: IDInactive, Rule: r.Name, What: "rule", Source: r.Name, Installed: r.Status, AtSource: source.At, AtInstalled: r.StatusAt})
		}
		c.rule(source, inView[r.Name], r)
	}
	for _, r := range policy.Ordered() {
		if inView[r.Name] == nil {
			c.differ(Difference{ID: IDNotInstalled, Rule: r.Name, What: "rule", Source: r.Name, AtSource: r.At})
		}
	}
	c.age(installed, changed)
	return c.Comparison
}

type comparer struct {
	Comparison
	source, view    *attls.Policy
	release, listed attls.Release // of the files' defaults, and of the listing
}

func (c *comparer) differ(d Difference) { c.Differences = append(c.Differences, d) }

func (c *comparer) uncompared(d Difference) {
	d.ID = IDUncompared
	c.Uncompared = append(c.Uncompared, d)
}

// byName keeps the first of several rules of one name; Load reports the others.
func byName(rules []*attls.Rule) map[string]*attls.Rule {
	out := map[string]*attls.Rule{}
	for _, r := range rules {
		if out[r.Name] == nil {
			out[r.Name] = r
		}
	}
	return out
}

// rule compares two rules of one name.
func (c *comparer) rule(source, view *attls.Rule, listed *Rule) {
	if listed.Priority > 0 && listed.Priority != source.Priority {
		c.differ(Difference{IDDiffers, source.Name, "Priority", fmt.Sprint(source.Priority), fmt.Sprint(listed.Priority), source.At, listed.PriorityAt})
	}
	c.conditions(source, view, listed)
	c.times(source, view, listed)
	if len(listed.Actions) < max(len(listed.Uses), 1) {
		c.uncompared(Difference{Rule: source.Name, What: "actions", Source: "listed", Installed: "not listed", AtSource: source.At, AtInstalled: listed.At})
		return
	}
	c.settings(source, view)
}

// age says whether the files changed after the last installation. Where nothing differs that is churn: a comment, or a new
// date.
func (c *comparer) age(installed *Image, changed time.Time) {
	if changed.IsZero() {
		return
	}
	wall := time.Date(changed.Year(), changed.Month(), changed.Day(), changed.Hour(), changed.Minute(), changed.Second(), 0, time.UTC)
	last, at := installed.last()
	if last.IsZero() || !last.Before(wall) {
		return
	}
	d := Difference{ID: IDOlder, What: "time", Source: wall.Format(time.DateTime), Installed: last.Format(time.DateTime), AtInstalled: at}
	if len(c.Differences) > 0 {
		c.differ(d)
		return
	}
	c.Churn = append(c.Churn, d)
}

// last is when a rule or action was installed or changed last, and where the listing says so.
func (i *Image) last() (last time.Time, at report.Location) {
	see := func(created, updated time.Time, place report.Location) {
		for _, t := range []time.Time{created, updated} {
			if t.After(last) {
				last, at = t, place
			}
		}
	}
	actions := i.Actions
	for _, r := range i.Rules {
		see(r.Created, r.Updated, r.UpdatedAt)
		actions = append(actions[:len(actions):len(actions)], r.Actions...)
	}
	for _, a := range actions {
		see(a.Created, a.Updated, a.UpdatedAt)
	}
	return last, at
}
