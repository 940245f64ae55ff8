package phase

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// compare takes in what is not the same in two looks at a listener: state, versions, suites, certificates. What one of the looks does not
// know makes it unknown whether they are the same.
func compare(c *report.PhaseCheck, old, now *report.Endpoint) {
	for _, e := range []*report.Endpoint{old, now} {
		if !known(e.State) {
			c.Worse(report.CheckUnknown, fmt.Sprintf("%s %s", map[bool]string{true: "the baseline has it", false: "now it is"}[e == old], e.State), "")
			return
		}
	}
	differs(c, "state", kindOf(old), kindOf(now))
	if old.State != now.State || old.State == scan.StateClosed || old.State == scan.StateNonTLS {
		return
	}
	for _, was := range old.Protocols {
		is := now.Protocol(was.Version)
		what := was.Version.String()
		switch {
		case was.Supported == scan.Unknown || is.Supported == scan.Unknown:
			c.Worse(report.CheckUnknown, "whether both speak "+what+" is not known", "")
			continue
		case was.Enumeration != is.Enumeration && was.Supported == is.Supported:
			if a, b := suites(was), suites(is); a != b {
				c.Worse(report.CheckUnknown, what+" suites were asked for in another way ("+was.Enumeration+", now "+is.Enumeration+")", "")
			}
			continue
		}
		differs(c, what, was.Supported.String(), is.Supported.String())
		if was.Supported == scan.Yes && is.Supported == scan.Yes {
			differs(c, what+" suites", suites(was), suites(is))
		}
	}
	differs(c, "certificates", leaves(old), leaves(now))
}

// differs takes in that two texts are not the same.
func differs(c *report.PhaseCheck, what, was, is string) {
	if was != is {
		c.Worse(report.CheckFailed, fmt.Sprintf("%s was %s, and is %s", what, orNone(was), orNone(is)), "")
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// known says whether it is known what a listener is.
func known(s scan.State) bool {
	return s == scan.StateTLS || s == scan.StateStartTLS || s == scan.StateNonTLS || s == scan.StateOpen || s == scan.StateClosed
}

// kindOf is the state, with how a listener that is no TLS behaves.
func kindOf(e *report.Endpoint) string {
	if e.NonTLS != nil {
		return string(e.State) + " " + e.NonTLS.Kind
	}
	return string(e.State)
}

// suites are those that were accepted, in the order of their codes.
func suites(p scan.Protocol) string {
	var out []string
	for _, s := range p.CipherSuites {
		out = append(out, s.Code.String())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// leaves are the certificates that were presented, each once.
func leaves(e *report.Endpoint) string {
	var out []string
	for _, p := range e.Presented {
		out = append(out, p.Leaf[:min(len(p.Leaf), 16)])
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}
