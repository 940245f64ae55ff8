package table

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

func TestMigration(t *testing.T) {
	for name, o := range map[string]Options{"migration": {Width: 80}, "migration-detail": {Width: 80, View: ViewDetail}} {
		var got bytes.Buffer
		require.NoError(t, WriteMigration(&got, sample.Migration(0), o))
		file := filepath.Join("testdata", name+".txt")
		if *update {
			require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got.String())
		for line := range strings.Lines(got.String()) {
			assert.LessOrEqual(t, text.Width(strings.TrimSuffix(line, "\n")), 80)
		}
		assert.NotContains(t, got.String(), "\x1b")
	}
}
