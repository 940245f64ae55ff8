package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Finding is one difference between what a listener shows and what it should.
type Finding struct {
	ID           string    `json:"id"`
	Severity     Severity  `json:"severity"`
	Inconclusive bool      `json:"inconclusive,omitempty"` // something was not assessed: never fails a run, makes it incomplete
	Endpoint     string    `json:"endpoint,omitempty"`     // absent for one about the whole estate
	Location     *Location `json:"location,omitempty"`     // for one about a file
	Item         string    `json:"item,omitempty"`         // PROFILE/ITEM, for one about an item of a compliance profile
	Title        string    `json:"title"`
	Detail       string    `json:"detail,omitempty"`
	Expected     string    `json:"expected,omitempty"`
	Observed     string    `json:"observed,omitempty"`
	Remediation  string    `json:"remediation,omitempty"`
	References   []string  `json:"references,omitempty"`
	Evidence     []string  `json:"evidence,omitempty"` // exchange ids of the endpoint
	Waived       *Waived   `json:"waived,omitempty"`
}

// Location is a place in a file; line and column count from 1.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String is FILE:LINE:COLUMN, as far as they are known; nothing for nil.
func (l *Location) String() string {
	switch {
	case l == nil:
		return ""
	case l.Line == 0:
		return l.File
	case l.Column == 0:
		return fmt.Sprintf("%s:%d", l.File, l.Line)
	}
	return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
}

// Waived says who accepted a finding, and until when.
type Waived struct {
	Reason     string `json:"reason"`
	Until      string `json:"until,omitempty"` // the last day, UTC, 2006-01-02; absent where a comment in a policy accepts
	ApprovedBy string `json:"approved_by,omitempty"`
	Ticket     string `json:"ticket,omitempty"`
}

// Waiver accepts a finding on the listeners that its glob matches, up to and including a day.
type Waiver struct {
	Finding    string    `json:"finding"`
	Listener   string    `json:"listener"`       // SYSTEM/LISTENER, globs allowed
	Item       string    `json:"item,omitempty"` // PROFILE/ITEM of PROFILE-FAILED, globs allowed; absent: every item
	Until      string    `json:"until"`          // the last day, UTC, 2006-01-02
	Reason     string    `json:"reason"`
	ApprovedBy string    `json:"approved_by,omitempty"`
	Ticket     string    `json:"ticket,omitempty"`
	Location   *Location `json:"location,omitempty"`
	// Service says that it was made with the service, and stands in no file. Absent: it is one of the estate file.
	Service *InService `json:"service,omitempty"`
}

// InService says who made something with the service, 'portseal serve', and when: its audit log and its history have it under that number.
type InService struct {
	ID int64     `json:"id"`
	By string    `json:"by"` // the user
	At time.Time `json:"at"`
}

// Text says it in words.
func (s InService) Text() string {
	return fmt.Sprintf("with the service by %s on %s, number %d", s.By, s.At.UTC().Format(time.DateOnly), s.ID)
}

// About names what the waiver accepts: the finding, and of which item of a profile where it is for one alone.
func (w Waiver) About() string {
	if w.Item == "" {
		return w.Finding
	}
	return w.Finding + " " + w.Item
}

// Expired says whether the waiver's last day is over at a time.
func (w Waiver) Expired(at time.Time) bool { return at.UTC().Format(time.DateOnly) > w.Until }

// SortFindings puts findings in the order of reports.
func SortFindings(findings []Finding) { slices.SortStableFunc(findings, CompareFindings) }

// CompareFindings orders findings by severity, endpoint, id, and detail where these are equal.
func CompareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Endpoint, b.Endpoint),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Detail, b.Detail))
}
