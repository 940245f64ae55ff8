package expect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

const monitoredEstate = `name: prodplex
systems:
  - name: SYSA
    host: sysa.example.com
    query_monitor: {server_params: server, rc4_port: 3448}
    netstat: [net]
    listeners:
      - {name: web, role: cae-web, port: 8443, expect: tls}
      - {name: tls, role: cae-server-tls, port: 3449, expect: tls}
      - {name: rc4, role: cae-server-rc4, port: 3448, expect: closed, retire_by: 2026-12-31}
      - {name: mail, port: 25, expect: any}
  - name: SYSB
    host: sysb.example.com
    query_monitor: {agent_params: agent}
    listeners:
      - {name: agent, role: cae-agent, ports: [5610, 5611], expect: tls}
      - {name: other, port: 5620, expect: any}
`

// monitor compiles an estate with the files that it names.
// gathered is the date of all files but those whose name begins with "old", which are older.
var gathered = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

func monitor(t *testing.T, opts expect.Options, text string, files map[string]string) *expect.Compiled {
	t.Helper()
	dir := t.TempDir()
	files["estate.yaml"] = text
	for name, body := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600))
		at := gathered
		if strings.HasPrefix(name, "old") {
			at = at.Add(-3 * time.Hour)
		}
		require.NoError(t, os.Chtimes(filepath.Join(dir, name), at, at))
	}
	e, err := estate.Load(filepath.Join(dir, "estate.yaml"), estate.Options{})
	require.NoError(t, err)
	opts.Resolve = names{}.resolve
	c, err := expect.Compile(e, opts)
	require.NoError(t, err)
	return c
}

func monitoredFiles() map[string]string {
	return map[string]string{"server": "CQM_X=1\n CQM_Y=2\n", "agent": "SERVER_ADDRESS(192.0.2.1) SERVER_PORT(3449)\nLISTENER_PORTS(5610) ISPF_LISTENER_PORT(5620)\n",
		"net": `MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:01
CQMCAESV 000000A3 10.1.1.1..3448         10.1.1.2..51000        Establsh
CQMCAESV 000000A4 0.0.0.0..3449          0.0.0.0..0             Listen
FTPD     000000A5 0.0.0.0..21            0.0.0.0..0             Listen
2 OF 9 RECORDS DISPLAYED
`}
}

func TestQueryMonitor(t *testing.T) {
	c := monitor(t, expect.Options{}, monitoredEstate, monitoredFiles())
	require.Len(t, c.QueryMonitor, 2)
	a, b := c.QueryMonitor[0], c.QueryMonitor[1]
	var declared []string
	for _, d := range append(a.Declared, b.Declared...) {
		declared = append(declared, fmt.Sprintf("%s %s %d %s%s", d.Endpoint, d.Role, d.Port, d.Expect, d.RetireBy))
	}
	assert.Equal(t, []string{"SYSA/web cae-web 8443 tls", "SYSA/tls cae-server-tls 3449 tls", "SYSA/rc4 cae-server-rc4 3448 closed2026-12-31",
		"SYSB/agent:5610@192.0.2.2 cae-agent 5610 tls", "SYSB/agent:5611@192.0.2.2 cae-agent 5611 tls", "SYSB/other@192.0.2.2 generic 5620 any"}, declared)
	assert.Len(t, a.Configured, 2, "both by default")
	assert.Equal(t, "leading-blank", a.Lines[0].Kind)
	assert.Equal(t, "server", a.Lines[0].Location.File)
	assert.Equal(t, "SYSA", b.Agent.ServerSystem, "by the address that its name resolves to")
	assert.Equal(t, []uint16{3449}, b.Agent.ServerTLS)
	assert.Equal(t, []uint16{3448}, b.Agent.ServerRC4)

	require.Len(t, a.Connections, 2)
	assert.Equal(t, report.ShownConnection{Job: "CQMCAESV", ID: "000000A3", Local: "10.1.1.1:3448", Foreign: "10.1.1.2:51000", State: "ESTABLISHED",
		Port: 3448, Location: report.Location{File: "net", Line: 2, Column: 1}}, a.Connections[0])
	require.Len(t, a.Listings, 1)
	assert.True(t, a.Listings[0].Truncated)
	assert.NotNil(t, a.Listings[0].Collected)

	var notes []string
	for _, n := range c.Notices {
		notes = append(notes, fmt.Sprintf("%s:%d %s", n.Location.File, n.Location.Line, n.Message))
	}
	assert.Equal(t, []string{"estate.yaml:5 query_monitor: alias_param is not said, so whether a TLS key alias is set was not judged",
		"estate.yaml:5 query_monitor: rc4_off_param is not said, so only the wire tells whether RC4 is turned off"}, notes)
}

// A server that the address does not lead to may be any of them.
func TestUnknownServer(t *testing.T) {
	second := strings.Replace(monitoredEstate, "{name: other, port: 5620, expect: any}", "{name: tls, role: cae-server-tls, port: 4449, expect: tls}", 1)
	files := monitoredFiles()
	files["agent"] = "SERVER_ADDRESS(vipa.example.com)\n"
	b := monitor(t, expect.Options{}, second, files).QueryMonitor[1]
	assert.Empty(t, b.Agent.ServerSystem)
	assert.True(t, b.Agent.ServerElsewhere)
	assert.Equal(t, []uint16{3449, 4449}, b.Agent.ServerTLS)
	files["agent"] = "SERVER_ADDRESS(SYSB.example.com.)\n"
	b = monitor(t, expect.Options{}, second, files).QueryMonitor[1]
	assert.Equal(t, "SYSB", b.Agent.ServerSystem)
	assert.False(t, b.Agent.ServerElsewhere)
	assert.Equal(t, []uint16{4449}, b.Agent.ServerTLS)
}

