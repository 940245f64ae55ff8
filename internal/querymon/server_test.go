package querymon_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/internal/querymon"
	"github.com/portseal/portseal/report"
)

func at(line, column int) report.Location {
	return report.Location{File: "qm", Line: line, Column: column}
}

// problems is one line a problem: where, kind, parameter.
func problems(f *querymon.File) []string {
	var out []string
	for _, p := range f.Problems {
		out = append(out, strings.TrimSpace(strings.Join([]string{position(p.At), string(p.Kind), p.Parameter}, " ")))
	}
	return out
}

func TestServerLines(t *testing.T) {
	f := querymon.ParseServer("qm", []byte("CQM_VAR_HOME=/u/cqm\n# CQM_X=1\n\nCQM_TLS_CAE_AGNT_LSTNR_PORT= 3449  \r\n  CQM_HEAP=500\n"+
		"CQM_JAVA=/usr/lpp/java=8\nCQM_EMPTY=\n"))
	assert.Equal(t, []querymon.Parameter{
		{Name: "CQM_VAR_HOME", Value: "/u/cqm", At: at(1, 1), ValueAt: at(1, 14)},
		{Name: "CQM_TLS_CAE_AGNT_LSTNR_PORT", Value: "3449", At: at(4, 1), ValueAt: at(4, 30)},
		{Name: "CQM_HEAP", Value: "500", At: at(5, 3), ValueAt: at(5, 12), Ignored: true},
		{Name: "CQM_JAVA", Value: "/usr/lpp/java=8", At: at(6, 1), ValueAt: at(6, 10)},
		{Name: "CQM_EMPTY", At: at(7, 1), ValueAt: at(7, 11)},
	}, f.Parameters)
	assert.Equal(t, []string{"5:1 leading-blank CQM_HEAP"}, problems(f))
	_, ok := f.Get("CQM_HEAP")
	assert.False(t, ok, "an ignored line sets nothing")
}

func TestServerProblems(t *testing.T) {
	f := querymon.ParseServer("qm", []byte("CQM_A=1\nnonsense\n=2\nCQM_A=2\ncqm_cae_agent_listener_port=3448\nCQM_B=$CAE_PORT\nCQM_C=<new value>\nPATH=/bin:$PATH\n"))
	assert.Equal(t, []string{"2:1 unreadable", "3:1 unreadable", "4:1 duplicate CQM_A",
		"5:1 unreadable cqm_cae_agent_listener_port", "6:7 placeholder CQM_B", "7:7 placeholder CQM_C"}, problems(f))
	p, ok := f.Get("CQM_A")
	assert.True(t, ok)
	assert.Equal(t, "2", p.Value, "the last one")
	_, ok = f.Get(querymon.ServerRC4Port)
	assert.False(t, ok)
}

// IBM's example of CQMCAESV, and what else JCL may do.
func TestServerInJCL(t *testing.T) {
	card := "CQM_HEAP=500" + strings.Repeat(" ", 60) + "00010000\n"
	f := querymon.ParseServer("qm", []byte("//SERVER EXEC PGM=BPXBATCH,REGION=800M,TIME=NOLIMIT,\n//  PARM='SH /u/cqm/bin/start'\n//* PARM='X=1'\n"+
		"//OTHER DD *\nCQM_NO=1\n/*\n//SERVER.STDENV DD *\nCQM_LOGS=/var/cqm\n"+card+"//  DD DATA,DLM=ZZ\nCQM_MORE=1\n//x=2\nZZ\n//STDOUT DD PATH='/x=y'\n"))
	var got []string
	for _, p := range f.Parameters {
		got = append(got, p.Name+"="+p.Value+" "+position(p.At))
	}
	assert.Equal(t, []string{"CQM_LOGS=/var/cqm 8:1", "CQM_HEAP=500 9:1", "CQM_MORE=1 11:1"}, got)
	assert.Equal(t, []string{"12:1 unreadable"}, problems(f), "//x=2 is data there, and no name")

	f = querymon.ParseServer("qm", []byte("//S EXEC PGM=BPXBATCH\n//STDENV DD PATH='/etc/cqm.env'\n"))
	assert.Equal(t, []string{"2:1 unreadable"}, problems(f))
	assert.Contains(t, f.Problems[0].Message, "names a file")
	f = querymon.ParseServer("qm", []byte("//S EXEC PGM=BPXBATCH\n"))
	require.Len(t, f.Problems, 1)
	assert.Contains(t, f.Problems[0].Message, "no STDENV DD *")
}

// Columns 73 to 80 are a number only when all of it is one, after a blank.
func TestSequenceNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"CQM_A=1" + strings.Repeat(" ", 65) + "00010000":  "1",
		"CQM_A=1" + strings.Repeat(" ", 64) + "x00010000": "1" + strings.Repeat(" ", 64) + "x00010000",
		"CQM_A=" + strings.Repeat("7", 74):                strings.Repeat("7", 74),
		"CQM_A=1" + strings.Repeat(" ", 65) + "0001000X":  "1" + strings.Repeat(" ", 65) + "0001000X",
	} {
		f := querymon.ParseServer("qm", []byte(text+"\n"))
		require.Len(t, f.Parameters, 1)
		assert.Equal(t, want, f.Parameters[0].Value)
	}
}

// Files come as they are on z/OS: EBCDIC, in records of 80 columns.
func TestEBCDIC(t *testing.T) {
	records := func(lines ...string) []byte {
		text := ""
		for _, l := range lines {
			text += l + strings.Repeat(" ", 72-len(l)) + "00010000"
		}
		data, err := charmap.CodePage1047.NewEncoder().Bytes([]byte(text))
		require.NoError(t, err)
		return data
	}
	f := querymon.ParseServer("qm", records("//STDENV DD *", "CQM_CAE_AGENT_LISTENER_PORT=3448", " CQM_HEAP=500", "/*"))
	assert.Equal(t, "IBM-1047", f.Encoding)
	p, ok := f.Get(querymon.ServerRC4Port)
	require.True(t, ok)
	assert.Equal(t, querymon.Parameter{Name: querymon.ServerRC4Port, Value: "3448", At: at(2, 1), ValueAt: at(2, 29)}, p)
	assert.Equal(t, []string{"3:1 leading-blank CQM_HEAP"}, problems(f))
	f = querymon.ParseAgent("qm", records("LISTENER_PORTS(5610,", "  5611)"))
	assert.Equal(t, []string{"1:1 LISTENER_PORTS=5610,   5611"}, parameters(f))

	f = querymon.ParseAgent("qm", []byte{0x7F, 'E', 'L', 'F', 0, 1, 2, 3, 0, 0, 0})
	assert.Len(t, f.Problems, 1, "no text")
	assert.Empty(t, f.Parameters)
}

// Messages never hold a value: a file may have passwords.
func TestProblemsHoldNoValue(t *testing.T) {
	f := querymon.ParseServer("qm", []byte(" CQM_PW=secret\nCQM_PW=secret1\nCQM_PW=<secret2>\nsecret3 = x\n"))
	require.NotEmpty(t, f.Problems)
	for _, p := range f.Problems {
		assert.NotContains(t, p.Message, "secret")
	}
}
