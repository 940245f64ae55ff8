package certchain

// Chain returns what a server would send from the ring for a certificate: it, and every issuer that the ring's users can see, as
// far as the ring goes. System SSL sends no more than what its ring holds.
func (r *Ring) Chain(leaf *Certificate) []*Certificate {
	s := search{intermediates: append(r.Anchors(), r.Intermediates()...), checked: &signatures{}}
	s.from(leaf)
	best := []*Certificate{leaf}
	for _, p := range s.paths {
		if len(p.certificates) > len(best) {
			best = p.certificates
		}
	}
	return best
}

// IssuerOf returns the certificate of a list that issued c, by name and signature; nil when none did.
func IssuerOf(c *Certificate, list []*Certificate) *Certificate {
	for _, candidate := range list {
		if candidate.subjectKey != c.issuerKey || len(candidate.RawSubject) == 0 {
			continue
		}
		if valid, _ := checkSignature(c, candidate); valid == Yes {
			return candidate
		}
	}
	return nil
}
