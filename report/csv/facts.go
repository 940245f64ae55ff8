package csv

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// facts is what rows look up in the whole report.
type facts struct {
	run          report.Run
	judged       time.Time
	certificates map[string]*report.Certificate
	expect       map[string]string // by endpoint
}

func factsOf(rep *report.Report) *facts {
	f := &facts{run: rep.Run, judged: rep.Run.JudgedAt, certificates: map[string]*report.Certificate{}, expect: map[string]string{}}
	if f.judged.IsZero() {
		f.judged = rep.Run.Finished
	}
	for i := range rep.Certificates {
		f.certificates[rep.Certificates[i].SHA256] = &rep.Certificates[i]
	}
	for _, x := range rep.Expectations {
		f.expect[x.Endpoint] = x.Expect
	}
	return f
}

// leaf is the certificate that ends first among those presented as leaves; nil where none was.
func (f *facts) leaf(e *report.Endpoint) *report.Certificate {
	var first *report.Certificate
	for _, p := range e.Presented {
		if c := f.certificates[p.Leaf]; c != nil && (first == nil || c.NotAfter.Before(first.NotAfter)) {
			first = c
		}
	}
	return first
}

// daysLeft counts whole days from the time of judgement; below zero the certificate has expired.
func (f *facts) daysLeft(c *report.Certificate) string {
	return strconv.Itoa(int(math.Floor(c.NotAfter.Sub(f.judged).Hours() / 24)))
}

// versions are those that are accepted, oldest first.
func versions(_ *facts, e *report.Endpoint) string { return versionsThat(e, scan.Yes) }

func versionsUnknown(_ *facts, e *report.Endpoint) string { return versionsThat(e, scan.Unknown) }

func versionsThat(e *report.Endpoint, fact scan.Fact) string {
	var out []string
	for _, p := range e.Protocols {
		if p.Supported == fact {
			out = append(out, p.Version.String())
		}
	}
	return strings.Join(out, " ")
}

// suites are the accepted suites of all versions, each once, the newest version's first.
func suites(_ *facts, e *report.Endpoint) string {
	var out []string
	for _, p := range slices.Backward(e.Protocols) {
		for _, s := range p.CipherSuites {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	return strings.Join(out, " ")
}

func groups(_ *facts, e *report.Endpoint) string {
	var out []string
	for _, g := range e.Groups {
		if g.Supported == scan.Yes && !slices.Contains(out, g.Name) {
			out = append(out, g.Name)
		}
	}
	return strings.Join(out, " ")
}

// trust lists the rings that gave an answer for some chain of the endpoint.
func trust(answer string) func(*facts, *report.Endpoint) string {
	return func(_ *facts, e *report.Endpoint) string {
		var out []string
		for _, c := range e.Chains {
			if c.Trusted.String() == answer && !slices.Contains(out, c.Keyring) {
				out = append(out, c.Keyring)
			}
		}
		return strings.Join(out, " ")
	}
}

// servedBy is the ring whose certificate is to be served, and whether it is: "cae-server: yes".
func servedBy(_ *facts, e *report.Endpoint) string {
	if e.ServedBy == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", e.ServedBy.Keyring, e.ServedBy.Match)
}

// clientAuth is in the words of the estate file's client_auth, or unknown.
func clientAuth(_ *facts, e *report.Endpoint) string {
	switch c := e.ClientAuth; {
	case c == nil:
		return ""
	case c.Required == scan.Yes:
		return "required"
	case c.Requested == scan.No:
		return "none"
	case c.Requested == scan.Yes && c.Required == scan.No:
		return "requested"
	}
	return "unknown"
}

func notTested(_ *facts, e *report.Endpoint) string {
	var out []string
	for _, n := range e.NotTested {
		out = append(out, n.Question+": "+n.Why)
	}
	return strings.Join(out, "; ")
}
