package endtoend

import (
	"context"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// ports are the listeners' ports, by their names in the estate's files.
type ports map[string]netip.AddrPort

// estateIn writes the files of a folder of testdata, with ports put in, and the files of the key rings. It returns the folder.
func estateIn(t *testing.T, name string, ports ports, rings map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	put := func(path, text string) {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	from := os.DirFS(filepath.Join("testdata", name))
	require.NoError(t, fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		put(path, variable.ReplaceAllStringFunc(string(data), func(word string) string {
			require.Contains(t, ports, word[1:], path)
			return strconv.Itoa(int(ports[word[1:]].Port()))
		}))
		return err
	}))
	for path, text := range rings {
		put(filepath.Join("rings", path), text)
	}
	return dir
}

var variable = regexp.MustCompile(`\$[A-Z0-9_]+`)

// verify does what the command does.
func verify(t *testing.T, dir, vantage string) *report.Report {
	t.Helper()
	t.Chdir(dir) // findings name files as the estate file does
	e, err := estate.Load("estate.yaml", estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds()})
	require.NoError(t, err)
	compiled, err := expect.Compile(e, expect.Options{Vantage: vantage, IsLocal: scan.IsLocal, Source: func(to netip.AddrPort) netip.Addr {
		from, ok := scan.SourceFor(to)
		require.True(t, ok)
		return from
	}})
	require.NoError(t, err)
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	pace, err := scan.ParsePace("normal")
	require.NoError(t, err)
	rep, err := run.Do(context.Background(), run.FromEstate(compiled), run.Settings{FailOn: report.Medium, Probes: "standard",
		Runner: scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Pace: pace, Timeout: time.Minute, Vantage: vantage}})
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	return rep
}
