package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/resume"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// registerResume adds the flag of commands that can go on with a run.
func (f *scanFlags) registerResume(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.resume, "resume", "", "`FILE` that keeps what is done, so that the same command goes on where an interrupted run stopped; "+
		"it is removed when the run is complete")
}

// kept is the file of --resume in one run; without the flag it does nothing.
type kept struct {
	name string
	file *resume.File
	note func(format string, args ...any)
}

// openKept opens the file, and takes what is done out of the run.
func (f *scanFlags) openKept(cmd *cobra.Command, work run.Work, s *run.Settings) (*kept, error) {
	k := &kept{name: text.Clean(f.resume), note: func(format string, args ...any) { f.note(cmd.ErrOrStderr(), format, args...) }}
	if !cmd.Flags().Changed("resume") {
		return k, nil
	}
	version, commit := buildVersion()
	var err error
	if k.file, err = resume.Open(f.resume, resume.Plan{Program: fmt.Sprintf("portseal %s %s", version, commit), Probes: s.Probes, Runner: s.Runner,
		Targets: work.Targets}); err != nil {
		return nil, usagef("--resume %s: %w", k.name, err)
	}
	s.Known = k.file.Known()
	alsoDone(s, func(o scan.Observation, _, _ int) {
		if err := k.file.Keep(o); err != nil {
			k.note("%s cannot be written (%v): what is done from now on would be done again", k.name, err)
		}
	})
	if n := len(s.Known); n > 0 {
		k.note("taken from %s and not dialled: %d of %s", k.name, n, text.Count(len(work.Targets), "endpoint"))
	}
	return k, nil
}

// end removes the file of a complete run whose report is written.
func (k *kept) end(complete bool) error {
	switch {
	case k.file == nil:
		return nil
	case complete:
		if err := k.file.Remove(); err != nil {
			return fmt.Errorf("remove %s: %w", k.name, err)
		}
		return nil
	}
	k.note("%s holds %s: the same command goes on from there", k.name, text.Count(k.file.Kept(), "finished endpoint"))
	if err := k.file.Close(); err != nil {
		return fmt.Errorf("write %s: %w", k.name, err)
	}
	return nil
}
