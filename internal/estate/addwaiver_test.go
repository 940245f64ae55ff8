package estate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

const (
	estateHead = "# top\nname: x  # the name\nsystems:\n- {name: A, host: 10.0.0.1, listeners: [{name: w, port: 1, expect: tls}]}\n"
	newWaiver  = `{finding: CERT-EXPIRED, listener: "A/*", until: 2027-01-01, reason: "a \"b\": # c", approved_by: "J. Doe", ticket: CHG-1}`
	firstItem  = `{finding: CERT-EXPIRED, listener: A/w, until: 2026-01-01, reason: one}`
)

func aWaiver() report.Waiver {
	return report.Waiver{Finding: "CERT-EXPIRED", Listener: "A/*", Until: "2027-01-01", Reason: `a "b": # c`, ApprovedBy: "J. Doe", Ticket: "CHG-1"}
}

// Each way to write waivers: @ is where the new one goes, and every other octet stays.
func TestAddWaiver(t *testing.T) {
	item := "  - " + newWaiver
	for name, text := range map[string]string{
		"none":                estateHead + "@waivers:\n" + item + "\n@",
		"no end of line":      strings.TrimSuffix(estateHead, "\n") + "@\nwaivers:\n" + item + "@",
		"end of the document": estateHead + "@waivers:\n" + item + "\n@...\n",
		"comments at the end": estateHead + "# bye\n\n@waivers:\n" + item + "\n@",
		"empty":               estateHead + "waivers:  # none yet\n@" + item + "\n@# more\n",
		"empty in the middle": "waivers:\n@" + item + "\n@" + estateHead,
		"empty brackets":      estateHead + "waivers: [@" + newWaiver + "@]  # none\n",
		"empty wide brackets": estateHead + "waivers: [ @" + newWaiver + "@]\n",
		"brackets":            estateHead + "waivers: [" + firstItem + "@, " + newWaiver + "@]\n",
		"comma in brackets":   estateHead + "waivers: [" + firstItem + ", @" + newWaiver + "@]\n",
		"block":               estateHead + "waivers:\n  - " + firstItem + "  # why\n@" + item + "\n@\n# next\nzos_release: \"3.1\"\n",
		"block at the margin": estateHead + "waivers:\n- " + firstItem + "\n@- " + newWaiver + "\n@zos_release: \"3.1\"\n",
		"block of keys":       estateHead + "waivers:\n    -   finding: CERT-EXPIRED\n        listener: A/w\n        until: 2026-01-01\n        reason: |\n          one\n\n          # two\n@    - " + newWaiver + "\n@\n",
		"dash alone":          estateHead + "waivers:\n  -\n    finding: CERT-EXPIRED\n    listener: A/w\n    until: 2026-01-01\n    reason: one\n@" + item + "\n@",
		"indented":            "  name: x\n  systems: []\n@  waivers:\n    - " + newWaiver + "\n@",
		"anchor":              estateHead + "waivers: &w\n  - " + firstItem + "\n@" + item + "\n@",
		"include":             estateHead + "include: [more/*.yaml]\n@waivers:\n" + item + "\n@",
	} {
		for _, end := range []string{"\n", "\r\n"} {
			text := strings.ReplaceAll(text, "\n", end)
			before, rest, _ := strings.Cut(text, "@")
			_, after, _ := strings.Cut(rest, "@")
			out, line, err := estate.AddWaiver([]byte(before+after), aWaiver(), -1)
			if assert.NoError(t, err, name) {
				assert.Equal(t, strings.ReplaceAll(text, "@", ""), string(out), name)
				assert.Contains(t, strings.Split(string(out), "\n")[line-1], newWaiver, name)
			}
		}
	}
	out, _, err := estate.AddWaiver([]byte(estateHead+"waivers: [\n    "+firstItem+"\n  ]\n"), aWaiver(), -1)
	require.NoError(t, err)
	assert.Equal(t, estateHead+"waivers: [\n    "+firstItem+",\n    "+newWaiver+"\n  ]\n", string(out))
	out, _, err = estate.AddWaiver([]byte("\xEF\xBB\xBF"+estateHead), aWaiver(), -1)
	require.NoError(t, err)
	assert.Equal(t, "\xEF\xBB\xBF"+estateHead+"waivers:\n"+item+"\n", string(out))
}

func TestReplaceWaiver(t *testing.T) {
	second := "{finding: CERT-EXPIRED, listener: A/x, until: 2026-01-01, reason: two}"
	for which, want := range []string{
		"waivers:\n  - " + newWaiver + "\n  - " + second + "\n# end\n",
		"waivers:\n  - " + firstItem + "  # one\n  - " + newWaiver + "\n# end\n",
	} {
		out, line, err := estate.AddWaiver([]byte(estateHead+"waivers:\n  - "+firstItem+"  # one\n  - "+second+"\n# end\n"), aWaiver(), which)
		require.NoError(t, err)
		assert.Equal(t, estateHead+want, string(out))
		assert.Equal(t, 6+which, line)
	}
}

// What cannot be changed safely is not changed, and the line to add is said.
func TestAddWaiverRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{name: x, systems: []}\n":                                 "within braces",
		"name: x\na: &w [{finding: F}]\nwaivers: *w\n":             "waivers is no list",
		"name: x\nwaivers: soon\n":                                 "waivers is no list",
		"name: x\na: &w\n  waivers: [{finding: F}]\n<<: *w\n":      "not understood",
		"name: x\nwaivers: &w\n- {finding: F}\nother: *w\n":        "not understood",
		"name: x\nlast: |\n  text\n  waivers\nwaivers: [\n*a\n]\n": "",
	} {
		out, _, err := estate.AddWaiver([]byte(text), aWaiver(), -1)
		require.Error(t, err, text)
		assert.Nil(t, out)
		assert.ErrorContains(t, err, want)
	}
}

// FuzzAddWaiver: whatever the file, the result has one waiver more, in one piece and with every other octet as it was, or there is none;
// that it means the same is for AddWaiver itself to compare.
func FuzzAddWaiver(f *testing.F) {
	f.Add([]byte(estateHead+"waivers:\n- "+firstItem+"\n"), "why", -1)
	f.Add([]byte("a: 1\nwaivers: [{a: b}, ]\n...\n"), "\"\\ #", 0)
	f.Fuzz(func(t *testing.T, text []byte, reason string, replace int) {
		w := aWaiver()
		w.Reason = reason
		if replace != 0 {
			replace = -1
		}
		out, line, err := estate.AddWaiver(text, w, replace)
		if err == nil {
			require.Contains(t, strings.Split(string(out), "\n")[line-1], "finding: CERT-EXPIRED")
			if replace < 0 {
				require.GreaterOrEqual(t, shared(text, out)+shared(reversed(text), reversed(out)), len(text), "%q", out)
			}
		}
	})
}

// shared is how many octets two texts begin with in common.
func shared(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func reversed(a []byte) []byte {
	out := slices.Clone(a)
	slices.Reverse(out)
	return out
}
