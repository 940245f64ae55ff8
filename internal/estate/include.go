package estate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

// readDocument reads one estate file and, after it, those that it includes. by is the include that names the file; nil for
// the first.
func (l *loader) readDocument(path string, parent *document, by *node) *document {
	src := &source{path: path, name: l.relative(path), order: len(l.docs)}
	text, modified, err := l.opts.Text, time.Time{}, error(nil)
	if text == nil || by != nil {
		text, modified, err = readRegular(path, maxFile)
	}
	if err != nil {
		at, what := position{src: src}, "the estate file "+reason(err)+"; want the path of a YAML file"
		if by != nil {
			at, what = by.at, "include: "+path+": "+reason(err)
		}
		l.faults.add(at, "%s", what)
		return nil
	}
	src.text = text
	doc := &document{src: src, parent: parent, maxInputAge: defaultInputAge}
	l.docs = append(l.docs, doc)
	l.addInput(src.name, "estate", text, modified)
	if doc.tree = src.parse(&l.faults); doc.tree == nil {
		doc.tree = &node{kind: mapping, at: src.at(1, 1)}
		if parent == nil {
			return nil
		}
		return doc
	}
	if !documentObject().read(&l.decoder, doc.tree, doc) && parent == nil {
		return nil
	}
	if doc.include != nil {
		for _, pattern := range l.anyItems("include", doc.include) {
			l.include(doc, pattern)
		}
	}
	return doc
}

// include reads the files that one pattern names.
func (l *loader) include(doc *document, pattern *node) {
	text, ok := l.text("include", pattern)
	if !ok {
		return
	}
	paths, err := filepath.Glob(doc.resolve(text))
	switch {
	case err != nil:
		l.fail(pattern, "include", "%q is no pattern; want a path relative to this file, in which * and ? may stand", text)
		return
	case len(paths) == 0:
		l.fail(pattern, "include", "%q matches no file; paths are relative to this file", text)
		return
	}
	slices.Sort(paths)
	for _, path := range paths {
		if why := l.included(doc, path); why != "" {
			l.fail(pattern, "include", "%q: %s", text, why)
			continue
		}
		l.readDocument(path, doc, pattern)
	}
}

// included says why a file may not be included by doc: it includes itself, or was read already.
func (l *loader) included(doc *document, path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	same := func(other *document) bool {
		have, err := os.Stat(other.src.path)
		return err == nil && os.SameFile(info, have)
	}
	for up := doc; up != nil; up = up.parent {
		if same(up) {
			return path + " includes itself; want files that do not include each other"
		}
	}
	for _, other := range l.docs {
		if same(other) {
			return path + " is included twice; want each file once"
		}
	}
	return ""
}

// resolve returns a path of the file's as it can be opened.
func (doc *document) resolve(path string) string { return doc.src.resolve(path) }

func (s *source) resolve(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.dir(), path)
}

// relative returns a path as reports show it: relative to the estate file, with slashes; one that was given in full stays.
func (l *loader) relative(path string) string {
	rel, err := filepath.Rel(l.root, path)
	if err != nil || filepath.IsAbs(path) && (!filepath.IsAbs(l.root) || strings.HasPrefix(rel, "..")) {
		rel = path
	}
	return filepath.ToSlash(rel)
}

func (l *loader) location(p position) report.Location {
	return report.Location{File: p.src.name, Line: p.line, Column: p.column}
}

func (l *loader) newWaiver(n *node) report.Waiver {
	at := l.location(n.at)
	return report.Waiver{Location: &at}
}

func collected(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}
