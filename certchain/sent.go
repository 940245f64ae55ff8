package certchain

import "fmt"

// Superfluous is a certificate that a listener need not send.
type Superfluous struct {
	Certificate *Certificate
	Why         string // "duplicate", "root" (self-signed: the peer must have it anyway), "unrelated" (on no path from the leaf)
}

// Weakness is a property of a sent certificate that is weak by today's measure, whatever a consumer accepts.
type Weakness struct {
	Certificate *Certificate
	Detail      string
}

// SentFacts says what is to be said about a list of certificates without any ring.
type SentFacts struct {
	// Ordered says whether each certificate certifies the one before it (RFC 5246 section 7.4.2; RFC 8446 section
	// 4.4.2 relaxes it to "should"), superfluous ones left out. Unknown when nothing was sent.
	Ordered     Answer
	OrderDetail string
	Superfluous []Superfluous
	// Complete says whether a path from the leaf ends at a self-signed certificate that was sent, or at one whose issuer
	// has to come from the peer. No ring is known here, so without a root it is Unknown: ChainVerdict.Missing says more.
	Complete       Answer
	IssuerNotSent  string // the Name that the path breaks off at; "" when it ends at a self-signed certificate
	WeakKeys       []Weakness
	WeakSignatures []Weakness // MD2, MD4, MD5, SHA-1, on certificates that are not self-signed
}

// Sent states the facts about the list that a listener sent, leaf first.
func Sent(sent []*Certificate) SentFacts {
	f := SentFacts{Ordered: Unknown, Complete: Unknown}
	if len(sent) == 0 {
		return f
	}
	f.weaknesses(sent)
	related, end := relatives(sent)
	own := misplacedLeaf(sent)
	var kept []*Certificate
	seen := map[string]bool{}
	for i, c := range sent {
		switch {
		case seen[c.SHA256]:
			f.Superfluous = append(f.Superfluous, Superfluous{c, "duplicate"})
		case i > 0 && !related[c.SHA256] && own == nil:
			f.Superfluous = append(f.Superfluous, Superfluous{c, "unrelated"})
		case i > 0 && c.SelfIssued() && c.SelfSigned() != No:
			f.Superfluous = append(f.Superfluous, Superfluous{c, "root"})
			kept = append(kept, c)
		default:
			kept = append(kept, c)
		}
		seen[c.SHA256] = true
	}
	f.order(kept, own)
	f.Complete = Yes
	if !end.SelfIssued() {
		f.Complete, f.IssuerNotSent = Unknown, end.Issuer
	}
	return f
}

func (f *SentFacts) weaknesses(sent []*Certificate) {
	seen := map[string]bool{}
	for _, c := range sent {
		if seen[c.SHA256] {
			continue
		}
		seen[c.SHA256] = true
		if why := weakKey(c); why != "" {
			f.WeakKeys = append(f.WeakKeys, Weakness{c, why})
		}
		// The signature of a self-signed leaf is what its peers look at too; that of a root is not.
		if root := c.SelfIssued() && c.IsCA != No; c.Signature.WeakHash() && !root {
			f.WeakSignatures = append(f.WeakSignatures, Weakness{c, c.Signature.Name})
		}
	}
}

// relatives finds what lies on a path from the leaf, and where the longest such path ends.
func relatives(sent []*Certificate) (related map[string]bool, end *Certificate) {
	related = map[string]bool{sent[0].SHA256: true}
	s := search{intermediates: sent[1:], checked: &signatures{}}
	s.from(sent[0])
	end = sent[0]
	longest := 0
	for _, p := range s.paths {
		for _, c := range p.certificates {
			related[c.SHA256] = true
		}
		last := p.certificates[len(p.certificates)-1]
		if n := len(p.certificates); n > longest || n == longest && last.SelfIssued() {
			longest, end = n, last
		}
	}
	return related, end
}

// misplacedLeaf finds the server's own certificate when a CA certificate stands before it.
func misplacedLeaf(sent []*Certificate) *Certificate {
	if sent[0].IsCA == Yes {
		for _, c := range sent[1:] {
			if c.IsCA == No {
				return c
			}
		}
	}
	return nil
}

// order asks of each certificate whether it issued one that came before it.
func (f *SentFacts) order(kept []*Certificate, own *Certificate) {
	f.Ordered = Yes
	if own != nil {
		f.Ordered = No
		f.OrderDetail = fmt.Sprintf("the first certificate, %s, is a CA; the server's own, %s, comes later", quote(kept[0].title()), quote(own.title()))
		return
	}
	for i, c := range kept[1:] {
		before, issued := kept[:i+1], false
		for _, earlier := range before {
			issued = issued || earlier.issuerKey == c.subjectKey
		}
		if !issued {
			f.Ordered = No
			f.OrderDetail = fmt.Sprintf("%s is number %d of the list, before the certificate that it issued", quote(c.title()), i+2)
			return
		}
	}
}
