//go:build bench && linux

package bench

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/scan"
)

// hangs is what a tool made of a port that accepts and never answers.
type hangs struct {
	tool        tool
	run         Run
	says        string
	named       bool
	connections int64
}

// hung runs every tool once on a silent listener of its own, all at the same time: they wait and do not work.
func (b *bench) hung(t *testing.T, tools []tool) []*hangs {
	var all []*hangs
	var wait sync.WaitGroup
	for _, tool := range tools {
		if strings.HasSuffix(tool.name, ", fast") {
			continue
		}
		h := &hangs{tool: tool, says: "not available"}
		all = append(all, h)
		if tool.path == "" {
			continue
		}
		silent, err := badserver.Listen(badserver.Silent())
		require.NoError(t, err)
		s := &subject{addr: silent.Addr(), dir: t.TempDir(), truth: map[uint16][]uint16{0x0303: {0xc02f}, 0x0304: {0x1301}}, root: testRoot(t)}
		wait.Go(func() {
			defer silent.Close()
			var endpoints []Endpoint
			h.run, endpoints = b.run(t, tool.on(s, s.addr))
			h.connections = silent.Stats().Connections
			h.says = "nothing"
			if len(endpoints) > 0 {
				h.says, h.named = endpoints[0].Says, endpoints[0].Named
			}
		})
	}
	wait.Wait()
	for _, h := range all {
		progress("hung port: %s, %.1f s, %s", h.tool.name, h.run.Wall.Seconds(), h.says)
	}
	return all
}

// twoTimeouts is two of the default --timeout of 5 s, with half a second for the process itself.
const twoTimeouts = 2*scan.DefaultTimeout + 500*time.Millisecond

func testRoot(t *testing.T) []byte { return tlstest.NewCA(t, "Bench Root").PEM }
