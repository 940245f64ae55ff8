package assess

import (
	"math"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// sent is a certificate that the listener sent.
type sent struct {
	*certchain.Certificate
	leaf     bool     // the first of some chain
	evidence []string // exchanges that brought it
}

// role says which of the listener's certificates it is, for a reader.
func (s sent) role() string {
	if s.leaf {
		return "the server certificate"
	}
	return "the CA certificate that the listener sends"
}

// sentCertificates returns each certificate that the listener sent, once, in the order seen.
func (c *Case) sentCertificates() []sent {
	var out []sent
	for _, p := range c.Endpoint.Presented {
		for _, cert := range c.Endpoint.Chain(p) {
			at := slices.IndexFunc(out, func(s sent) bool { return s.Equal(cert) })
			if at < 0 {
				at = len(out)
				out = append(out, sent{Certificate: cert})
			}
			out[at].leaf = out[at].leaf || cert.SHA256 == p.Leaf
			out[at].evidence = distinct(append(out[at].evidence, p.Evidence...))
		}
	}
	return out
}

// dated returns those of the sent certificates whose dates matter: not roots, unless one is served itself, for whoever
// trusts a root has it already, and its dates are judged with the ring that has it.
func dated(all []sent) []sent {
	return slices.DeleteFunc(all, func(s sent) bool { return !s.leaf && s.SelfIssued() && s.SelfSigned() != certchain.No })
}

// primary returns the chains that the listener serves for the name that the estate says: what it serves without a name, or
// for another, is shown and not judged where a particular certificate is expected.
func (c *Case) primary() []scan.Presented {
	var out []scan.Presented
	for _, p := range c.Endpoint.Presented {
		if p.SNI == c.Endpoint.Target.SNI {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return c.Endpoint.Presented
	}
	return out
}

// leaves returns the server certificates of some chains, each once, with the exchanges that brought them.
func (c *Case) leaves(chains []scan.Presented) []sent {
	var out []sent
	for _, p := range chains {
		cert := c.Endpoint.Certificates[p.Leaf]
		if cert == nil {
			continue
		}
		at := slices.IndexFunc(out, func(s sent) bool { return s.Equal(cert) })
		if at < 0 {
			at = len(out)
			out = append(out, sent{Certificate: cert, leaf: true})
		}
		out[at].evidence = distinct(append(out[at].evidence, p.Evidence...))
	}
	return out
}

// expired says whether a certificate's last moment is over. NotAfter itself is still within (RFC 5280 section 4.1.2.5).
func expired(cert *certchain.Certificate, at time.Time) bool {
	return !cert.NotAfter.IsZero() && at.After(cert.NotAfter)
}

func notYetValid(cert *certchain.Certificate, at time.Time) bool {
	return !cert.NotBefore.IsZero() && at.Before(cert.NotBefore)
}

// days is a duration in whole days, rounded down.
func days(d time.Duration) int { return int(math.Floor(d.Hours() / 24)) }

// eachCertificate makes findings of what a predicate says about certificates.
func eachCertificate(certificates []sent, judge func(sent) (report.Finding, bool)) []report.Finding {
	var out []report.Finding
	for _, s := range certificates {
		if f, found := judge(s); found {
			f.Evidence = s.evidence
			out = append(out, f)
		}
	}
	return out
}

// weakness makes findings of weak keys or signatures.
func (c *Case) weakness(of func(certchain.SentFacts) []certchain.Weakness, expected string) []report.Finding {
	found := map[string]string{}
	for _, p := range c.Endpoint.Presented {
		for _, w := range of(certchain.Sent(c.Endpoint.Chain(p))) {
			found[w.Certificate.SHA256] = w.Detail
		}
	}
	return eachCertificate(c.sentCertificates(), func(s sent) (report.Finding, bool) {
		detail, weak := found[s.SHA256]
		return report.Finding{
			Expected: expected,
			Observed: detail,
			Detail:   s.role() + " " + certificateName(s.Certificate) + ": " + detail,
		}, weak
	})
}
