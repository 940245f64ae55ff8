package pasearch

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/ebcdic"
)

func FuzzParse(f *testing.F) {
	data := fixture(f, "drifted.pasearch")
	for _, from := range []int{0, 2000, 4000, 6000} { // short ones: the fuzzer cuts what it finds down, byte by byte
		f.Add(data[from : from+1500])
	}
	f.Add([]byte(heading + rule + summary("", "") + "  TTLS Condition Work Level 1\n   FromAddr: ::1\n    Range: 64\n   LocalPortTo: 9\n"))
	f.Add([]byte("policyRule:\n  TTLS Action:\n    Scope: Group\n     SecondaryMap:\n      a\n"))
	f.Add([]byte("TTLS Action: A\n Scope: Environment\n TTLSGskAdvancedParms:\n TTLSGskOcspParms:\n OcspUrl: x\n EnvironmentUserInstance: 1\n"))
	source := attls.Load([]syntax.Source{{Path: "p", Data: fixture(f, "drifted.attls")}})
	f.Fuzz(func(t *testing.T, data []byte) {
		out := Parse("x", data)
		text, _, err := ebcdic.Decode(data)
		if err != nil {
			require.Len(t, out.Problems, 1)
			return
		}
		all := strings.Split(text, "\n")
		for _, p := range out.Problems {
			require.Equal(t, "x", p.At.File)
			require.True(t, p.At.Line >= 1 && p.At.Line <= len(all), "line %d of %d", p.At.Line, len(all))
			require.True(t, p.At.Column >= 1 && p.At.Column <= len([]rune(all[p.At.Line-1]))+1, "column %d", p.At.Column)
		}
		for _, image := range out.Images {
			in := image.Installed()
			for _, r := range in.Policy.Ordered() {
				in.Policy.Fold(r, image.Release)
			}
			in.Match(inbound(5605, "CQMCAE1"))
			in.Coverage([]attls.Connection{inbound(5605, "CQMCAE1")})
			for _, d := range Compare(image, source, "", time.Time{}).Differences {
				assert.NotEmpty(t, d.String())
			}
		}
	})
}

// BenchmarkParse reads 10 MB: about 1,500 rules with their actions.
func BenchmarkParse(b *testing.B) {
	data := fixture(b, "querymonitor.pasearch")
	big := []byte(strings.Repeat(string(data), 10<<20/len(data)))
	b.SetBytes(int64(len(big)))
	b.ReportAllocs()
	for b.Loop() {
		if out := Parse("x", big); len(out.Problems) > 0 {
			b.Fatal(out.Problems[0])
		}
	}
}

// BenchmarkCompare reads 10 MB of one stack, gives it its meaning, and compares it with a policy.
func BenchmarkCompare(b *testing.B) {
	var big strings.Builder
	head, body, _ := strings.Cut(string(fixture(b, "querymonitor.pasearch")), "policyRule:")
	big.WriteString(head)
	for i := 0; big.Len() < 10<<20; i++ {
		big.WriteString(strings.ReplaceAll("policyRule:"+body, "Rule ", "Rule"+strings.Repeat("x", i%7)+string(rune('A'+i%26))+" "))
	}
	source := policy(b, "querymonitor.attls")
	b.ReportAllocs()
	for b.Loop() {
		image := Parse("x", []byte(big.String())).Images[0]
		image.Installed()
		Compare(image, source, "", time.Time{})
	}
}
