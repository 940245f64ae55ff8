package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

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
	return v < cipher.TLSv13 && f.refusesAll(v, "class:ecdhe")
}

// refusesAll says whether every suite of a version that a word names is known to be refused.
func (f *facts) refusesAll(v cipher.Version, word string) bool {
	p, set := f.endpoint.Protocol(v), f.suites.of([]string{word})
	return !slices.ContainsFunc(membersOf(p), func(id cipher.ID) bool { return set[id] && f.status(p, id) != scan.No })
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
	var unseen []cipher.Version
	accepts := false
	for _, v := range spoken {
		if f.refusesAll(v, "class:dhe") {
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
