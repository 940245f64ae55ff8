package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/internal/tlstest"
)

func deployed(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "deploy", "*", "*"))
	require.NoError(t, err)
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		out[filepath.Base(file)] = string(text)
	}
	for _, name := range []string{"portseal.service", "portseal-verify.service", "portseal-verify.timer", "portseal"} {
		require.Contains(t, out, name)
	}
	return out
}

// notYet are the flags of commands that other parts of this change bring.
func notYet() map[string][]string { return map[string][]string{"serve": {"estate"}} }

// What the units and the crontab call exists, with the flags that they name.
func TestDeployNamesOnlyWhatExists(t *testing.T) {
	call := regexp.MustCompile(`(?:^|[ /=])portseal ((?:verify|serve|report) [^;\n]*)`)
	root := newRootCommand()
	seen := 0
	for name, text := range deployed(t) {
		for line := range strings.SplitSeq(text, "\n") {
			if strings.HasPrefix(line, "#") {
				continue
			}
			for _, m := range call.FindAllStringSubmatch(line, -1) {
				seen++
				requireCall(t, root, name, strings.Fields(m[1]))
			}
		}
	}
	assert.Equal(t, 6, seen, "two units, and two lines of the crontab that call portseal twice")
}

func requireCall(t *testing.T, root *cobra.Command, name string, words []string) {
	t.Helper()
	cmd, rest, err := root.Find(words)
	if known := notYet()[words[0]]; (err != nil || cmd == root) && known != nil {
		for _, word := range words[1:] {
			if flag, ok := strings.CutPrefix(word, "--"); ok {
				assert.Contains(t, known, flag, name)
			}
		}
		return
	}
	require.NoError(t, err, name)
	require.NotSame(t, root, cmd, "%s: %v", name, words)
	require.NoError(t, cmd.ParseFlags(rest), "%s: %v", name, words)
	require.NoError(t, cmd.Args(cmd, cmd.Flags().Args()), "%s: %v", name, words)
	if probes := cmd.Flags().Lookup("probes"); probes != nil {
		assert.Contains(t, schedule.Probes(), probes.Value.String())
	}
}

// The crontab is one that the schedules of an estate file would take, and gives mail when there is something to read.
func TestDeployCrontab(t *testing.T) {
	lines := 0
	for line := range strings.SplitSeq(deployed(t)["portseal"], "\n") {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "#") || len(fields) < 7 {
			continue
		}
		lines++
		assert.NoError(t, schedule.CheckCron(strings.Join(fields[:5], " ")))
		assert.Equal(t, "portseal", fields[5], "the user")
		assert.NotContains(t, line, "%", "cron reads it as a new line")
	}
	assert.Equal(t, 2, lines)
}

// systemd reads the units without a complaint, and holds the services to be well guarded.
func TestDeployUnits(t *testing.T) {
	analyze := tlstest.Require(t, "systemd-analyze", "systemd")
	dir := t.TempDir()
	program, err := os.Executable() // one that is there, in the place of the one that is not installed here
	require.NoError(t, err)
	var units []string
	for name, text := range deployed(t) {
		if !strings.Contains(name, ".") {
			continue
		}
		text = strings.ReplaceAll(text, "/usr/local/bin/portseal", program)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		units = append(units, filepath.Join(dir, name))
	}
	slices.Sort(units)
	out, err := exec.Command(analyze, append([]string{"verify"}, units...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Empty(t, string(out))
	for _, unit := range units {
		if strings.HasSuffix(unit, ".service") {
			out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=20", unit).CombinedOutput() // tenths of its level of exposure
			assert.NoError(t, err, "%s", out)
		}
	}
}
