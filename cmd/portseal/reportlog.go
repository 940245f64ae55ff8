package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/runlog/folder"
	"github.com/portseal/portseal/report/text"
)

func newReportLogCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Keep a log of runs in a folder, so that a missing or replaced run is noticed",
		Long: `A log of runs is a folder that reports are added to and never taken out of. Its
checkpoint, a line or two of text, stands for all of them: whoever has kept an
old one, or the key that signs it, notices every run that was removed, replaced
or put in since.`,
		Example: `  portseal report log add runs report.json --key log.pem
  portseal report log check runs --key log.pub
  cp runs/checkpoint /safe/checkpoint-november
  portseal report log check runs --checkpoint /safe/checkpoint-november
  portseal report log prove runs report.json -o report.tlog-proof
  portseal report log check --proof report.tlog-proof report.json --key log.pub`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLogAddCommand(), newLogProveCommand(), newLogCheckCommand())
	return cmd
}

// logError gives what went wrong with a log its exit code.
func logError(dir string, err error) error {
	for _, kind := range []error{runlog.ErrDamaged, runlog.ErrAnother, runlog.ErrNotLogged} {
		if errors.Is(err, kind) {
			return exitError{exitFindings, fmt.Errorf("%s: %w", dir, err)}
		}
	}
	switch {
	case errors.Is(err, runlog.ErrKey):
		return usagef("%s: %w", dir, err)
	case errors.Is(err, runlog.ErrNone), errors.Is(err, fs.ErrNotExist):
		return usagef("%s: there is no log in it; 'portseal report log add' begins one", dir)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: interrupted", dir)
	}
	return fmt.Errorf("log %s: %w", dir, err)
}

