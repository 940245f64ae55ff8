package diff_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestFindingsOfWhatWasNotAsked: whoever asks nobody about revocation, or does not test for a vulnerability, closes no finding about it, and whoever had not
// asked before has not had it open.
func TestFindingsOfWhatWasNotAsked(t *testing.T) {
	look := func(rule string, asks, finds bool) *report.Report {
		return changed(t, whole(), func(rep *report.Report) {
			e := &rep.Endpoints[0]
			rep.Rules = append(rep.Rules, rule)
			if finds {
				rep.Findings = append(rep.Findings, report.Finding{ID: rule, Severity: report.High, Endpoint: e.ID})
			}
			rep.Run.Revocation = asks
			vulnerable := scan.Unknown
			if asks {
				vulnerable = scan.FactOf(finds)
			}
			e.Vulnerabilities = []report.Vulnerability{{ID: assess.VulnTLSPOODLE, Finding: assess.VulnTLSPOODLE, Vulnerable: vulnerable}}
		})
	}
	kinds := func(rule string, old, now *report.Report) (out []string) {
		for _, c := range diff.Compare(old, now).Changes {
			if c.What == rule && slices.Contains([]string{report.FindingOpened, report.FindingClosed}, c.Kind) {
				out = append(out, c.Kind)
			}
		}
		return out
	}
	for _, rule := range []string{assess.CertRevoked, assess.CertRevocationUnknown, assess.VulnTLSPOODLE} {
		assert.Equal(t, []string{report.FindingClosed}, kinds(rule, look(rule, true, true), look(rule, true, false)), rule)
		assert.Equal(t, []string{report.FindingOpened}, kinds(rule, look(rule, true, false), look(rule, true, true)), rule)
		assert.Empty(t, kinds(rule, look(rule, true, true), look(rule, false, false)), rule)
		assert.Empty(t, kinds(rule, look(rule, false, false), look(rule, true, true)), rule)
	}
}
