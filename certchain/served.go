package certchain

import (
	"fmt"
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
// anyPersonal and no label any personal certificate of the ring will do: that is how the CAE server's Java chooses.
func ServedBy(leaf *Certificate, ring *Ring, label string, anyPersonal bool) Served {
	switch {
	case leaf == nil:
		return Served{Match: Unknown, Detail: "no certificate was sent"}
	case ring == nil:
		return Served{Match: Unknown, Detail: "there is no key ring to compare with"}
	case label == "" && anyPersonal:
		return servedByAny(leaf, ring)
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
	if len(personal) == 0 {
		return Served{Match: Unknown, Detail: fmt.Sprintf("ring %s as given has no personal certificate", ring.Name)}
	}
	detail := fmt.Sprintf("%s is none of the %d personal certificates of ring %s", quote(leaf.title()), len(personal), ring.Name)
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
	personal := ring.PersonalEntries()
	for _, e := range personal {
		if e.Default == Yes {
			return e, ""
		}
	}
	switch len(personal) {
	case 0:
		return Entry{}, fmt.Sprintf("ring %s as given has no personal certificate", ring.Name)
	case 1:
		return personal[0], ""
	}
	return Entry{}, fmt.Sprintf("ring %s has %d personal certificates and nothing says which is its default: name a label", ring.Name, len(personal))
}

// labelled finds a label exactly, then without regard to case, because keytool folds aliases.
func labelled(ring *Ring, label string) (Entry, string) {
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var found []Entry
		for _, e := range ring.Entries {
			if equal(e.Label, label) {
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
		if e.Label != "" {
			have = append(have, e.Label)
		}
	}
	return Entry{}, fmt.Sprintf("ring %s as given has no certificate with the label %s; its labels: %s", ring.Name, quote(label), listed(have))
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
