package saf

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/certchain"
)

// Join puts what a listing says to the certificates of a ring: label, owner, usage, default and status. The name picks the ring,
// as NAME or OWNER/NAME, of a listing that has several; a virtual ring has none, and holds all that its owner has
// (RACDCERT LIST). The error says that there is no such ring; the problems, what does not fit together.
//
// A listed certificate is taken for an exported one by its SHA-256 fingerprint; without one by serial number, validity, key
// and subject; where only LISTRING was collected, by a label that the ring's files are given with, or because nothing else is
// left: as many certificates without a row as rows without a certificate. What is listed and not found becomes Unproven.
func Join(ring *certchain.Ring, o *Output, name string) ([]Problem, error) {
	j := joiner{ring: ring, out: o, joined: map[int]bool{}, known: map[key]bool{}, details: o.index(),
		listing: &certchain.Listing{Whole: true, At: certchain.Place{File: o.Path, Line: 1, Column: 1}}}
	rows := func() error { return j.real(name) }
	if ring.Virtual != "" {
		rows = j.virtual
	}
	if err := rows(); err != nil {
		return nil, err
	}
	for i := range j.rows {
		j.find(&j.rows[i])
	}
	j.byLabel()
	j.leftOver(func(u certchain.Usage) bool { return u == certchain.UsagePersonal }, certchain.Entry.Personal)
	j.leftOver(func(u certchain.Usage) bool { return u == certchain.UsageCertAuth || u == certchain.UsageSite },
		func(e certchain.Entry) bool { return !e.Personal() })
	j.finish()
	return j.problems, nil
}

type joiner struct {
	ring     *certchain.Ring
	out      *Output
	listing  *certchain.Listing
	rows     []row
	problems []Problem
	joined   map[int]bool // entries that have their row
	known    map[key]bool // certificates that have a row
	details  map[key]*Certificate
}

// row is a certificate of the ring as listed.
type row struct {
	Connection
	details   *Certificate // nil when RACDCERT LIST was not collected for it
	elsewhere bool         // it is listed, and not of this ring
	found     bool
}

// identified says whether the row says enough to know the certificate by.
func (r row) identified() bool {
	return r.details != nil && (r.details.SHA256 != "" || r.details.Serial != "")
}

// find looks for the certificate of a row by what identifies it.
func (j *joiner) find(r *row) {
	if !r.identified() {
		return
	}
	var hits []int
	for i, e := range j.ring.Entries {
		if r.details.SHA256 != "" && r.details.SHA256 == e.SHA256 || r.details.SHA256 == "" && r.details.describes(e.Certificate) {
			hits = append(hits, i)
		}
	}
	if slices.ContainsFunc(hits, func(i int) bool { return !j.ring.Entries[i].Equal(j.ring.Entries[hits[0]].Certificate) }) {
		j.problems = append(j.problems, Problem{r.At, fmt.Sprintf("the certificate %q fits several of the ring's files, and the listing has no "+
			"fingerprint to tell them apart", r.Label)})
		return
	}
	for _, i := range hits {
		j.join(r, i)
	}
}

// join takes an entry for a row.
func (j *joiner) join(r *row, i int) {
	j.joined[i], r.found = true, true
	e := &j.ring.Entries[i]
	if r.elsewhere {
		e.OnRing = certchain.No
		return
	}
	e.Label, e.Owner, e.Usage, e.ListedAt = r.Label, r.Owner, r.Usage, place(r.At)
	if r.Default != "" {
		e.Default = r.Default
	}
	if j.listing.Ring != "" {
		e.OnRing = certchain.Yes
	}
	if d := r.details; d != nil {
		e.Status = d.Status
		if d.PrivateKey != "" && r.Usage != "" { // a CA that RACF made has its key there too, and is none to be served
			e.HasPrivateKey = d.PrivateKey
		}
	}
}

// byLabel joins by the labels that the ring's files are given with, where nothing contradicts.
func (j *joiner) byLabel() {
	for n := range j.rows {
		r := &j.rows[n]
		if r.found || r.elsewhere || r.identified() {
			continue
		}
		for i, e := range j.ring.Entries {
			if !j.joined[i] && e.Label == r.Label {
				j.join(r, i)
			}
		}
	}
}

// leftOver joins what is left when it is as much on either side: one certificate with its row, several with the usage that
// their rows share.
func (j *joiner) leftOver(usage func(certchain.Usage) bool, kind func(certchain.Entry) bool) {
	var rows, entries []int
	for n, r := range j.rows {
		if !r.found && !r.elsewhere && !r.identified() && usage(r.Usage) {
			rows = append(rows, n)
		}
	}
	for i, e := range j.ring.Entries {
		if !j.joined[i] && kind(e) {
			entries = append(entries, i)
		}
	}
	if len(rows) == 0 || len(rows) != len(entries) {
		return
	}
	if len(rows) == 1 {
		j.join(&j.rows[rows[0]], entries[0])
		return
	}
	first := j.rows[rows[0]]
	if slices.ContainsFunc(rows, func(n int) bool { return j.rows[n].Usage != first.Usage || j.rows[n].Default == certchain.Yes }) {
		return
	}
	for n := range rows {
		j.rows[rows[n]].found, j.joined[entries[n]] = true, true
		j.ring.Entries[entries[n]].Usage = first.Usage
	}
}

// finish says which certificates of the ring's files are not on the ring, and which of the ring are in no file.
func (j *joiner) finish() {
	sure := j.listing.Whole // every row is known, so that an entry without one is not on the ring
	for _, r := range j.rows {
		sure = sure && (r.found || r.identified())
		if r.found || r.elsewhere || j.listing.Ring == "" {
			continue
		}
		l := certchain.Listed{Label: r.Label, Owner: r.Owner, Usage: r.Usage, Default: r.Default, At: place(r.At)}
		if d := r.details; d != nil {
			l.Status, l.SHA256, l.Serial, l.Subject, l.NotAfter = d.Status, d.SHA256, d.Serial, d.Subject, d.NotAfter
		}
		j.listing.Unproven = append(j.listing.Unproven, l)
	}
	for i := range j.ring.Entries {
		if sure && !j.joined[i] {
			j.ring.Entries[i].OnRing = certchain.No
		}
	}
	j.ring.Listing = j.listing
}
