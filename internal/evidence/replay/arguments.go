package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// arguments wants what the command line asked for to be in the report: the time of judging, what fails the run, its profiles, its step, its
// comparison. A run that was made by a library has none.
func (d *differ) arguments(rep *report.Report) {
	if len(rep.Run.Arguments) == 0 {
		return
	}
	said := func(name string) []string { return saidBy(rep.Run.Arguments, name) }
	d.judgedAt(rep.Run, said("at"))
	if failOn := append([]string{report.Medium.String()}, said("fail-on")...); rep.Run.FailOn != "" && !strings.EqualFold(rep.Run.FailOn, failOn[len(failOn)-1]) {
		d.add("/run/fail_on", rep.Run.FailOn, failOn[len(failOn)-1]+", as --fail-on says or is without it")
	}
	missing := func(name, what string) {
		d.add("/run/arguments", fmt.Sprintf("--%s=%s", name, strings.Join(said(name), ",")), "none: the report has no "+what)
	}
	if rep.Run.Complete && len(said("phase")) > 0 && rep.Phase == nil {
		missing("phase", "step")
	}
	if rep.Run.Complete && len(said("phase")) == 0 && len(said("baseline")) > 0 && rep.Drift == nil {
		missing("baseline", "drift")
	}
	here := func(id string) bool {
		return slices.ContainsFunc(rep.Profiles, func(p report.Profile) bool { return p.ID == id })
	}
	if !rejudged(rep) && slices.ContainsFunc(said("profile"), func(word string) bool { return profile.Source(word) != nil && !here(word) }) {
		missing("profile", "such profile")
	}
	for i, x := range rep.Expectations {
		if x.Profile != "" && !here(x.Profile) && !rejudged(rep) {
			d.add(fmt.Sprintf("/expectations/%d/profile", i), x.Profile, "none: the report has no such profile")
		}
	}
}

// judgedAt is the start of the run, unless the command line says otherwise.
func (d *differ) judgedAt(run report.Run, said []string) {
	if run.JudgedAt.Equal(run.Started) {
		return
	}
	for _, word := range said {
		if day, err := time.Parse(time.DateOnly, word); err == nil && day.Add(24*time.Hour-time.Second).Equal(run.JudgedAt) {
			return
		}
		if at, err := time.Parse(time.RFC3339, word); err == nil && at.Equal(run.JudgedAt) {
			return
		}
	}
	d.add("/run/judged_at", stamp(run.JudgedAt), stamp(run.Started)+", when the run started, or what --at says")
}
