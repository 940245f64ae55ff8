package estate_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/estate"
)

func options() estate.Options {
	return estate.Options{
		Findings: []string{"CERT-EXPIRES-SOON", "RC4-LISTENER-OPEN", "RING-PRIVATE-KEY"},
		StartTLS: []string{"ftp", "smtp", "tn3270"},
		Profiles: []string{"mozilla-intermediate", "mozilla-modern"},
	}
}

func loadGood(t *testing.T) *estate.Estate {
	t.Helper()
	e, err := estate.Load(filepath.Join("testdata", "good", "contract.yaml"), options())
	require.NoError(t, err)
	return e
}

// The example of the reference page, with an included file.
func TestLoadExample(t *testing.T) {
	e := loadGood(t)
	assert.Equal(t, "prodplex", e.Name)
	require.Len(t, e.Systems, 3)
	sysa := e.Systems[0]
	assert.Equal(t, "sysa", sysa.Vantage)
	require.Len(t, sysa.Listeners, 6)

	web := sysa.Listeners[0]
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, web.Versions, "from the defaults")
	assert.Equal(t, "cae-server", web.ServedBy)
	assert.Equal(t, "sysa.example.com", web.SNI, "the host is a name")
	assert.Equal(t, 30, web.MinDaysLeft)
	origin, ok := web.Origin("versions")
	require.True(t, ok)
	assert.Equal(t, estate.Origin{At: origin.At, From: "defaults", Default: true}, origin)
	assert.Equal(t, "contract.yaml", origin.At.File)
	assert.Equal(t, 3, origin.At.Line)

	rc4 := sysa.Listeners[2]
	assert.Empty(t, rc4.Versions, "default versions do not apply to a closed port")
	assert.Equal(t, "2026-12-31", rc4.RetireBy)
	assert.Equal(t, []cipher.ID{cipher.TLS(0xC030), cipher.TLS(0x1302)}, sysa.Listeners[3].CipherSuites)
	assert.Equal(t, []string{"agent-out"}, sysa.Listeners[1].TrustedBy, "no system has its own, so the estate's stands for all")
}

// Codes, releases, labels and names are what stands in the file.
func TestSourceText(t *testing.T) {
	e := loadGood(t)
	sysb, no := e.Systems[1], e.Systems[2]
	assert.Equal(t, "2.5", sysb.ZOSRelease)
	assert.Equal(t, "NO", no.Name)
	assert.Equal(t, "0035", no.Sysplex)
	assert.Equal(t, "ispf-3.10", no.Listeners[1].Name)
	assert.Equal(t, "3.1", no.ZOSRelease, "the estate's")
	assert.Empty(t, no.Listeners[0].SNI, "the host is an address")
}

func TestTemplatesAndLayers(t *testing.T) {
	e := loadGood(t)
	sysb, no := e.Systems[1], e.Systems[2]
	require.Len(t, sysb.Listeners, 2)
	assert.Equal(t, []uint16{5610}, sysb.Listeners[0].Ports)
	assert.Equal(t, "agent-in@SYSB", sysb.Listeners[0].ServedBy, "the system's own ring hides the estate's")
	assert.Equal(t, "agent-in", no.Listeners[0].ServedBy)
	assert.Equal(t, 60, no.Listeners[0].MinDaysLeft, "defaults of the included file")
	assert.Equal(t, []cipher.Version{cipher.TLSv12, cipher.TLSv13}, no.Listeners[0].Versions, "defaults of the including file")
	origin, _ := no.Listeners[1].Origin("port")
	assert.Equal(t, "template agent", origin.From)
	assert.Equal(t, "lpars/sysb.yaml", origin.At.File)
}

func TestInputs(t *testing.T) {
	e := loadGood(t)
	kinds := map[string]string{}
	for _, i := range e.Inputs {
		kinds[i.Path] = i.Kind
		assert.Len(t, i.SHA256, 64)
		assert.NotNil(t, i.Collected, i.Path)
	}
	for path, kind := range map[string]string{"contract.yaml": "estate", "lpars/sysb.yaml": "estate", "rings/cae.pem": "ring",
		"rings/certauth/root.pem": "ring", "policy/sysa.attls": "attls", "policy/sysa.pasearch": "pasearch", "net/sysa.conn": "netstat",
		"qm/cqmcprms": "query-monitor", "rings/agent-in.txt": "listring"} {
		assert.Equal(t, kind, kinds[path], path)
	}
	assert.Len(t, e.Inputs, len(kinds), "each file once")
	ring := e.Keyring("agent-in@SYSB")
	require.NotNil(t, ring)
	assert.Len(t, ring.Ring.Entries, 2)
	assert.Equal(t, "agent-in@SYSB", ring.Ring.Name)
}

func TestPrivateKeyInRing(t *testing.T) {
	dir := t.TempDir()
	root, err := os.ReadFile(filepath.Join("testdata", "good", "rings", "cae.pem"))
	require.NoError(t, err)
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ring.pem"), append(root, key...), 0o600))
	path := filepath.Join(dir, "e.yaml")
	require.NoError(t, os.WriteFile(path, []byte("name: x\nkeyrings: {r: {files: [ring.pem]}}\n"+
		"systems: [{name: S, host: h.example, listeners: [{name: a, port: 1, expect: tls, trusted_by: [r]}]}]\n"), 0o600))
	e, err := estate.Load(path, options())
	require.NoError(t, err)
	require.Len(t, e.Keyrings[0].Problems, 1)
	assert.Equal(t, "private-key", e.Keyrings[0].Problems[0].Kind)
	assert.Equal(t, "ring.pem", e.Keyrings[0].Problems[0].Location.File)
}

