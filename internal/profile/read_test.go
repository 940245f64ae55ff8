package profile_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

var update = flag.Bool("update", false, "write the golden file")

// TestBadFile: every fault at once, each with its place and what would be right.
func TestBadFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "bad.yaml"))
	require.NoError(t, err)
	_, err = profile.Parse("bad.yaml", text)
	var faults profile.Errors
	require.ErrorAs(t, err, &faults)
	golden := filepath.Join("testdata", "bad.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
	}
	want, readErr := os.ReadFile(golden)
	require.NoError(t, readErr)
	assert.Equal(t, string(want), err.Error()+"\n")
	for _, f := range faults {
		assert.Positive(t, f.Line, f.Message)
		assert.Positive(t, f.Column, f.Message)
	}
}

func TestNoProfile(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "x.yaml:1:1: the file has 0 YAML documents; want one"},
		"two documents":   {"a: b\n---\nc: d\n", "x.yaml:1:1: the file has 2 YAML documents; want one"},
		"a list":          {"- a\n", "x.yaml:1:1: a profile is a list; want a mapping of keys: profile,"},
		"no YAML":         {"a: [b\n", "x.yaml:1:4: no YAML: "},
		"a tab":           {"a:\n\tb: c\n", "x.yaml:2:1: a tab indents the line"},
		"binary":          {"a: \x00\n", "x.yaml:1:1: the line has a control character"},
		"no UTF-8":        {"a: \xff\n", "x.yaml:1:1: the line is no UTF-8"},
		"deep":            {"a: " + strings.Repeat("[", 30) + "\n", "x.yaml:1:1: lists or brackets are nested"},
		"a long line":     {"a: " + strings.Repeat("b", 3000) + "\n", "x.yaml:1:1: the line has 3003 octets"},
		"a large file":    {strings.Repeat("a: b\n", 1<<18), "x.yaml:1:1: the file has 1310720 octets"},
		"no items":        {"profile: a\ntitle: b\nedition: c\nsource: d\nabout: e\n", "x.yaml:1:1: items: a profile has none"},
		"control in text": {"profile: a\ntitle: \"b\\u0007\"\n", "title: \"b\\a\" has characters that cannot be printed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := profile.Parse("x.yaml", []byte(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

// TestSourceText: codes and editions are what stands in the file; a colon in brackets is no key.
func TestSourceText(t *testing.T) {
	p := one(t, "{suites: {allowed: [0035, class:cbc, TLS_AES_256_GCM_SHA384], versions: [TLSv1.2]}}")
	assert.Equal(t, []string{"0035", "class:cbc", "1302"}, p.Items[0].Check.Allowed)
	p = one(t, "{groups: {required: [attls:0023, 0x001D, class:hybrid]}}")
	assert.Equal(t, []string{"secp256r1", "x25519", "class:hybrid"}, p.Items[0].Check.Required)
	p, err := profile.Parse("x.yaml", []byte("\xEF\xBB\xBFprofile: a.1-b\r\ntitle: T\r\nedition: 6.0\r\nsource: s\r\nabout: >-\r\n  Two\r\n  lines.\r\nitems:\r\n"+
		"  - {id: i, clause: 4.10, title: t, severity: low, verified: yes, check: {encrypted: {}}}\r\n"))
	require.NoError(t, err)
	assert.Equal(t, "6.0", p.Edition)
	assert.Equal(t, "4.10", p.Items[0].Clause)
	assert.Equal(t, "Two lines.", p.About)
	assert.Equal(t, []string{"tls"}, p.Items[0].Applies)
	assert.Equal(t, report.ProfileCheck{Kind: "encrypted"}, p.Items[0].Check)
}

func FuzzParse(f *testing.F) {
	for _, name := range profile.Names() {
		f.Add(profile.Source(name))
	}
	bad, err := os.ReadFile(filepath.Join("testdata", "bad.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bad)
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := profile.Parse("fuzz.yaml", text)
		if err != nil {
			return
		}
		for _, i := range p.Items { // what was read can be judged and said
			assert.NotEmpty(t, profile.Words(i.Check))
		}
		profile.Judge([]report.Profile{p}, profile.Input{Endpoints: []report.Endpoint{*speaks(modern)}, At: now})
	})
}
