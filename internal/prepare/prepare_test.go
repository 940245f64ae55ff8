package prepare

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/scan"
)

const file = `name: small
profile: mozilla-intermediate
systems:
  - name: SYSA
    host: 127.0.0.1
    zos_release: "3.1"
    listeners:
      - {name: web, role: generic, port: 1, expect: tls}
      - {name: own, role: generic, port: 2, expect: tls, profile: nist-800-52r2}
  - name: SYSB
    host: 127.0.0.1
    listeners: [{name: web, role: generic, port: 3, expect: closed}]
`

func write(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestPrepare(t *testing.T) {
	l, err := Load(write(t, file), Inputs{})
	require.NoError(t, err)
	require.Len(t, l.Profiles, 2)
	c, err := l.Compile(t.Context(), Look{Depth: Depth("quick"), Systems: []string{"SYSA"}})
	require.NoError(t, err)
	w, err := l.Work(c, []string{"trusted"}, nil)
	require.NoError(t, err)
	require.Len(t, w.Targets, 2)
	assert.Equal(t, "SYSA/own", w.Targets[0].ID)
	assert.Equal(t, scan.Quick, w.Targets[0].Plan.Depth)
	assert.Equal(t, []string{"trusted"}, w.Targets[0].Plan.ClientCertificates)
	assert.Equal(t, "nist-800-52r2", w.Expectations[0].Profile)
	assert.Equal(t, "mozilla-intermediate", w.Expectations[1].Profile)
	assert.Equal(t, 3, w.Scope.Declared)
	assert.Equal(t, "gentle", run.DefaultPace(w))
}

func TestFaults(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), Inputs{})
	require.ErrorContains(t, err, "none.yaml")
	_, err = Load(write(t, "name: small\nsystems: [{name: A, host: a, listener: []}]\n"), Inputs{})
	require.ErrorContains(t, err, "listener")
	l, err := Load(write(t, file), Inputs{})
	require.NoError(t, err)
	_, err = l.Compile(t.Context(), Look{Systems: []string{"SYSC"}})
	require.ErrorContains(t, err, "SYSC")
}

func TestSource(t *testing.T) {
	given := netip.MustParseAddr("192.0.2.1")
	assert.Equal(t, given, Look{Source: given}.source(netip.MustParseAddrPort("127.0.0.1:1")))
	assert.Equal(t, netip.MustParseAddr("127.0.0.1"), Look{}.source(netip.MustParseAddrPort("127.0.0.1:1")))
}

func TestDepth(t *testing.T) {
	for probes, want := range map[string]scan.Depth{"quick": scan.Quick, "standard": scan.Standard, "deep": scan.Deep, "versions,groups": scan.Standard, "": scan.Standard} {
		assert.Equal(t, want, Depth(probes), probes)
	}
}
