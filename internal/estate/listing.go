package estate

import (
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/saf"
)

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

// listOnly makes a ring of which no certificate is at hand: what it holds is listed, and unproven.
func (l *loader) listOnly(k *Keyring) {
	k.Ring = &certchain.Ring{Name: k.FullName(), Virtual: k.spec.virtual, Consumer: certchain.Consumer(k.spec.consumer)}
	if k.Ring.Consumer == "" {
		k.Ring.Consumer = certchain.SystemSSL
	}
	if k.ListRing != nil {
		l.joinListing(k)
	}
}

// Listed returns the ring's OWNER/RING, or its virtual ring, where the estate file says it; else an empty text.
func (k *Keyring) Listed() string {
	if k.spec.virtual != "" {
		return k.spec.virtual
	}
	if k.spec.ring != nil && strings.Contains(k.spec.ring.text, "/") {
		return k.spec.ring.text
	}
	return ""
}

// OnSystem says whether the ring can be one of a z/OS system: the machine's own roots, and rings of strict consumers such as
// browsers, are not.
func (k *Keyring) OnSystem() bool {
	return k.Name != SystemRing && certchain.Consumer(k.spec.consumer) != certchain.Strict
}
