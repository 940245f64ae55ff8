package attls

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzLoad: whatever a file holds, every question about it has an answer, and the same one twice.
func FuzzLoad(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "*.attls"))
	require.NoError(f, err)
	require.NotEmpty(f, seeds)
	for _, name := range seeds {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(ruleText("R", "LocalPortRange 1-5", "LocalAddr 10.0.0.0/8", "Direction Both", "IpTimeConditionRef T") + actions() +
		statement("IpTimeCondition T", "TimeofDayRange 08:00-17:00", "DayOfMonthMask 1", "ConditionTimeRange 20260101000000:20270101000000")))
	f.Add([]byte(statement("TTLSCipherParms c", "V3CipherSuites 35", "V2CipherSuites 1") + statement("TTLSSignatureParms s", "ClientECurves Any", "SignaturePairs 04010403")))
	f.Fuzz(func(t *testing.T, data []byte) {
		sources := []syntax.Source{{Path: "p.attls", Data: data}}
		p := Load(sources)
		assert.Equal(t, p.Problems, Load(sources).Problems)
		c := Connection{Direction: Inbound, Local: netip.MustParseAddrPort("10.1.2.3:8443"), Remote: netip.MustParseAddrPort("10.9.9.9:40000"),
			Job: "JOB", User: "USER", Time: time.Unix(1800000000, 0)}
		p.Coverage([]Connection{c, {}})
		p.NeverMatched()
		p.Unused()
		for _, r := range p.Rules {
			e := p.Fold(r, "3.1")
			assert.NotEmpty(t, e.Parameters())
			_ = r.LocalAddr.String() + r.LocalPorts.String()
		}
		for _, d := range Diff(p, p, "3.1", "3.1") {
			assert.Fail(t, "a policy differs from itself", "%v", d)
		}
	})
}
