//go:build bench && linux

package differ

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

// TestDifferences looks at every listener with every scanner, one after the other, and writes ../DIFFERENCES.md. Where portseal contradicts the
// configuration it fails; what others say decides nothing.
func TestDifferences(t *testing.T) {
	tools := os.Getenv("BENCH_TOOLS") // differences.sh builds them there
	require.NotEmpty(t, tools, "BENCH_TOOLS is not set: use make bench-differences")
	table := bench.Table{Header: []string{"listener", "fact", "portseal", "peer", "it says", "configuration"}}
	kinds, all, done := map[string]int{}, listeners(), 0
	var wrong []string // told at the end: a test that fails shows its server's log, which is long
	for _, l := range all {
		name := regexp.MustCompile(`[^a-zA-Z0-9.]+`).ReplaceAllString(l.name, "-") // also of folders: no server wants a comma there
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(tools, "differences", name)
			require.NoError(t, os.MkdirAll(dir, 0o755))
			r := l.start(t)
			true := r.truths(l.ask(t, r))
			data, err := json.Marshal(true)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "configuration.json"), data, 0o644))
			ours := l.run(t, dir, r, scanners(tools)[0])
			for _, d := range Contradicts(ours, true) {
				wrong = append(wrong, fmt.Sprintf("%s: %s: portseal says %q, the configuration %q", l.name, d.Fact, d.Portseal, d.Peer))
				table.Add(l.name, d.Fact, shown(d.Portseal), "configuration", shown(d.Peer), "not portseal")
			}
			for _, peer := range scanners(tools)[1:] {
				if peer.slow && !l.slow && os.Getenv("TESTSSL") != "all" || peer.path == "" {
					continue
				}
				theirs := l.run(t, dir, r, peer)
				for _, d := range Compare(ours, theirs, true) {
					table.Add(l.name, d.Fact, shown(d.Portseal), peer.name, shown(d.Peer), d.Right)
					kinds[peer.name+": "+map[string]string{"": "the configuration does not say", "portseal": "portseal is right", "peer": "it is right", "neither": "neither is right"}[d.Right]]++
				}
			}
			done++
		})
	}
	for _, text := range wrong {
		t.Error("portseal contradicts the configuration:", text)
	}
	if done < len(all) {
		_, _ = table.WriteTo(os.Stdout)
		return // a part of them was asked for
	}
	out, err := os.Create("../DIFFERENCES.md")
	require.NoError(t, err)
	defer out.Close()
	heading(out, scanners(tools), kinds)
	_, err = table.WriteTo(out)
	require.NoError(t, err)
}

func shown(value string) string {
	if value == "" {
		return "-"
	}
	return value
}

// ask asks for every suite by itself, where configuration does not say.
func (l listener) ask(t *testing.T, r running) map[uint16][]uint16 {
	if r.suites != nil || l.kind != "" {
		return nil
	}
	all := map[uint16][]uint16{}
	for _, v := range []uint16{truth.SSL30, truth.TLS10, truth.TLS11, truth.TLS12, truth.TLS13} {
		suites, err := truth.Suites(t.Context(), r.addr, v, l.sni)
		require.NoError(t, err)
		if len(suites) > 0 {
			all[v] = suites
		}
	}
	return all
}

// run runs one scanner on one listener; its output stays in dir.
func (l listener) run(t *testing.T, dir string, r running, s scanner) Facts {
	t.Helper()
	base := filepath.Join(dir, s.name)
	_ = os.Remove(base + ".out")
	root := filepath.Join(dir, "root.pem")
	if len(r.ids) > 0 {
		require.NoError(t, os.WriteFile(root, r.ids[0].Issuer.Root().PEM, 0o600))
	} else {
		root = ""
	}
	args := s.args(look{addr: r.addr, kind: l.kind, sni: l.sni, root: root, out: base + ".out"})
	if args == nil {
		return nil // it does not speak this protocol
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.path, args...) // the tools of this run
	cmd.WaitDelay = 5 * time.Second
	begun := time.Now()
	log, err := cmd.CombinedOutput()
	require.NoError(t, os.WriteFile(base+".log", append(log, fmt.Sprintf("\n%v, after %s\n%s\n", err, time.Since(begun).Round(time.Second), strings.Join(cmd.Args, " "))...), 0o600))
	data, _ := os.ReadFile(base + ".out")
	facts, err := s.parse(data)
	if len(data) == 0 || err != nil {
		require.NotEqual(t, "portseal", s.name, "%v\n%s", err, log)
		if err != nil && len(data) > 0 {
			t.Log(s.name, err)
		}
		return Facts{factState: "no output"}
	}
	return facts
}

func heading(out *os.File, tools []scanner, kinds map[string]int) {
	fmt.Fprintf(out, "# Differences\n\nWritten by `make bench-differences` on %s. docs/differences.md explains each kind.\n\n", time.Now().UTC().Format(time.DateOnly))
	for _, s := range tools {
		text := "not available"
		if s.path != "" {
			text = s.version()
		}
		fmt.Fprintf(out, "- %s: %s\n", s.name, text)
	}
	fmt.Fprint(out, "\nOf sets (suites, groups, certificates ...) a row shows what the other lacks. \"Configuration\" is who says what the server's "+
		"configuration makes true; empty where it does not say.\n\n")
	var names []string
	for kind := range kinds {
		names = append(names, kind)
	}
	slices.Sort(names)
	for _, kind := range names {
		fmt.Fprintf(out, "- %s: %d\n", kind, kinds[kind])
	}
	fmt.Fprintln(out)
}
