package estate

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// checkRing checks what a ring says, and that its files are there, before any of them is read. In the place of a given ring's
// files others are read: they need not be there.
func (l *loader) checkRing(k *Keyring, n *node) {
	if k.given != nil {
		return
	}
	none := len(k.spec.files) == 0 && n.get("files") == nil && k.spec.labels == nil
	k.spec.open = none && l.opts.Inputs != "" && k.System == "" && k.spec.listring == nil
	if none && !k.spec.open && !k.spec.listedOnly && !l.opts.Unread {
		l.faults.add(n.at, "files: key ring %s has none; want files: [FILE], or labels: {LABEL: FILE}", k.Name)
	}
	if v := k.spec.virtual; v != "" && (!strings.HasSuffix(v, "/*") || strings.Count(v, "/") != 1) {
		l.fail(n.get("virtual"), "virtual", "%q is no virtual key ring; want \"*AUTH*/*\", \"*SITE*/*\" or \"USER/*\"", v)
	}
	for _, i := range k.spec.files {
		l.ringFile(k, "files", "", i)
	}
	l.readLabels(k)
	if k.spec.ring != nil && k.spec.listring == nil && !k.spec.open && !l.opts.Unread {
		l.fail(k.spec.ring, "ring", "names a ring of a listing, and there is none; want listring, or leave ring out")
	}
	if k.spec.listring != nil {
		k.ListRing = l.file("listring", "listring", k.spec.listring)
	}
	if k.spec.password != nil && !l.opts.Unread {
		k.spec.passwordPath = l.privateFile("password_file", k.spec.password)
		k.spec.broken = k.spec.broken || k.spec.passwordPath == ""
	}
}

func (l *loader) readLabels(k *Keyring) {
	n := k.spec.labels
	if n == nil {
		return
	}
	if n.kind != mapping || len(n.entries) == 0 {
		l.fail(n, "labels", "is %s; want a mapping of labels to files, as in {WEBSERVER: rings/web.pem}", n.what())
		return
	}
	for _, e := range n.entries {
		if label, ok := l.text("labels", e.key); ok {
			l.ringFile(k, "labels", label, e.value)
		}
	}
}

// ringFile registers a file or folder of a ring that is there.
func (l *loader) ringFile(k *Keyring, key, label string, n *node) {
	text, ok := l.text(key, n)
	if !ok {
		k.spec.broken = true
		return
	}
	if l.opts.Unread {
		return
	}
	path := n.at.src.resolve(text)
	if _, err := os.Stat(path); err != nil {
		l.fail(n, key, "%q %s; want a file or folder, with a path relative to this file", text, reason(bare(err)))
		k.spec.broken = true
		return
	}
	k.spec.paths = append(k.spec.paths, ringPath{key, label, path, n})
}

// loadRing reads the ring's files.
func (l *loader) loadRing(k *Keyring) {
	if k.spec.broken {
		return
	}
	spec := keyring.Spec{Name: k.FullName(), PasswordFile: k.spec.passwordPath}
	if k.given != nil {
		spec = k.given.Spec()
	}
	spec.Virtual, spec.Consumer = k.spec.virtual, certchain.Consumer(k.spec.consumer)
	for _, p := range k.spec.paths {
		if p.label == "" {
			spec.Files = append(spec.Files, p.path)
			continue
		}
		if spec.Labels == nil {
			spec.Labels = map[string]string{}
		}
		spec.Labels[p.label] = p.path
	}
	if l.opts.Unread {
		return
	}
	if k.spec.listedOnly && len(spec.Files)+len(spec.Labels) == 0 {
		l.listOnly(k)
		return
	}
	if len(spec.Files)+len(spec.Labels) == 0 && spec.Name != SystemRing {
		return // checkRing has said so
	}
	ring, problems, err := keyring.Load(spec)
	for _, p := range problems {
		at := report.Location{File: l.relative(p.File), Line: p.Line}
		k.Problems = append(k.Problems, Problem{Kind: string(p.Kind), Location: at, Detail: p.Detail})
	}
	if err != nil {
		l.ringFault(k, err)
		return
	}
	ring.Name = k.FullName()
	k.Ring = ring
	for _, s := range ring.Sources {
		l.addSource(s)
	}
	if k.ListRing != nil {
		l.joinListing(k)
	}
}

// addSource notes a ring's file as an input, once.
func (l *loader) addSource(s certchain.Source) {
	if _, known := l.files[s.Path]; known {
		return
	}
	l.files[s.Path] = fileRead{}
	input := report.Input{Path: l.relative(s.Path), Kind: "ring", SHA256: s.SHA256}
	if info, err := os.Stat(s.Path); err == nil {
		input.Collected = collected(l.date(s.Path, info.ModTime()))
	}
	l.estate.Inputs = append(l.estate.Inputs, input)
}

// ringFault takes the reader's joined error apart, and puts each part to the file that it is about.
func (l *loader) ringFault(k *Keyring, err error) {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	parts := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		parts = joined.Unwrap()
	}
	for _, part := range parts {
		if k.given != nil {
			l.faults.add(k.given.at(), "%s", filepath.ToSlash(part.Error()))
			continue
		}
		at, key, text := k.at, "keyrings", part.Error()
		longest := 0
		for _, p := range k.spec.paths {
			if len(p.path) > longest && strings.Contains(text, p.path) {
				at, key, longest = p.node.at, p.key, len(p.path)
			}
		}
		if k.spec.passwordPath != "" && strings.Contains(text, "password file "+k.spec.passwordPath) {
			at, key = k.spec.password.at, "password_file"
		}
		l.faults.add(at, "%s: key ring %s: %s", key, k.Name, filepath.ToSlash(text))
	}
}

// checkLabels compares labels with those of the ring that serves, when it has any.
func (l *loader) checkLabels() {
	for _, s := range l.estate.Systems {
		for _, one := range s.Listeners {
			k := l.rings[one.ServedBy]
			if one.Label == "" || k == nil || k.Ring == nil {
				continue
			}
			if labels := k.labels(); len(labels) > 0 && !slices.Contains(labels, one.Label) {
				l.fail(one.label, "label", "%q is no label of key ring %s; %swant %s",
					one.Label, k.Name, nearest.Meant(one.Label, labels), nearest.AnyOf(labels))
			}
		}
	}
}

// labels returns the labels of the ring's certificates.
func (k *Keyring) labels() []string {
	var out []string
	for _, u := range k.Ring.Unproven() {
		out = append(out, u.Label)
	}
	for _, e := range k.Ring.Entries {
		if e.OnRing == certchain.No {
			continue
		}
		if e.Label != "" && !slices.Contains(out, e.Label) {
			out = append(out, e.Label)
		}
	}
	return out
}
