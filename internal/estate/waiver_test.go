package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

func TestCheckWaiver(t *testing.T) {
	good := report.Waiver{Finding: "CERT-EXPIRED", Listener: "SYSA/*", Until: "2027-01-15", Reason: "renewal\n ordered", ApprovedBy: "J. Doe", Ticket: "CHG1"}
	known := []string{"CERT-EXPIRED", "INPUT-STALE", "NOT-ASSESSED", "PROFILE-FAILED"}
	read, faults := estate.CheckWaiver(good, known)
	assert.Empty(t, faults)
	good.Reason = "renewal ordered"
	assert.Equal(t, good, read)
	for _, bad := range []struct {
		name string
		w    report.Waiver
		says []string
	}{
		{"nothing", report.Waiver{}, []string{"finding: a waiver has none", "until: a waiver has none", "reason: a waiver has none"}},
		{"all at once", report.Waiver{Finding: "NO-SUCH", Listener: "SYSA", Until: "tomorrow", Reason: "\x00"},
			[]string{`finding: "NO-SUCH" is no finding`, `listener: "SYSA" is no pattern`, `until: "tomorrow" is no date`, "reason: "}},
		{"no listener", report.Waiver{Finding: "CERT-EXPIRED", Until: "2027-01-15", Reason: "r"}, []string{"listener: the waiver has none"}},
		{"a listener too many", report.Waiver{Finding: "INPUT-STALE", Listener: "A/b", Until: "2027-01-15", Reason: "r"}, []string{"listener: INPUT-STALE is about no listener"}},
		{"unseen", report.Waiver{Finding: "NOT-ASSESSED", Listener: "A/b", Until: "2027-01-15", Reason: "r"}, []string{"finding: NOT-ASSESSED cannot be waived"}},
		{"item", report.Waiver{Finding: "CERT-EXPIRED", Item: "p/i", Listener: "A/b", Until: "2027-01-15", Reason: "r"}, []string{"item: CERT-EXPIRED is about no item"}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			_, faults := estate.CheckWaiver(bad.w, known)
			if assert.Len(t, faults, len(bad.says), "%q", faults) {
				for i, want := range bad.says {
					assert.Contains(t, faults[i], want)
				}
			}
		})
	}
}
