package profile

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Of returns those of some profiles that judge the endpoint of an expectation, which is nil for an ad hoc scan.
func Of(profiles []report.Profile, x *report.Expectation) []report.Profile {
	return slices.DeleteFunc(slices.Clone(profiles), func(p report.Profile) bool { return !concerns(p, x) })
}

func concerns(p report.Profile, x *report.Expectation) bool {
	return p.Everywhere || x != nil && x.Profile == p.ID
}

// Widen makes the plan of a target ask what profiles need: their allowed versions and suites join the named sets, what they require is
// asked for, groups are enumerated where an item is about groups, and everything where an item needs it all. A plan that is not to prove
// is left as it is: it asks all, or was kept short on purpose.
func Widen(plan scan.Plan, x *report.Expectation, profiles []report.Profile) scan.Plan {
	if plan.Depth != scan.Prove {
		return plan
	}
	f := &facts{endpoint: &report.Endpoint{}, expect: x}
	for _, p := range profiles {
		for _, item := range p.Items {
			if slices.Contains(item.Applies, appliesOrganisation) || len(item.Applies) > 0 && f.plannedOut(item.Applies) {
				continue
			}
			f.widen(&plan, item)
		}
	}
	if len(plan.Suites) > 0 && slices.ContainsFunc(profiles, mindsDHSize) && slices.ContainsFunc(plan.Suites, usesDHE) {
		plan.Depth = scan.Standard // the size of the prime shows only where a DHE suite is chosen
	}
	return plan
}

// plannedOut says whether an item is not about the listener, by what is known before it is looked at.
func (f *facts) plannedOut(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return w != appliesTLS && f.applies([]string{w}) != "" })
}

// widen adds what one item needs.
func (f *facts) widen(plan *scan.Plan, item report.ProfileItem) {
	c := item.Check
	switch c.Kind {
	case kindVersions:
		if f.expect == nil || len(f.expect.Versions) == 0 {
			plan.Versions = narrowed(plan.Versions, cipher.Versions(), c, versionMatch)
		}
	case kindSuites:
		narrowSuites(plan, c)
		for _, word := range c.Required {
			if id, err := cipher.Parse(word); err == nil && f.ableSuite(id) && !slices.Contains(plan.Required, id) {
				plan.Required = append(slices.Clone(plan.Required), id)
			}
		}
		if len(c.AnyOf) > 0 {
			plan.Depth = scan.Standard
		}
	case kindGroups:
		plan.Groups = true
	case kindEncrypted:
		plan.StartUps = plan.StartUps || f.startTLS() != ""
	case kindInventory:
		if c.Of == ofProtocols {
			plan.Depth = scan.Standard
		}
	case kindPreference:
		if item.Severity > report.Info {
			plan.Depth = scan.Standard
		}
	}
}

// narrowSuites takes out of the plan's named suites those that a check does not let be accepted, in the versions that it is about. The
// named suites are one set for all versions: where a suite may be used in a version that the check is not about, it stays.
func narrowSuites(plan *scan.Plan, c report.ProfileCheck) {
	if len(c.Allowed)+len(c.Forbidden) == 0 {
		return
	}
	about := func(id cipher.ID) bool {
		if len(c.Versions) == 0 {
			return true
		}
		return slices.ContainsFunc(c.Versions, func(v cipher.Version) bool { return slices.Contains(cipher.Enumerable(v), id) })
	}
	all := plan.Suites
	if all == nil {
		for _, v := range cipher.Versions() {
			all = append(all, cipher.Enumerable(v)...)
		}
		slices.Sort(all)
		all = slices.Compact(all)
	}
	kept := []cipher.ID{}
	for _, id := range all {
		if !about(id) || permitted(id, c, suiteMatch) {
			kept = append(kept, id)
		}
	}
	plan.Suites = kept
}

// narrowed is the members of a named set, all of them where it is nil, that a check lets be there.
func narrowed[T any](set, all []T, c report.ProfileCheck, match func(T, string) bool) []T {
	if len(c.Allowed)+len(c.Forbidden) == 0 {
		return set
	}
	if len(set) == 0 {
		set = all
	}
	return slices.DeleteFunc(slices.Clone(set), func(it T) bool { return !permitted(it, c, match) })
}

func permitted[T any](it T, c report.ProfileCheck, match func(T, string) bool) bool {
	in := func(set []string) bool {
		return slices.ContainsFunc(set, func(w string) bool { return match(it, w) })
	}
	return !in(c.Forbidden) && (len(c.Allowed) == 0 || in(c.Allowed))
}

func mindsDHSize(p report.Profile) bool {
	return slices.ContainsFunc(p.Items, func(i report.ProfileItem) bool { return i.Check.Kind == kindDH && i.Severity > report.Info })
}

func usesDHE(id cipher.ID) bool { return cipher.Describe(id).KeyExchange == "DHE" }
