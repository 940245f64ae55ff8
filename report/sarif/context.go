package sarif

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/ref"
	"github.com/portseal/portseal/report/text"
)

// context is what the report around a finding says of it.
type context struct {
	estate       string // the estate file
	expectations map[string]*report.Expectation
	drift        *report.Drift
	states       map[string]string // against the baseline, by endpoint and what changed
	seen         map[string]int    // findings with the same fingerprint so far
}

func newContext(rep *report.Report) *context {
	c := &context{expectations: map[string]*report.Expectation{}, states: map[string]string{}, seen: map[string]int{}}
	if rep == nil {
		return c
	}
	for _, in := range rep.Run.Inputs {
		if in.Kind == "estate" && c.estate == "" {
			c.estate = in.Path
		}
	}
	for i := range rep.Expectations {
		c.expectations[rep.Expectations[i].Endpoint] = &rep.Expectations[i]
	}
	if c.drift = rep.Drift; c.drift != nil {
		for _, change := range c.drift.Changes {
			if state := stateOf(change.Kind); state != "" {
				c.states[change.Endpoint+"\x00"+change.What] = state
			}
		}
	}
	return c
}

// stateOf is what a change of a finding makes of it (section 3.27.24).
func stateOf(kind string) string {
	switch kind {
	case "finding-opened":
		return "new"
	case "finding-severity-changed", "finding-waived", "finding-unwaived":
		return "updated"
	}
	return ""
}

// baseline says how a finding stands to the baseline. Findings about drift are of this run alone.
func (c *context) baseline(f report.Finding) string {
	if c.drift == nil {
		return ""
	}
	what := f.ID
	if f.Endpoint == "" && f.Location != nil {
		what += "/" + f.Location.File
	}
	switch state := c.states[f.Endpoint+"\x00"+what]; {
	case state != "":
		return state
	case strings.HasPrefix(f.ID, "DRIFT-"):
		return "new"
	}
	return "unchanged"
}

// fingerprint is the same for a finding in every run: lines, values and details may change.
func (c *context) fingerprint(f report.Finding) fingerprints {
	key := f.ID + "\x00" + f.Endpoint
	if f.Item != "" {
		key += "\x00" + f.Item
	}
	if f.Location != nil {
		key += "\x00" + f.Location.File
	}
	c.seen[key]++
	sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(c.seen[key])))
	return fingerprints{hex.EncodeToString(sum[:16])}
}

// locations are the finding's own: its place in a file, else the listener's in the estate file, else that file.
func (c *context) locations(f report.Finding) []location {
	var at location
	x := c.expectations[f.Endpoint]
	switch declared := place(x); {
	case f.Location != nil:
		at.Physical = physicalOf(*f.Location)
	case declared != nil:
		at.Physical = physicalOf(*declared)
	case c.estate != "":
		at.Physical = physicalOf(report.Location{File: c.estate})
	}
	if f.Endpoint != "" {
		at.Logical = []logical{{Name: text.Clean(f.Endpoint), Kind: "resource"}}
	}
	if at.Physical == nil && at.Logical == nil {
		return nil
	}
	return []location{at}
}

// related are the places besides: where a listener of a finding in another file is declared, and the rules that take its connections.
func (c *context) related(f report.Finding) []location {
	x := c.expectations[f.Endpoint]
	if x == nil {
		return nil
	}
	var out []location
	if declared := place(x); declared != nil && f.Location != nil && *declared != *f.Location {
		out = append(out, location{Physical: physicalOf(*declared), Message: &message{"the listener"}})
	}
	if x.Policy == nil {
		return out
	}
	seen := map[report.Location]bool{}
	for _, m := range x.Policy.Matches {
		if m.Location == nil || m.Rule == "" || seen[*m.Location] || f.Location != nil && *m.Location == *f.Location {
			continue
		}
		seen[*m.Location] = true
		out = append(out, location{Physical: physicalOf(*m.Location),
			Message: &message{text.Clean(fmt.Sprintf("rule %s takes the connection of the %s", m.Rule, m.From))}})
	}
	return out
}

// position is the beginning of a source: "estate.yaml:12:7, defaults of SYSA".
var position = regexp.MustCompile(`^(.+?):(\d+):(\d+)(?:, .*)?$`)

// place is where a listener's port is declared; nil where that is not known.
func place(x *report.Expectation) *report.Location {
	if x == nil {
		return nil
	}
	for _, source := range x.Sources {
		if found := position.FindStringSubmatch(source.From); source.Key == "port" && found != nil {
			line, _ := strconv.Atoi(found[2]) // digits: at worst out of range, and then not given
			column, _ := strconv.Atoi(found[3])
			return &report.Location{File: found[1], Line: line, Column: column}
		}
	}
	return nil
}

func physicalOf(at report.Location) *physical {
	out := &physical{Artifact: artifactLocation{ref.FileURI(at.File)}}
	if at.Line > 0 {
		out.Region = &region{at.Line, max(at.Column, 0)}
	}
	return out
}
