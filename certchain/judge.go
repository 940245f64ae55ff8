package certchain

import (
	"fmt"
	"time"
)

// Judge says whether the consumer of a ring would trust what a server sent (leaf first), as of a time.
func Judge(sent []*Certificate, ring *Ring, at time.Time) ChainVerdict {
	return JudgeFor(sent, ring, at, ServerAuth)
}

// JudgeFor is Judge for another purpose.
//
// Paths are searched from the leaf over issuer names and verified signatures through all that is there, in any order,
// to an anchor; the first that holds wins. "no" means that every path fails, and the reason is that of the path which
// came furthest. "unknown" means that some path depends on what cannot be checked here.
func JudgeFor(sent []*Certificate, ring *Ring, at time.Time, purpose Purpose) ChainVerdict {
	v := ChainVerdict{}
	if ring != nil {
		v.Ring = ring.Name
	}
	if len(sent) == 0 {
		v.AsSent = Trust{Code: ReasonNothingSent, Detail: "no certificate was sent"}
	} else if v.Leaf = sent[0]; ring == nil {
		v.AsSent = Trust{Code: ReasonNoRing, Detail: "there is no key ring to judge by"}
	}
	if v.AsSent.Code != "" {
		v.AsSent.Value = Unknown
		v.Trusted = v.AsSent
		return v
	}
	j := judge{ring: ring, consumer: ring.As(), at: at, purpose: purpose, sent: sent}
	v.AsSent = j.answer(sent[1:])
	v.Trusted = v.AsSent
	if added := ring.Intermediates(); len(added) > 0 && v.AsSent.Value != Yes {
		v.Trusted = j.answer(append(append([]*Certificate{}, sent[1:]...), added...))
	}
	if v.Trusted.Anchored {
		v.Missing = notAmong(v.Trusted.Path[:len(v.Trusted.Path)-1], sent)
	}
	return v
}

func notAmong(path, sent []*Certificate) (out []*Certificate) {
	for _, c := range path {
		if !contains(sent, c) {
			out = append(out, c)
		}
	}
	return out
}

func contains(list []*Certificate, c *Certificate) bool {
	for _, other := range list {
		if other.Equal(c) {
			return true
		}
	}
	return false
}

// judge holds what stays the same while one chain is judged.
type judge struct {
	ring     *Ring
	consumer Consumer
	at       time.Time
	purpose  Purpose
	sent     []*Certificate
	checked  signatures
}

// answer builds the paths with the given intermediates and judges them.
func (j *judge) answer(intermediates []*Certificate) Trust {
	leaf := j.sent[0]
	if leaf.ParsedBy == ParsedByNone || leaf.NotAfter.IsZero() || len(leaf.RawIssuer) == 0 {
		return Trust{Value: Unknown, Code: ReasonUnparseable, Path: []*Certificate{leaf},
			Detail: "the leaf certificate cannot be read: " + leaf.ParseNote}
	}
	s := search{anchors: j.ring.Anchors(), intermediates: intermediates, checked: &j.checked}
	s.from(leaf)
	var best Trust
	for i, p := range s.paths {
		t := j.judgePath(p)
		if i == 0 || rank(t) > rank(best) {
			best = t
		}
		if best.Value == Yes {
			return best
		}
	}
	if s.exhausted && best.Value != Unknown {
		return Trust{Value: Unknown, Code: ReasonTooMuchWork, Path: best.Path,
			Detail: fmt.Sprintf("no trusted path within %d signature checks and %d paths: certificates of the same names"+
				" are crossed in a way that has no honest use", maxChecks, maxPaths)}
	}
	return j.unlessUnproven(best)
}

// unlessUnproven takes a "no" back that a CA certificate could turn over which the ring's listing has and no file holds.
func (j *judge) unlessUnproven(t Trust) Trust {
	open := j.ring.UnprovenAnchors()
	if t.Value != No || len(open) == 0 {
		return t
	}
	leaf := j.sent[0]
	dated := (t.Code == ReasonExpired || t.Code == ReasonNotYetValid) && !j.at.Before(leaf.NotBefore) && !j.at.After(leaf.NotAfter)
	if t.Code != ReasonNoAnchor && !dated {
		return t
	}
	var labels []string
	for _, l := range open {
		labels = append(labels, l.Label)
	}
	t.Value, t.Code = Unknown, ReasonUnproven
	t.Detail += fmt.Sprintf("; but ring %s lists CA certificates that none of its files holds, and one of them may be the anchor: %s",
		j.ring.Name, listed(labels))
	return t
}

// rank orders answers by how much they say: yes, unknown, no at an anchor, no without one but with a longer path.
func rank(t Trust) int {
	switch {
	case t.Value == Yes:
		return 1 << 20
	case t.Value == Unknown:
		return 1 << 19
	case t.Anchored:
		return 1<<18 - len(t.Path)
	}
	return len(t.Path)
}

// judgePath judges one path. The first fault that makes the answer "no" wins over an unknown.
func (j *judge) judgePath(p path) Trust {
	t := Trust{Value: Yes, Path: p.certificates, Anchored: p.anchored}
	if !p.anchored {
		return j.unanchored(p)
	}
	fault := j.fault(p)
	t.Notes = notes(p.certificates)
	if fault.code != "" {
		t.Value, t.Code, t.Detail = fault.value, fault.code, fault.detail
		return t
	}
	anchor := p.certificates[len(p.certificates)-1]
	t.Detail = fmt.Sprintf("ends at %s of ring %s", quote(anchor.title()), j.ring.Name)
	return t
}

func notes(path []*Certificate) (out []string) {
	for i, c := range path {
		if anchor := i == len(path)-1; c.Signature.WeakHash() && !anchor {
			out = append(out, fmt.Sprintf("%s is signed with %s", quote(c.title()), c.Signature.Hash))
		}
		if why := weakKey(c); why != "" {
			out = append(out, fmt.Sprintf("%s has a weak key: %s", quote(c.title()), why))
		}
	}
	return out
}

func quote(s string) string { return `"` + s + `"` }
