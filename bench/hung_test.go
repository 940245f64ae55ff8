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

// port is one on which no TLS is to be had, and the time in which it is to be named: half a second is for the process itself.
type port struct {
	name   string
	answer badserver.Handler
	within time.Duration
}

func ports() []port {
	const itself = 500 * time.Millisecond
	return []port{
		{"never answers", badserver.Silent(), 2*scan.DefaultTimeout + itself},
		{"sends an octet a second", badserver.Drips([]byte(strings.Repeat("* waits ", 10)), time.Second), 2*scan.DefaultTimeout + itself},
		{"speaks HTTP without TLS", badserver.HTTPPlain(), time.Second + itself},
		{"greets as SSH does", badserver.Banner("SSH-2.0-OpenSSH_9.2p1\r\n"), time.Second + itself},
	}
}

// hangs is what a tool made of a port without TLS.
type hangs struct {
	port        port
	tool        tool
	run         Run
	says        string
	named       bool
	connections int64
}

// hung runs every tool once on a listener of its own for each port, the tools at the same time: they wait and do not work.
func (b *bench) hung(t *testing.T, tools []tool) []*hangs {
	var all []*hangs
	for _, p := range ports() {
		all = append(all, b.hungAt(t, p, tools)...)
	}
	return all
}

func (b *bench) hungAt(t *testing.T, p port, tools []tool) []*hangs {
	var all []*hangs
	var wait sync.WaitGroup
	for _, tool := range tools {
		if strings.HasSuffix(tool.name, ", fast") {
			continue
		}
		h := &hangs{port: p, tool: tool, says: "not available"}
		all = append(all, h)
		if tool.path == "" {
			continue
		}
		silent, err := badserver.Listen(p.answer)
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
		progress("%s: %s, %.1f s, %s", p.name, h.tool.name, h.run.Wall.Seconds(), h.says)
	}
	return all
}

func testRoot(t *testing.T) []byte { return tlstest.NewCA(t, "Bench Root").PEM }
