// Package view makes what is known of an AT-TLS policy into answers: its faults, its rules in the order in which they are
// asked, the rule that takes a connection, what is expected of its listeners, and what differs between two. Each answer is
// plain data, written as JSON for programs or as a page for people.
//
// It decides nothing about policies, which internal/attls and its lint do. An answer about a policy that Policy Agent would
// not install says so: it holds for the text only.
//
// All text of a page goes through report/text, so that a policy from elsewhere cannot move the cursor. No line is wider than
// asked, but for words that have no place to break.
package view

import (
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Input is a policy as it was read.
type Input struct {
	Policy   *attls.Policy
	Problems []syntax.Problem // of the files that lead to the policy
	Release  attls.Release
}

// Installs says whether Policy Agent would take the policy in.
func (in Input) Installs() bool {
	return in.Policy.Installs() && !slices.ContainsFunc(in.Problems, func(p syntax.Problem) bool { return p.Hard })
}

// About is what every answer says first.
type About struct {
	Schema string `json:"schema"`
	Side
}

// Side is the policy that an answer is about.
type Side struct {
	ZOSRelease attls.Release `json:"zos_release"`
	Files      []File        `json:"files"`    // in the order in which the stack reads them
	Installs   bool          `json:"installs"` // false: Policy Agent stops at a fault and installs nothing
}

// File is a policy file, and what its bytes were read as.
type File struct {
	Path     string `json:"path"`
	Encoding string `json:"encoding"`
}

func about(schema string, in Input) About { return About{schema, in.Side()} }

// Side describes the policy.
func (in Input) Side() Side {
	s := Side{ZOSRelease: in.Release, Files: []File{}, Installs: in.Installs()}
	for _, f := range in.Policy.Files {
		s.Files = append(s.Files, File{f.Path, f.Encoding})
	}
	return s
}

// RuleName is a rule and where it stands.
type RuleName struct {
	Name     string           `json:"name"`
	Location *report.Location `json:"location,omitempty"`
}

func nameOf(r *attls.Rule) RuleName { return RuleName{r.Name, placeOf(r.At)} }

// placeOf is a location; nil for none.
func placeOf(at report.Location) *report.Location {
	if at.Line == 0 {
		return nil
	}
	return &at
}
