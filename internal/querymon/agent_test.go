package querymon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/querymon"
	"github.com/portseal/portseal/report"
)

func position(l report.Location) string { return fmt.Sprintf("%d:%d", l.Line, l.Column) }

// parameters is one line a parameter: where, name, value.
func parameters(f *querymon.File) []string {
	var out []string
	for _, p := range f.Parameters {
		out = append(out, position(p.At)+" "+p.Name+"="+p.Value)
	}
	return out
}

func TestAgentForms(t *testing.T) {
	f := querymon.ParseAgent("qm", []byte("* a comment NOT(1)\n server_port(3449)  ATTLS_ENABLED ( y ) * trailing NOT(2)\n"+
		"LISTENER_PORTS(5610,   +\n* in between\n  5611:5612),\n AGENT_NAME('CQM(X)''S'), +\n/* over\n lines NOT(3) */ISPF_LISTENER_PORT(60005)"+
		strings.Repeat(" ", 30)+"-\nA(B(1) C)\n"))
	assert.Empty(t, problems(f))
	assert.Equal(t, []string{"2:2 SERVER_PORT=3449", "2:21 ATTLS_ENABLED=y", "3:1 LISTENER_PORTS=5610,      5611:5612", "6:2 AGENT_NAME=CQM(X)'S",
		"8:17 ISPF_LISTENER_PORT=60005", "9:1 A=B(1) C"}, parameters(f))
	p, ok := f.Get(querymon.AgentATTLS)
	require.True(t, ok)
	assert.Equal(t, at(2, 37), p.ValueAt)
	assert.Equal(t, "ATTLS_ENABLED", p.Name)
}

func TestAgentCards(t *testing.T) {
	card := func(s string) string { return s + strings.Repeat(" ", 72-len(s)) + "00010000\n" }
	f := querymon.ParseAgent("qm", []byte(card("SERVER_PORT(3449)")+card("LISTENER_PORTS(5610,")+card("  5611)")))
	assert.Empty(t, problems(f))
	assert.Equal(t, []string{"1:1 SERVER_PORT=3449", "2:1 LISTENER_PORTS=5610,   5611"}, parameters(f))

	f = querymon.ParseAgent("qm", []byte("//CQMCAE JOB\n//CQMCPRMS DD *\nSERVER_PORT(1)\n/*\n"))
	assert.Equal(t, []string{"3:1 SERVER_PORT=1"}, parameters(f))
}

// One mistake does not swallow the rest.
func TestAgentProblems(t *testing.T) {
	f := querymon.ParseAgent("qm", []byte("SERVER_PORT(3449\nISPF_LISTENER_PORT(1)\nwords here\nA('open)\nB(2)\nB(3)\nC($CAE_X)\n)\nD(4\n"))
	assert.Equal(t, []string{"1:1 unreadable SERVER_PORT", "3:1 unreadable", "4:1 unreadable A", "6:1 duplicate B", "7:3 placeholder C",
		"8:1 unreadable", "9:1 unreadable D"}, problems(f))
	assert.Equal(t, []string{"1:1 SERVER_PORT=3449", "2:1 ISPF_LISTENER_PORT=1", "4:1 A=open)", "5:1 B=2", "6:1 B=3", "7:1 C=$CAE_X", "9:1 D=4"}, parameters(f))
	f = querymon.ParseAgent("qm", []byte("/* A(1)\n"))
	assert.Equal(t, []string{"1:1 unreadable"}, problems(f))
}

func TestColumnsAreCharacters(t *testing.T) {
	f := querymon.ParseAgent("qm", []byte("/* Jørn */ A(1)\n"))
	assert.Equal(t, []string{"1:12 A=1"}, parameters(f))
}

func TestParsePorts(t *testing.T) {
	for value, want := range map[string][]uint16{
		"5610": {5610}, "5612 5610,5611": {5610, 5611, 5612}, "5610-5612": {5610, 5611, 5612}, "5610 : 5611": {5610, 5611}, "1,1": {1},
	} {
		got, err := querymon.ParsePorts(value)
		require.NoError(t, err, value)
		assert.Equal(t, want, got, value)
	}
	for _, value := range []string{"", "0", "65536", "5612-5610", "x", "1-", "-1", "1-2-3", "1-1001", "*"} {
		_, err := querymon.ParsePorts(value)
		assert.Error(t, err, value)
	}
}

// Positions lie within the file, in order, and whatever the bytes are, nothing panics.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"A(1) B('x)\nC(D(", "CQM_A=1\n B=2", "//STDENV DD *\nA=1\n/*", "* c\nA(1,+\n 2)", "/* x", "(", "\xff\x00A(1)", "//  DD *"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func(string, []byte) *querymon.File{querymon.ParseServer, querymon.ParseAgent} {
			file := parse("qm", data)
			lines := len(data) + 1
			last := report.Location{}
			for _, p := range file.Parameters {
				require.True(t, p.At.Line > last.Line || p.At.Line == last.Line && p.At.Column > last.Column)
				require.LessOrEqual(t, p.ValueAt.Line, lines)
				last = p.At
				_, _ = querymon.ParsePorts(p.Value)
			}
			for _, p := range file.Problems {
				require.Positive(t, p.At.Line)
				require.Positive(t, p.At.Column)
			}
		}
	})
}

// Big and bad input is read in time that grows with its size.
func TestLargeInput(t *testing.T) {
	f := querymon.ParseAgent("qm", []byte(strings.Repeat("AGENT_NAME(X) ", 80_000)+"\n"))
	assert.Equal(t, 80_000, len(f.Parameters))
	f = querymon.ParseAgent("qm", []byte("A("+strings.Repeat("x", 1<<20)))
	assert.Equal(t, 1, len(f.Parameters))
	f = querymon.ParseServer("qm", []byte(strings.Repeat("A=1\n", 100_000)))
	assert.Equal(t, 100_000, len(f.Parameters))
	f = querymon.ParseAgent("qm", []byte(strings.Repeat("/*", 500_000)))
	assert.Empty(t, f.Parameters)
	f = querymon.ParseAgent("qm", []byte(strings.Repeat("(", 1<<20)))
	assert.Empty(t, f.Parameters)
	f = querymon.ParseAgent("qm", []byte(strings.Repeat("A(", 500_000)))
	assert.Equal(t, 1, len(f.Parameters))
}
