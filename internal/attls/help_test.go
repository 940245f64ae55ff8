package attls

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/stretchr/testify/require"
)

// load reads policy text that must have no fault.
func load(t *testing.T, text string) *Policy {
	t.Helper()
	p := Load([]syntax.Source{{Path: "p.attls", Data: []byte(text)}})
	require.Empty(t, p.Problems)
	return p
}

// fixture reads a policy of testdata, which must have no fault.
func fixture(t *testing.T, name string) *Policy {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	p := Load([]syntax.Source{{Path: name, Data: data}})
	require.Empty(t, p.Problems)
	return p
}

func (p *Policy) ruleNamed(t *testing.T, name string) *Rule {
	t.Helper()
	for _, r := range p.Rules {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no rule", name)
	return nil
}

// statement writes a block: the first line opens it.
func statement(lines ...string) string {
	return lines[0] + "\n{\n  " + strings.Join(lines[1:], "\n  ") + "\n}\n"
}

// ruleText is a rule with TLS on, whose name and conditions vary.
func ruleText(name string, conditions ...string) string {
	return statement(append([]string{"TTLSRule " + name, "TTLSGroupActionRef on", "TTLSEnvironmentActionRef env"}, conditions...)...)
}

// actions are what ruleText refers to.
func actions() string {
	return statement("TTLSGroupAction on", "TTLSEnabled On") + statement("TTLSGroupAction off", "TTLSEnabled Off") +
		statement("TTLSEnvironmentAction env", "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring RING", "}")
}

func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func names(rules []*Rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Name)
	}
	return out
}

// loadFaulty reads policy text whatever is wrong with it.
func loadFaulty(text string) *Policy {
	return Load([]syntax.Source{{Path: "p.attls", Data: []byte(text)}})
}
