package certchain

import (
	"fmt"
	"slices"
	"strings"
)

// Served says whether a listener serves the certificate that its ring says.
type Served struct {
	Match    Answer
	Label    string // label of the certificate that should be served; "" when it has none or several would do
	Expected *Certificate
	Detail   string
}

// ServedBy compares a served leaf with a ring.
//
// The certificate that should be served is the one with the label, when the listener names one (it overrides the ring's
// default: ServerCertificateLabel, CertificateLabel); else the listing's default; else the only personal one. With
// anyPersonal and no label any personal certificate of the ring will do: that is how the CAE server's Java chooses. One that
// is only listed is compared by its fingerprint, where the listing has it.
func ServedBy(leaf *Certificate, ring *Ring, label string, anyPersonal bool) Served {
	switch {
	case leaf == nil:
		return Served{Match: Unknown, Detail: "no certificate was sent"}
	case ring == nil:
		return Served{Match: Unknown, Detail: "there is no key ring to compare with"}
	case label == "" && anyPersonal:
		return servedByAny(leaf, ring)
	}
	if listed, ok := expectedUnproven(ring, label); ok {
		return servedByListed(leaf, ring, listed)
	}
	entry, problem := expectedEntry(ring, label)
	if problem != "" {
		return Served{Match: Unknown, Label: label, Detail: problem}
	}
	s := Served{Match: AnswerOf(entry.Equal(leaf)), Label: entry.Label, Expected: entry.Certificate}
	if s.Match == Yes {
		s.Detail = fmt.Sprintf("%s of ring %s", named(entry), ring.Name)
		return s
	}
	s.Detail = fmt.Sprintf("%s is served instead of %s of ring %s", quote(leaf.title()), named(entry), ring.Name) + difference(leaf, entry, ring)
	return s
}

func servedByAny(leaf *Certificate, ring *Ring) Served {
	personal := ring.PersonalEntries()
	for _, e := range personal {
		if e.Equal(leaf) {
			return Served{Match: Yes, Label: e.Label, Expected: e.Certificate, Detail: fmt.Sprintf("%s of ring %s", named(e), ring.Name)}
		}
	}
	for _, l := range ring.UnprovenPersonal() {
		if s := servedByListed(leaf, ring, l); s.Match != No {
			return s
		}
	}
	if len(personal) == 0 && len(ring.UnprovenPersonal()) == 0 {
		return Served{Match: Unknown, Detail: fmt.Sprintf("ring %s as given has no personal certificate", ring.Name)}
	}
	detail := fmt.Sprintf("%s is none of the %d personal certificates of ring %s", quote(leaf.title()), len(personal)+len(ring.UnprovenPersonal()), ring.Name)
	if len(personal)+len(ring.UnprovenPersonal()) == 1 {
		detail = fmt.Sprintf("%s is not the personal certificate of ring %s", quote(leaf.title()), ring.Name)
	}
	for _, e := range personal {
		if d := difference(leaf, e, ring); d != "" {
			return Served{Match: No, Detail: detail + d}
		}
	}
	return Served{Match: No, Detail: detail}
}

// expectedEntry finds what should be served, or says why that cannot be known.
func expectedEntry(ring *Ring, label string) (Entry, string) {
	if label != "" {
		return labelled(ring, label)
	}
	if i := slices.IndexFunc(ring.Entries, func(e Entry) bool { return e.Default == Yes && e.OnRing != No }); i >= 0 {
		return ring.Entries[i], ""
	}
	personal, unproven := ring.PersonalEntries(), ring.UnprovenPersonal()
	switch n := len(personal) + len(unproven); {
	case n == 0:
		return Entry{}, fmt.Sprintf("ring %s as given has no personal certificate", ring.Name)
	case n > 1:
		return Entry{}, fmt.Sprintf("ring %s has %d personal certificates and nothing says which is its default: name a label", ring.Name, n)
	case len(personal) == 1:
		return personal[0], ""
	}
	return Entry{}, fmt.Sprintf("the only personal certificate of ring %s is listed and in none of its files", ring.Name)
}

// labelled finds a label exactly, then without regard to case, because keytool folds aliases.
func labelled(ring *Ring, label string) (Entry, string) {
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var found []Entry
		for _, e := range ring.Entries {
			if equal(e.Label, label) && e.OnRing != No {
				found = append(found, e)
			}
		}
		if len(found) == 1 {
			return found[0], ""
		}
		if len(found) > 1 {
			return Entry{}, fmt.Sprintf("ring %s has %d certificates with the label %s", ring.Name, len(found), quote(label))
		}
	}
	var have []string
	for _, e := range ring.Entries {
		if e.Label != "" && e.OnRing != No {
			have = append(have, e.Label)
		}
	}
	return Entry{}, fmt.Sprintf("ring %s as given has no certificate with the label %s; its labels: %s", ring.Name, quote(label), listed(have))
}

// expectedUnproven finds what should be served among the certificates that are only listed.
func expectedUnproven(ring *Ring, label string) (Listed, bool) {
	for _, l := range ring.Unproven() {
		if label == "" && l.Default == Yes {
			return l, true
		}
		if label != "" && l.Label == label {
			_, problem := labelled(ring, label)
			return l, problem != ""
		}
	}
	return Listed{}, false
}

// servedByListed compares a leaf with a certificate of which only a listing is known.
func servedByListed(leaf *Certificate, ring *Ring, l Listed) Served {
	s := Served{Match: l.is(leaf), Label: l.Label}
	what := fmt.Sprintf("the certificate with the label %s of ring %s", quote(l.Label), ring.Name)
	switch s.Match {
	case Yes:
		s.Detail = what + ", by the fingerprint in its listing"
	case No:
		s.Detail = fmt.Sprintf("%s is served instead of %s, which has another fingerprint or serial number in its listing", quote(leaf.title()), what)
	default:
		s.Detail = what + " is listed and in none of the ring's files, so nothing shows that it is the one that is served: export it " +
			"(RACDCERT EXPORT), or add RACDCERT LIST to the listing"
	}
	return s
}

func named(e Entry) string {
	if e.Label != "" {
		return "the certificate with the label " + quote(e.Label)
	}
	return quote(e.title())
}

// difference hints at why another certificate is served: a renewed one, or another entry of the same ring.
func difference(leaf *Certificate, want Entry, ring *Ring) string {
	if e, ok := ring.Find(leaf); ok && e.Label != "" {
		return fmt.Sprintf("; it is the ring's %s", quote(e.Label))
	}
	if leaf.subjectKey != want.subjectKey {
		return ""
	}
	age := "an older"
	if leaf.NotBefore.After(want.NotBefore) {
		age = "a newer"
	}
	return fmt.Sprintf("; it is %s certificate for the same subject (serial %s, the ring has %s)", age, leaf.Serial, want.Serial)
}

// ServedEntry returns the entry that a listener with this label ("" without one) should serve from the ring, or why that is
// not known.
func (r *Ring) ServedEntry(label string) (Entry, string) {
	if l, ok := expectedUnproven(r, label); ok {
		return Entry{}, fmt.Sprintf("the certificate with the label %s of ring %s is listed and in none of its files", quote(l.Label), r.Name)
	}
	return expectedEntry(r, label)
}
