package assess_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// What makes a listener weaker is worse than what makes it stronger.
func TestChangeSeverity(t *testing.T) {
	for _, c := range []struct {
		change report.Change
		want   report.Severity
	}{
		{report.Change{Kind: report.VersionAdded, What: "TLSv1.0"}, report.High},
		{report.Change{Kind: report.VersionAdded, What: "TLSv1.3"}, report.Info},
		{report.Change{Kind: report.VersionGone, What: "TLSv1.2"}, report.Medium},
		{report.Change{Kind: report.VersionGone, What: "SSLv3"}, report.Info},
		{report.Change{Kind: report.SuiteAdded, What: "TLSv1.2/0005"}, report.High},
		{report.Change{Kind: report.SuiteAdded, What: "TLSv1.2/002F"}, report.Medium},
		{report.Change{Kind: report.SuiteAdded, What: "TLSv1.2/C02F"}, report.Low},
		{report.Change{Kind: report.SuiteAdded, What: "TLSv1.2/?"}, report.Medium},
		{report.Change{Kind: report.SuiteGone, What: "TLSv1.2/0005"}, report.Info},
		{report.Change{Kind: report.SuiteGone, What: "TLSv1.2/C02F"}, report.Low},
		{report.Change{Kind: report.StateChanged, Old: "tls", New: "non-tls"}, report.High},
		{report.Change{Kind: report.StateChanged, Old: "closed", New: "open"}, report.High},
		{report.Change{Kind: report.StateChanged, Old: "closed", New: "tls"}, report.Medium},
		{report.Change{Kind: report.StateChanged, Old: "tls", New: "closed"}, report.Medium},
		{report.Change{Kind: report.StateChanged, Old: "non-tls", New: "closed"}, report.Low},
		{report.Change{Kind: report.StateChanged, Old: "non-tls", New: "tls"}, report.Low},
		{report.Change{Kind: report.ClientAuthChanged, Old: "required", New: "requested"}, report.High},
		{report.Change{Kind: report.ClientAuthChanged, Old: "none", New: "required"}, report.Medium},
		{report.Change{Kind: report.ClientAuthChanged, What: "certificate/expired", Old: "refused", New: "accepted"}, report.High},
		{report.Change{Kind: report.ClientAuthChanged, What: "authorities", Old: "CN=a", New: "CN=b"}, report.Medium},
		{report.Change{Kind: report.DHChanged, Old: "2048 bits, prime aa", New: "3072 bits, prime bb; 1024 bits, prime cc"}, report.Medium},
		{report.Change{Kind: report.DHChanged, Old: "1024 bits, prime aa", New: "2048 bits, prime bb"}, report.Low},
		{report.Change{Kind: report.TrustChanged, Old: "yes", New: "no"}, report.High},
		{report.Change{Kind: report.TrustChanged, Old: "no", New: "yes"}, report.Medium},
		{report.Change{Kind: report.CertificateRenewed}, report.Info},
		{report.Change{Kind: report.FindingOpened, New: "critical"}, report.Critical},
		{report.Change{Kind: report.FindingOpened, New: "critical, waived"}, report.Info},
		{report.Change{Kind: report.FindingSeverityChanged, Old: "high", New: "low"}, report.Info},
		{report.Change{Kind: report.FindingSeverityChanged, Old: "low", New: "high"}, report.High},
		{report.Change{Kind: report.FindingUnwaived, Old: "high, waived", New: "high"}, report.High},
		{report.Change{Kind: report.ProfileFailed, Old: "pass", New: "fail (high)"}, report.High},
		{report.Change{Kind: report.PolicyRuleChanged, Old: "r", New: "none"}, report.High},
		{report.Change{Kind: report.StartUpAdded, What: "clear"}, report.High},
		{report.Change{Kind: "of a later version"}, report.SeverityUnknown},
	} {
		assert.Equal(t, c.want, assess.ChangeSeverity(c.change), "%+v", c.change)
	}
}

// Every kind of change has a rule, but for those that are findings already.
func TestEveryKindOfChangeIsJudged(t *testing.T) {
	for _, k := range report.ChangeKinds() {
		drift := &report.Drift{Changes: []report.Change{{Kind: k.Name, Endpoint: "A/w", What: "TLSv1.2/C02F", Old: "yes", New: "low"}}}
		findings, _ := assess.Judge(assess.Input{Drift: drift})
		if strings.HasPrefix(k.Name, "finding-") || strings.HasPrefix(k.Name, "profile-") {
			assert.Empty(t, findings, k.Name)
			continue
		}
		require.Len(t, findings, 1, k.Name)
		assert.Equal(t, assess.ChangeSeverity(drift.Changes[0]), findings[0].Severity, k.Name)
		assert.NotZero(t, findings[0].Severity, k.Name)
		drift.Changes[0].Expected = &report.Announcement{Kind: k.Name}
		findings, _ = assess.Judge(assess.Input{Drift: drift})
		assert.Empty(t, findings, k.Name)
	}
}

// One finding a listener, whatever number of changes; its severity is that of the worst.
func TestDriftIsJoined(t *testing.T) {
	drift := &report.Drift{}
	for _, code := range strings.Fields("C02B C02C C02D C02E C02F C030 C031 C032 0005 002F") {
		drift.Changes = append(drift.Changes, report.Change{Kind: report.SuiteAdded, Endpoint: "A/w", What: "TLSv1.2/" + code, Old: "no", New: "yes"})
	}
	findings, _ := assess.Judge(assess.Input{Drift: drift})
	require.Len(t, findings, 1)
	assert.Equal(t, report.High, findings[0].Severity)
	assert.Contains(t, findings[0].Observed, "TLSv1.2/C02B: yes; ")
	assert.Contains(t, findings[0].Observed, "and 2 more")

	waiver := report.Waiver{Finding: "DRIFT-SUITE", Listener: "A/w", Until: "9999-01-01"}
	findings, _ = assess.Judge(assess.Input{Drift: drift, Waivers: []report.Waiver{waiver}})
	require.Len(t, findings, 1)
	assert.NotNil(t, findings[0].Waived)
	findings, _ = assess.Judge(assess.Input{Waivers: []report.Waiver{waiver}})
	assert.Empty(t, findings, "without a baseline nobody can say that it is not used")
}
