package netstat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/internal/netstat"
)

func parse(text string) *netstat.Output {
	return netstat.Parse("net", []byte(text), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
}

// shown is one line a connection.
func shown(o *netstat.Output) []string {
	var out []string
	for _, c := range o.Connections {
		line := fmt.Sprintf("%d:%d %s %s %s %s %s", c.At.Line, c.At.Column, c.Job, c.ID, c.Local, c.Foreign, c.State)
		if c.Policy+c.Rule != "" {
			line += fmt.Sprintf(" policy=%s %s/%s/%s/%s", c.Policy, c.Rule, c.GroupAction, c.EnvironmentAction, c.ConnectionAction)
		}
		out = append(out, line)
	}
	return out
}

const short = `MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:01
User Id  Conn     Local Socket           Foreign Socket         State
-------  ----     ------------           --------------         -----
CQMCAESV 000000A2 0.0.0.0..3448          0.0.0.0..0             Listen
CQMCAESV 000000a3 10.1.1.1..3448         10.1.1.2..51000        Establsh
CQMCAE   000000A4 127.0.0.1..5611        127.0.0.1..1026        ClosWait
SYSLOGD  00000012 0.0.0.0..514           *..*                   UDP
`

func TestShortForm(t *testing.T) {
	o := parse(short)
	assert.Empty(t, o.Problems)
	assert.Equal(t, []string{"4:1 CQMCAESV 000000A2 0.0.0.0:3448 0.0.0.0:0 LISTEN", "5:1 CQMCAESV 000000A3 10.1.1.1:3448 10.1.1.2:51000 ESTABLISHED",
		"6:1 CQMCAE 000000A4 127.0.0.1:5611 127.0.0.1:1026 CLOSE-WAIT", "7:1 SYSLOGD 00000012 0.0.0.0:514 invalid AddrPort UDP"}, shown(o))
	require.Len(t, o.Headers, 1)
	assert.Equal(t, []string{"3.1", "TCPIP", "00:20:01"}, []string{o.Headers[0].Release, o.Headers[0].Stack, o.Headers[0].Clock})
	assert.Equal(t, 2026, o.Collected.Year())
	assert.False(t, o.Truncated)
}

// What is cut or cannot be read is said, since somebody may be missing.
func TestCutLines(t *testing.T) {
	for _, last := range []string{"CQMCAESV 000000A5 10.1.1.1..3448         10.1.1.3..51000", "CQMCAESV 000000A5 10.1.1.1..3448         10.1.",
		"CQMCAESV 000000A5 Establsh"} {
		o := parse(short + last)
		require.Len(t, o.Problems, 1, last)
		assert.Equal(t, 8, o.Problems[0].At.Line, last)
	}
	assert.Contains(t, shown(parse(short + "CQMCAESV 000000A5 10.1.1.1..3448 10.1.1.3..51000 Established\n"))[4], " ESTABLISHED")
}

// The console writes in upper case, shortens the states, and says how many records it shows.
func TestConsole(t *testing.T) {
	o := parse("EZD0101I NETSTAT CS V2R5 TCPIP 378\nUSER ID  CONN     STATE\nCQMCAESV 000014F6 ESTBLSH\n" +
		"  LOCAL SOCKET:   ::FFFF:10.1.1.1..3448\n  FOREIGN SOCKET: ::FFFF:10.1.1.2..4681\nCQMCAESV 000012D9 LISTEN\n" +
		"  LOCAL SOCKET:   ::..3449\n  FOREIGN SOCKET: ::..0\n2 OF 2 RECORDS DISPLAYED\nEND OF THE REPORT\n")
	assert.Empty(t, o.Problems)
	assert.Equal(t, []string{"3:1 CQMCAESV 000014F6 10.1.1.1:3448 10.1.1.2:4681 ESTABLISHED", "6:1 CQMCAESV 000012D9 [::]:3449 [::]:0 LISTEN"}, shown(o))
	assert.Equal(t, "TCPIP", o.Headers[0].Stack)
	assert.False(t, o.Truncated)
	assert.True(t, parse("EZD0101I NETSTAT CS V2R5 TCPIP\n2 OF 9 RECORDS DISPLAYED\n").Truncated)
	assert.True(t, parse("EZD0101I NETSTAT CS V2R5 TCPIP\nREPORT TRUNCATED DUE TO GREATER THAN 65533 LINES OF OUTPUT\n").Truncated)
	assert.Equal(t, []string{"2:10 CQMCAE 000000A4 10.1.1.1:1 10.1.1.2:2 FIN-WAIT-1"},
		shown(parse("EZD0101I NETSTAT CS V2R5 TCPIP\nEZZ2587I CQMCAE 000000A4 10.1.1.1..1 10.1.1.2..2 FINWT1\n")))
}

// ALL, and TTLS CONN for a connection that CONN showed before.
func TestReportsAreJoined(t *testing.T) {
	o := parse(short + `EZZ2350I MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           16:40:39
EZZ2550I Client Name: CQMCAESV                 Client Id: 000000A3
EZZ2551I Local Socket: 10.1.1.1..3448          Foreign Socket: 10.1.1.2..51000
EZZ2536I   StartDate:          05/31/2026        StartTime:          16:31:54
EZZ2552I   Last Touched:       16:36:57          State:              Establsh
EZZ2577I   TTLSPolicy:         No
Client Name: CQMCAE                   Client Id: 000000A4
Local Socket: 127.0.0.1..5611         Foreign Socket: 127.0.0.1..1026
  StartDate:          05/30/2026        StartTime:          23:59:59
  TTLSPolicy:         Yes
    TTLSRule:         CaeAgentInboundRule
    TTLSGrpAction:    grp
    TTLSEnvAction:    env
    TTLSConnAction:   conn
MVS TCP/IP NETSTAT CS 3.1   TCPIP Name: TCPIP     19:51:22
ConnID: 000000A4
  JobName:      CQMCAE
  SecLevel:     TLS Version 1.2
  Cipher:       C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
  TTLSRule: OtherIsNotTaken
    HandshakeRole:        Server
    ServerKexECurves:     0023 secp256r1
                          0024 secp384r1
ConnID: 000000B8
TTLSRule: ftp_serv_21
  TTLSEnvAction: env_act_serv
    EnvironmentUserInstance: 8
`)
	assert.Empty(t, o.Problems)
	got := shown(o)
	require.Len(t, got, 5)
	assert.Equal(t, "5:1 CQMCAESV 000000A3 10.1.1.1:3448 10.1.1.2:51000 ESTABLISHED policy=no ///", got[1])
	assert.Equal(t, "6:1 CQMCAE 000000A4 127.0.0.1:5611 127.0.0.1:1026 CLOSE-WAIT policy=yes CaeAgentInboundRule/grp/env/conn", got[2])
	assert.Equal(t, "TLS Version 1.2", o.Connections[2].SecurityLevel)
	assert.Equal(t, "C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", o.Connections[2].Cipher)
	assert.Equal(t, "2026-05-31 16:31:54", o.Newest)
	assert.Equal(t, "ftp_serv_21", o.Connections[4].Rule)
	assert.Equal(t, "env_act_serv", o.Connections[4].EnvironmentAction)
	assert.Equal(t, 31, o.Connections[4].At.Line)
}

func TestEBCDIC(t *testing.T) {
	data, err := charmap.CodePage1047.NewEncoder().Bytes([]byte(strings.ReplaceAll(short, "\n", "\u0085")))
	require.NoError(t, err)
	o := netstat.Parse("net", data, time.Time{})
	assert.Equal(t, "IBM-1047", o.Encoding)
	assert.Empty(t, o.Problems)
	assert.Equal(t, shown(parse(short)), shown(o))
}

func TestGroups(t *testing.T) {
	o := parse("EZD0101I NETSTAT CS V1R12 TCPIP\nTTLSGRPACTION                    GROUP ID  CONNS\nVIRTELGROUP                      00000002  7\n1 OF 1 RECORDS DISPLAYED\n")
	require.Len(t, o.Groups, 1)
	assert.Equal(t, "VIRTELGROUP", o.Groups[0].Action)
	assert.Equal(t, 7, o.Groups[0].Connections)
	assert.Equal(t, 3, o.Groups[0].At.Line)
	assert.Empty(t, o.Problems)
}

// An id that is used again for other sockets is another connection.
func TestReusedID(t *testing.T) {
	o := parse(short + "MVS TCP/IP NETSTAT CS 3.1\nOTHER 000000A3 10.1.1.1..9 10.1.1.2..9 Establsh\n")
	assert.Len(t, o.Connections, 5)
}

func TestBadInput(t *testing.T) {
	for _, text := range []string{"", "nothing", "\x00\x01\x02\xff", "ESTABLISHED", ":::: :"} {
		o := parse(text)
		assert.NotEmpty(t, o.Problems, "%q", text)
		assert.Empty(t, o.Connections)
	}
	o := parse(short + "CQMCAE 000000A9 10.1.1.1..x 10.1.1.2..2 Establsh\nClient Name: X Client Id: 000000AA\nLocal Socket: nonsense\n")
	require.Len(t, o.Problems, 2)
	assert.Equal(t, 8, o.Problems[0].At.Line)
	assert.Equal(t, 10, o.Problems[1].At.Line)
	assert.Len(t, o.Connections, 5)
}

// Whatever the bytes are, nothing panics, and positions lie within the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte(short))
	f.Add([]byte("NETSTAT CS\nConnID: 1\nLocal Socket: ::..1\n"))
	f.Add([]byte("A 00000001 1.2.3.4..1 ::1..2"))
	f.Add([]byte("Client Name:Client Id:State:\n: :"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o := parse(string(data))
		for _, c := range o.Connections {
			require.Positive(t, c.At.Line)
			require.Positive(t, c.At.Column)
		}
		for _, p := range o.Problems {
			require.Positive(t, p.At.Line)
			require.NotEmpty(t, p.Message)
		}
	})
}

func large(lines int) []byte {
	var b strings.Builder
	b.WriteString("MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:01\n")
	for i := range lines / 3 {
		fmt.Fprintf(&b, "CQMCAESV %08X Establsh\n  Local Socket:   ::ffff:10.1.1.1..3448\n  Foreign Socket: ::ffff:10.1.%d.%d..%d\n", i, i>>8&255, i&255, 1024+i%60000)
	}
	return []byte(b.String())
}

func TestLargeInput(t *testing.T) {
	assert.Equal(t, 33_333, len(netstat.Parse("net", large(99_999), time.Time{}).Connections))
	assert.Empty(t, parse(strings.Repeat("a:", 1<<19)).Connections)
	assert.Empty(t, parse(strings.Repeat("x ", 1<<19)).Connections)
	assert.Equal(t, 2, len(parse(strings.Repeat("State: ", 1<<17)+"ConnID: 1 ConnID: 2").Connections))
}

// BenchmarkParse reads 100,000 lines.
func BenchmarkParse(b *testing.B) {
	data := large(100_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		netstat.Parse("net", data, time.Time{})
	}
}
