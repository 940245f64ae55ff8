package estate

import "github.com/portseal/portseal/internal/saf"

// joinListing reads the ring's listing, once for all the rings that it has, and joins it.
func (l *loader) joinListing(k *Keyring) {
	out := l.listings[k.ListRing.Path]
	if out == nil {
		var err error
		if out, err = saf.Read(l.relative(k.ListRing.Path), l.files[k.ListRing.Path].data); err != nil {
			l.fail(k.spec.listring, "listring", "%s", err)
			return
		}
		l.listings[k.ListRing.Path] = out
		k.tell(out.Problems)
	}
	name, at := "", k.spec.listring
	if k.spec.ring != nil {
		at = k.spec.ring
		name, _ = l.text("ring", at)
	} else if r, err := out.Ring(k.Name); err == nil && r != nil {
		name = r.FullName() // of several, the one that has the name of this one
	}
	problems, err := saf.Join(k.Ring, out, name)
	if err != nil {
		l.fail(at, "ring", "%s", err)
		return
	}
	k.tell(problems)
}

// tell keeps what was not understood of the ring's listing.
func (k *Keyring) tell(problems []saf.Problem) {
	for _, p := range problems {
		k.Problems = append(k.Problems, Problem{Kind: ListingProblem, Location: p.At, Detail: p.Message})
	}
}
