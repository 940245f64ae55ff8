package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report/table"
)

// TestFormatsSideBySide writes a report in every format at once: each is what it is when it is written alone.
func TestFormatsSideBySide(t *testing.T) {
	s, err := readStored(nil, *benchReport)
	require.NoError(t, err)
	dir := t.TempDir()
	var outputs []output
	for _, f := range append(formats(), formats()...) {
		outputs = append(outputs, output{f.name, filepath.Join(dir, string(rune('a'+len(outputs))))})
	}
	var f scanFlags
	f.width = 120
	require.NoError(t, f.writeStored(io.Discard, s, outputs))
	for _, o := range outputs {
		got, err := os.ReadFile(o.path)
		require.NoError(t, err, o.format)
		var want bytes.Buffer
		require.NoError(t, f.render(&want, o.format, s.Report, table.Options{Width: 120}))
		assert.Equal(t, want.String(), string(got), o.format)
	}
}

// TestAnOutputThatFails leaves the others as they should be, and is named.
func TestAnOutputThatFails(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	var f outputFlags
	var stdout bytes.Buffer
	require.NoError(t, os.WriteFile(in("bad"), []byte("before"), 0o600))
	outputs := []output{{"table", ""}, {"broken", in("bad")}, {"csv", in("good")}, {"json", in("missing/file")}, {"html", os.DevNull}}
	err := f.write(&stdout, outputs, func(w io.Writer, format string, _ table.Options) error {
		if _, err := io.WriteString(w, strings.Repeat(format, 1<<16)); err != nil {
			return err
		}
		if format == "broken" {
			return errors.New("no words for it")
		}
		return nil
	})
	require.EqualError(t, err, "write "+in("bad")+": no words for it\nwrite "+in("missing/file")+": no such file or directory")
	assert.Equal(t, strings.Repeat("table", 1<<16), stdout.String())
	good, err := os.ReadFile(in("good"))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("csv", 1<<16), string(good))
	bad, err := os.ReadFile(in("bad"))
	require.NoError(t, err)
	assert.Equal(t, "before", string(bad), "half a file takes the place of none")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing half written is left")
}