func newLogAddCommand() *cobra.Command {
	var key keyFlags
	origin := ""
	cmd := &cobra.Command{
		Use:   "add DIR REPORT.json",
		Short: "Add a report to the log of a folder, which begins when it is not there",
		Long: `Adds a report to a log: a record of its run, and a copy of the report. The
checkpoint is written last, so that an interruption loses nothing that was
added, and the next add tidies up. A report that is in the log already is left
as it is.

With --key the checkpoint is signed: from the first run on, and a log that is
signed stays so. The key should not be where others who write to the folder
can use it.

Exit codes: 0 it is in the log; 3 the report or the log is not as it should
be, or the report that this one was compared with (verify --baseline) is not
in a log that has others of its estate; 1 and 2 as for all commands.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			private, err := key.read()
			if err != nil {
				return err
			}
			doc, err := readSealed(args[1])
			if err != nil {
				return err
			}
			o := runlog.Adding{Key: private, Origin: origin, MadeUp: newOrigin(), At: time.Now()}
			added, err := runlog.New(folder.New(args[0])).Add(cmd.Context(), doc, o)
			if err != nil {
				return logError(args[0], err)
			}
			return sayAdded(cmd, added)
		},
	}
	key.register(cmd, "the private key that signs the log")
	cmd.Flags().StringVar(&origin, "origin", "", "`NAME` of a new log, such as example.com/portseal (default: one that is made up)")
	return cmd
}

// newOrigin makes up the name of a log that no other has.
func newOrigin() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	return "portseal/" + hex.EncodeToString(id[:])
}

func sayAdded(cmd *cobra.Command, a *runlog.Added) error {
	note := func(format string, args ...any) {
		fmt.Fprintf(cmd.ErrOrStderr(), "portseal: note: "+format+"\n", args...)
	}
	if a.CutOff > 0 {
		note("an earlier add was cut short; what it left behind the last checkpoint was removed: add that report again")
	}
	if a.Rebuilt {
		note("the stored hashes were lost, and were made anew from the records")
	}
	what := ""
	if a.Already {
		what = ", which was there already"
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "record %d of %s: %s%s\n", a.Index, text.Clean(a.Checkpoint.Origin), a.Name(), what); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	if a.Missing {
		return exitError{exitFindings, fmt.Errorf("the report was compared with one that is not in the log, with digest %s: add that one, or find out where it went", text.Clean(a.Previous))}
	}
	return nil
}

func newLogProveCommand() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "prove DIR REPORT.json",
		Short: "Write a proof that a report is in the log, for someone who has not got the log",
		Long: `Writes a proof (c2sp.org/tlog-proof) that a report is in the log of a folder.
It holds the checkpoint of now; 'portseal report log check --proof' checks it
with the report and the log's public key, or a checkpoint kept elsewhere.

Exit codes: 0 written; 3 the report is not in the log, or one of them is not
as it should be; 1 and 2 as for all commands.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readSealed(args[1])
			if err != nil {
				return err
			}
			proof, err := runlog.New(folder.New(args[0])).Prove(cmd.Context(), doc)
			if err != nil {
				return logError(args[0], err)
			}
			if output != "" {
				if err := replaceFile(output, proof); err != nil {
					return fmt.Errorf("write %s: %w", output, bare(err))
				}
				return nil
			}
			if _, err := cmd.OutOrStdout().Write(proof); err != nil {
				return fmt.Errorf("write to stdout: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FILE` for the proof instead of stdout, such as report.tlog-proof")
	return cmd
}

// logCheckFlags are the flags of report log check.
type logCheckFlags struct {
	key, proof  string
	checkpoints []string
}

func newLogCheckCommand() *cobra.Command {
	var f logCheckFlags
	cmd := &cobra.Command{
		Use:   "check DIR|REPORT.json",
		Short: "Check a log of runs, or with --proof that a report is in one",
		Long: `Reads the whole log of a folder: computes every hash again, holds every stored
report against its record, and names each run that is missing, replaced,
changed, repeated, out of order, or put in.

What the folder alone cannot show is that all of it was made anew, or put back
to an older state: then the newest runs are missing, and nothing says so. --key
checks the checkpoint's signature, which shows the former only; --checkpoint
holds the log against a checkpoint that was copied to somewhere else, and shows
both, for all that was in the log when it was copied.

With --proof the argument is a report, and no log is read: want --key, or
--checkpoint with a copy of the checkpoint that the proof was made at.

Exit codes: 0 all is as it should be; 3 it is not; 1 and 2 as for all commands.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.proof != "" {
				return f.checkProof(cmd, args[0])
			}
			return f.checkLog(cmd, args[0])
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "key", "", "`FILE` with the public key of the log, or a certificate: PEM")
	fl.StringArrayVar(&f.checkpoints, "checkpoint", nil, "`FILE` with a checkpoint of the log from before, kept elsewhere (repeatable)")
	fl.StringVar(&f.proof, "proof", "", "`FILE` with a proof of the report that is the argument")
	return cmd
}

// earlier reads the checkpoints that are given. One that is signed must be signed by the key, where one is given.
func (f *logCheckFlags) read() (o runlog.Checking, err error) {
	if o.Key, err = readPublicKey("--key", f.key); err != nil {
		return o, err
	}
	for _, path := range f.checkpoints {
		data, err := readSmall(path, runlog.MaxCheckpoint)
		if err != nil {
			return o, usagef("--checkpoint %w", err)
		}
		c, err := runlog.ParseCheckpoint(data)
		if err != nil {
			return o, usagef("--checkpoint %s: %w", path, err)
		}
		if c.Signed() && o.Key != nil {
			if _, err := runlog.OpenCheckpoint(data, o.Key); err != nil {
				return o, exitError{exitFindings, fmt.Errorf("--checkpoint %s: %w", path, err)}
			}
		}
		o.Earlier = append(o.Earlier, c)
	}
	return o, nil
}

func (f *logCheckFlags) checkLog(cmd *cobra.Command, dir string) error {
	o, err := f.read()
	if err != nil {
		return err
	}
	result, err := runlog.New(folder.New(dir)).Check(cmd.Context(), o)
	if err != nil {
		return logError(dir, err)
	}
	if err := writeChecked(cmd.OutOrStdout(), result, o, "folder"); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	if len(result.Problems) > 0 {
		return exitError{code: exitFindings}
	}
	return nil
}

// writeChecked says what a check found, a line each. kept is what the log is kept in.
func writeChecked(w io.Writer, r *runlog.Result, o runlog.Checking, kept string) error {
	for _, p := range r.Problems {
		if _, err := fmt.Fprintf(w, "FAIL  %s\n", text.Clean(p.String())); err != nil {
			return err
		}
	}
	word := "ok"
	if len(r.Problems) > 0 {
		word = "FAIL"
	}
	signed := "not signed"
	switch {
	case o.Key != nil && len(r.Problems) == 0:
		signed = "signed by key " + o.Key.ID()
	case r.Checkpoint.Signed() && o.Key == nil:
		signed = "signed; its signature was not checked: want --key"
	case o.Key != nil:
		signed = "for its signature see above"
	}
	_, err := fmt.Fprintf(w, "%-4s  %s: %s, %s\n", word, text.Clean(cmp.Or(r.Checkpoint.Origin, "no checkpoint that can be read")), text.Count(r.Checkpoint.Size, "record"), signed)
	if err == nil && r.Last.Run != "" {
		_, err = fmt.Fprintf(w, "      the newest is %s\n", text.Clean(r.Last.Name()))
	}
	if err == nil && r.Pruned > 0 {
		_, err = fmt.Fprintf(w, "      no longer kept, as records say: %s; of those runs the log proves what their records hold, and no more\n", text.Count(r.Pruned, "older report"))
	}
	if err == nil && len(o.Earlier) == 0 {
		_, err = fmt.Fprintf(w, "      whether later runs were taken out, with the whole %s put back to an older state, shows only --checkpoint with a newer one kept elsewhere\n", kept)
	}
	return err
}

func (f *logCheckFlags) checkProof(cmd *cobra.Command, path string) error {
	o, err := f.read()
	if err != nil {
		return err
	}
	if o.Key == nil && len(o.Earlier) != 1 || len(o.Earlier) > 1 {
		return usagef("check --proof: want --key PUB.pem of the log, or one --checkpoint kept elsewhere: a proof alone proves nothing")
	}
	data, err := readSmall(f.proof, runlog.MaxProof)
	if err != nil {
		return usagef("--proof %w", err)
	}
	proof, err := runlog.ParseProof(data)
	if err != nil {
		return exitError{exitFindings, fmt.Errorf("%s: %w", f.proof, err)}
	}
	doc, err := readSealed(path)
	if err != nil {
		return err
	}
	var trusted *runlog.Checkpoint
	if len(o.Earlier) > 0 {
		trusted = &o.Earlier[0]
	}
	if err := proof.Check(doc, o.Key, trusted); err != nil {
		return exitError{exitFindings, fmt.Errorf("%s: %w", f.proof, err)}
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "ok    record %d of the %d of %s: %s\n", proof.Index, proof.Checkpoint.Size,
		text.Clean(proof.Checkpoint.Origin), proof.Record.Name()); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	return nil
}
