//go:build bench && linux

package bench

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tool is a scanner with the arguments of one of its uses.
type tool struct {
	name  string
	path  string // empty: not available
	parse func([]byte) ([]Endpoint, error)
	// args scans addr and writes what it found into out.
	args func(s *subject, addr netip.AddrPort, out string) []string
	// lists says that the tool is to list every suite; "portseal verify" proves an expectation instead.
	lists bool
}

// bench is where everything of one measurement is.
type bench struct {
	meter, wide, loop, read, portseal, sslyze string
	dir                                       string
}

func newBench(t *testing.T) *bench {
	tools := os.Getenv("BENCH_TOOLS") // run.sh builds them there
	require.NotEmpty(t, tools, "BENCH_TOOLS is not set: use make bench, or bash bench/run.sh")
	b := &bench{meter: filepath.Join(tools, "meter"), wide: filepath.Join(tools, "wide"),
		loop: filepath.Join(tools, "loop"), read: filepath.Join(tools, "read"), dir: t.TempDir()}
	b.portseal = existing(filepath.Join(tools, "portseal"))
	b.sslyze = existing(filepath.Join(tools, "sslyze", "bin", "sslyze"))
	return b
}

func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

func installed(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// mainTool is the one that all others are compared with; deepTool asks more than any of them.
const (
	mainTool = "portseal scan"
	deepTool = "portseal scan, deep"
)

func (b *bench) tools() []tool {
	host := func(addr netip.AddrPort) string { return addr.Addr().String() }
	port := func(addr netip.AddrPort) string { return strconv.Itoa(int(addr.Port())) }
	verify := func(extra ...string) func(*subject, netip.AddrPort, string) []string {
		return func(s *subject, addr netip.AddrPort, out string) []string {
			return append(append([]string{"verify"}, extra...), "--format", "json", "-o", out, s.estate(addr))
		}
	}
	return []tool{
		{name: mainTool, path: b.portseal, parse: ParsePortseal, lists: true,
			args: func(_ *subject, addr netip.AddrPort, out string) []string {
				return []string{"scan", "--probes", "standard", "--pace", "fast", "--format", "json", "-o", out, addr.String()}
			}},
		{name: deepTool, path: b.portseal, parse: ParsePortseal, lists: true,
			args: func(_ *subject, addr netip.AddrPort, out string) []string {
				return []string{"scan", "--probes", "deep", "--pace", "fast", "--format", "json", "-o", out, addr.String()}
			}},
		{name: "portseal verify", path: b.portseal, parse: ParsePortseal, args: verify()},
		{name: "portseal verify, fast", path: b.portseal, parse: ParsePortseal, args: verify("--pace", "fast")},
		{name: "sslscan", path: installed("sslscan"), parse: ParseSslscan, lists: true,
			args: func(_ *subject, addr netip.AddrPort, out string) []string {
				return []string{"--no-colour", "--xml=" + out, addr.String()}
			}},
		{name: "nmap", path: installed("nmap"), parse: ParseNmap, lists: true,
			args: func(_ *subject, addr netip.AddrPort, out string) []string {
				return []string{"-n", "-Pn", "-p", port(addr), "--script", "ssl-enum-ciphers", "-oX", out, host(addr)}
			}},
		{name: "sslyze", path: b.sslyze, parse: ParseSslyze, lists: true,
			args: func(_ *subject, addr netip.AddrPort, out string) []string {
				return append(sslyzeArgs(out), addr.String())
			}},
	}
}

// sslyzeArgs asks what "portseal scan --probes standard" asks, and not sslyze's vulnerability checks.
func sslyzeArgs(out string) []string {
	return []string{"--quiet", "--mozilla_config=disable", "--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3",
		"--elliptic_curves", "--certinfo", "--json_out", out}
}

// command is a process to measure.
type command struct {
	path  string
	args  func(out string) []string // out is where it is to write what it found
	parse func([]byte) ([]Endpoint, error)
}

// run measures one process and reads what it found; limit ends it.
func (b *bench) run(t *testing.T, c command) (Run, []Endpoint) {
	t.Helper()
	dir, err := os.MkdirTemp(b.dir, "run-")
	require.NoError(t, err)
	out, result := filepath.Join(dir, "out"), filepath.Join(dir, "result")
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	defer log.Close()
	args := append([]string{result, limit.String(), c.path}, c.args(out)...)
	cmd := exec.CommandContext(context.Background(), b.meter, args...) // built by run.sh
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, dir
	require.NoError(t, cmd.Run(), "meter")
	data, err := os.ReadFile(result)
	require.NoError(t, err)
	var r Run
	require.NoError(t, json.Unmarshal(data, &r))
	found, err := os.ReadFile(out)
	if err != nil || r.Cut || len(found) == 0 {
		return r, nil // cut off, or it has no output to read
	}
	endpoints, err := c.parse(found)
	require.NoError(t, err, "output of %s, exit code %d", c.path, r.Exit)
	return r, endpoints
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// version is the first line of what a program says about itself; "not available" without the program.
func version(path string, args ...string) string {
	if path == "" {
		return "not available"
	}
	out, err := exec.CommandContext(context.Background(), path, args...).CombinedOutput() // the tools above
	if err != nil && len(out) == 0 {
		return "version unknown"
	}
	for line := range strings.Lines(escapes.ReplaceAllString(string(out), "")) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "version unknown"
}
