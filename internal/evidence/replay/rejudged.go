package replay

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// rejudged says whether the report was judged by profiles that nothing was asked for. Those that shaped its plans are no longer in it.
func rejudged(rep *report.Report) bool { return rep.Run.RejudgedFrom != "" }

// again wants the profiles of a report that was judged again, and of no other, to say that nothing was asked for them.
func (d *differ) again(rep *report.Report) {
	for i, p := range rep.Profiles {
		if p.Afterwards != rejudged(rep) {
			d.add(fmt.Sprintf("/profiles/%d/afterwards", i), fmt.Sprint(p.Afterwards), fmt.Sprintf("%t: run.rejudged_from is %q", rejudged(rep), rep.Run.RejudgedFrom))
		}
	}
}

// shaping are the profiles that the plans of a report were made for, and whether they are known. Of a report that was judged again the
// command line says those of every endpoint, and the expectations those of one: what each asks is known of one that is built in, and of
// others when the files are at hand.
func (r *result) shaping(rep *report.Report, beside Beside) ([]report.Profile, bool) {
	if !rejudged(rep) {
		return rep.Profiles, true
	}
	r.Word = append(r.Word, report.CheckNote{What: "that it was judged again, from the report with digest " + rep.Run.RejudgedFrom, Why: "that report is not at hand"})
	if beside.Files != nil {
		return beside.Files.Profiles, true
	}
	var out []report.Profile
	var unknown []string
	add := func(name string, everywhere bool) {
		for _, p := range out {
			if p.ID == name {
				return
			}
		}
		p, err := profile.Named(name)
		if err != nil {
			unknown = append(unknown, name)
		}
		p.Everywhere = everywhere
		out = append(out, p)
	}
	for _, name := range saidBy(rep.Run.Arguments, "profile") {
		add(name, true)
	}
	for _, x := range rep.Expectations {
		if x.Profile != "" {
			add(x.Profile, false)
		}
	}
	const plans = "that the plans follow from the expectations"
	switch {
	case len(unknown) > 0:
		r.unchecked(plans, "the report was judged again, and no longer has the profile "+strings.Join(unknown, ", ")+" that it was made with; --estate reads it again")
		return nil, false
	case len(out) > 0 && otherProgram(rep, beside.Program):
		r.unchecked(plans, "the report was judged again, and no longer has the profiles of the version of portseal that made it")
		return nil, false
	}
	return out, true
}

// saidBy are the values of a flag in the arguments of a run.
func saidBy(arguments []string, name string) (out []string) {
	for _, a := range arguments {
		if value, ok := strings.CutPrefix(a, "--"+name+"="); ok {
			out = append(out, value)
		}
	}
	return out
}
