package syntax

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// FollowAll is Follow for several files, given in the order in which a stack reads them. A main file among them leads to
// others by the paths that those have on the system: each is looked for by its last part (LastPart) among the files, then
// by beside, which gets the path of the file that names it, and may be nil. A file that another leads to is read where
// that one places it. Sources and problems have the paths that the files were opened by.
func FollowAll(files []Source, beside func(from, name string) (Source, error)) ([]Source, []Problem) {
	type trail struct {
		sources  []Source
		problems []Problem
	}
	trails := make([]trail, len(files))
	led := map[string]bool{}
	for i, f := range files {
		opened := map[string]string{} // by the path on the system
		t := &trails[i]
		t.sources, t.problems = Follow(f, func(where string) (Source, error) {
			s, err := atHand(files, f.Path, LastPart(where), beside)
			if err == nil {
				opened[where] = s.Path
				led[s.Path] = led[s.Path] || s.Path != f.Path
			}
			return s, err
		})
		for j := range t.sources {
			t.sources[j].Path = cmp.Or(opened[t.sources[j].Path], t.sources[j].Path)
		}
		for j := range t.problems {
			t.problems[j].At.File = cmp.Or(opened[t.problems[j].At.File], t.problems[j].At.File)
		}
	}
	var sources []Source
	var problems []Problem
	for i, f := range files {
		if led[f.Path] && (i > 0 || !all(files, led)) {
			continue
		}
		for _, s := range trails[i].sources {
			if !slices.ContainsFunc(sources, func(o Source) bool { return o.Path == s.Path }) {
				sources = append(sources, s)
			}
		}
		problems = append(problems, trails[i].problems...)
	}
	return sources, problems
}

// all says whether every file is led to by another: then they go round in a ring.
func all(files []Source, led map[string]bool) bool {
	return !slices.ContainsFunc(files, func(f Source) bool { return !led[f.Path] })
}

// atHand finds a file by its name: beside the file that names it first.
func atHand(files []Source, from, name string, beside func(from, name string) (Source, error)) (Source, error) {
	named := slices.DeleteFunc(slices.Clone(files), func(f Source) bool { return !strings.EqualFold(path.Base(f.Path), name) })
	i := slices.IndexFunc(named, func(f Source) bool { return path.Dir(f.Path) == path.Dir(from) })
	switch {
	case len(named) > 0:
		return named[max(i, 0)], nil
	case beside == nil:
		return Source{}, fs.ErrNotExist
	}
	return beside(from, name)
}

// LastPart is the file name of a path on z/OS, or the member of a data set.
func LastPart(where string) string {
	where = strings.Trim(where, "'\"")
	if _, member, ok := strings.Cut(where, "("); ok {
		return strings.TrimRight(member, ")'")
	}
	return path.Base(where)
}
