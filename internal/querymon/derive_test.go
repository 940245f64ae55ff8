package querymon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/querymon"
	"github.com/portseal/portseal/report"
)

const serverText = "CQM_TLS_CAE_AGNT_LSTNR_PORT=3459\nCQM_CAE_AGENT_LISTENER_PORT=3448\nCQM_ALIAS=PORTAL\nCQM_OFF=N\n"
const agentText = "SERVER_PORT(3459) SERVER_ADDRESS(sysa.example.com)\nLISTENER_PORTS(5610-5611)\nISPF_LISTENER_PORT(5620)\nATTLS_ENABLED(Y)\n"

// derive shows the listeners of two files, one line each.
func derive(s querymon.Settings, server, agent string) []string {
	var out []string
	for _, c := range s.Configured(s.Server(querymon.ParseServer("qm", []byte(server))), s.Agent(querymon.ParseAgent("qm", []byte(agent)))) {
		line := fmt.Sprintf("%s %d %s %s", c.Role, c.Port, c.Parameter, position(c.Location))
		if c.Default {
			line += " default"
		}
		out = append(out, line)
	}
	return out
}

func TestConfigured(t *testing.T) {
	assert.Equal(t, []string{"cae-server-tls 3459 CQM_TLS_CAE_AGNT_LSTNR_PORT 1:1", "cae-server-rc4 3448 CQM_CAE_AGENT_LISTENER_PORT 2:1",
		"cae-agent 5610 LISTENER_PORTS 2:1", "cae-agent 5611 LISTENER_PORTS 2:1", "cae-ispf 5620 ISPF_LISTENER_PORT 3:1"},
		derive(querymon.Settings{}, serverText, agentText))
	assert.Equal(t, []string{"cae-server-tls 3449 CQM_TLS_CAE_AGNT_LSTNR_PORT 1:1 default"}, derive(querymon.Settings{}, "CQM_X=1\n", "X(1)\n"),
		"the RC4 port has no default that is known")
	assert.Equal(t, []string{"cae-server-tls 3449 CQM_TLS_CAE_AGNT_LSTNR_PORT 1:1 default", "cae-server-rc4 3448 CQM_CAE_AGENT_LISTENER_PORT 1:1 default",
		"cae-agent 7 LISTENER_PORTS 1:1"}, derive(querymon.Settings{RC4Port: 3448, ListenerPorts: []uint16{7}}, "CQM_X=1\n", "LISTENER_PORTS(FROM 7)\n"))
	assert.Empty(t, querymon.Settings{RC4Port: 3448}.Configured(nil, nil))
}

func TestRC4Off(t *testing.T) {
	s := querymon.Settings{RC4OffParam: "CQM_OFF", RC4OffValue: "Y", RC4Port: 3448}
	assert.Len(t, derive(s, serverText, ""), 2, "its value is another")
	s.RC4OffValue = "N"
	assert.Len(t, derive(s, serverText, ""), 1)
	zero := querymon.Settings{RC4OffParam: querymon.ServerRC4Port, RC4OffValue: "0", RC4Port: 3448}
	f := querymon.ParseServer("qm", []byte("CQM_CAE_AGENT_LISTENER_PORT=0\n"))
	assert.Len(t, zero.Configured(zero.Server(f), nil), 1)
	assert.Empty(t, f.Problems, "the value is meant")
}

func TestFacts(t *testing.T) {
	s := querymon.Settings{AliasParam: "CQM_ALIAS"}
	server := s.Server(querymon.ParseServer("qm", []byte(serverText)))
	assert.Equal(t, &report.Parameter{Name: "CQM_ALIAS", Value: "PORTAL", Location: at(3, 1)}, server.Alias)
	assert.Nil(t, querymon.Settings{}.Server(querymon.ParseServer("qm", []byte(serverText))).Alias, "nobody said which it is")
	f := querymon.ParseAgent("qm", []byte("ISPF_LISTENER_PORT(none)\nSERVER_PORT($CAE_PORT)\n"))
	agent := s.Agent(f)
	assert.Empty(t, agent.ISPFPort.Ports)
	assert.Equal(t, []report.ParameterLine{
		{Kind: "placeholder", Parameter: "SERVER_PORT", Message: "the value of SERVER_PORT is a placeholder of a sample; want the value of this system", Location: at(2, 13)},
		{Kind: "unreadable", Parameter: "ISPF_LISTENER_PORT", Location: at(1, 1),
			Message: "the value of ISPF_LISTENER_PORT is not understood; want port numbers from 1 to 65535, ranges such as 5610-5612, or a list of these"},
	}, f.Lines())
	many := querymon.ParseAgent("qm", []byte(strings.Repeat("nonsense\n", 50)+"A($CAE_X)\n")).Lines()
	assert.Len(t, many, 21)
	assert.Equal(t, "this is no parameter (and 30 more like this); want KEYWORD(value)", many[19].Message)
	assert.Nil(t, s.Agent(nil))
	assert.Nil(t, s.Server(nil))
}
