package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func judgeVersions(f *facts, c report.ProfileCheck) verdict {
	q := question[cipher.Version]{set: byMatch(versionMatch), name: cipher.Version.String, able: f.ableVersion, word: plainWord}
	for _, v := range cipher.Versions() {
		q.members = append(q.members, member[cipher.Version]{v, f.endpoint.Protocol(v).Supported})
	}
	r := q.ask(c)
	var beginnings []string
	for _, name := range r.open {
		beginnings = append(beginnings, "versions/"+name)
	}
	return ofResult(r, "supported", f.evidence(named(cipher.Versions(), r.bad)...), f.why(beginnings...), f.platform())
}

func plainWord(w string) string { return w }

// named are the versions with these names; all of them where there are none.
func named(all []cipher.Version, names []string) []cipher.Version {
	return slices.DeleteFunc(slices.Clone(all), func(v cipher.Version) bool { return len(names) > 0 && !slices.Contains(names, v.String()) })
}

// inVersions are the versions that a check is about and that the listener supports, or may: those of unknown are not known.
func (f *facts) inVersions(c report.ProfileCheck, all []cipher.Version) (spoken, unknown []cipher.Version) {
	for _, v := range all {
		if len(c.Versions) > 0 && !slices.Contains(c.Versions, v) {
			continue
		}
		switch f.endpoint.Protocol(v).Supported {
		case scan.Yes:
			spoken = append(spoken, v)
		case scan.Unknown:
			unknown = append(unknown, v)
		}
	}
	return spoken, unknown
}

// notSpoken is the verdict about a check of which no version is spoken; false where one is.
func notSpoken(f *facts, spoken, open []cipher.Version) (verdict, bool) {
	switch {
	case len(spoken) > 0:
		return verdict{}, false
	case len(open) > 0:
		return unknown("whether " + versionNames(open) + " is supported is not known (" + f.why("versions/") + ")"), true
	}
	return notApplicable("none of the versions that it is about is supported"), true
}

// spokenSuite is a suite in one version.
type spokenSuite struct {
	id      cipher.ID
	version cipher.Version
}

func judgeSuites(f *facts, c report.ProfileCheck) verdict {
	spoken, open := f.inVersions(c, cipher.Versions())
	if v, none := notSpoken(f, spoken, open); none {
		return v
	}
	q := question[spokenSuite]{
		set: func(words []string) func(spokenSuite) bool {
			all := f.suites.of(words)
			return func(s spokenSuite) bool { return all[s.id] }
		},
		name: func(s spokenSuite) string { return s.version.String() + " " + suiteName(s.id) },
		able: func(s spokenSuite) bool { return f.ableSuite(s.id) },
		word: suiteWords,
	}
	for _, v := range spoken {
		p := f.endpoint.Protocol(v)
		for _, id := range membersOf(p) {
			q.members = append(q.members, member[spokenSuite]{spokenSuite{id, v}, f.status(p, id)})
		}
	}
	r := q.ask(c)
	if len(r.bad)+len(r.missing) == 0 && len(open) > 0 {
		return unknown("whether " + versionNames(open) + " is supported, and with which suites, is not known (" + f.why("versions/") + ")")
	}
	openness := "the scan did not ask for each of them alone; --probes deep does"
	if why := f.why(suiteQuestions(spoken)...); slices.ContainsFunc(f.endpoint.NotTested, func(n scan.NotTested) bool { return strings.HasPrefix(n.Question, "suites/") }) {
		openness = why
	}
	return ofResult(r, "accepted", f.evidence(spoken...), openness, f.platform())
}

// membersOf are the suites that a version could accept: all that there are to ask for, and what it accepted besides.
func membersOf(p scan.Protocol) []cipher.ID {
	out := cipher.Enumerable(p.Version)
	for _, s := range p.CipherSuites {
		if !slices.Contains(out, s.Code) {
			out = append(out, s.Code)
		}
	}
	return out
}

func suiteQuestions(versions []cipher.Version) []string {
	var out []string
	for _, v := range versions {
		out = append(out, "suites/"+v.String())
	}
	return out
}

func suiteName(id cipher.ID) string { return id.String() + " " + cipher.Describe(id).Name }

// suiteWords is a word of a set of suites, for people.
func suiteWords(word string) string {
	if class, ok := strings.CutPrefix(word, classPrefix); ok {
		return strings.ReplaceAll(strings.ReplaceAll(class, "&", " and "), notPrefix, "not ")
	}
	if id, err := cipher.Parse(word); err == nil {
		return suiteName(id)
	}
	return word
}

func groupWords(word string) string { return strings.TrimPrefix(word, classPrefix) }

// groupVersions are the versions whose groups a scan asks about.
func groupVersions() []cipher.Version { return []cipher.Version{cipher.TLSv12, cipher.TLSv13} }

