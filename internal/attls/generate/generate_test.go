package generate

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/zos"
)

// load reads an estate whose systems stand in text, and finds SYSA.
func load(t *testing.T, systems string) (*estate.Estate, *estate.System) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(path, []byte("name: prodplex\nsystems:\n"+systems), 0o600))
	e, err := estate.Load(path, estate.Options{})
	require.NoError(t, err)
	return e, e.Systems[0]
}

const (
	server = `
      - {name: web,   role: cae-web,        port: 8443, expect: tls, jobname: CQMCAESV}
      - {name: tls,   role: cae-server-tls, port: 3449, expect: tls, jobname: CQMCAESV, names: [cae.example.com]}
`
	agent = `
      - {name: agent, role: cae-agent, ports: ["5605-5606", 5610], expect: tls, jobname: CQMCAE1}
      - {name: ispf,  role: cae-ispf,  port: 5611, expect: tls, reach: local}
`
	sysa = "  - name: SYSA\n    host: 192.0.2.1\n    listeners:" + server + agent
)

func options() Options {
	return Options{Release: "3.1", Ring: "CQMUSER/CQMRING", Label: "CQM Agent"}
}

// written is a policy as text and as Policy Agent understands it; writing what was read gives the same text.
func written(t *testing.T, e *estate.Estate, s *estate.System, o Options) (string, *attls.Policy) {
	t.Helper()
	file, err := Policy(e, s, o)
	require.NoError(t, err)
	var out, again bytes.Buffer
	require.NoError(t, syntax.Write(&out, file))
	p := attls.Load([]syntax.Source{{Path: "p.attls", Data: out.Bytes()}})
	require.NoError(t, syntax.Write(&again, p.Files[0]))
	assert.Equal(t, out.String(), again.String())
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, len(line), 72, "columns 73 to 80 are for sequence numbers: %s", line)
	}
	return out.String(), p
}

func TestPolicyIsCleanOnEveryRelease(t *testing.T) {
	e, s := load(t, sysa)
	for _, release := range zos.Releases() {
		for _, scanner := range []string{"", "SEAL"} {
			o := options()
			o.Release, o.ScannerJob = release, scanner
			text, p := written(t, e, s, o)
			assert.Empty(t, lint.Run(&lint.Input{Policy: p, Release: release}), "%s\n%s", release, text)
		}
	}
}

// Each connection of Query Monitor takes its rule, the Java server's take none, and the scanner's are left alone.
func TestPolicyTakesTheRightConnections(t *testing.T) {
	e, s := load(t, sysa)
	o := options()
	o.ScannerJob = "seal"
	_, p := written(t, e, s, o)
	at := func(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }
	for _, c := range []struct {
		direction          attls.Direction
		local, remote, job string
		want               string
	}{
		{attls.Inbound, "192.0.2.1:5606", "192.0.2.9:40000", "CQMCAE1", "CaeAgentInboundRule"},
		{attls.Inbound, "127.0.0.1:5611", "127.0.0.1:40000", "CQMCAE1", "CaeAgentInboundRule"},
		{attls.Inbound, "192.0.2.1:5607", "192.0.2.9:40000", "CQMCAE1", ""},
		{attls.Inbound, "192.0.2.1:3449", "192.0.2.9:40000", "CQMCAESV", ""},
		{attls.Inbound, "192.0.2.1:8443", "192.0.2.9:40000", "CQMCAESV", ""},
		{attls.Outbound, "192.0.2.1:40000", "192.0.2.1:3449", "CQMCAE1", "CaeAgentOutboundRule"},
		{attls.Outbound, "192.0.2.1:40000", "192.0.2.1:3448", "CQMCAE1", ""},
		{attls.Outbound, "192.0.2.1:40000", "192.0.2.1:5610", "CQMCAESV", ""},
		{attls.Outbound, "127.0.0.1:40000", "127.0.0.1:5611", "TSOUSER", "CQMISPF-OUT@Rule"},
		{attls.Outbound, "127.0.0.1:40000", "127.0.0.1:5611", "SEAL", "PortsealOff@Rule"},
	} {
		m := p.Match(attls.Connection{Direction: c.direction, Local: at(c.local), Remote: at(c.remote), Job: c.job})
		got := ""
		if m.Rule != nil {
			got = m.Rule.Name
		}
		assert.Equal(t, c.want, got, c)
		assert.True(t, m.Certain(), c)
	}
	off := p.Fold(p.Ordered()[0], "3.1")
	assert.False(t, off.Enabled.Value)
	in := p.Fold(p.Rules[0], "3.1")
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, in.Versions.Value)
	assert.Equal(t, []cipher.ID{0x1302, 0x1301, 0xC030, 0xC02F, 0xC02C, 0xC02B}, in.Suites.Value)
	assert.Equal(t, "CQM Agent", in.Label.Value)
	assert.Equal(t, "CQMUSER/CQMRING", in.Keyring.Value.String())
	assert.Equal(t, "none", in.ClientAuth())
}

