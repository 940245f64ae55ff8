package estate_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
)

var update = flag.Bool("update", false, "write the golden files")

// Each file of testdata/bad has one kind of mistake; the .txt beside it has every message, as a user gets it.
func TestBadFiles(t *testing.T) {
	source, err := filepath.Abs(filepath.Join("testdata", "bad"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(source)))
	require.NoError(t, os.Chmod(filepath.Join(dir, "rings", "password"), 0o644)) // the mistake to be found
	t.Chdir(dir)
	files, err := filepath.Glob("*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		if file == "ring-password.yaml" && runtime.GOOS == "windows" {
			continue // Windows keeps access lists, which the mode does not show
		}
		t.Run(file, func(t *testing.T) {
			e, err := estate.Load(file, options())
			require.Error(t, err)
			assert.Nil(t, e)
			golden := filepath.Join(source, strings.TrimSuffix(file, ".yaml")+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			assert.Equal(t, string(want), err.Error()+"\n")
			var all estate.Errors
			require.ErrorAs(t, err, &all)
			for _, one := range all {
				assert.Positive(t, one.Line, one.Message)
				assert.Positive(t, one.Column, one.Message)
			}
		})
	}
}

func TestNoFile(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := estate.Load("nowhere.yaml", options())
	require.EqualError(t, err, "nowhere.yaml: the estate file does not exist; want the path of a YAML file")
	var one estate.Error
	require.True(t, errors.As(err, &one))
	assert.Equal(t, estate.Error{File: "nowhere.yaml", Message: "the estate file does not exist; want the path of a YAML file"}, one)
	_, err = estate.Load(".", options())
	require.EqualError(t, err, ".: the estate file is a folder; want the path of a YAML file")
}

func TestHugeFile(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := os.Create("huge.yaml")
	require.NoError(t, err)
	require.NoError(t, f.Truncate(16<<20+1))
	require.NoError(t, f.Close())
	_, err = estate.Load("huge.yaml", options())
	require.EqualError(t, err, "huge.yaml: the estate file has 16777217 octets; at most 16777216 are read; want the path of a YAML file")
}
