package expect

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/pasearch"
	"github.com/portseal/portseal/report"
)

// The most that a report lists of a pasearch listing: one of another system differs in everything.
const (
	maxDifferences = 500
	maxProblems    = 20 // of a kind
)

// install reads what pasearch shows of the policy. It then is what counts, and is compared with the files.
func (p *policy) install() {
	f := p.system.PASearch
	out := pasearch.Parse(f.Name, f.Data)
	p.installed = &report.Installed{System: p.system.Name, File: f.Name}
	problems := out.Problems
	image, why := oneImage(out)
	if image == nil {
		if len(out.Images) > 0 {
			problems = append(problems, syntax.Problem{ID: pasearch.IDPartial, At: out.Images[0].At, Message: why})
		}
		p.problemsOf(problems)
		return
	}
	in := image.Installed()
	p.problemsOf(append(problems, in.Problems...))
	p.installed.Stack, p.installed.Release, p.installed.Rules, p.installed.Used = image.Name, image.CS, len(image.Rules), true
	if !image.Date.IsZero() {
		p.installed.Listed = image.Date.Format(time.DateTime)
	}
	p.Policy, p.rules, p.files = in.Policy, in, []string{f.Name}
	said := attls.Release(p.system.ZOSRelease)
	p.release = cmp.Or(image.Release, said)
	if p.source != nil && (len(p.source.Rules) > 0 || p.source.Installs()) { // else nothing of the files could be read
		// When the files changed is not known: their times here are those of copies.
		c := pasearch.Compare(image, p.source, said, time.Time{})
		p.differences(append(c.Differences, c.Uncompared...)) // and not the churn: it means nothing to a connection
	}
}

// oneImage is the stack that a listing is of, or why there is none.
func oneImage(out *pasearch.Output) (*pasearch.Image, string) {
	var shown []*pasearch.Image
	var names []string
	for _, i := range out.Images {
		if i.InstanceID != "" || len(i.Rules)+len(i.Actions) > 0 {
			shown, names = append(shown, i), append(names, cmp.Or(i.Name, "one without a name"))
		}
	}
	switch len(shown) {
	case 0:
		return nil, "the listing shows no AT-TLS policy: want the output of \"pasearch -t\""
	case 1:
		return shown[0], ""
	}
	return nil, fmt.Sprintf("the listing is of %d stacks (%s), and which is meant is not said: want the output of \"pasearch -t -p NAME\"",
		len(shown), strings.Join(names, ", "))
}

// problemsOf notes the problems of a listing: a value without a known meaning is one that was not understood.
func (p *policy) problemsOf(problems []syntax.Problem) {
	count, last := map[string]int{}, map[string]int{}
	for _, problem := range problems {
		id := problem.ID
		if !strings.HasPrefix(id, "ATTLS-PASEARCH-") {
			id = pasearch.IDUnknown
		}
		kind := kindOf(id)
		if count[kind]++; count[kind] <= maxProblems {
			last[kind] = len(p.installed.Problems)
			p.installed.Problems = append(p.installed.Problems, report.ListingProblem{Kind: kind, Message: problem.Message, Location: problem.At})
		}
	}
	for kind, n := range count {
		if n > maxProblems {
			p.installed.Problems[last[kind]].Message += fmt.Sprintf(" (and %d more like this)", n-maxProblems)
		}
	}
}

// kindOf is an id of internal/pasearch as reports name the kind: not-installed for ATTLS-NOT-INSTALLED.
func kindOf(id string) string { return strings.ToLower(strings.TrimPrefix(id, "ATTLS-")) }

// differences notes each difference once, with all the rules that it concerns: an action may be that of many.
func (p *policy) differences(all []pasearch.Difference) {
	type key struct {
		id, what, source, installed string
		at                          report.Location
	}
	known := map[key]int{}
	for _, d := range all {
		k := key{d.ID, d.What, d.Source, d.Installed, d.AtSource}
		if i, ok := known[k]; ok && d.Rule != "" && d.What != "rule" {
			if i >= 0 {
				p.installed.Differences[i].Rules = append(p.installed.Differences[i].Rules, d.Rule)
			}
			continue
		}
		if len(p.installed.Differences) == maxDifferences {
			p.installed.LeftOut++
			known[k] = -1
			continue
		}
		known[k] = len(p.installed.Differences)
		one := report.PolicyDifference{Kind: kindOf(d.ID), What: d.What, Source: d.Source, Installed: d.Installed,
			SourceAt: at(d.AtSource), InstalledAt: at(d.AtInstalled)}
		if d.Rule != "" {
			one.Rules = []string{d.Rule}
		}
		p.installed.Differences = append(p.installed.Differences, one)
	}
}

// at is a place, or nil for none.
func at(place report.Location) *report.Location {
	if place.Line == 0 {
		return nil
	}
	return &place
}

// installedOf are the listings of the systems that the run looks at.
func installedOf(policies map[*estate.System]*policy, systems []*estate.System) []report.Installed {
	var out []report.Installed
	for _, s := range systems {
		if p := policies[s]; p != nil && p.installed != nil {
			out = append(out, *p.installed)
		}
	}
	return out
}
