//go:build bench && linux

package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// write makes the document.
func (b *bench) write(t *testing.T, w io.Writer, r results) {
	say := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		require.NoError(t, err)
	}
	table := func(table *Table) {
		_, err := table.WriteTo(w)
		require.NoError(t, err)
	}
	say("# portseal beside other scanners, measured\n")
	say("Written by `make bench` on %s; it took %s.\n", r.begun.UTC().Format("2006-01-02 15:04 MST"), r.ended.Sub(r.begun).Round(time.Second))
	b.circumstances(say, r)
	say("## What it is to reach\n")
	aims := &Table{Header: []string{"aim", "measured", "reached"}}
	for _, a := range r.aims() {
		aims.Add(a.Row()...)
	}
	table(aims)
	say("## One listener\n\nMedian of n runs in turn (A B C, C B A, ...) after one to warm up, straight to the server; connections of one "+
		"more run through a counting proxy. \"proves\": `portseal verify` compares with an estate file instead of listing. sslscan also "+
		"asks for Heartbleed, compression, renegotiation and fallback; nmap asks for suites only. Peaks below %s MiB cannot be seen.\n",
		mebibytes(r.floor))
	for _, s := range r.subjects {
		say("### %s (%d suites)\n", s.name, Truth(s.truth).Count())
		table(r.costs(s))
	}
	say("## Ports without TLS\n\nOne run each, the tools at the same time, a listener each. In time: within two timeouts of 5 s where nothing is " +
		"said, or an octet a second; else within a second. Half a second more is allowed for the process itself.\n")
	table(r.hungTable())
	say("## Many listeners\n\n%d crypto/tls listeners in one other process (four kinds, TLS 1.0 to 1.3) that has one processor. Median of n "+
		"runs; connections counted by the listeners.\n", wideAll)
	table(r.wideTable())
	say("## Files from z/OS\n\nEach file is read by a process of its own (`bench/read`: read, decoded, parsed; policies resolved, and folded for each rule). " +
		"Median of n runs.\n")
	table(r.readsTable())
	b.commands(say)
}

func (b *bench) circumstances(say func(string, ...any), r results) {
	say("- Machine: %d processors (%s), %s memory, Linux %s; load %s at the start, %s at the end (the scanners' own work in it).",
		runtime.NumCPU(), field("/proc/cpuinfo", "model name"), field("/proc/meminfo", "MemTotal"), kernel(), r.loads[0], r.loads[1])
	say("- Scanners: %s; sslscan %s; %s; sslyze %s.", version(b.portseal, "version"), version(installed("sslscan"), "--version"),
		version(installed("nmap"), "--version"), sslyzeVersion(b.sslyze))
	say("- Servers: %s; %s; %s; %s.\n", version(installed("nginx"), "-v"), version(installed("gnutls-serv"), "--version"),
		version(installed("java"), "-version"), runtime.Version())
}

func (b *bench) commands(say func(string, ...any)) {
	say(`## Commands

    portseal scan --probes standard --pace fast --format json -o FILE HOST:PORT
    portseal verify --format json -o FILE ESTATE          # and with --pace fast
    sslscan --no-colour --xml=FILE HOST:PORT
    nmap -n -Pn -p PORT --script ssl-enum-ciphers -oX FILE HOST
    sslyze %s HOST:PORT

Many: "portseal scan --targets LIST" with --probes quick, standard or versions,suites,order, "nmap -T5 -p PORT,PORT,..." with --script ssl-cert or
ssl-enum-ciphers, "bench/loop LIST", "sslscan --targets=LIST",
"sslyze --targets_in=LIST".`,
		strings.Join(sslyzeArgs("FILE"), " "))
}

// field returns the value of the first "key : value" line of a file in /proc.
func field(path, key string) string {
	data, err := os.ReadFile(path) // two fixed names
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func kernel() string {
	data, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "unknown"
	}
	release, _, _ := strings.Cut(strings.TrimSpace(string(data)), "-")
	return release
}

func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(data), " ")
	return one
}

// sslyzeVersion asks the Python that sslyze is installed for: sslyze itself does not say.
func sslyzeVersion(path string) string {
	if path == "" {
		return "not available"
	}
	out, err := exec.Command(strings.TrimSuffix(path, "sslyze")+"python", "-c", // next to sslyze
		"import importlib.metadata as m; print(m.version('sslyze'))").Output()
	if err != nil {
		return "version unknown"
	}
	return strings.TrimSpace(string(out))
}
