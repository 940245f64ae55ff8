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
	r.Word = append(r.Word, report.CheckNote{What: "the words of findings", Why: made + " of portseal wrote them; this one may say it in others"})
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

// reword gives findings the words of those that are about the same.
func reword(findings, said []report.Finding) {
	words := map[string][]report.Finding{}
	for _, f := range said {
		words[subject(f)] = append(words[subject(f)], f)
	}
	for i := range findings {
		f, key := &findings[i], subject(findings[i])
		if same := words[key]; len(same) > 0 {
			words[key] = same[1:]
			f.Title, f.Detail, f.Expected, f.Observed, f.Remediation, f.References = same[0].Title, same[0].Detail, same[0].Expected,
				same[0].Observed, same[0].Remediation, same[0].References
		}
	}
}

// subject is what a finding is about, without its words.
func subject(f report.Finding) string {
	place := ""
	if f.Location != nil {
		place = fmt.Sprint(*f.Location)
	}
	return fmt.Sprint([]any{f.ID, f.Severity, f.Endpoint, f.Item, place, f.Evidence})
}
