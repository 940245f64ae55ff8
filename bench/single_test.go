//go:build bench && linux

package bench

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

const (
	rounds = 5                // measured runs of each tool on each subject, after one to warm up
	limit  = 60 * time.Second // of one run
	slow   = 12 * time.Second // a tool that needs longer to warm up is measured once
	most   = 2 * time.Minute  // of measured rounds on one subject: then no new round begins, and n says how many there were
)

// outcome is what one tool did on one subject.
type outcome struct {
	tool        tool
	runs        Series
	scores      []string // suites found, of each run: they should not differ
	connections int64
}

// measure runs every tool on s: one to warm up, one through a proxy that counts, and the measured ones in turn, forwards and
// backwards, so that what disturbs the machine for a while disturbs all.
func (b *bench) measure(t *testing.T, s *subject, tools []tool) []*outcome {
	var all []*outcome
	budget := map[*outcome]int{}
	for _, tool := range tools {
		o := &outcome{tool: tool}
		all = append(all, o)
		if tool.path == "" {
			continue
		}
		budget[o] = rounds
		warm, _ := b.once(t, s, s.addr, tool)
		if warm.Wall > slow {
			budget[o] = 1
		}
		o.connections = b.count(t, s, tool)
		progress("%s: %s warm, %.2f s, %d connections", s.name, tool.name, warm.Wall.Seconds(), o.connections)
	}
	begun := time.Now()
	for round := range rounds {
		if time.Since(begun) > most {
			break
		}
		for i := range all {
			o := all[i]
			if round%2 == 1 {
				o = all[len(all)-1-i]
			}
			if len(o.runs) >= budget[o] {
				continue
			}
			run, score := b.once(t, s, s.addr, o.tool)
			o.runs = append(o.runs, run)
			o.scores = append(o.scores, score)
		}
	}
	return all
}

// on is the command that scans s at addr.
func (t tool) on(s *subject, addr netip.AddrPort) command {
	return command{path: t.path, parse: t.parse, args: func(out string) []string { return t.args(s, addr, out) }}
}

func (b *bench) once(t *testing.T, s *subject, addr netip.AddrPort, tool tool) (Run, string) {
	run, endpoints := b.run(t, tool.on(s, addr))
	switch {
	case !tool.lists:
		return run, fmt.Sprintf("proves, exit %d", run.Exit)
	case len(endpoints) == 0:
		return run, fmt.Sprintf("no output, exit %d", run.Exit)
	}
	score := endpoints[0].Suites.Score(Truth(s.truth))
	if failed := endpoints[0].Failed; failed > 0 {
		score += fmt.Sprintf(" (it says that %d versions failed)", failed)
	}
	return run, score
}

// count runs tool once through a proxy: the connections are the proxy's count.
func (b *bench) count(t *testing.T, s *subject, tool tool) int64 {
	proxy, err := badserver.Listen(badserver.Forward(s.addr))
	require.NoError(t, err)
	defer proxy.Close()
	b.once(t, s, proxy.Addr(), tool)
	return proxy.Stats().Connections
}

// score is the suites that were found, of all runs.
func (o *outcome) score() string {
	different := slices.Compact(slices.Sorted(slices.Values(o.scores)))
	switch len(different) {
	case 0:
		return "not available"
	case 1:
		return different[0]
	}
	return fmt.Sprintf("%s, in some runs %s", different[len(different)-1], different[0])
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