func TestEveryKey(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", filepath.Join("testdata", "good", "rings", "cae.pem"))
	e, err := estate.Load(filepath.Join("testdata", "good", "every-key.yaml"), options())
	require.NoError(t, err)
	sysa := e.Systems[0]
	assert.Equal(t, "xn--bcher-kva.example.com", sysa.Host, "the A-label")
	assert.Equal(t, "2.5", sysa.ZOSRelease)
	byName := map[string]*estate.Listener{}
	var names []string
	for _, l := range sysa.Listeners {
		byName[l.Name] = l
		names = append(names, l.Name)
	}
	assert.Equal(t, []string{"web", "rc4", "mail", "old", "web-01"}, names[:5])

	web := byName["web"]
	assert.Equal(t, "other.example.com", web.SNI)
	assert.Equal(t, []cipher.ID{cipher.TLS(0xC030), cipher.TLS(0x1302), cipher.TLS(0x0035), cipher.TLS(0xC02F)}, web.CipherSuites)
	assert.Equal(t, []string{"agent-in@SYSA", "system"}, web.TrustedBy, "each ring once")
	assert.Equal(t, []string{"agent-copy@SYSA"}, web.NotTrustedBy)
	assert.Equal(t, 10, web.MinDaysLeft)
	assert.Equal(t, 2*time.Second, web.Timeout)
	assert.True(t, web.Distributed)
	assert.Equal(t, []netip.Addr{netip.MustParseAddr("192.0.2.2")}, web.Addresses)

	assert.Equal(t, []uint16{3448, 5000, 5001, 5002}, byName["rc4"].Ports)
	assert.Equal(t, "connect", byName["rc4"].Touch)
	assert.Empty(t, byName["mail"].SNI, "none")
	assert.Equal(t, sysa.Addresses, byName["mail"].Addresses)
	assert.Empty(t, byName["old"].Versions, "defaults about TLS are not for any")
	assert.Equal(t, 14, byName["old"].MinDaysLeft)

	qm := sysa.QueryMonitor
	assert.Equal(t, "every-key.yaml", qm.At.File)
	assert.Equal(t, "qm/cqmcprms", qm.AgentParams.Name)
	assert.Equal(t, []string{"CQM_ALIAS", "CQM_OFF", "YES"}, []string{qm.AliasParam, qm.RC4OffParam, qm.RC4OffValue})
	assert.Equal(t, uint16(3448), qm.RC4Port)
	assert.Equal(t, []uint16{5610, 5612, 5613}, qm.ListenerPorts)
	data, err := os.ReadFile(qm.AgentParams.Path)
	require.NoError(t, err)
	assert.Equal(t, data, qm.AgentParams.Data)
	assert.False(t, qm.AgentParams.Collected.IsZero())

	fromTemplate := byName["web-01"]
	assert.Equal(t, 7*time.Second, fromTemplate.Timeout, "what stands beside a use goes before the template")
	assert.Len(t, fromTemplate.Peers, 2, "a variable that is a list")
	require.Len(t, e.Waivers, 2)
	assert.Equal(t, "found in the audit of last week", e.Waivers[1].Reason)
}

// A list that says nothing is one where none is something to say: no waiver, no peer, whatever the defaults are.
func TestEmptyLists(t *testing.T) {
	text := `name: t
include: []
waivers: []
keyrings: {r: {files: [r.pem]}}
defaults: {trusted_by: [r], peers: [192.0.2.1], names: [a.example.com]}
systems:
  - name: S
    host: h.example.com
    attls: []
    netstat: []
    listeners:
      - {name: a, port: 1, expect: tls, trusted_by: [], not_trusted_by: [], peers: [], names: [], required_cipher_suites: []}
`
	dir := t.TempDir()
	file := filepath.Join(dir, "e.yaml")
	ring, err := os.ReadFile(filepath.Join("testdata", "good", "rings", "corporate-roots.pem"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "r.pem"), ring, 0o600))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.NoError(t, validate(t, compileSchema(t), file))
	e, err := estate.Load(file, options())
	require.NoError(t, err)
	assert.Empty(t, e.Waivers)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, "waivers: []", "waivers:\n# - none", 1)), 0o600))
	require.NoError(t, validate(t, compileSchema(t), file))
	e, err = estate.Load(file, options())
	require.NoError(t, err)
	l := e.Systems[0].Listeners[0]
	assert.Empty(t, l.TrustedBy)
	assert.Empty(t, l.Peers)
	assert.Empty(t, l.Names)

	for list, message := range map[string]string{
		"versions: []": "versions: is an empty list", "peers:": "peers: is an empty list", "cipher_suites: []": "cipher_suites: is an empty list",
	} {
		require.NoError(t, os.WriteFile(file, []byte("name: t\nsystems:\n  - name: S\n    host: h\n    listeners:\n      - name: a\n        port: 1\n        expect: tls\n        "+list+"\n"), 0o600))
		_, err := estate.Load(file, options())
		require.ErrorContains(t, err, message)
	}
}
