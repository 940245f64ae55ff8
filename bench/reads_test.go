//go:build bench && linux

package bench

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	readRounds = 5
	readWall   = 2 * time.Second
	readPeakMB = 200
)

// reading is what it cost to read one large file.
type reading struct {
	name        string
	size, lines int
	found       string
	runs        Series
}

// measureReads reads each large text several times, a process each time.
func (b *bench) measureReads(t *testing.T) []*reading {
	t.Helper()
	texts := b.texts(t)
	all := []*reading{}
	for _, kind := range []struct{ name, title string }{{"attls", "AT-TLS policy"}, {"pasearch", "pasearch -t"}, {"listring", "RACDCERT LISTRING and LIST"},
		{"netstat", "NETSTAT CONN"}} {
		data, err := os.ReadFile(texts[kind.name])
		require.NoError(t, err)
		r := &reading{name: kind.title, size: len(data), lines: bytes.Count(data, []byte("\n"))}
		all = append(all, r)
		for range readRounds {
			run, _ := b.run(t, command{path: b.read, args: func(out string) []string { return []string{kind.name, texts[kind.name], out} },
				parse: func(found []byte) ([]Endpoint, error) {
					r.found = string(found)
					return nil, nil
				}})
			require.Zero(t, run.Exit, kind.name)
			r.runs = append(r.runs, run)
		}
		progress("%s: %.2f s, CPU %.2f s, %s MiB, %s", r.name, Median(r.runs.Walls()).Seconds(), Median(r.runs.CPUs()).Seconds(), mebibytes(Median(r.runs.Peaks())), r.found)
	}
	return all
}
