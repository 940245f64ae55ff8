package notice

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// What is remembered: keys of history.Outbox, JSON arrays that begin with one of these and the receiver.
const (
	aboutFinding  = "finding"  // state, severity, endpoint, rule, item, file, which of them
	aboutExpiring = "expiring" // SHA-256, level
	aboutRun      = "run"      // state, schedule, id of a run without schedule
)

// key is a key of the memory, and prefix what all keys begin with that have these parts first.
func key(parts ...any) string {
	doc, _ := json.Marshal(parts) // never fails: strings and numbers
	return string(doc)
}

func prefix(parts ...any) string {
	k := key(parts...)
	return k[:len(k)-1] + ","
}

// subject is what a finding is about: the words of one change from run to run. nth tells those apart that are about the same.
type subject struct {
	endpoint, rule, item, file string
	nth                        int
}

// The states of a finding, as a receiver knows them.
const (
	open  = "open"
	again = "again" // open, a short time after it was shut
	shut  = "shut"  // remembered for a short time
)

// belief is what a receiver knows of a finding.
type belief struct {
	subject
	state    string
	severity report.Severity
	at       time.Time // when it was told
}

func (b belief) key(receiver string) string {
	return key(aboutFinding, receiver, b.state, b.severity.String(), b.endpoint, b.rule, b.item, b.file, b.nth)
}

// beliefs reads what a receiver knows.
func beliefs(remembered map[string]time.Time) map[subject]belief {
	out := map[subject]belief{}
	for k, at := range remembered {
		b := belief{at: at}
		var about, receiver string
		parts := []any{&about, &receiver, &b.state, &b.severity, &b.endpoint, &b.rule, &b.item, &b.file, &b.nth}
		if err := json.Unmarshal([]byte(k), &parts); err != nil || len(parts) != 9 {
			continue // of a version that remembers something else
		}
		out[b.subject] = b
	}
	return out
}

// subjects gives each open finding its subject, the oldest of those about the same first.
func subjects(findings []history.Finding) map[subject]history.Finding {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b history.Finding) int {
		return cmp.Or(a.Opened.Compare(b.Opened), report.CompareFindings(a.Finding, b.Finding))
	})
	next := map[subject]int{}
	out := make(map[subject]history.Finding, len(sorted))
	for _, f := range sorted {
		s := subjectOf(f)
		nth := next[s]
		next[s]++
		s.nth = nth
		out[s] = f
	}
	return out
}

func subjectOf(f history.Finding) subject {
	s := subject{endpoint: f.Endpoint, rule: f.ID, item: f.Item}
	if f.Location != nil {
		s.file = f.Location.File
	}
	return s
}
