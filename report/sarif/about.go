package sarif

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/internal/ref"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// describe says of a run what made it, what it read, and what it cannot show.
func describe(r *run, rep *report.Report) {
	code, why := exit(rep)
	call := invocation{CommandLine: commandLine(rep), Start: utc(rep.Run.Started), End: utc(rep.Run.Finished),
		ExitCode: code, ExitText: why, Successful: rep.Run.Complete}
	for _, a := range rep.Run.Arguments {
		call.Arguments = append(call.Arguments, text.Clean(a))
	}
	l := limits.Of(rep)
	for _, said := range append(l.Shows, l.Scope()) {
		call.Notifications = append(call.Notifications, notification{"note", message{text.Clean(said)}})
	}
	for _, s := range l.Skipped {
		call.Notifications = append(call.Notifications, notification{"note", message{text.Clean("skipped: " + s.ID + ": " + s.Reason)}})
	}
	for _, gap := range l.NotTested {
		call.Notifications = append(call.Notifications, notification{"note", message{text.Clean(
			fmt.Sprintf("not tested at %s: %s: %s", text.Count(len(gap.Endpoints), "endpoint"), gap.Question, gap.Why))}})
	}
	r.Invocations = []invocation{call}
	counted := facts.Count(rep)
	r.Properties = &about{rep.Summary.Verdict, fmt.Sprintf("%s; %d waived", counted, counted.Waived), rep.Run.ID, rep.Digest,
		rep.Summary.Endpoints, rep.Summary.Assessed}
	for _, in := range rep.Run.Inputs {
		r.Artifacts = append(r.Artifacts, artifact{artifactLocation{ref.FileURI(in.Path)}, map[string]string{"sha-256": text.Clean(in.SHA256)}})
	}
	// The part before the last slash is the category, which stays from run to run (section 3.17.3).
	r.Automation = &automation{ID: "portseal/" + url.PathEscape(cmp.Or(rep.Run.Estate, "targets")) + "/" + url.PathEscape(rep.Run.ID),
		GUID: guid(cmp.Or(rep.Digest, rep.Run.ID))}
	if rep.Drift != nil {
		r.Baseline = guid(cmp.Or(rep.Drift.Baseline.Digest, rep.Drift.Baseline.RunID))
	}
}

func guid(digest string) string { return ref.UUID("sarif", digest) }

// exit is the exit code that a run ended with.
func exit(rep *report.Report) (int, string) {
	v := rep.Summary.Verdict
	if rep.Phase != nil {
		v = map[string]report.Verdict{report.CheckOK: report.Pass, report.CheckFailed: report.Fail}[rep.Phase.Result()]
	}
	switch {
	case v == report.Fail:
		return 3, "findings that fail the run"
	case v == report.Pass && rep.Run.Complete:
		return 0, "no finding that fails the run"
	}
	return 4, "something could not be assessed"
}

// commandLine is the command with its arguments, quoted for a shell where they need it.
func commandLine(rep *report.Report) string {
	parts := []string{"portseal"}
	for _, a := range rep.Run.Arguments {
		a = text.Clean(a)
		if strings.ContainsAny(a, " \t'\"\\$&|;<>()*?[]{}`#~!") || a == "" {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		parts = append(parts, a)
	}
	return strings.Join(parts, " ")
}

// utc is a time as section 3.9 has it; empty where it has no such form.
func utc(t time.Time) string {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
