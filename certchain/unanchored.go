package certchain

import "fmt"

// unanchored words the answer for a path that reaches no anchor: it names the certificate that is missing, and what is
// there instead.
func (j *judge) unanchored(p path) Trust {
	t := Trust{Value: No, Code: ReasonNoAnchor, Path: p.certificates, Notes: notes(p.certificates)}
	end := p.certificates[len(p.certificates)-1]
	if len(p.certificates) >= maxDepth {
		t.Value, t.Code = Unknown, ReasonTooMuchWork
		t.Detail = fmt.Sprintf("the path is longer than the %d certificates that are followed", maxDepth)
		return t
	}
	if f, ok := forged(p.failed); ok {
		t.Code = ReasonBadSignature
		t.Detail = fmt.Sprintf("%s is not signed by %s, %s: %s", quote(end.title()), quote(f.issuer.title()), j.place(f), f.reason)
		return t
	}
	if len(j.ring.Anchors()) == 0 {
		t.Detail = fmt.Sprintf("ring %s has no CA certificate that is an anchor for %s", j.ring.Name, j.consumer)
		return t
	}
	t.Detail = j.missing(p, end)
	return t
}

// forged picks an issuer by name whose key, by its identifier, should have signed but did not. Without identifiers on
// either side a renewed key cannot be told from a forgery: the signature is what failed.
func forged(list []failed) (failed, bool) {
	for _, f := range list {
		if f.sameKey {
			return f, true
		}
	}
	for _, f := range list {
		if f.noKeyIDs {
			return f, true
		}
	}
	return failed{}, false
}

func (j *judge) place(f failed) string {
	if f.onRing {
		return "which is on ring " + j.ring.Name
	}
	return "which is there"
}

func (j *judge) missing(p path, end *Certificate) string {
	entry, onRing := j.ring.Find(end)
	switch {
	case end.SelfIssued() && onRing && entry.Personal():
		return fmt.Sprintf("%s is self-signed and on ring %s only as a personal certificate, which is no anchor", quote(end.title()), j.ring.Name)
	case end.SelfIssued() && onRing:
		return fmt.Sprintf("%s is on ring %s, but is no anchor for %s", quote(end.title()), j.ring.Name, j.consumer)
	case end.SelfIssued() && len(p.certificates) == 1:
		return fmt.Sprintf("%s is self-signed and not on ring %s", quote(end.title()), j.ring.Name)
	case end.SelfIssued():
		return fmt.Sprintf("the root %s was sent, but is not on ring %s", quote(end.title()), j.ring.Name)
	case len(p.failed) > 0 && p.failed[0].onRing:
		return fmt.Sprintf("ring %s has a certificate named %s, but with another key than the one that signed %s: an older or a newer one",
			j.ring.Name, quote(end.Issuer), quote(end.title()))
	}
	for _, c := range j.ring.Intermediates() {
		if c.subjectKey == end.issuerKey {
			return fmt.Sprintf("the issuer %s of %s was not sent, and on ring %s it is no anchor for %s",
				quote(end.Issuer), quote(end.title()), j.ring.Name, j.consumer)
		}
	}
	return fmt.Sprintf("the issuer %s of %s is neither sent nor an anchor of ring %s", quote(end.Issuer), quote(end.title()), j.ring.Name)
}
