package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// wanted is "#want:ID" on the line that the finding is at; several stand one after the other.
var wanted = regexp.MustCompile(`#want:([A-Z0-9-]+)`)

// header is a first line "# zos_release 2.5" of a fixture; without one it is 3.1.
var header = regexp.MustCompile(`(?m)^# zos_release (\S+)`)

// TestFixtures judges every policy of testdata: it has the findings that its own lines say, and no other at all.
func TestFixtures(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.attls")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			var want []string
			for i, line := range strings.Split(string(text), "\n") {
				for _, m := range wanted.FindAllStringSubmatch(line, -1) {
					want = append(want, fmt.Sprintf("%s:%d %s", path, i+1, m[1]))
				}
			}
			assert.ElementsMatch(t, want, places(lint.Run(input(path, text))), "findings of %s", path)
		})
	}
}

func input(path string, text []byte) *lint.Input {
	in := &lint.Input{Policy: attls.Load([]syntax.Source{{Path: path, Data: text}}), Release: "3.1", System: systems()[filepath.Base(path)]}
	if m := header.FindSubmatch(text); m != nil {
		in.Release = attls.Release(m[1])
	}
	return in
}

func places(findings []report.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Waived == nil {
			out = append(out, fmt.Sprintf("%s:%d %s", f.Location.File, f.Location.Line, f.ID))
		}
	}
	return out
}

// systems are what an estate says, for the fixtures whose rules ask for it.
func systems() map[string]*lint.System {
	at := func(role, expect string, ports ...uint16) lint.Listener {
		return lint.Listener{Name: role, Role: role, Expect: expect, Ports: ports}
	}
	directory := at(report.RoleGeneric, report.ExpectStartTLS, 389)
	directory.StartTLS = "ldap"
	ftp := at(report.RoleGeneric, report.ExpectStartTLS, 21)
	ftp.StartTLS = "ftp"
	server := at(report.RoleCAEServerTLS, report.ExpectTLS, 3449, 3450, 3600)
	server.Job = "CQMCAESV"
	agent := at(report.RoleCAEAgent, report.ExpectTLS, 5610)
	return map[string]*lint.System{
		"ATTLS-APPLICATION-CONTROLLED.attls": {Listeners: []lint.Listener{agent, directory, ftp,
			at(report.RoleGeneric, report.ExpectTLS, 990, 992, 2252)}},
		"ATTLS-ISPF-HALF.attls": {Listeners: []lint.Listener{agent, at(report.RoleCAEISPF, report.ExpectTLS, 5611, 5612, 5613)}},
		"ATTLS-ISPF-REMOTE-ADDR.attls": {Listeners: []lint.Listener{agent, at(report.RoleCAEAgent, report.ExpectTLS, 5620),
			at(report.RoleCAEISPF, report.ExpectTLS, 5611, 5620)}},
		"ATTLS-JAVA-SERVER.attls": {Listeners: []lint.Listener{at(report.RoleCAEWeb, report.ExpectTLS, 8443), server}},
		"ATTLS-LABEL-NOT-ON-RING.attls": {Rings: []lint.Ring{
			{Owner: "CQMCAE", Name: "AgentIn", Personal: 1, Default: true, Labels: []string{"CQM Root", "CQM Agent Cert"}}}},
		"ATTLS-PLACEHOLDER.attls": {Rings: []lint.Ring{{Owner: "CQMCAE", Name: "AgentIn", Personal: 1, Labels: []string{"Agent"}}}},
		"ATTLS-NO-LABEL.attls": {Rings: []lint.Ring{{Owner: "CQMCAE", Name: "Several", Personal: 2}, {Owner: "CQMCAE", Name: "Empty"},
			{Owner: "CQMCAE", Name: "SeveralDefault", Personal: 2, Default: true}, {Owner: "CQMCAE", Name: "OneNoDefault", Personal: 1},
			{Owner: "CQMCAE", Name: "OneDefault", Personal: 1, Default: true}}},
		"ATTLS-PORT-NOT-COVERED.attls": {Listeners: []lint.Listener{at(report.RoleCAEAgent, report.ExpectTLS, 5605, 5606, 5610, 5620, 5630),
			at(report.RoleCAEServerTLS, report.ExpectTLS, 3449), at(report.RoleGeneric, report.ExpectPlaintext, 1414),
			at(report.RoleGeneric, report.ExpectTLS, 7443)}},
	}
}

// Every rule has a fixture of its own, named after it, that it finds something in; ids are unique and sorted.
func TestEveryRuleHasAFixture(t *testing.T) {
	var ids []string
	for _, r := range lint.All() {
		ids = append(ids, r.ID)
		path := filepath.Join("testdata", r.ID+".attls")
		text, err := os.ReadFile(path)
		if assert.NoError(t, err) {
			assert.Contains(t, string(text), "#want:"+r.ID, path)
		}
		assert.NotEmpty(t, r.Title, r.ID)
		assert.NotEmpty(t, r.Why, r.ID)
		assert.NotEmpty(t, r.Remediation, r.ID)
		assert.NotEmpty(t, r.References, r.ID)
		assert.NotZero(t, r.Severity, r.ID)
	}
	assert.True(t, slices.IsSorted(ids), "All is in alphabetical order")
	assert.Len(t, slices.Compact(ids), len(lint.All()))
}

func TestIgnore(t *testing.T) {
	run := func(text string) []report.Finding {
		return lint.Run(input("p.attls", []byte(text)))
	}
	loud, err := os.ReadFile("testdata/ATTLS-TRACE-LEFT-ON.attls")
	require.NoError(t, err)
	accepting := regexp.MustCompile(`#want:.*`).ReplaceAllString(string(loud), "# portseal:ignore attls-trace-left-on until the fault is found")
	findings := run(accepting)
	require.Len(t, findings, 2)
	require.NotNil(t, findings[0].Waived, findings[0])
	assert.Equal(t, "until the fault is found", findings[0].Waived.Reason)
	for comment, want := range map[string]string{
		"# portseal:ignore":                              "ATTLS-IGNORE-FAULTY",
		"# portseal:ignore ATTLS-TRACE-LEFT-ON":          "ATTLS-IGNORE-FAULTY",
		"# portseal:ignore ATTLS-NO-SUCH because":        "ATTLS-IGNORE-FAULTY",
		"# portseal:ignore ATTLS-TRACE-LEFT-ON gone now": "ATTLS-IGNORE-UNUSED",
	} {
		findings := run("TTLSGroupAction g " + comment + "\n{\n  TTLSEnabled Off\n}\n" + rule)
		if assert.Len(t, findings, 1, comment) {
			assert.Equal(t, want, findings[0].ID, comment)
		}
	}
}

// What Policy Agent stops at cannot be accepted: it would still install nothing.
func TestIgnoreOfAHardFault(t *testing.T) {
	findings := lint.Run(input("p.attls", []byte("TTLSGroupAction g\n{\n  TTLSEnabled Off\n  Nonsense 1 # portseal:ignore ATTLS-SYNTAX-KEYWORD we like it\n}\n"+rule)))
	assert.ElementsMatch(t, []string{"p.attls:4 ATTLS-SYNTAX-KEYWORD", "p.attls:4 ATTLS-IGNORE-FAULTY"}, places(findings))
}

const rule = "TTLSRule r\n{\n  LocalPortRange 5610\n  Direction Inbound\n  TTLSGroupActionRef g\n}\n"
