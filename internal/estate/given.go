package estate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/nearest"
)

// RingFile is a key ring that is given beside the estate file, for one run.
type RingFile struct {
	Name string // RING, or RING@SYSTEM for a system's own
	Path string // a file or folder; "system" for the machine's own roots
}

// ParseRingFiles reads rings as --keyring takes them: NAME=PATH, each name once.
func ParseRingFiles(pairs []string) ([]RingFile, error) {
	var out []RingFile
	var faults []error
	for _, pair := range pairs {
		name, path, ok := strings.Cut(pair, "=")
		switch {
		case !ok || name == "" || path == "":
			faults = append(faults, fmt.Errorf("--keyring %q: want NAME=PATH, or NAME=%s for the machine's own roots", pair, SystemRing))
		case slices.ContainsFunc(out, func(r RingFile) bool { return r.Name == name }):
			faults = append(faults, fmt.Errorf("--keyring %q: %s is given twice; want one file or folder for each ring", pair, name))
		default:
			out = append(out, RingFile{name, path})
		}
	}
	return out, errors.Join(faults...)
}

// Spec is how the ring is read.
func (r RingFile) Spec() keyring.Spec {
	if r.Path == SystemRing {
		return keyring.Spec{Name: SystemRing}
	}
	return keyring.Spec{Name: r.Name, Files: []string{r.Path}}
}

// at stands for a place in a file: faults of a given ring begin with the flag, and come first.
func (r RingFile) at() position {
	return position{src: &source{path: "--keyring " + r.Name, name: "--keyring " + r.Name, order: -1}}
}

// given returns the ring that stands in the place of one of that full name for this run, or nil.
func (l *loader) given(fullName string) *RingFile {
	for i, r := range l.opts.Keyrings {
		if r.Name == fullName {
			return &l.opts.Keyrings[i]
		}
	}
	return nil
}

// addGiven defines the given rings that no file defines.
func (l *loader) addGiven() {
	for i, r := range l.opts.Keyrings {
		if r.Name == SystemRing {
			l.faults.add(r.at(), "these are the machine's own roots, which are not replaced; want the name of another ring")
			continue
		}
		if l.rings[r.Name] == nil {
			name, system, _ := strings.Cut(r.Name, "@")
			k := &Keyring{Name: name, System: system, At: l.location(r.at()), at: r.at(), given: &l.opts.Keyrings[i], added: true}
			l.rings[r.Name] = k
			l.estate.Keyrings = append(l.estate.Keyrings, k)
		}
	}
}

// checkGiven refuses a given ring that would decide nothing: most likely another name was meant.
func (l *loader) checkGiven() {
	used := map[string]bool{}
	var known []string
	for _, s := range l.estate.Systems {
		for _, one := range s.Listeners {
			for _, name := range slices.Concat([]string{one.ServedBy}, one.TrustedBy, one.NotTrustedBy) {
				used[name] = true
			}
			for _, ref := range slices.Concat(one.trust, one.refuse) {
				if len(l.quietly(s, ref)) == 0 && !slices.Contains(known, ref.ring) {
					known = append(known, ref.ring) // this one is missing, and most likely the one that was meant
				}
			}
		}
	}
	for _, k := range l.estate.Keyrings {
		if name := k.FullName(); name != SystemRing && (!k.added || used[name]) {
			known = append(known, name)
		}
	}
	for _, k := range l.estate.Keyrings {
		if name := k.FullName(); k.added && !used[name] {
			l.faults.add(k.at, "nothing in the estate refers to a ring of that name; %s%s", nearest.Meant(name, known), wantRing(name, known))
		}
	}
}

// wantRing says which names a given ring may have.
func wantRing(name string, known []string) string {
	base, _, _ := strings.Cut(name, "@")
	same := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(k, base+"@") && k != base })
	switch {
	case len(same) > 0:
		return "want " + nearest.AnyOf(same)
	case len(known) == 0:
		return "the estate uses no rings"
	}
	return "want a ring that keyrings defines, or that a listener names"
}
