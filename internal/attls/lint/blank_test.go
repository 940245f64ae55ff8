package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// judged lints one file of its kind, as it is or as a report keeps it.
func judged(path string, text []byte, blanked bool) []report.Finding {
	in := input(path, text)
	if blanked {
		d := lint.Blank(syntax.Source{Path: path, Data: text})
		in.Policy = attls.Load([]syntax.Source{{Path: path, Decoded: &d}})
	}
	return lint.Run(in)
}

// What is found in a policy as a report keeps it is what is found in the policy, word for word.
func TestBlankedPoliciesHaveTheSameFindings(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"testdata/*.attls", "../syntax/testdata/*", "../testdata/*", "../../endtoend/testdata/*/*", "../../endtoend/testdata/*/*/*"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		paths = append(paths, found...)
	}
	require.Greater(t, len(paths), 50)
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, judged(path, text, false), judged(path, text, true), path)
	}
}

// Nothing that may be a secret is kept, wherever it stands.
func TestBlankKeepsNoSecret(t *testing.T) {
	const secret = "hunter2"
	for name, text := range map[string]string{
		"comment":                     "# " + secret,
		"comment behind":              "TTLSGroupAction g # " + secret + "\n{\n} # " + secret,
		"password":                    "TTLSKeyringParms k\n{\n  KeyringPw " + secret + "\n}",
		"password, twice":             "TTLSKeyringParms k\n{\n  KeyringPw a " + secret + " " + secret + "\n}",
		"misplaced":                   "KeyringPw " + secret,
		"LDAP":                        "TTLSGskLdapParms k\n{\n  gsk_ldap_user_pw " + secret + "\n}",
		"unknown keyword":             "TTLSKeyringParms k\n{\n  KeyringPasswd " + secret + "\n}",
		"assigned":                    "TTLSKeyringParms k\n{\n  Passwd=" + secret + "\n  KeyringPw=" + secret + "\n}",
		"unknown statement":           "Login " + secret + "\n{\n  Password " + secret + "\n  Keyring " + secret + "\n}",
		"in braces":                   "TTLSKeyringParms k\n{\n  Passphrase { " + secret + " }\n}\nLogin\n{\n  " + secret + "\n}",
		"other policy":                "TcpImage TCPIP /etc/x FLUSH\nTTLSConfig /etc/y\nSetSubnet " + secret + "\nIDSRule r\n{\n  P " + secret + "\n}",
		"prose":                       "dear all, " + secret + "\n```\nTTLSGroupAction g\n{\n}\n```\n" + secret,
		"too deep":                    strings.Repeat("Foo r\n{\n", 25) + secret + "\n" + strings.Repeat("}\n", 25),
		"on the next line":            "TTLSKeyringParms k\n{\n  KeyringPw\n  " + secret + "\n}",
		"behind a comment":            "TTLSKeyringParms k\n{\n  KeyringPw # here\n\n  # it is\n  " + secret + " x\n}",
		"behind an odd keyword":       "TTLSKeyringParms k\n{\n  KeyringPasswd =\n  " + secret + "\n}",
		"outside of all":              "KeyringPw\n" + secret + "\n{\n}",
		"of an LDAP server":           "TTLSGskLdapParms k\n{\n  gsk_ldap_user_pw\n  " + secret + "\n}",
		"in a main file":              "TcpImage TCPIP /etc/x\nKeyringPw\n" + secret,
		"no keyword":                  "TTLSKeyringParms k\n{\n  2#" + secret + "\n  $" + secret + "\n  \u00e9" + secret + "\n  a#" + secret + "\n}",
		"no keyword, outside":         "2#" + secret + "\n{\n}\n\u6771" + secret + "\n\"" + secret,
		"no keyword, nearly":          "TTLSKeyringParms k\n{\n  Keyring#" + secret + "\n}",
		"a block at the end, unknown": "TTLSGroupAction g\n{\n  KeyringPw\n  " + secret + "\n  {\n",
		"remark":                      "TTLSGroupAction g\n{\n  TTLSEnabled On since " + secret + "\n}",
	} {
		assert.NotContains(t, lint.Blank(syntax.Source{Path: "p", Data: []byte(text)}).Text, secret, name)
		found := judged("p", []byte(text), false)
		assert.Equal(t, found, judged("p", []byte(text), true), name)
		assert.NotContains(t, fmt.Sprint(found), secret, name)
	}
}

// FuzzBlank wants a text of the same shape, whatever it is given: every line as long as it was, judged without a panic. A run judges by
// the blanked text, as a later check does, so that the two cannot differ; that a policy as people write it gives the findings of the text
// itself, word for word, is for TestBlankedPoliciesHaveTheSameFindings.
func FuzzBlank(f *testing.F) {
	for _, text := range []string{rule, "# portseal:ignore ATTLS-UNUSED because\nTTLSRule r {\n}", "a=b {\n```\n", "\u00e9 \u6771 x#y #z\n{ } }"} {
		f.Add([]byte(text))
	}
	paths, _ := filepath.Glob("testdata/*.attls")
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		d := lint.Blank(syntax.Source{Path: "p", Data: text})
		again := syntax.Blanked(syntax.Source{Path: "p", Decoded: &d}, func(string) bool { return true })
		require.Equal(t, len(d.Text), len(again.Text))
		require.Equal(t, lineLengths(syntax.Blanked(syntax.Source{Path: "p", Data: text}, func(string) bool { return true }).Text), lineLengths(d.Text))
		judged("p", text, true)
	})
}

func lineLengths(text string) []int {
	var out []int
	for line := range strings.Lines(text) {
		out = append(out, len(line))
	}
	return out
}
