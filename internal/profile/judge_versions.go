package profile

import (
	"slices"

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