// spokenGroup is a group in one version.
type spokenGroup struct {
	group   cipher.Group
	version cipher.Version
}

func judgeGroups(f *facts, c report.ProfileCheck) verdict {
	spoken, open := f.inVersions(c, groupVersions())
	if v, none := notSpoken(f, spoken, open); none {
		return v
	}
	q := question[spokenGroup]{
		set:  byMatch(func(g spokenGroup, word string) bool { return groupMatch(g.group, word) }),
		name: func(g spokenGroup) string { return g.version.String() + " " + cipher.DescribeGroup(g.group).Name },
		able: func(g spokenGroup) bool { return f.ableGroup(g.group) },
		word: groupWords,
	}
	for _, v := range spoken {
		if f.groupless(v) {
			continue
		}
		for _, g := range groupMembers(v) {
			q.members = append(q.members, member[spokenGroup]{spokenGroup{g, v}, f.groupFact(v, g)})
		}
	}
	if len(q.members) == 0 && len(open) == 0 {
		return notApplicable("no suite that is accepted uses a group")
	}
	r := q.ask(c)
	if len(r.bad)+len(r.missing) == 0 && len(open) > 0 {
		return unknown("whether " + versionNames(open) + " is supported is not known (" + f.why("versions/") + ")")
	}
	return ofResult(r, "accepted", f.evidence(spoken...), f.why("groups/"), f.platform())
}

func groupMembers(v cipher.Version) []cipher.Group {
	out := cipher.EllipticGroups()
	if v == cipher.TLSv13 {
		out = slices.Concat(out, cipher.FiniteFieldGroups(), cipher.PostQuantumGroups())
	}
	return out
}

func (f *facts) groupFact(v cipher.Version, g cipher.Group) scan.Fact {
	for _, have := range f.endpoint.Groups {
		if have.Version == v && have.Code == g {
			return have.Supported
		}
	}
	return scan.Unknown
}

// groupless says whether no suite of a version below TLS 1.3 can use a group: every ECDHE suite is refused.
func (f *facts) groupless(v cipher.Version) bool {
	return v < cipher.TLSv13 && f.refusesAll(v, func(s cipher.Suite) bool { return s.KeyExchange == "ECDHE" })
}

// refusesAll says whether every suite of a version that a predicate holds for is known to be refused.
func (f *facts) refusesAll(v cipher.Version, holds func(cipher.Suite) bool) bool {
	p := f.endpoint.Protocol(v)
	return !slices.ContainsFunc(membersOf(p), func(id cipher.ID) bool { return holds(cipher.Describe(id)) && f.status(p, id) != scan.No })
}

func judgeDH(f *facts, c report.ProfileCheck) verdict {
	spoken, open := f.inVersions(c, []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11, cipher.TLSv12})
	want := c.MinBits[dhKey]
	var small []string
	var evidence []string
	for _, d := range f.endpoint.DH {
		if d.Bits < want {
			small = append(small, fmt.Sprintf("%s: a prime of %d bits", d.Version, d.Bits))
			evidence = append(evidence, d.Evidence)
		}
	}
	if len(small) > 0 {
		return failed(strings.Join(small, ", "), evidence)
	}
	dhe := func(s cipher.Suite) bool { return s.KeyExchange == "DHE" }
	var unseen []cipher.Version
	accepts := false
	for _, v := range spoken {
		if f.refusesAll(v, dhe) {
			continue
		}
		accepts = true
		if !slices.ContainsFunc(f.endpoint.DH, func(d scan.DHParameters) bool { return d.Version == v }) {
			unseen = append(unseen, v)
		}
	}
	switch {
	case len(open) > 0:
		return unknown("whether " + versionNames(open) + " is supported is not known (" + f.why("versions/") + ")")
	case len(unseen) > 0:
		return unknown("whether DHE suites are accepted in " + versionNames(unseen) + ", and with which prime, is not known; --probes deep asks for all suites")
	case !accepts:
		return notApplicable("no DHE suite is accepted")
	}
	return pass("")
}

func judgePreference(f *facts, c report.ProfileCheck) verdict {
	var all []verdict
	spoken, _ := f.inVersions(c, cipher.Versions())
	for _, v := range spoken {
		p := f.endpoint.Protocol(v)
		switch {
		case p.Preference == c.Of:
			all = append(all, pass(""))
		case p.Preference == "server" || p.Preference == "client":
			all = append(all, failed(v.String()+": the order of the "+p.Preference+" counts", f.evidence(v)))
		case p.Enumeration == scan.EnumerationFull && len(p.CipherSuites) < 2:
			all = append(all, notApplicable("fewer than two suites to choose from"))
		default:
			all = append(all, unknown(v.String()+": whose order of suites counts is not known; --probes deep asks"))
		}
	}
	return worst(all, unknown("no version is known to be supported"))
}
