//go:build bench && linux

package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	wideAll    = 2000 // listeners
	wideMany   = 200  // of them, to list their suites
	wideFew    = 50   // for the tools that do so slowly
	wideRounds = 5
)

// The uses' names, as the table shows them.
const (
	useLoop     = "a minimal loop, handshake and certificate"
	useQuick    = "portseal scan, quick"
	useCert     = "nmap, certificate"
	useSuites   = "portseal scan, versions, suites and order"
	useStandard = "portseal scan, standard"
	useNmap     = "nmap, suites and order"
)

// farm is the process with the many listeners.
type farm struct {
	Listeners []struct {
		Port   uint16 `json:"port"`
		Suites int    `json:"suites"`
	} `json:"listeners"`
	in  io.Writer
	out *bufio.Scanner
}

func (b *bench) farm(t *testing.T) *farm {
	cmd := exec.CommandContext(t.Context(), b.wide, strconv.Itoa(wideAll)) // built by run.sh
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	f := &farm{in: in, out: bufio.NewScanner(out)}
	f.out.Buffer(nil, 1<<20)
	require.True(t, f.out.Scan(), "the wide listeners do not start")
	require.NoError(t, json.Unmarshal(f.out.Bytes(), f))
	return f
}

// connections asks the farm how many it has accepted.
func (f *farm) connections(t *testing.T) int64 {
	_, err := fmt.Fprintln(f.in)
	require.NoError(t, err)
	require.True(t, f.out.Scan())
	n, err := strconv.ParseInt(f.out.Text(), 10, 64)
	require.NoError(t, err)
	return n
}

// wideUse is one tool's way of scanning many listeners.
type wideUse struct {
	tool  tool
	name  string
	count int
	lists bool
	args  func(targets, ports, out string) []string
}

func (b *bench) wideUses(tools []tool) []wideUse {
	by := map[string]tool{}
	for _, t := range tools {
		by[t.name] = t
	}
	portseal := func(probes string) func(targets, ports, out string) []string {
		return func(targets, _, out string) []string {
			return []string{"scan", "--probes", probes, "--pace", "fast", "--format", "json", "-o", out, "--targets", targets}
		}
	}
	nmap := func(script string) func(_, ports, out string) []string {
		return func(_, ports, out string) []string {
			return []string{"-n", "-Pn", "-T5", "-p", ports, "--script", script, "-oX", out, "127.0.0.1"}
		}
	}
	loop := tool{name: useLoop, path: b.loop, parse: func(out []byte) ([]Endpoint, error) { return make([]Endpoint, len(bytes.Fields(out))), nil }}
	return []wideUse{
		{loop, useLoop, wideAll, false, func(targets, _, out string) []string { return []string{targets, out} }},
		{by[mainTool], useQuick, wideAll, false, portseal("quick")},
		{by["nmap"], useCert, wideAll, false, nmap("ssl-cert")},
		{by[mainTool], useSuites, wideMany, true, portseal("versions,suites,order")},
		{by["nmap"], useNmap, wideMany, true, nmap("ssl-enum-ciphers")},
		{by[mainTool], useStandard, wideMany, true, portseal("standard")},
		{by["sslscan"], "sslscan", wideFew, true, func(targets, _, out string) []string {
			return []string{"--no-colour", "--xml=" + out, "--targets=" + targets}
		}},
		{by["sslyze"], "sslyze", wideFew, true, func(targets, _, out string) []string {
			return append(sslyzeArgs(out), "--targets_in="+targets)
		}},
	}
}

// wideOutcome is one use's runs over many listeners.
type wideOutcome struct {
	use         wideUse
	runs        Series
	score       string
	connections int64 // of one run, counted by the listeners
}

func (b *bench) measureWide(t *testing.T, uses []wideUse) []*wideOutcome {
	f := b.farm(t)
	var all []*wideOutcome
	for _, use := range uses {
		all = append(all, &wideOutcome{use: use, score: "not available"})
	}
	for range wideRounds {
		for _, o := range all {
			if o.use.tool.path == "" || len(o.runs) > 0 && o.runs[0].Wall > slow {
				continue
			}
			before := f.connections(t)
			o.runs = append(o.runs, b.wideOnce(t, f, o))
			o.connections = f.connections(t) - before
			progress("%d listeners: %s, %.1f s, %s", o.use.count, o.use.name, o.runs[len(o.runs)-1].Wall.Seconds(), o.score)
		}
	}
	return all
}

func (b *bench) wideOnce(t *testing.T, f *farm, o *wideOutcome) Run {
	var targets, ports []string
	truth := 0
	for _, l := range f.Listeners[:o.use.count] {
		ports = append(ports, strconv.Itoa(int(l.Port)))
		targets = append(targets, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), l.Port).String())
		truth += l.Suites
	}
	file := filepath.Join(b.dir, "targets.txt")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(targets, "\n")+"\n"), 0o600))
	run, endpoints := b.run(t, command{path: o.use.tool.path, parse: o.use.tool.parse, args: func(out string) []string {
		return o.use.args(file, strings.Join(ports, ","), out)
	}})
	found := 0
	for _, e := range endpoints {
		found += e.Suites.Count()
	}
	o.score = fmt.Sprintf("%d/%d", found, truth)
	if !o.use.lists {
		o.score = fmt.Sprintf("%d of %d listeners", len(endpoints), o.use.count)
	}
	return run
}
