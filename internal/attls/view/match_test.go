package view

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/scan"
)

const group = "TTLSGroupAction g\n{\n  TTLSEnabled Off\n}\n"

func rule(name, body string) string {
	return "TTLSRule " + name + "\n{\n  LocalPortRange 5610\n  Direction Inbound\n  TTLSGroupActionRef g\n" + body + "}\n"
}

func inbound(port uint16) attls.Connection {
	return attls.Connection{Direction: attls.Inbound, Local: netip.AddrPortFrom(netip.Addr{}, port)}
}

// Two rules of one priority, whose order is not certain, leave the rule open; that it is clear text either way is certain.
func TestMatchOfAnUncertainOrder(t *testing.T) {
	m := NewMatch(input(rule("a", "")+rule("B", "")+group), inbound(5610))
	require.NotNil(t, m.Rule)
	assert.Len(t, m.Ambiguous, 1)
	assert.Equal(t, scan.Yes, m.ClearText)
	assert.True(t, m.Decided)
	var out bytes.Buffer
	require.NoError(t, m.Write(&out, Look{}))
	narrow(t, out.String(), defaultWidth)
	assert.Contains(t, out.String(), "May be asked first")

	in := input(rule("a", "") + rule("B", "  Jobname J\n") + group)
	m = NewMatch(in, inbound(5610))
	require.Len(t, m.Undecided, 1)
	assert.Equal(t, []string{"Jobname J"}, m.Undecided[0].Wants)
	out.Reset()
	require.NoError(t, m.Write(&out, Look{}))
	assert.Contains(t, out.String(), "if Jobname J; and only if it is asked first")
}

// An answer about a policy that is not installed is none, whatever the text says.
func TestMatchOfWhatIsNotInstalled(t *testing.T) {
	m := NewMatch(input(rule("a", "  Nonsense 1\n")+group), inbound(5610))
	assert.False(t, m.Installs)
	assert.False(t, m.Decided)
	assert.Equal(t, scan.Yes, m.ClearText)
}

func TestPasswordsAreNotShown(t *testing.T) {
	for _, s := range []struct{ keyword, value, want string }{{"KeyringPw", "sesame", "(not shown)"}, {"KeyringPw", "", ""}, {"Keyring", "R", "R"}} {
		assert.Equal(t, s.want, syntax.Shown(s.keyword, s.value))
	}
}

// A password that stands where no keyword can is no statement that could be used, and its value is no name.
func TestShowHoldsNoPassword(t *testing.T) {
	s := NewShow(input("KeyringPw sesame\n{\n}\n"+rule("a", "")+group), "")
	var out bytes.Buffer
	require.NoError(t, s.Write(&out, Look{}))
	assert.NotContains(t, out.String(), "sesame")
	assert.Empty(t, s.Unused)
}
