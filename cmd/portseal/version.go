package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/report"
)

// version and commit are set by the linker; see Makefile. Without it the module's own build information is used.
var (
	version = ""
	commit  = ""
)

func buildVersion() (v, rev string) {
	v, rev = version, commit
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v, rev
	}
	if v == "" {
		v = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && rev == "" {
			rev = s.Value
		}
	}
	return v, rev
}

// tool describes this program, with the digest of its own executable where it can be read.
func tool() report.Tool {
	v, rev := buildVersion()
	t := report.Tool{Name: "portseal", Version: v, Commit: rev}
	path, err := os.Executable()
	if err != nil {
		return t
	}
	f, err := os.Open(path)
	if err != nil {
		return t
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err == nil {
		t.SHA256 = hex.EncodeToString(h.Sum(nil))
	}
	return t
}

func newVersionCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, rev := buildVersion()
			switch format {
			case "json":
				return json.NewEncoder(cmd.OutOrStdout()).Encode(tool())
			case "table":
				if rev != "" {
					rev = "commit " + rev + "\n"
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "portseal %s\n%s%s %s/%s\n", v, rev, runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return err
			}
			return usagef("--format %q: want table or json", format)
		},
	}
	formatFlag(cmd.Flags(), &format, []string{"table", "json"}, "")
	return cmd
}
