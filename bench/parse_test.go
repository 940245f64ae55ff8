package bench_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/cipher"
)

// accepted is what the recorded outputs in testdata say, all of the same kind of server.
func accepted() bench.Suites {
	s := bench.Suites{}
	s.Add(cipher.TLSv12, cipher.TLS(0xc030))
	s.Add(cipher.TLSv12, cipher.TLS(0x009f))
	s.Add(cipher.TLSv13, cipher.TLS(0x1301))
	return s
}

func TestEveryOutputIsRead(t *testing.T) {
	for file, parse := range map[string]func([]byte) ([]bench.Endpoint, error){
		"portseal.json": bench.ParsePortseal, "sslscan.xml": bench.ParseSslscan, "nmap.xml": bench.ParseNmap, "sslyze.json": bench.ParseSslyze,
	} {
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", file))
			require.NoError(t, err)
			endpoints, err := parse(data)
			require.NoError(t, err)
			require.Len(t, endpoints, 2)
			assert.Equal(t, uint16(8443), endpoints[0].Port)
			assert.Equal(t, accepted(), endpoints[0].Suites)
			assert.Equal(t, "3/3", endpoints[0].Suites.Score(accepted()))
			assert.Equal(t, file == "sslyze.json", endpoints[0].Failed == 1, "sslyze could not finish TLS 1.0")
			assert.Empty(t, endpoints[1].Suites, "the second listener never answers")
			assert.Equal(t, file == "portseal.json", endpoints[1].Named)
			assert.NotEmpty(t, endpoints[1].Says)
			_, err = parse([]byte("no report"))
			require.Error(t, err)
		})
	}
}

func TestAnUnknownSuiteIsNotSkipped(t *testing.T) {
	_, err := bench.ParseSslscan([]byte(`<document><ssltest port="1"><cipher sslversion="TLSv1.2" id="what"/></ssltest></document>`))
	require.ErrorContains(t, err, "what")
}

func TestScoreCountsInventions(t *testing.T) {
	s := accepted()
	s.Add(cipher.SSLv3, cipher.TLS(5))
	assert.Equal(t, "3/3 and 1 wrong", s.Score(accepted()))
	assert.Equal(t, 4, s.Count())
	one, two := bench.Truth(map[uint16][]uint16{0x0304: {0x1301}}), bench.Truth(map[uint16][]uint16{0x0304: {0x1301, 0x1302}})
	assert.Equal(t, "1/2", one.Score(two))
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 3, bench.Median([]int{9, 3, 1}))
	assert.Equal(t, 1, bench.Median([]int{4, 1}))
	assert.Zero(t, bench.Median[int](nil))
	runs := bench.Series{{Wall: 3 * time.Second}, {Wall: time.Second, Cut: true}, {Wall: 2 * time.Second}}
	assert.Equal(t, 2*time.Second, bench.Median(runs.Walls()))
	assert.True(t, runs.Cut())
}

func TestAimRow(t *testing.T) {
	assert.Equal(t, []string{"a", "b", "yes"}, bench.Aim{What: "a", Measured: "b", Reached: true}.Row())
	assert.Equal(t, []string{"a", "b", "no"}, bench.Aim{What: "a", Measured: "b"}.Row())
	assert.Equal(t, "unknown", bench.Aim{Reached: true, Unknown: true}.Row()[2], "what was not measured is not reached")
}
