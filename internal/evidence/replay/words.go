package replay

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
)

// What another version says in words is taken as it said it, where all that the words are about is the same. What is made anew is given
// those words.

// rewordEndpoints gives the verdicts on chains, served certificates and client authentication, and the log messages, their words.
func rewordEndpoints(endpoints, said []report.Endpoint) {
	stored := make(map[string]*report.Endpoint, len(said))
	for i := range said {
		stored[said[i].ID] = &said[i]
	}
	for i := range endpoints {
		e, was := &endpoints[i], stored[endpoints[i].ID]
		if was == nil {
			continue
		}
		e.Chains = slices.Clone(e.Chains)
		take(e.Chains, was.Chains, func(c *report.ChainVerdict) *string { return &c.Reason })
		e.Logged = slices.Clone(e.Logged)
		take(e.Logged, was.Logged, func(m *report.LogMessage) *string { return &m.Cause })
		e.ServedBy = taken(e.ServedBy, was.ServedBy, func(s *report.ServedBy) *string { return &s.Reason })
		e.Vulnerabilities = slices.Clone(e.Vulnerabilities)
		take(e.Vulnerabilities, was.Vulnerabilities, func(v *report.Vulnerability) *string { return &v.Basis })
		take(e.Vulnerabilities, was.Vulnerabilities, func(v *report.Vulnerability) *string { return &v.Why })
		e.ClientAuthCandidates = taken(e.ClientAuthCandidates, was.ClientAuthCandidates, func(c *report.ClientAuthCandidates) *string { return &c.Note })
	}
}

// rewordProfiles gives the results of profiles their words.
func rewordProfiles(profiles, said []report.Profile) {
	for i := range profiles {
		was := slices.IndexFunc(said, func(p report.Profile) bool { return p.ID == profiles[i].ID })
		if was < 0 {
			continue
		}
		profiles[i].Results = slices.Clone(profiles[i].Results)
		take(profiles[i].Results, said[was].Results, func(r *report.ProfileResult) *string { return &r.Why })
	}
}

// take gives each of some values the words of one that is the same but for them. One that has words keeps having some.
func take[T any](values, said []T, words func(*T) *string) {
	bare := func(v T) string {
		text := words(&v)
		none := *text == ""
		*text = ""
		return fmt.Sprintf("%t %#v", none, v)
	}
	left := map[string][]string{}
	for i := range said {
		key := bare(said[i])
		left[key] = append(left[key], *words(&said[i]))
	}
	for i := range values {
		key := bare(values[i])
		if same := left[key]; len(same) > 0 {
			*words(&values[i]), left[key] = same[0], same[1:]
		}
	}
}

// taken is take for one value that may be absent.
func taken[T any](value, said *T, words func(*T) *string) *T {
	if value == nil || said == nil {
		return value
	}
	one := []T{*value}
	take(one, []T{*said}, words)
	return &one[0]
}

// reword gives findings the words of those that are about the same.
func reword(findings, said []report.Finding) {
	words := map[string][]report.Finding{}
	for _, f := range said {
		words[subject(f)] = append(words[subject(f)], f)
	}
	for i := range findings {
		f, key := &findings[i], subject(findings[i])
		if same := words[key]; len(same) > 0 {
			words[key] = same[1:]
			f.Title, f.Detail, f.Expected, f.Observed, f.Remediation, f.References = same[0].Title, same[0].Detail, same[0].Expected,
				same[0].Observed, same[0].Remediation, same[0].References
		}
	}
}

// subject is what a finding is about, without its words.
func subject(f report.Finding) string {
	place := ""
	if f.Location != nil {
		place = fmt.Sprint(*f.Location)
	}
	return fmt.Sprint([]any{f.ID, f.Severity, f.Endpoint, f.Item, place, f.Evidence})
}
