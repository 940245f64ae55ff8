package syntax

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// Follow returns the policy files that a main file of Policy Agent leads to, in the order in which a stack reads them: the
// one of CommonTTLSConfig first, then for each TcpImage (PEPInstance) the one of TTLSConfig in the image's file. A file
// that leads nowhere is itself the policy. Files are opened by the path that the statement names; what is not at hand is
// a Problem that names the path, and so is every fault of the main and image files themselves.
func Follow(main Source, open func(path string) (Source, error)) ([]Source, []Problem) {
	file := Parse(main)
	if !isMain(file) {
		return []Source{main}, nil
	}
	f := &follower{main: main, open: open, read: map[string]bool{main.Path: true}, problems: file.Problems}
	if common := last(file, "CommonTTLSConfig"); common != nil {
		f.policy(main, common)
	}
	images := slices.Concat(file.Attributes("TcpImage"), file.Attributes("PEPInstance"))
	slices.SortStableFunc(images, func(a, b *Attribute) int { return a.At.Line - b.At.Line })
	ofMain := len(images) == 0
	for _, image := range images {
		path, ok := configPath(image, 1)
		if !ok || path == main.Path || !f.image(image, path) {
			ofMain = true
		}
	}
	if ofMain {
		f.config(main, file)
	} else if config := last(file, "TTLSConfig"); config != nil {
		f.report(NotFollowed, config.At, "TTLSConfig is ignored in the main file, because every image has a file of its own: want it in those")
	}
	return f.sources, f.problems
}

type follower struct {
	main     Source
	open     func(path string) (Source, error)
	read     map[string]bool
	sources  []Source
	problems []Problem
}

func (f *follower) report(id string, at report.Location, format string, arguments ...any) {
	f.problems = append(f.problems, newProblem(id, at, format, arguments...))
}

// image reads the configuration file of one stack, when it is another than the main file: that has a path of its own where it
// was collected, so what it holds decides.
func (f *follower) image(statement *Attribute, path string) (other bool) {
	if f.read[path] {
		return true // of another stack too
	}
	src, ok := f.fetch(statement, path)
	if !ok {
		return true
	}
	if bytes.Equal(src.Data, f.main.Data) {
		return false
	}
	file := Parse(src)
	f.problems = append(f.problems, file.Problems...)
	f.config(src, file)
	return true
}

// config follows the TTLSConfig of a configuration file: the last one counts, and without a path it names no file but
// turns the common policy on.
func (f *follower) config(src Source, file *File) {
	config := last(file, "TTLSConfig")
	if config == nil {
		if len(file.Statements("TTLSRule")) > 0 {
			f.sources = append(f.sources, src)
		}
		f.report(NoConfig, report.Location{File: src.Path, Line: 1, Column: 1},
			"the file has no TTLSConfig, so this stack gets no AT-TLS policy and all its connections are in clear text: "+
				"want TTLSConfig, with the path of a policy or for the common one alone")
		return
	}
	for _, earlier := range file.Attributes("TTLSConfig") {
		if earlier != config {
			f.report(NotFollowed, earlier.At, "this TTLSConfig is ignored: the last one of the file counts, in line %d", config.At.Line)
		}
	}
	f.policy(src, config)
}

// policy adds the file that a CommonTTLSConfig or TTLSConfig names.
func (f *follower) policy(from Source, statement *Attribute) {
	path, ok := configPath(statement, 0)
	if !ok {
		return
	}
	src, ok := from, true
	if path != from.Path {
		src, ok = f.fetch(statement, path)
	}
	if !ok {
		return
	}
	if bytes.Equal(src.Data, from.Data) {
		f.report(NotFollowed, statement.At, "%s names the file that it stands in: want the policy in a file of its own", statement.Keyword)
		f.sources = append(f.sources, from)
		return
	}
	f.sources = append(f.sources, src)
	for _, keyword := range []string{"TcpImage", "PEPInstance", "CommonTTLSConfig", "TTLSConfig"} {
		for _, a := range Parse(src).Attributes(keyword) {
			f.report(NotFollowed, a.At, "%s has no effect in a policy file, which %s in %s line %d names", a.Keyword, statement.Keyword,
				from.Path, statement.At.Line)
		}
	}
}

// fetch opens a file, once.
func (f *follower) fetch(statement *Attribute, path string) (Source, bool) {
	if f.read[path] {
		if !slices.ContainsFunc(f.sources, func(s Source) bool { return s.Path == path }) {
			f.report(NotFollowed, statement.At, "%s names %s, which leads here: want a file of its own", statement.Keyword, quote(path))
		}
		return Source{}, false
	}
	src, err := f.open(path)
	switch {
	case err == nil:
		f.read[path] = true
		src.Path = path
		return src, true
	case strings.HasPrefix(path, "//"):
		f.report(NotAtHand, statement.At, "the data set %s that %s names is not at hand: collect it as a file of that name (%v)",
			path, statement.Keyword, err)
	case errors.Is(err, fs.ErrNotExist):
		f.report(NotAtHand, statement.At, "the file %s that %s names is not at hand: collect it", path, statement.Keyword)
	default:
		f.report(NotAtHand, statement.At, "the file %s that %s names could not be read: %v", path, statement.Keyword, err)
	}
	return Source{}, false
}

// last is the last attribute of a file with a keyword, or nil.
func last(f *File, keyword string) *Attribute {
	all := f.Attributes(keyword)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// configPath is the path at word i of a configuration statement, when there is one before its options.
func configPath(a *Attribute, i int) (string, bool) {
	path := strings.Trim(a.Word(i), `"`)
	switch strings.ToUpper(path) {
	case "", "FLUSH", "NOFLUSH", "PURGE", "NOPURGE":
		return "", false
	}
	if strings.Trim(path, "0123456789") == "" { // the refresh interval
		return "", false
	}
	return path, true
}
