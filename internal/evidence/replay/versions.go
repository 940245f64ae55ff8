package replay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// otherProgram says whether another version of portseal than the one that checks made the report.
func otherProgram(rep *report.Report, program report.Tool) bool {
	return program.Version != "" && (program.Version != rep.Tool.Version || program.Commit != rep.Tool.Commit)
}

// otherVersion takes a report by another version of portseal as that version judged it: in its own words, and by its own rules. What a
// finding is about is compared all the same: id, severity, endpoint, place, evidence. Rules that one of the two versions lacks are said.
func (r *result) otherVersion(rep, fresh *report.Report, program report.Tool) error {
	if !otherProgram(rep, program) {
		return nil
	}
	made := "version " + strings.TrimSpace(rep.Tool.Version+" "+rep.Tool.Commit)
	r.Word = append(r.Word, report.CheckNote{What: "the words of findings, and why chains, served certificates and items of profiles are as they are", Why: made + " of portseal wrote them; this one may say it in others"})
	var later []string
	for _, id := range fresh.Rules {
		if !slices.Contains(rep.Rules, id) {
			later = append(later, id)
		}
	}
	var unknown []string
	for _, id := range rep.Rules {
		if !slices.Contains(fresh.Rules, id) {
			unknown = append(unknown, id)
		}
	}
	if len(later) > 0 {
		r.unchecked("the rules "+strings.Join(later, ", "), "this version has them; "+made+", which made the report, says that it had not")
	}
	if len(unknown) > 0 {
		r.unchecked("the rules "+strings.Join(unknown, ", "), "this version does not know them")
	}
	rewordEndpoints(fresh.Endpoints, rep.Endpoints)
	rewordProfiles(fresh.Profiles, rep.Profiles)
	fresh.Rules = rep.Rules
	fresh.Findings = slices.DeleteFunc(slices.Clone(fresh.Findings), func(f report.Finding) bool { return slices.Contains(later, f.ID) })
	for _, f := range rep.Findings {
		if slices.Contains(unknown, f.ID) {
			fresh.Findings = append(fresh.Findings, f)
		}
	}
	reword(fresh.Findings, rep.Findings)
	report.SortFindings(fresh.Findings)
	failOn, err := assess.ParseFailOn(rep.Run.FailOn)
	if err != nil {
		return fmt.Errorf("run.fail_on: %w", err)
	}
	fresh.Summary = assess.Summarise(fresh.Endpoints, fresh.Findings, failOn)
	if rep.Summary.NotAssessed == 0 {
		countedEarlier(fresh)
	}
	return nil
}

// countedEarlier counts what was not assessed under the severity of its finding, as versions did that had no count of its own for it.
func countedEarlier(rep *report.Report) {
	for _, f := range rep.Findings {
		if f.Inconclusive && f.Waived == nil {
			rep.Summary.BySeverity[f.Severity.String()]++
		}
	}
	rep.Summary.NotAssessed = 0
}
