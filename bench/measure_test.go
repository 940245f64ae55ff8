//go:build bench && linux

package bench

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// results is one whole measurement.
type results struct {
	begun, ended time.Time
	loads        [2]string
	floor        int64 // peak of a program that does nothing, KiB
	subjects     []*subject
	single       map[string][]*outcome // by the subject's name
	suitesOnly   int64                 // connections of "--probes suites" on nginx
	hung         []*hangs
	wide         []*wideOutcome
	reads        []*reading
}

// TestMeasure measures, prints the tables and writes them to RESULTS.md. It fails only where it cannot measure: the aims
// are shown as reached or not, because a wall time on a busy machine is no reason to fail.
func TestMeasure(t *testing.T) {
	b := newBench(t)
	r := results{begun: time.Now(), single: map[string][]*outcome{}}
	r.loads[0] = load()
	idle, _ := b.run(t, command{path: installed("true"), args: func(string) []string { return nil }})
	r.floor = idle.PeakKiB
	tools := b.tools()
	r.subjects = subjects(t)
	for _, s := range r.subjects {
		r.single[s.name] = b.measure(t, s, tools)
	}
	r.suitesOnly = b.suitesOnly(t, r.subjects[0])
	r.hung = b.hung(t, tools)
	r.wide = b.measureWide(t, b.wideUses(tools))
	r.reads = b.measureReads(t)
	r.loads[1] = load()
	r.ended = time.Now()
	var out bytes.Buffer
	b.write(t, &out, r)
	fmt.Print(out.String())
	require.NoError(t, os.WriteFile("RESULTS.md", out.Bytes(), 0o644)) // it is to be read by all
}

// suitesOnly counts the connections that portseal needs to list the suites of all versions, and nothing else.
func (b *bench) suitesOnly(t *testing.T, s *subject) int64 {
	if b.portseal == "" {
		return 0
	}
	proxy, err := badserver.Listen(badserver.Forward(s.addr))
	require.NoError(t, err)
	defer proxy.Close()
	_, found := b.run(t, command{path: b.portseal, parse: ParsePortseal, args: func(out string) []string {
		return []string{"scan", "--probes", "suites", "--pace", "fast", "--format", "json", "-o", out, proxy.Addr().String()}
	}})
	if len(found) == 0 {
		return 0
	}
	right, _ := found[0].Suites.Against(Truth(s.truth))
	require.Equal(t, Truth(s.truth).Count(), right, "suites that --probes suites found")
	return proxy.Stats().Connections
}

// fewest is what elimination needs: accepted + 1 connections for each version that is on, one for each that is off.
func (s *subject) fewest() int {
	n := len(cipher.Versions())
	for _, suites := range s.truth {
		n += len(suites)
	}
	return n
}
