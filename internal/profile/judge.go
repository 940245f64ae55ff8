package profile

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// Input is all that a profile's verdict depends on.
type Input struct {
	Endpoints    []report.Endpoint // joined: see assess.Join; with the evidence
	Expectations []report.Expectation
	Certificates map[string]*certchain.Certificate // by SHA-256
	Keyrings     []report.Keyring
	At           time.Time // validity and coming into force are judged as of then
}

// Judge returns the profiles with their results, and the findings: PROFILE-FAILED for each item that an endpoint fails, and
// PROFILE-NOT-ASSESSED for each endpoint that speaks TLS and has items that could not be judged.
func Judge(profiles []report.Profile, in Input) ([]report.Profile, []report.Finding) {
	expected := make(map[string]*report.Expectation, len(in.Expectations))
	for i := range in.Expectations {
		expected[in.Expectations[i].Endpoint] = &in.Expectations[i]
	}
	rings := make(map[string]report.Keyring, len(in.Keyrings))
	for _, r := range in.Keyrings {
		rings[r.Name] = r
	}
	out := make([]report.Profile, len(profiles))
	judges := make([]*judging, len(profiles))
	for i, p := range profiles {
		judges[i] = newJudging(p, in.At)
	}
	var findings []report.Finding
	suites := suiteSets{}
	for i := range in.Endpoints {
		e := &in.Endpoints[i]
		f := &facts{endpoint: e, expect: expected[e.ID], certificates: in.Certificates, rings: rings, at: in.At, suites: suites}
		for _, j := range judges {
			if concerns(j.profile, f.expect) {
				findings = append(findings, j.endpoint(f)...)
			}
		}
	}
	for i, j := range judges {
		out[i] = j.profile
		out[i].Results = j.results()
	}
	return out, findings
}

// judging is one profile at work. Results are grouped, so that thousands of endpoints that are alike stay a few lines.
type judging struct {
	profile report.Profile
	at      time.Time
	kinds   []checkKind // of each item
	known   []bool      // whether this portseal knows the item's kind
	advice  remedies
	groups  map[group][]string
}

type group struct {
	item    int
	outcome report.Outcome
	why     string
}

func newJudging(p report.Profile, at time.Time) *judging {
	j := &judging{profile: p, at: at, groups: map[group][]string{}, advice: remediesOf(p.Items)}
	for _, i := range p.Items {
		k, ok := kindOf(i.Check.Kind)
		j.kinds, j.known = append(j.kinds, k), append(j.known, ok)
	}
	return j
}

// endpoint judges one endpoint by every item.
func (j *judging) endpoint(f *facts) []report.Finding {
	var findings []report.Finding
	var open []string
	for n, item := range j.profile.Items {
		if slices.Contains(item.Applies, appliesOrganisation) {
			continue
		}
		v := j.judge(n, f)
		g := group{n, v.outcome, v.why}
		j.groups[g] = append(j.groups[g], f.endpoint.ID)
		switch {
		case v.outcome == report.OutcomeFail:
			findings = append(findings, j.finding(n, v, f))
		case v.outcome == report.OutcomeNotAssessed && item.Check.Kind != kindManual && item.Severity > report.Info && f.tls() && j.inForce(item) && !f.ofDeeperLook(item.Check):
			open = append(open, item.ID+": "+v.why)
		}
	}
	if len(open) > 0 {
		findings = append(findings, report.Finding{ID: assess.ProfileNotAssessed, Endpoint: f.endpoint.ID,
			Detail: "of profile " + j.profile.ID + " could not be assessed: " + strings.Join(open, "; ")})
	}
	return findings
}

func (j *judging) judge(n int, f *facts) verdict {
	item := j.profile.Items[n]
	if why := f.applies(item.Applies); why != "" {
		return notApplicable(why)
	}
	if !j.known[n] {
		return unknown("this portseal does not know checks of kind " + item.Check.Kind)
	}
	if why := f.unjudgeable(); why != "" && aboutTLS(item.Check.Kind) {
		return unknown(why)
	}
	v := j.kinds[n].judge(f, item.Check)
	if v.outcome == report.OutcomeFail && !j.inForce(item) {
		v.outcome, v.why = report.OutcomeNotInForce, "in force from "+item.InForce+" on; today: "+v.why
	}
	return v
}

// inForce says whether an item has come into force. One that has not makes no run incomplete, as it makes none fail.
func (j *judging) inForce(item report.ProfileItem) bool {
	return item.InForce == "" || j.at.UTC().Format(time.DateOnly) >= item.InForce
}

// aboutTLS says whether a kind of check reads the facts of TLS.
func aboutTLS(kind string) bool {
	switch kind {
	case kindEncrypted, kindPolicy, kindRings, kindManual:
		return false
	}
	return true
}

// finding is what a failed item gives. Its title is the rule's.
func (j *judging) finding(n int, v verdict, f *facts) report.Finding {
	item := j.profile.Items[n]
	source, edition := item.Source, item.Edition
	if source == "" {
		source = j.profile.Source
	}
	if edition == "" {
		edition = j.profile.Edition
	}
	out := report.Finding{ID: assess.ProfileFailed, Severity: item.Severity, Endpoint: f.endpoint.ID, Item: j.profile.ID + "/" + item.ID,
		Expected: j.profile.ID + " " + item.Clause + ": " + item.Title, Observed: v.observed, Evidence: v.evidence,
		References:  []string{j.profile.Title + " (" + edition + ") " + item.Clause + ": " + source},
		Remediation: j.advice.of(n, item.Check.Kind, f),
		Detail:      "item " + item.ID + " of profile " + j.profile.ID + ": " + Words(item.Check)}
	if v.why != v.observed {
		out.Detail += "; " + strings.TrimPrefix(v.why, v.observed+"; ")
	}
	if !item.Verified {
		out.Detail += "; the clause was not verified: " + item.Note
	}
	return out
}

// results returns the groups in the order of the items, and within one of its outcomes, those to act on first.
func (j *judging) results() []report.ProfileResult {
	for n, item := range j.profile.Items {
		if slices.Contains(item.Applies, appliesOrganisation) {
			j.groups[group{n, report.OutcomeNotAssessed, item.Check.Reason}] = nil
		}
	}
	keys := make([]group, 0, len(j.groups))
	for g := range j.groups {
		keys = append(keys, g)
	}
	order := report.Outcomes()
	slices.SortFunc(keys, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(slices.Index(order, a.outcome), slices.Index(order, b.outcome)), cmp.Compare(a.why, b.why))
	})
	out := make([]report.ProfileResult, 0, len(keys))
	for _, g := range keys {
		ids := slices.Sorted(slices.Values(j.groups[g]))
		out = append(out, report.ProfileResult{Item: j.profile.Items[g.item].ID, Outcome: g.outcome, Why: g.why, Endpoints: ids})
	}
	return out
}
