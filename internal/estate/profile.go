package estate

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// noProfile is what a listener says that takes no part in the estate's profile.
const noProfile = "none"

// ProfileFile says whether a word that names a profile is the path of a file, and not the id of one that is built in.
func ProfileFile(word string) bool {
	return strings.ContainsAny(word, `/\`) || strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml")
}

// readProfile reads the name of a profile: an id, or a file, whose path is then the name.
func (l *loader) readProfile(n *node) (name string, file *File) {
	word, ok := l.text("profile", n)
	switch {
	case !ok || word == noProfile:
	case ProfileFile(word):
		if file = l.file("profile", "profile", n); file != nil {
			return file.Path, file
		}
	case l.opts.Profiles != nil && !slices.Contains(l.opts.Profiles, word):
		l.fail(n, "profile", "%q is no profile; %swant %s, a file such as ./mine.yaml, or none", word, nearest.Meant(word, l.opts.Profiles),
			nearest.AnyOf(l.opts.Profiles))
	default:
		return word, nil
	}
	return "", nil
}

// addProfile gives a listener its own profile, else the estate's.
func (l *loader) addProfile(one *Listener) {
	n := one.profile
	if n == nil && l.profile != nil {
		n = l.profile
		one.origins["profile"] = Origin{At: l.location(n.at), From: "the whole estate", Default: true}
	}
	if n != nil {
		one.Profile, one.ProfileFile = l.readProfile(n)
	}
}
