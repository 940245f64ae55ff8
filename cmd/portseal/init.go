package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/scaffold"
)

func newInitCommand() *cobra.Command {
	f := scanFlags{failOn: "never", outputFlags: outputFlags{color: "auto"}} // its result is no report
	var opts run.AdHoc
	var lists []string
	var dir, name string
	cmd := &cobra.Command{
		Use:   "init TARGET...",
		Short: "Write an estate file and key rings from what targets show now, to start from",
		Long: `Scans the targets and writes estate.yaml and a folder rings/ that say what they
show now: versions, suites, client authentication and the issuers of the chains
they present. What is bad today is written down as it is, with a comment: edit
the file to say what should be, then run 'portseal verify'.`,
		Example: `  portseal init cae.example.com:8443,3448,3449 --dir prodplex`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := f.settings("normal")
			specs, terr := readTargets(cmd, args, lists)
			if err := errors.Join(err, terr); err != nil {
				return usageError(err)
			}
			path := filepath.Join(dir, scaffold.EstateFile)
			if fileExists(path) {
				return usagef("%s exists: name another folder with --dir, or move it away", path)
			}
			opts.Depth = s.Depth
			rep, err := f.do(cmd, run.Work{Targets: opts.Targets(cmd.Context(), specs)}, s)
			if err != nil {
				return err
			}
			files, err := scaffold.Estate(rep, name)
			if err != nil {
				return exitError{exitIncomplete, err}
			}
			if err := writeFiles(dir, files); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Wrote %s%s. Edit it, then: portseal verify %s\n", path, ringWords(len(files)-1), path)
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&lists, "targets", nil, "`FILE` with one target a line, # comments; - is stdin (repeatable)")
	fl.StringVar(&dir, "dir", ".", "`FOLDER` to write to; made when it does not exist")
	fl.StringVar(&name, "name", "estate", "`NAME` of the estate")
	f.registerScan(cmd, "normal")
	return cmd
}

func ringWords(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " and a key ring beside it"
	}
	return fmt.Sprintf(" and %d key rings beside it", n)
}

// writeFiles writes files by their paths relative to a folder.
func writeFiles(dir string, files map[string][]byte) error {
	for path, data := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { // certificates and an estate file hold no secrets
			return err
		}
		if err := replaceFile(full, data); err != nil {
			return err
		}
	}
	return nil
}

// fileExists is for commands that must not overwrite what a user wrote.
func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