// A backup server is found by its address or name; one that is no server of the estate leaves the system out.
func TestBackupAddress(t *testing.T) {
	second := strings.Replace(monitoredEstate, "{name: other, port: 5620, expect: any}", "{name: tls, role: cae-server-tls, port: 4449, expect: tls}", 1)
	files := monitoredFiles()
	for address, system := range map[string]string{"192.0.2.2": "SYSB", "sysb.example.com": "SYSB", "192.0.2.99": ""} {
		files["agent"] = "SERVER_ADDRESS(192.0.2.1) BACKUP_ADDRESS(" + address + ")\n"
		agent := monitor(t, expect.Options{}, second, files).QueryMonitor[1].Agent
		require.NotNil(t, agent.BackupAddress, address)
		assert.Equal(t, address, agent.BackupAddress.Value)
		assert.Equal(t, system, agent.BackupSystem, address)
	}
}

// Parameters are compared with all listeners of a system, so a part of them is not enough; other systems' files are read all the same.
func TestPartOfASystem(t *testing.T) {
	c := monitor(t, expect.Options{Listeners: []string{"SYSB/*", "SYSA/web"}}, monitoredEstate, monitoredFiles())
	require.Len(t, c.QueryMonitor, 1)
	assert.Equal(t, []uint16{3449}, c.QueryMonitor[0].Agent.ServerTLS)
	require.Len(t, c.Notices, 1)
	assert.Contains(t, c.Notices[0].Message, "a part of the listeners of SYSA")
}

func TestNetstatThatIsNone(t *testing.T) {
	files := monitoredFiles()
	files["net"] = "no such thing\n"
	c := monitor(t, expect.Options{Systems: []string{"SYSA"}}, monitoredEstate, files)
	require.NotEmpty(t, c.Notices)
	assert.Equal(t, report.Location{File: "net", Line: 1, Column: 1}, c.Notices[0].Location)
	assert.Contains(t, c.Notices[0].Message, "no NETSTAT output")
}

func TestManyConnections(t *testing.T) {
	files := monitoredFiles()
	var b strings.Builder
	for i := range 700 {
		fmt.Fprintf(&b, "CQMCAESV %08X 10.1.1.1..3448 10.1.1.2..%d Establsh\n", i, 1024+i)
	}
	files["net"] = b.String()
	a := monitor(t, expect.Options{}, monitoredEstate, files).QueryMonitor[0]
	assert.Len(t, a.Connections, 500)
	assert.Equal(t, 200, a.LeftOut)
}

// CONN and ALL of the same minute show the same connections: each counts once, with what either says.
func TestNetstatListingsShowAConnectionOnce(t *testing.T) {
	files := monitoredFiles()
	files["all"] = `MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:02
Client Name: CQMCAESV                  Client Id: 000000A3
Local Socket: 10.1.1.1..3448           Foreign Socket: 10.1.1.2..51000
  State:              Establsh
  TTLSPolicy:         No
Client Name: CQMCAESV                  Client Id: 000000A9
Local Socket: 10.1.1.1..3448           Foreign Socket: 10.1.1.3..51000
  State:              Establsh
`
	c := monitor(t, expect.Options{}, strings.Replace(monitoredEstate, "[net]", "[net, all]", 1), files)
	var shown []string
	for _, one := range c.QueryMonitor[0].Connections {
		shown = append(shown, one.ID+" "+one.Policy+" "+one.Location.File)
	}
	assert.Equal(t, []string{"000000A3 no net", "000000A4  net", "000000A9  all"}, shown)
}

// What an old listing shows too is known from the newer one; which ports are open each shows by itself.
func TestTheNewestListingCounts(t *testing.T) {
	files := monitoredFiles()
	files["old"] = files["net"]
	c := monitor(t, expect.Options{}, strings.Replace(monitoredEstate, "[net]", "[old, net]", 1), files)
	var shown []string
	for _, one := range c.QueryMonitor[0].Connections {
		shown = append(shown, one.ID+" "+one.Location.File)
	}
	assert.Equal(t, []string{"000000A3 net", "000000A4 net", "000000A4 old"}, shown)
}

func TestStacks(t *testing.T) {
	text := strings.Replace(monitoredEstate, "    netstat: [net]\n", "    tcpip_profile: profile\n", 1)
	for profile, want := range map[string]struct {
		fact scan.Fact
		note string
	}{
		"TCPCONFIG TTLS\n": {scan.Yes, ""}, "\n": {scan.No, ""},
		"INCLUDE A.B(C)\n": {scan.Unknown, "tcpip_profile: neither TTLS nor NOTTLS, but other files are included (A.B(C)): whether SYSA does AT-TLS is not known"},
		"\x00\x01\x02\x03": {scan.Unknown, "whether SYSA does AT-TLS is not known"},
	} {
		files := monitoredFiles()
		files["profile"] = profile
		c := monitor(t, expect.Options{}, text, files)
		require.Len(t, c.Stacks, 1)
		assert.Equal(t, want.fact, c.Stacks[0].TTLS, profile)
		assert.Equal(t, "profile", c.Stacks[0].Location.File)
		var notes []string
		for _, n := range c.Notices {
			if strings.HasPrefix(n.Message, "tcpip_profile") {
				notes = append(notes, n.Message)
			}
		}
		if want.note == "" {
			assert.Empty(t, notes)
		} else if assert.Len(t, notes, 1) {
			assert.Contains(t, notes[0], want.note)
		}
	}
}
