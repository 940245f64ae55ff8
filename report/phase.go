package report

import (
	"slices"
	"strings"
)

// The steps of the change night, in their order.
const (
	PhaseBefore    = "before"     // lint and rings are sound, the server's parameters are prepared, RC4 is still on
	PhaseServerTLS = "server-tls" // the CAE server has its TLS port, RC4 still allowed
	PhaseAgent     = "agent"      // one system's policy is installed, and its agent speaks TLS
	PhaseRC4Off    = "rc4-off"    // the RC4 port is closed, and nobody is lost
	PhaseBackout   = "backout"    // all is as it was in the baseline
)

// Phases are the steps in their order.
func Phases() []string {
	return []string{PhaseBefore, PhaseServerTLS, PhaseAgent, PhaseRC4Off, PhaseBackout}
}

// The verdicts of a step.
const (
	Go   = "GO"
	NoGo = "NO-GO"
)

// Phase is one step of the change night: whether it is done, and what to do next. The estate file says what holds at the end; here only
// what the step needs counts.
type Phase struct {
	Name    string       `json:"name"`
	System  string       `json:"system,omitempty"`
	Verdict string       `json:"verdict"` // GO when every check is ok, else NO-GO
	Next    string       `json:"next"`    // the next z/OS command; names that are not known stand in <>
	Checks  []PhaseCheck `json:"checks"`

	Baseline *Baseline `json:"baseline,omitempty"` // the report that a backout was compared with
}

// The results of a check.
const (
	CheckOK      = "ok"
	CheckFailed  = "failed"
	CheckUnknown = "unknown"
)

// PhaseCheck is one thing that a step needs.
type PhaseCheck struct {
	Name     string `json:"name"`
	Result   string `json:"result"` // ok, failed, unknown
	Evidence string `json:"evidence"`
	From     string `json:"from,omitempty"`     // FILE:LINE:COLUMN
	Endpoint string `json:"endpoint,omitempty"` // that was looked at for it
	Next     string `json:"next,omitempty"`     // what to do when it is not ok
}

// Result is the worst of the checks.
func (p *Phase) Result() string {
	out := CheckOK
	for _, c := range p.Checks {
		switch c.Result {
		case CheckFailed:
			return CheckFailed
		case CheckUnknown:
			out = CheckUnknown
		}
	}
	return out
}

// Worse takes in one more piece of evidence: a result that is worse counts, and its evidence comes first. An empty result is unknown.
func (c *PhaseCheck) Worse(result, evidence, from string) {
	if result == "" {
		result = CheckUnknown
	}
	rank := []string{CheckOK, CheckUnknown, CheckFailed}
	if slices.Index(rank, result) > slices.Index(rank, c.Result) {
		c.Result, c.From = result, from
		c.Evidence = strings.TrimSuffix(evidence+"; "+c.Evidence, "; ")
		return
	}
	if c.From == "" {
		c.From = from
	}
	c.Evidence = strings.TrimPrefix(c.Evidence+"; "+evidence, "; ")
}
