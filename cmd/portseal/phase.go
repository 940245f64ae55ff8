package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/phase"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
)

// system is the one system that a step of the change night is about; empty for all.
func (f *verifyFlags) system() string {
	if len(f.systems) == 0 {
		return ""
	}
	return f.systems[0]
}

// checkPhase finds flags that do not go with --phase, or need it.
func (f *verifyFlags) checkPhase() error {
	var faults []error
	if f.announced != "" && (f.baseline == "" || f.phase != "") {
		faults = append(faults, errors.New("--expect says which changes since --baseline REPORT.json are meant: want both, without --phase"))
	}
	if f.phase == "" {
		return errors.Join(faults...)
	}
	if !slices.Contains(report.Phases(), f.phase) {
		return fmt.Errorf("--phase %q: want %s", f.phase, strings.Join(report.Phases(), ", "))
	}
	if len(f.systems) > 1 || strings.ContainsAny(f.system(), "*?[") {
		faults = append(faults, errors.New("--phase with --system: want the name of one system"))
	}
	if len(f.listeners) > 0 {
		faults = append(faults, errors.New("--phase with --listener: a step has its own listeners; want --system NAME, or nothing"))
	}
	if (f.phase == report.PhaseBackout) != (f.baseline != "") {
		faults = append(faults, errors.New("--phase backout and --baseline REPORT.json belong together: want both"))
	}
	return errors.Join(faults...)
}

// judgePhase makes the run judge the step.
func (f *verifyFlags) judgePhase(s *run.Settings, estateName string, baseline *report.Report) error {
	if f.phase == "" {
		return nil
	}
	if baseline != nil {
		if err := phase.Comparable(baseline, estateName, f.system()); err != nil {
			return usagef("--baseline %s: %w", f.baseline, err)
		}
	}
	s.Phase, s.Baseline = &report.Phase{Name: f.phase, System: f.system()}, baseline
	if baseline != nil {
		before := diff.Identity(baseline, f.baseline)
		s.Phase.Baseline = &before
	}
	return nil
}
