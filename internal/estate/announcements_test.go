package estate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

func changeKinds() []string { return []string{"state-changed", "suite-added", "suite-gone"} }

func announced(t testing.TB, text string) ([]report.Announcement, report.Input, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("changes.yaml", []byte(text), 0o600))
	return estate.Announcements("changes.yaml", changeKinds())
}

func TestAnnouncements(t *testing.T) {
	got, input, err := announced(t, "changes:\r\n"+
		"  - {kind: suite-gone, endpoint: 'SYSA/*', what: C02F, reason: \"no CBC\", ticket: CHG1, until: 2026-12-31}\r\n"+
		"  - kind: state-changed\r\n    reason: |\r\n      RC4 is turned off\r\n      everywhere\r\n")
	require.NoError(t, err)
	assert.Equal(t, []report.Announcement{
		{Kind: "suite-gone", Endpoint: "SYSA/*", What: "C02F", Reason: "no CBC", Ticket: "CHG1", Until: "2026-12-31",
			Location: &report.Location{File: "changes.yaml", Line: 2, Column: 5}},
		{Kind: "state-changed", Reason: "RC4 is turned off everywhere", Location: &report.Location{File: "changes.yaml", Line: 3, Column: 5}},
	}, got)
	assert.Equal(t, "changes", input.Kind)
	assert.Len(t, input.SHA256, 64)
}

// Every fault at once, each with its place and what would be right.
func TestAnnouncementFaults(t *testing.T) {
	for text, want := range map[string]string{
		"": "changes.yaml:1:1: the file is empty; want a list of announced changes",
		"changes:\n  - {kind: suite-gon, reason: x, until: soon}\n  - {kind: suite-gone, endpoint: '[', whats: y}\n  - {kind: suite-added, reason: x}\n" +
			"  - {kind: suite-added, reason: y}\nkinds: []\n": "changes.yaml:2:12: kind: \"suite-gon\" is no kind of change; did you mean \"suite-gone\"? portseal diff --help lists them\n" +
			"changes.yaml:2:41: until: \"soon\" is no date; want YYYY-MM-DD, as in 2026-12-31\n" +
			"changes.yaml:3:5: reason: an announced change has none; want why the change is expected\n" +
			"changes.yaml:3:34: endpoint: \"[\" is no pattern; want text in which * and ? may stand, and [ ] in pairs\n" +
			"changes.yaml:3:39: whats: unknown key of an announced change; did you mean \"what\"?\n" +
			"changes.yaml:5:5: the same change is announced twice; want it once\n" +
			"changes.yaml:6:1: kinds: unknown key of a file of announced changes; want changes",
		"waivers: []":                 "changes.yaml:1:1: changes: a file of announced changes has none; want a list of announced changes",
		"changes: []":                 "changes.yaml:1:10: changes: is an empty list; want at least one item, or leave the key out",
		"- {kind: suite-gone}":        "changes.yaml:1:1: a file of announced changes: is a list; want a mapping of keys, such as changes: ...",
		"changes: !x [a]":             "changes.yaml:1:10: !x: YAML tags are not used here; write the value alone",
		"changes: [a]\n---\nb: [c]\n": "changes.yaml:3:2: a second YAML document; want one document a file",
	} {
		got, _, err := announced(t, text)
		assert.Nil(t, got)
		require.Error(t, err, text)
		if text != "waivers: []" && text != "changes: !x [a]" {
			assert.Equal(t, want, err.Error(), text)
		} else {
			assert.Contains(t, err.Error(), want)
		}
	}
	_, _, err := estate.Announcements(filepath.Join(t.TempDir(), "none.yaml"), changeKinds())
	require.ErrorContains(t, err, "none.yaml: the file of announced changes does not exist; want the path of a YAML file")
}

// FuzzAnnouncements: whatever the text, an answer without a panic; and what is read has what every announcement needs.
func FuzzAnnouncements(f *testing.F) {
	f.Add([]byte("changes:\n  - {kind: suite-gone, endpoint: 'SYSA/*', what: C02F, reason: r, ticket: T, until: 2026-12-31}\n"))
	f.Add([]byte("changes: &a [{kind: suite-gone, reason: r}, *a]"))
	f.Add([]byte("\xff\xfe"))
	file := filepath.Join(f.TempDir(), "changes.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(file, text, 0o600))
		got, _, err := estate.Announcements(file, changeKinds())
		for _, a := range got {
			require.NoError(t, err)
			require.Contains(t, changeKinds(), a.Kind)
			require.NotEmpty(t, a.Reason)
			require.Positive(t, a.Location.Line)
		}
	})
}
