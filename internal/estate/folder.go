package estate

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/inputs"
	"github.com/portseal/portseal/internal/nearest"
)

// folder is a system's folder of inputs: see package inputs. Its files become nodes, as if the estate file had named them.
type folder struct {
	src      *source // of the manifest: names are relative to its folder
	manifest *inputs.Contents
	files    []string            // that have a place in such a folder
	rings    map[string][]string // key rings: their files
	policies []string
}

// afterDocuments puts the faults of folders behind those of the estate's files.
const afterDocuments = 1 << 20

// readFolders finds the folders of inputs. A folder for a system that the estate has not is a fault: its inputs would be lost.
func (l *loader) readFolders() {
	dir := l.opts.Inputs
	if dir == "" {
		return
	}
	at := position{src: &source{path: dir, name: l.relative(dir), order: afterDocuments}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.faults.add(at, "inputs: the folder %s; want one with a folder for each system, as 'portseal collect' makes them", reason(bare(err)))
		return
	}
	var systems, loose []string
	for _, doc := range l.docs {
		systems = append(systems, systemNamesOf(doc)...)
	}
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		switch {
		case err != nil || !info.IsDir():
			loose = append(loose, e.Name())
		case !slices.Contains(systems, e.Name()):
			l.faults.add(at, "inputs: folder %q is for a system that the estate does not have; %swant one of %s",
				e.Name(), nearest.Meant(e.Name(), systems), nearest.AnyOf(systems))
		default:
			l.folders[e.Name()] = l.readFolder(filepath.Join(dir, e.Name()), e.Name())
		}
	}
	l.unknown(at, loose)
}

// systemNamesOf returns the names of a file's systems before they are read.
func systemNamesOf(doc *document) []string {
	var out []string
	if doc.systems == nil {
		return nil
	}
	for _, n := range doc.systems.items {
		if name := n.get("name"); name != nil {
			out = append(out, name.text)
		}
	}
	return out
}

// readFolder lists a system's folder and reads its manifest.
func (l *loader) readFolder(dir, system string) *folder {
	path := filepath.Join(dir, inputs.Manifest)
	f := &folder{src: &source{path: path, name: l.relative(path), order: afterDocuments}, manifest: &inputs.Contents{}, rings: map[string][]string{}}
	var unknown []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if name := filepath.ToSlash(rel); !f.add(name) {
			unknown = append(unknown, name)
		}
		return nil
	})
	if err != nil {
		l.faults.add(f.at(), "inputs: %s", err)
	}
	l.readManifest(f, path, system)
	slices.SortStableFunc(f.policies, func(a, b string) int { return f.order(a) - f.order(b) })
	l.unknown(f.at(), unknown)
	return f
}

// add gives a file its place; false when it has none.
func (f *folder) add(name string) bool {
	kind, ring := inputs.Kind(name)
	switch kind {
	case inputs.KindUnknown:
		return false
	case inputs.KindManifest:
		return true
	case inputs.KindPolicy:
		f.policies = append(f.policies, name)
	case inputs.KindListing, inputs.KindCertificate:
		f.rings[ring] = append(f.rings[ring], name)
	}
	f.files = append(f.files, name)
	return true
}

// order is a policy's place in the manifest: the order in which the stack reads them. One that it does not name comes last.
func (f *folder) order(name string) int {
	if i := slices.IndexFunc(f.manifest.Files, func(e inputs.Entry) bool { return e.Name == name }); i >= 0 {
		return i
	}
	return len(f.manifest.Files)
}

// readManifest takes the dates, and says what was not gathered.
func (l *loader) readManifest(f *folder, path, system string) {
	data, modified, err := readRegular(path, maxFile)
	if err != nil {
		l.note(f.at(), "inputs: %s %s: the files' own times are taken for when they were gathered", inputs.Manifest, reason(err))
		return
	}
	l.addInput(f.src.name, "manifest", data, modified)
	m := inputs.Parse(data)
	f.manifest = m
	for _, p := range m.Problems {
		l.note(position{f.src, p.Line, 1}, "inputs: %s", p.Message)
	}
	if m.System != "" && m.System != system {
		l.faults.add(f.at(), "inputs: the folder is for system %s, and its files were gathered for %s; want the folder named as the system", system, m.System)
	}
	for _, e := range m.Failed {
		l.note(f.at(), "inputs: %s could not be gathered: %s", e.Name, e.Why)
	}
	for _, e := range m.Files {
		l.dates[filepath.Join(filepath.Dir(path), filepath.FromSlash(e.Name))] = e.At
	}
}

func (f *folder) at() position { return position{src: f.src} }

// node names a file of the folder as the estate file would.
func (f *folder) node(name string) *node { return &node{kind: scalar, text: name, at: f.at()} }

func (f *folder) list(names []string) *node {
	n := &node{kind: list, at: f.at()}
	for _, name := range names {
		n.items = append(n.items, f.node(name))
	}
	return n
}

func (f *folder) has(name string) bool { return slices.Contains(f.files, name) }

// unknown says which files were not read, since their names mean nothing.
func (l *loader) unknown(at position, names []string) {
	if len(names) == 0 {
		return
	}
	const most = 10
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	l.note(at, "inputs: not read, since the names are none that 'portseal collect' gives: %s", text)
}

// note keeps what is worth a word and no fault.
func (l *loader) note(at position, format string, args ...any) {
	l.estate.Notes = append(l.estate.Notes, Note{At: l.location(at), Message: fmt.Sprintf(format, args...)})
}

// date returns when a file was gathered: as its manifest says, else when it was last changed.
func (l *loader) date(path string, modified time.Time) time.Time {
	if at := l.dates[path]; !at.IsZero() {
		return at
	}
	return modified
}