func TestPolicyFollowsTheEstate(t *testing.T) {
	e, s := load(t, `  - name: SYSA
    host: sysa.example.com
    listeners:
      - {name: agent, role: cae-agent, port: 5610, expect: tls, jobname: "CQMCAE1", versions: [TLSv1.2], cipher_suites: [CCA8, C030],
         client_auth: required}
      - {name: ispf,  role: cae-ispf,  port: 5611, expect: legacy-rc4}
  - name: SYSB
    host: 192.0.2.2
    listeners: [{name: tls, role: cae-server-tls, port: 3449, expect: tls}]
  - name: SYSC
    host: sysc.example.com
    addresses: ["192.0.2.3", "2001:db8::3"]
    listeners: [{name: tls, role: cae-server-tls, port: 4449, expect: tls}]
`)
	o := options()
	o.RingServer, o.AgentJob = "*AUTH*/*", "cqmcae*"
	text, p := written(t, e, s, o)
	require.Len(t, p.Rules, 2, "no rule for ISPF, which stays on RC4")
	assert.Empty(t, p.Problems)
	assert.Contains(t, text, "# No rule is for SYSA/ispf, which the estate file does not expect to\n# speak TLS.\n")
	in := p.Fold(p.Rules[0], "3.1")
	assert.Equal(t, []cipher.Version{cipher.TLSv12}, in.Versions.Value)
	assert.Equal(t, []cipher.ID{0xC030}, in.Suites.Value, "System SSL has no ChaCha20 for TLS 1.2")
	assert.Equal(t, "required", in.ClientAuth())
	assert.Equal(t, "CQMCAE*", p.Rules[0].Jobname)
	out := p.Rules[1]
	assert.Equal(t, "3449, 4449", out.RemotePorts.String())
	assert.Equal(t, "192.0.2.2, 192.0.2.3, 2001:db8::3", out.RemoteAddr.String())
	fold := p.Fold(out, "3.1")
	assert.Equal(t, "*AUTH*/*", fold.Keyring.Value.String())
	assert.Contains(t, text, "# portseal:ignore ATTLS-NO-HOST-CHECK server's names are not known\n  HandshakeRole Client\n")
}

// What is missing is asked for, all at once.
func TestPolicyAsksForWhatIsMissing(t *testing.T) {
	e, s := load(t, "  - name: SYSA\n    host: 192.0.2.1\n    listeners:"+strings.ReplaceAll(agent, ", jobname: CQMCAE1", ""))
	_, err := Policy(e, s, Options{Release: "3.1"})
	require.Error(t, err)
	for _, want := range []string{"want the port of the CAE server", "want jobname in listener SYSA/agent, SYSA/ispf, or --agent-job",
		"want --ring-inbound OWNER/RING", "want --ring-server OWNER/RING", "want --ring-ispf OWNER/RING", "or --label"} {
		assert.ErrorContains(t, err, want)
	}
	e, s = load(t, sysa)
	for want, change := range map[string]func(*Options){
		`job of the agent "CQM*" takes CQMCAESV too`:    func(o *Options) { o.AgentJob = "CQM*" },
		`job of the agent "A.*": want a name`:           func(o *Options) { o.AgentJob = "a.*" },
		`job of the scanner "CQ*" takes CQMCAE1 too`:    func(o *Options) { o.ScannerJob = "CQ*" },
		`--ring-inbound "*AUTH*/*": a virtual key ring`: func(o *Options) { o.RingInbound = "*AUTH*/*" },
		`--ring-ispf "RING": want OWNER/RING`:           func(o *Options) { o.RingISPF = "RING" },
		`label "Agent #1": a policy takes`:              func(o *Options) { o.Label = "Agent #1" },
	} {
		o := options()
		change(&o)
		_, err := Policy(e, s, o)
		assert.ErrorContains(t, err, want)
	}
	e, s = load(t, "  - name: SYSA\n    host: 192.0.2.1\n    listeners:"+server)
	_, err = Policy(e, s, options())
	assert.ErrorContains(t, err, "system SYSA has no listener of role cae-agent or cae-ispf that speaks TLS, so it needs no rule")
	e, s = load(t, strings.Replace(sysa, "reach: local", "client_auth: required", 1)+"      - {name: more, role: cae-agent, port: 5612, expect: tls, client_auth: none}\n")
	_, err = Policy(e, s, options())
	assert.ErrorContains(t, err, "client_auth of SYSA/agent, SYSA/more, SYSA/ispf differ (none, required)")
}
