package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report/text"
)

// historyExportFlags are the flags of history export.
type historyExportFlags struct {
	historyFlags
	all    bool
	estate string
	output string
}

func newHistoryExportCommand() *cobra.Command {
	var f historyExportFlags
	cmd := &cobra.Command{
		Use:   "export RUN...|last|--all",
		Short: "Write reports out of the history, byte for byte, with proofs",
		Long: `Writes the report of a run to stdout, byte for byte as it was stored. With -o it
writes the reports of all runs that are named into a folder: RUN.json, a proof
RUN.tlog-proof that it is in the history's log, and RUN.checkpoint, the log's
checkpoint that the proof is of.

--all writes the whole log into a folder, as 'portseal report log' keeps one:
'portseal report log check' and 'prove' work on it. A folder that has an older
copy is brought up to date.

Exit codes: 0 written; 3 the history is not as it was left; 1 and 2 as for all
commands.`,
		Example: `  portseal history export last > report.json
  portseal history export 4f 77 -o out
  portseal report log check --key log.pub --proof out/4f.tlog-proof out/4f.json
  portseal history export --all -o runs`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	fl := cmd.Flags()
	f.registerHistory(fl)
	fl.BoolVar(&f.all, "all", false, "the whole log, with every report that is kept")
	fl.StringVar(&f.estate, "estate", "", "the estate that last is of, by its `NAME`, where the history has several")
	fl.StringVarP(&f.output, "output", "o", "", "`FOLDER` to write to")
	return cmd
}

func (f *historyExportFlags) run(cmd *cobra.Command, names []string) error {
	switch {
	case f.all == (len(names) > 0):
		return usagef("history export: want the runs to export, or --all")
	case f.all && f.output == "":
		return usagef("history export --all: want -o FOLDER")
	case len(names) > 1 && f.output == "":
		return usagef("history export: %d runs; want -o FOLDER for more than one", len(names))
	}
	ctx := cmd.Context()
	return f.with(ctx, true, func(store history.Store) error {
		if f.all {
			done, err := folder.New(f.output).Copy(ctx, store.Log())
			if err != nil {
				return fmt.Errorf("export to %s: %w", f.output, err)
			}
			words := ""
			if done.Lost > 0 {
				words = fmt.Sprintf("; no longer kept: %d", done.Lost)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: %s has %s; written: %s%s\n", f.output, text.Count(done.Records, "record"), text.Count(done.Reports, "report"), words)
			return nil
		}
		for _, name := range names {
			if err := f.one(cmd, store, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// one exports a run.
func (f *historyExportFlags) one(cmd *cobra.Command, store history.Store, name string) error {
	ctx := cmd.Context()
	run, err := findRun(ctx, store, f.estate, name)
	if err != nil {
		return err
	}
	doc, err := store.Report(ctx, run.ID)
	if err != nil {
		return err
	}
	if f.output == "" {
		if _, err := cmd.OutOrStdout().Write(doc); err != nil {
			return fmt.Errorf("write to stdout: %w", err)
		}
		return nil
	}
	return writeProven(ctx, f.output, store, run, doc)
}

// writeProven writes a report, its proof and the checkpoint that this is of.
func writeProven(ctx context.Context, dir string, store history.Store, run *history.Run, doc []byte) error {
	proof, err := store.Log().Prove(ctx, doc)
	if err != nil {
		return err
	}
	_, checkpoint, _ := strings.Cut(string(proof), "\n\n") // c2sp.org/tlog-proof: it ends with that
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usagef("-o %s: %w", dir, bare(err))
	}
	base := fileName(run)
	for name, data := range map[string][]byte{base + ".json": doc, base + ".tlog-proof": proof, base + ".checkpoint": []byte(checkpoint)} {
		path := filepath.Join(dir, name)
		if err := replaceFile(path, data); err != nil {
			return fmt.Errorf("write %s: %w", path, bare(err))
		}
	}
	return nil
}

// fileName is the id of a run as the name of a file: an imported report may have any. One that is changed for that gets the digest behind it.
func fileName(r *history.Run) string {
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune("-_.", c) || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '_'
	}, strings.TrimLeft(r.ID, "."))
	if name = name[:min(len(name), 100)]; name != r.ID {
		name += "-" + strings.TrimPrefix(r.Digest, "sha256:")[:16]
	}
	return name
}
