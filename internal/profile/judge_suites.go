package profile

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

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

func judgePreference(f *facts, c report.ProfileCheck) verdict {
	var all []verdict
	spoken, open := f.inVersions(c, cipher.Versions())
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
	if len(open) > 0 {
		all = append(all, unknown("whether "+versionNames(open)+" is supported is not known ("+f.why("versions/")+")"))
	}
	return worst(all, unknown("no version is known to be supported"))
}
