package certchain

import (
	"bytes"
	"cmp"
	"slices"
)

const (
	maxDepth  = 10  // certificates in a path, the anchor included
	maxPaths  = 64  // paths that are looked at
	maxChecks = 200 // signature checks for one answer
)

// path is a candidate: leaf first.
type path struct {
	certificates []*Certificate
	anchored     bool
	unverified   string   // why some signature of it cannot be checked
	failed       []failed // issuers by name at its end whose key did not sign it
}

type failed struct {
	issuer   *Certificate
	onRing   bool
	reason   string
	sameKey  bool // the key identifiers say that this is the issuer's key
	noKeyIDs bool // there are no key identifiers to tell by
}

// signatures remembers checks, so that two searches over the same certificates cost one.
type signatures struct {
	results map[[2]string]checked
}

type checked struct {
	valid  Answer
	reason string
}

func (s *signatures) check(c, issuer *Certificate) (result checked, fresh bool) {
	key := [2]string{c.SHA256, issuer.SHA256}
	if r, ok := s.results[key]; ok {
		return r, false
	}
	valid, reason := checkSignature(c, issuer)
	if s.results == nil {
		s.results = map[[2]string]checked{}
	}
	s.results[key] = checked{valid, reason}
	return s.results[key], true
}

// search finds paths depth first; anchors are tried before intermediates, so that short paths come first.
type search struct {
	anchors       []*Certificate
	intermediates []*Certificate
	checked       *signatures
	checks        int
	exhausted     bool
	paths         []path
}

// issuer is a candidate for the next certificate of a path.
type issuer struct {
	*Certificate
	anchor bool
	rank   int
}

func (s *search) from(leaf *Certificate) {
	if contains(s.anchors, leaf) {
		s.paths = append(s.paths, path{certificates: []*Certificate{leaf}, anchored: true})
	}
	s.extend(path{certificates: []*Certificate{leaf}})
}

func (s *search) extend(p path) {
	end := p.certificates[len(p.certificates)-1]
	grown := false
	for _, next := range s.issuers(p, end) {
		if s.exhausted {
			return
		}
		result, fresh := s.checked.check(end, next.Certificate)
		if fresh {
			s.checks++
		}
		if s.checks >= maxChecks || len(s.paths) >= maxPaths {
			s.exhausted = true
			return
		}
		if result.valid == No {
			p.failed = append(p.failed, failed{
				issuer: next.Certificate, onRing: next.anchor, reason: result.reason,
				sameKey:  keyIDRank(end, next.Certificate) == 0 || !bytes.Equal(end.signatureInner, end.signatureOuter),
				noKeyIDs: end.AuthorityKeyID == "" || next.SubjectKeyID == "",
			})
			continue
		}
		grown = true
		longer := path{certificates: append(slices.Clone(p.certificates), next.Certificate), anchored: next.anchor, unverified: p.unverified}
		if result.valid == Unknown && longer.unverified == "" {
			longer.unverified = result.reason
		}
		if next.anchor {
			s.paths = append(s.paths, longer)
		} else {
			s.extend(longer)
		}
	}
	if !grown {
		s.paths = append(s.paths, p)
	}
}

// issuers lists the certificates whose subject is the issuer of end, likely ones first. A certificate with the name and
// the key of one that is in the path already would only close a loop.
func (s *search) issuers(p path, end *Certificate) (out []issuer) {
	if len(p.certificates) >= maxDepth {
		return nil
	}
	seen := map[string]bool{}
	add := func(list []*Certificate, anchor bool) {
		for _, c := range list {
			if c.subjectKey != end.issuerKey || len(c.RawSubject) == 0 || seen[c.SHA256] || loops(p, c) {
				continue
			}
			seen[c.SHA256] = true
			out = append(out, issuer{Certificate: c, anchor: anchor, rank: keyIDRank(end, c)})
		}
	}
	add(s.anchors, true)
	add(s.intermediates, false)
	slices.SortStableFunc(out, func(a, b issuer) int { return cmp.Compare(a.rank, b.rank) })
	return out
}

func loops(p path, c *Certificate) bool {
	for i, in := range p.certificates {
		// The leaf itself may have a root's name and key: a self-signed one, renewed.
		if in.Equal(c) || i > 0 && in.subjectKey == c.subjectKey && in.SPKISHA256 == c.SPKISHA256 {
			return true
		}
	}
	return false
}

// keyIDRank prefers an issuer whose key identifier matches (RFC 4158 section 3.5.12); it excludes nobody.
func keyIDRank(c, issuer *Certificate) int {
	switch {
	case c.AuthorityKeyID == "" || issuer.SubjectKeyID == "":
		return 1
	case c.AuthorityKeyID == issuer.SubjectKeyID:
		return 0
	}
	return 2
}
