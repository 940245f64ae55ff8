package resume

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/scan"
)

// FuzzParse: whatever is in the file, what is taken from it are whole lines of targets that the run has.
func FuzzParse(f *testing.F) {
	p := Plan{Program: "portseal 1", Targets: []scan.Target{{ID: "a:443", Address: netip.MustParseAddr("127.0.0.1")}}}
	head := []byte(`{"schema":"portseal.resume/v1","program":"portseal 1","work":"sha256:`)
	one, err := encode(scan.Observation{ID: "a:443", Target: scan.ObservedTarget{Address: "127.0.0.1"}, Cost: scan.Cost{Connections: 1}})
	require.NoError(f, err)
	h, err := p.header()
	require.NoError(f, err)
	full := append(append(append(head, h.Work[len("sha256:"):]...), "\"}\n"...), one...)
	known, whole, err := parse(full, p)
	require.NoError(f, err)
	require.Len(f, known, 1)
	require.Equal(f, len(full), whole)
	f.Add(full)
	f.Add(full[:len(full)-5])
	f.Add(bytes.Replace(full, []byte("a:443"), []byte("b:443"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		known, whole, err := parse(data, p)
		if err != nil {
			require.Empty(t, known)
			return
		}
		require.LessOrEqual(t, whole, len(data))
		require.True(t, whole == 0 || data[whole-1] == '\n')
		for id := range known {
			require.Equal(t, "a:443", id)
		}
	})
}
