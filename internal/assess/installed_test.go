package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

func judgeInstalled(in report.Installed) []report.Finding {
	in.System, in.File = "SYSA", "list"
	findings, _ := assess.Judge(assess.Input{At: now, Installed: []report.Installed{in}})
	return findings
}

// Each difference gives one finding, which names both places.
func TestDifferencesOfWhatIsInstalled(t *testing.T) {
	src, lst := qmAt("p.attls", 3), qmAt("list", 9)
	differs := func(what string) report.PolicyDifference {
		return report.PolicyDifference{Kind: "installed-differs", Rules: []string{"A", "B"}, What: what, Source: "On", Installed: "Off", SourceAt: &src, InstalledAt: &lst}
	}
	for name, tt := range map[string]struct {
		difference report.PolicyDifference
		id         string
		severity   report.Severity
		file       string
		words      string // of expected, observed and detail
	}{
		"not installed": {report.PolicyDifference{Kind: "not-installed", Rules: []string{"A"}, What: "rule", Source: "A", SourceAt: &src}, "ATTLS-NOT-INSTALLED", report.High, "p.attls",
			"rule A in force, as in the policy files (p.attls:3:1)|rule A is not installed|AT-TLS on SYSA, rule A"},
		"not in the files": {report.PolicyDifference{Kind: "not-in-source", Rules: []string{"A"}, What: "rule", Installed: "A", InstalledAt: &lst}, "ATTLS-NOT-IN-SOURCE", report.Medium, "list",
			"no such rule, as the policy files have none|rule A is installed (list:9:1)|AT-TLS on SYSA, rule A"},
		"a version": {differs("TLSv1.2"), "ATTLS-INSTALLED-DIFFERS", report.High, "p.attls",
			"TLSv1.2 On, as in the policy files (p.attls:3:1)|installed with TLSv1.2 Off (list:9:1)|AT-TLS on SYSA, rules A, B"},
		"a default": {report.PolicyDifference{Kind: "installed-differs", Rules: []string{"A"}, What: "TLSv1", Source: "On", Installed: "Off", InstalledAt: &lst}, "ATTLS-INSTALLED-DIFFERS", report.High, "list", "TLSv1 On, as in the policy files|installed with TLSv1 Off (list:9:1)|AT-TLS on SYSA, rule A"},
		"key sizes": {differs("PeerMinRsaKeySize"), "ATTLS-INSTALLED-DIFFERS", report.Medium, "p.attls", ""},
		"trace":     {differs("Trace"), "ATTLS-INSTALLED-DIFFERS", report.Low, "p.attls", ""},
		"a cache":   {differs("OcspClientCacheSize"), "ATTLS-INSTALLED-DIFFERS", report.Low, "p.attls", ""},
		"inactive": {report.PolicyDifference{Kind: "installed-inactive", Rules: []string{"A"}, What: "rule", Source: "A", Installed: "Inactive", SourceAt: &src, InstalledAt: &lst}, "ATTLS-INSTALLED-INACTIVE", report.Medium, "p.attls",
			"rule A in force, as in the policy files (p.attls:3:1)|rule A is installed with status Inactive (list:9:1)|AT-TLS on SYSA, rule A"},
		"replaced":   {report.PolicyDifference{Kind: "installed-replaced", Rules: []string{"A"}, What: "TLSv1", Source: "Off", Installed: "On", SourceAt: &src, InstalledAt: &lst}, "ATTLS-INSTALLED-REPLACED", report.Medium, "p.attls", ""},
		"uncompared": {report.PolicyDifference{Kind: "installed-uncompared", Rules: []string{"A"}, What: "LocalPortRange", Source: "1, 5", Installed: "within 1-5", SourceAt: &src, InstalledAt: &lst}, "ATTLS-INSTALLED-UNCOMPARED", report.Info, "p.attls", "||AT-TLS on SYSA: LocalPortRange of rule A (1, 5 in the policy files, within 1-5 installed)"},
	} {
		t.Run(name, func(t *testing.T) {
			findings := judgeInstalled(report.Installed{Differences: []report.PolicyDifference{tt.difference}})
			require.Len(t, findings, 1)
			f := findings[0]
			assert.Equal(t, []any{tt.id, tt.severity, tt.file}, []any{f.ID, f.Severity, f.Location.File})
			if tt.words != "" {
				assert.Equal(t, tt.words, f.Expected+"|"+f.Observed+"|"+f.Detail)
			}
		})
	}
}

func TestProblemsOfListings(t *testing.T) {
	for kind, severity := range map[string]report.Severity{"pasearch-unreadable": report.High, "pasearch-partial": report.Medium, "pasearch-copies": report.Medium, "pasearch-unknown": report.Low} {
		findings := judgeInstalled(report.Installed{Problems: []report.ListingProblem{{Kind: kind, Message: "m", Location: qmAt("list", 4)}}})
		require.Len(t, findings, 1, kind)
		assert.Equal(t, "ATTLS-"+strings.ToUpper(kind), findings[0].ID)
		assert.Equal(t, severity, findings[0].Severity, kind)
		assert.Equal(t, 4, findings[0].Location.Line)
		assert.Equal(t, "pasearch of SYSA: m", findings[0].Detail)
	}
}

// A listing of another system differs in everything: the findings stay few, and say how many more there are.
func TestManyDifferencesAreCounted(t *testing.T) {
	in := report.Installed{LeftOut: 7}
	for i := range 30 {
		at := qmAt("p.attls", i+1)
		in.Differences = append(in.Differences, report.PolicyDifference{Kind: "not-installed", Rules: []string{fmt.Sprint(i)}, What: "rule", Source: "r", SourceAt: &at},
			report.PolicyDifference{Kind: "installed-uncompared", Rules: []string{fmt.Sprint(i)}, What: "Curves", Source: "a", Installed: "b", SourceAt: &at})
	}
	count := map[string]int{}
	var said []string
	for _, f := range judgeInstalled(in) {
		count[f.ID]++
		said = append(said, f.Detail)
	}
	assert.Equal(t, map[string]int{"ATTLS-NOT-INSTALLED": 20, "ATTLS-INSTALLED-UNCOMPARED": 2}, count)
	all := strings.Join(said, "\n")
	assert.Contains(t, all, "and 10 more differences of this kind")
	assert.Contains(t, all, "and 25 more")
	assert.Contains(t, all, "the report leaves out 7 further differences")
	assert.Empty(t, judgeInstalled(report.Installed{Used: true, Rules: 3}), "a listing that agrees")
}
