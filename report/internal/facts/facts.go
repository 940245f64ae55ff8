// Package facts looks up in a report what several renderers show of an endpoint: one line of facts, in words that are the same in each.
//
// Limits: it reads a report and cleans nothing; the text of peers is made safe by the renderer.
package facts

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Index finds things of a report by name.
type Index struct {
	Judged       time.Time // that validity counts from
	certificates map[string]*report.Certificate
	expectations map[string]*report.Expectation
}

// Of indexes a report, which must not change afterwards.
func Of(rep *report.Report) *Index {
	x := &Index{Judged: rep.Run.JudgedAt, certificates: make(map[string]*report.Certificate, len(rep.Certificates)),
		expectations: make(map[string]*report.Expectation, len(rep.Expectations))}
	if x.Judged.IsZero() {
		x.Judged = rep.Run.Finished
	}
	for i := range rep.Certificates {
		x.certificates[rep.Certificates[i].SHA256] = &rep.Certificates[i]
	}
	for i := range rep.Expectations {
		x.expectations[rep.Expectations[i].Endpoint] = &rep.Expectations[i]
	}
	return x
}

// Expectation is what an endpoint should show; nil where nothing is said.
func (x *Index) Expectation(endpoint string) *report.Expectation { return x.expectations[endpoint] }

// Leaf is the certificate that ends first among those presented as leaves; nil where none was.
func (x *Index) Leaf(e *report.Endpoint) *report.Certificate {
	var first *report.Certificate
	for _, p := range e.Presented {
		if c := x.certificates[p.Leaf]; c != nil && (first == nil || c.NotAfter.Before(first.NotAfter)) {
			first = c
		}
	}
	return first
}

// DaysLeft counts whole days from the time of judgement; below zero the certificate has expired.
func (x *Index) DaysLeft(c *report.Certificate) int {
	return int(math.Floor(c.NotAfter.Sub(x.Judged).Hours() / 24))
}

// Trust lists the rings that gave an answer ("yes", "no", "unknown") for some chain of the endpoint.
func Trust(e *report.Endpoint, answer string) []string {
	var out []string
	for _, c := range e.Chains {
		if c.Trusted.String() == answer && !slices.Contains(out, c.Keyring) {
			out = append(out, c.Keyring)
		}
	}
	return out
}

// Trusting counts the rings that were asked and should trust the endpoint: those that trust every chain, those of which that is not known,
// and all. A ring that must not trust it is a finding or nothing.
func (x *Index) Trusting(e *report.Endpoint) (trusting, unknown, asked int) {
	var not []string
	if want := x.Expectation(e.ID); want != nil {
		not = want.NotTrustedBy
	}
	worst := map[string]certchain.Answer{}
	for _, c := range e.Chains {
		if slices.Contains(not, c.Keyring) {
			continue
		}
		have, seen := worst[c.Keyring]
		switch answer := certchain.Answer(c.Trusted.String()); { // unknown may be unsaid
		case !seen, answer == certchain.No, answer == certchain.Unknown && have == certchain.Yes:
			worst[c.Keyring] = answer
		}
	}
	for _, answer := range worst {
		switch answer {
		case certchain.Yes:
			trusting++
		case certchain.Unknown:
			unknown++
		}
	}
	return trusting, unknown, len(worst)
}

// ClientAuth is in the words of the estate file's client_auth, or unknown; empty where the question does not arise.
func ClientAuth(e *report.Endpoint) string {
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

// Split returns the findings of each endpoint of the report, and those of none, in the report's order.
func Split(rep *report.Report) (own map[string][]*report.Finding, rest []*report.Finding) {
	own = make(map[string][]*report.Finding, len(rep.Endpoints))
	for i := range rep.Endpoints {
		own[rep.Endpoints[i].ID] = nil
	}
	for i := range rep.Findings {
		f := &rep.Findings[i]
		if have, known := own[f.Endpoint]; known {
			own[f.Endpoint] = append(have, f)
		} else {
			rest = append(rest, f)
		}
	}
	return own, rest
}

// Status says whether a finding stands: open, waived or not-assessed.
func Status(f *report.Finding) string {
	switch {
	case f.Waived != nil:
		return "waived"
	case f.Inconclusive:
		return "not-assessed"
	}
	return "open"
}

// Confirmed says whose look is shown of an endpoint that this run found as it was; "" for any other.
func Confirmed(e *report.Endpoint) string {
	if e.Confirmed == nil {
		return ""
	}
	return "the same as at " + text.Minute(e.Finished) + ", in run " + e.Confirmed.Run + ", whose evidence is shown"
}

// Feature is a feature in words: "TLSv1.2 extended-master-secret: yes", with its values, and with its basis.
func Feature(f scan.Feature) string {
	name := f.Name
	if f.Version != 0 {
		name = f.Version.String() + " " + name
	}
	said := f.Answer.String()
	if len(f.Values) > 0 {
		said += ": " + strings.Join(f.Values, ", ")
	}
	if f.Basis != "" {
		said += " (" + f.Basis + ")"
	}
	return name + ": " + said
}

// Vulnerability is one vulnerability in words: "Heartbleed (CVE-2014-0160): not vulnerable: the heartbeat extension is not negotiated".
func Vulnerability(v report.Vulnerability) string {
	name := v.Name
	if len(v.CVE) > 0 {
		name += " (" + strings.Join(v.CVE, ", ") + ")"
	}
	outcome, because := VulnerabilityOutcome(v)
	return name + ": " + outcome + ": " + because
}

// WorstFirst are vulnerabilities in the order to read them: those that the listener has, then those of which nothing is known.
func WorstFirst(list []report.Vulnerability) []report.Vulnerability {
	order := []scan.Fact{scan.Yes, scan.Unknown, scan.No}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b report.Vulnerability) int {
		return cmp.Compare(slices.Index(order, a.Vulnerable), slices.Index(order, b.Vulnerable))
	})
	return out
}

// VulnerabilityOutcome is what became of a vulnerability's test, and why.
func VulnerabilityOutcome(v report.Vulnerability) (outcome, because string) {
	switch v.Vulnerable {
	case scan.Yes:
		return "vulnerable", v.Basis
	case scan.No:
		return "not vulnerable", v.Basis
	}
	return "not tested", v.Why
}
