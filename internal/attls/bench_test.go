package attls

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// large is a policy of at least so many octets: rules with ports of their own, and actions and parms that a few rules share.
func large(size int) []syntax.Source {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "# Application %d\n", i)
		b.WriteString(statement(fmt.Sprintf("TTLSRule App%05d_Server", i), "LocalAddr ALL", fmt.Sprintf("LocalPortRange %d", 1+i%60000),
			fmt.Sprintf("Jobname APP%d*", i), "Direction Inbound", fmt.Sprintf("Priority %d", 1+i%255), fmt.Sprintf("TTLSGroupActionRef group%d", i/4),
			fmt.Sprintf("TTLSEnvironmentActionRef env%d", i/4), fmt.Sprintf("TTLSConnectionActionRef con%d", i/4)))
		if i%4 > 0 {
			continue
		}
		b.WriteString(statement(fmt.Sprintf("TTLSGroupAction group%d", i/4), "TTLSEnabled On", "Trace 2"))
		b.WriteString(statement(fmt.Sprintf("TTLSEnvironmentAction env%d", i/4), "HandshakeRole Server", "TTLSKeyringParms", "{", "Keyring USER/RING", "}",
			fmt.Sprintf("TTLSCipherParmsRef ciphers%d", i/4), "TTLSEnvironmentAdvancedParms", "{", "TLSv1 Off", "TLSv1.1 Off", "TLSv1.2 On", "TLSv1.3 On",
			"CertificateLabel The Server of It All", "HandshakeTimeout 10", "}"))
		b.WriteString(statement(fmt.Sprintf("TTLSConnectionAction con%d", i/4), "HandshakeRole Server", "TTLSConnectionAdvancedParms", "{", "SecondaryMap Off", "}"))
		b.WriteString(statement(fmt.Sprintf("TTLSCipherParms ciphers%d", i/4), "V3CipherSuites4Char 13021301C030C02F", "V3CipherSuites TLS_RSA_WITH_AES_256_GCM_SHA384",
			"V3CipherSuites 352F"))
	}
	return []syntax.Source{{Path: "large.attls", Data: []byte(b.String())}}
}

func BenchmarkLoadAndFold10MB(b *testing.B) {
	sources := large(10 << 20)
	for b.Loop() {
		p := Load(sources)
		for _, r := range p.Rules {
			p.Fold(r, "3.1")
		}
		b.ReportMetric(float64(len(p.Rules)), "rules")
	}
}

func BenchmarkNeverMatched10MB(b *testing.B) {
	p := Load(large(10 << 20))
	for b.Loop() {
		p.NeverMatched()
	}
}

func BenchmarkDiff10MB(b *testing.B) {
	p := Load(large(10 << 20))
	for b.Loop() {
		Diff(p, p, "3.1", "3.2")
	}
}

func TestLarge(t *testing.T) {
	p := Load(large(1 << 20))
	require.Empty(t, p.Problems)
	assert.Empty(t, p.NeverMatched())
	c := Connection{Direction: Inbound, Local: netip.MustParseAddrPort("10.1.1.1:100"), Job: "APP99X"}
	m := p.Match(c)
	require.NotNil(t, m.Rule)
	assert.Equal(t, "App00099_Server", m.Rule.Name)
	e := p.Fold(m.Rule, "3.1")
	assert.Equal(t, "1302 1301 C030 C02F 009D 0035 002F", suiteCodes(e.Suites))
}
