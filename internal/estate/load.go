package estate

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/saf"
	"github.com/portseal/portseal/report"
)

// Options is what a caller knows that the file is checked against. The zero value checks nothing of that.
type Options struct {
	Findings []string // the ids that a waiver may name; nil accepts any
	StartTLS []string // the kinds that starttls may name; nil accepts any
	Profiles []string // the ids that profile may name beside files; nil accepts any
	Inputs   string   // the folder with a folder of inputs a system; empty for none
	Text     []byte   // of the estate file, in the place of what is on the disk; nil reads it
	Unread   bool     // the files that the estate names need not be there, and are not read

	Keyrings []RingFile // rings to define, or to read in the place of what the files say
}

// Load reads an estate file with everything that it names. The error is an Errors with every fault of every file; the
// Estate is nil then.
func Load(path string, opts Options) (*Estate, error) {
	l := &loader{
		decoder:   decoder{opts: opts},
		estate:    &Estate{Path: path},
		root:      filepath.Dir(path),
		templates: map[string]*template{},
		files:     map[string]fileRead{},
		names:     map[string]*rawSystem{},
		named:     map[string]position{},
		rings:     map[string]*Keyring{},
		listings:  map[string]*saf.Output{},
		folders:   map[string]*folder{},
		dates:     map[string]time.Time{},
		listener:  listenerObject(),
	}
	l.read(path)
	if err := l.faults.err(); err != nil {
		return nil, err
	}
	return l.estate, nil
}

// loader is one Load.
type loader struct {
	decoder
	estate    *Estate
	root      string // folder of the first file
	docs      []*document
	templates map[string]*template
	files     map[string]fileRead // inputs by path, so that each is read once
	rings     map[string]*Keyring // by full name
	listings  map[string]*saf.Output
	folders   map[string]*folder   // of inputs, by system
	dates     map[string]time.Time // when inputs were gathered, by path
	listener  *object[Listener]
	systems   []*rawSystem
	names     map[string]*rawSystem
	unread    bool                // a listener could not be read, so that what names one cannot be checked
	named     map[string]position // schedules, blackouts and notices by LIST/NAME
	profile   *node               // of the whole estate
}

func (l *loader) read(path string) {
	first := l.readDocument(path, nil, nil)
	if first == nil {
		return
	}
	l.identity(first)
	l.readFolders()
	for _, doc := range l.docs {
		l.readTemplates(doc)
	}
	for _, doc := range l.docs {
		l.readKeyrings(doc.keyrings, "")
	}
	for _, doc := range l.docs {
		l.readDefaults(doc.defaults)
		l.readSystems(doc)
	}
	for _, s := range l.systems {
		l.expand(s)
	}
	if len(l.systems) == 0 && len(l.faults.list) == 0 {
		l.faults.add(first.tree.at, "systems: the estate has none; want at least one system with listeners")
	}
	l.addGiven()
	l.resolveRings()
	l.checkGiven()
	l.closeRings()
	l.checkPorts()
	for _, doc := range l.docs {
		l.readWaivers(doc)
		l.readSchedules(doc)
		l.readBlackouts(doc)
		l.readNotices(doc)
	}
	for _, k := range l.estate.Keyrings {
		l.loadRing(k)
	}
	l.checkLabels()
}

// identity takes what only the first file may say.
func (l *loader) identity(first *document) {
	l.estate.Name, l.estate.ZOSRelease, l.estate.MaxInputAge = first.name, first.release, first.maxInputAge
	if first.tree.get("name") == nil {
		l.faults.add(first.tree.at, "name: the estate has none; want a name for reports, as in name: prodplex")
	}
	if l.profile = first.profile; l.profile != nil {
		l.readProfile(l.profile)
	}
	for _, doc := range l.docs[1:] {
		for _, key := range mainOnly() {
			for _, e := range doc.tree.entries {
				if e.key.text == key {
					l.faults.add(e.key.at, "%s: holds for the whole estate; want it in %s, not in an included file", key, first.src.path)
				}
			}
		}
	}
}

func (l *loader) readWaivers(doc *document) {
	if doc.waive == nil || doc.waive.kind == empty { // as when each stands behind a #
		return
	}
	object := waiverObject()
	for _, n := range l.anyItems("waivers", doc.waive) {
		w := l.newWaiver(n)
		if object.read(&l.decoder, n, &w) && object.need(&l.decoder, n, waiverHints()) {
			l.checkWaiver(n, w)
			l.estate.Waivers = append(l.estate.Waivers, w)
		}
	}
}

// checkWaiver wants a listener, but for a finding that is about none. A finding about Query Monitor's parameters, an
// AT-TLS policy or drift may be about one.
func (l *loader) checkWaiver(n *node, w report.Waiver) {
	if item := n.get("item"); item != nil && w.Finding != profileFailed {
		l.fail(item, "item", "%s is about no item of a profile; want finding: %s, or leave item out", w.Finding, profileFailed)
	}
	if strings.HasPrefix(w.Finding, "QM-") || strings.HasPrefix(w.Finding, "ATTLS-") || strings.HasPrefix(w.Finding, "DRIFT-") {
		return
	}
	given, about := n.get("listener"), !slices.Contains(aboutNoListener(), w.Finding)
	switch {
	case about && given == nil:
		l.faults.add(n.at, "listener: the waiver has none; want SYSTEM/LISTENER, in which * may stand")
	case !about && given != nil:
		l.fail(given, "listener", "%s is about no listener; leave listener out", w.Finding)
	}
}
