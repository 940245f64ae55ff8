package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestManPages(t *testing.T) {
	root := &cobra.Command{Use: "portseal", Short: "Prove it", Long: "One \\ two.\n\n.hidden\n\n  indented-line\n\nEnd."}
	sub := &cobra.Command{Use: "scan TARGET...", Short: "Scan", Run: func(*cobra.Command, []string) {}, Example: "  portseal scan RING@*"}
	sub.Flags().IntP("port", "p", 443, "the `NUMBER` to dial")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(sub, newManCommand())

	dir := t.TempDir()
	root.SetArgs([]string{"man", dir})
	require.NoError(t, root.Execute())

	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, "portseal-scan.1"), filepath.Join(dir, "portseal.1")}, files, "hidden commands have no page")
	page, err := os.ReadFile(filepath.Join(dir, "portseal.1"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "One \\e two.\n.PP\n\\&.hidden\n.PP\n.nf\n  indented\\-line\n.PP\n.fi\nEnd.\n")
	assert.Contains(t, string(page), `\fBportseal\-scan\fR(1)`)
	page, err = os.ReadFile(filepath.Join(dir, "portseal-scan.1"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "\\fB\\-p, \\-\\-port\\fR \\fINUMBER\\fR\nthe NUMBER to dial (default 443)\n")
	assert.Contains(t, string(page), ".nf\n  portseal scan RING@*\n.fi\n")
}

func TestManNeedsAFolder(t *testing.T) {
	root := &cobra.Command{Use: "portseal", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(newManCommand())
	root.SetArgs([]string{"man", filepath.Join(t.TempDir(), "missing")})
	assert.ErrorIs(t, root.Execute(), os.ErrNotExist)
}
