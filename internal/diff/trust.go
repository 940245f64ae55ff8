package diff

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// trust compares what each ring says of a certificate and of what took its place. Where a report was judged as of another time than its
// own, what validity decided is not compared.
func (c *comparison) trust(p *pair, swaps []swap) {
	for _, s := range swaps {
		for _, ring := range ringsOf(p.old, s.old) {
			was, wasDated := verdict(p.old, s.old, ring)
			is, isDated := verdict(p.now, s.now, ring)
			if was == "" || is == "" {
				continue // the ring is in one estate only, which is a change of its own
			}
			question := "trust of key ring " + ring
			if (c.old.moved || c.now.moved) && (wasDated || isDated) && was != is {
				c.skip(p.id, question, asOf)
				continue
			}
			if c.skipUnless(was != certchain.Unknown, is != certchain.Unknown, p.id, question) {
				c.differs(report.TrustChanged, p.id, ring+"/"+s.what, string(was), string(is))
			}
		}
	}
}

// asOf is why what rests on the time of judging is not compared.
const asOf = "one report was judged as of another time (--at)"

// ringsOf are the rings that judged a certificate.
func ringsOf(e *report.Endpoint, leaf string) []string {
	var out []string
	for _, v := range e.Chains {
		if v.Leaf == leaf && !slices.Contains(out, v.Keyring) {
			out = append(out, v.Keyring)
		}
	}
	return out
}

// verdict is what a ring says of a certificate, whatever was sent beside it; unknown where that decides, empty where the ring did not
// judge. It is dated where validity had a part in it.
func verdict(e *report.Endpoint, leaf, ring string) (answer certchain.Answer, dated bool) {
	for _, v := range e.Chains {
		if v.Leaf != leaf || v.Keyring != ring {
			continue
		}
		dated = dated || v.Code == string(certchain.ReasonExpired) || v.Code == string(certchain.ReasonNotYetValid)
		if answer != "" && answer != v.Trusted {
			return certchain.Unknown, dated
		}
		answer = v.Trusted
	}
	return answer, dated
}

// servedBy compares whether the listener serves its ring's certificate, which all that it serves decide: both reports must have seen
// them. Another ring is a change of what is expected.
func (c *comparison) servedBy(p *pair) {
	was, is := p.old.ServedBy, p.now.ServedBy
	if was == nil || is == nil || was.Keyring != is.Keyring {
		return
	}
	question := "certificate of key ring " + was.Keyring
	seen, again := c.shows(p, p.old, p.now), c.shows(p, p.now, p.old)
	if was.Match != is.Match && (!seen || !again) {
		c.skipUnless(!again, !seen, p.id, question)
		return
	}
	if c.skipUnless(was.Match != certchain.Unknown, is.Match != certchain.Unknown, p.id, question) {
		c.differs(report.ServedByChanged, p.id, was.Keyring, string(was.Match), string(is.Match))
	}
}

// What is asked of clients, as the estate file names it.
const (
	authNone      = "none"
	authRequested = "requested"
	authRequired  = "required"
)

// clientAuth compares whether client certificates are asked for, the names of CAs that are sent, and what becomes of certificates.
func (c *comparison) clientAuth(p *pair) {
	was, is := p.old.ClientAuth, p.now.ClientAuth
	if was == nil || is == nil {
		c.skipUnless(was != nil, is != nil, p.id, "client authentication")
		return
	}
	if c.skipUnless(was.Requested != scan.Unknown, is.Requested != scan.Unknown, p.id, "client authentication") {
		c.requirement(p, was, is)
	}
	only := func(of, other []string) []string {
		return slices.DeleteFunc(slices.Sorted(slices.Values(of)), func(name string) bool { return slices.Contains(other, name) })
	}
	gone, fresh := only(was.Authorities, is.Authorities), only(is.Authorities, was.Authorities)
	if len(gone) > 0 && len(fresh) > 0 {
		c.add(report.ClientAuthChanged, p.id, "authorities", strings.Join(gone, "; "), strings.Join(fresh, "; "))
	}
	c.outcomes(p, was, is)
}

func (c *comparison) requirement(p *pair, was, is *scan.ClientAuth) {
	a, b := demand(was), demand(is)
	if was.Requested == scan.Yes && is.Requested == scan.Yes &&
		!c.skipUnless(was.Required != scan.Unknown, is.Required != scan.Unknown, p.id, "whether a client certificate is required") {
		return
	}
	c.differs(report.ClientAuthChanged, p.id, "", a, b)
}

// demand is what is asked of clients. Requested is the least where it is not known whether a certificate is required.
func demand(a *scan.ClientAuth) string {
	switch {
	case a.Requested == scan.No:
		return authNone
	case a.Required == scan.Yes:
		return authRequired
	}
	return authRequested
}

// outcomes compares what became of client certificates: of the same one, or of one that nobody issued.
func (c *comparison) outcomes(p *pair, was, is *scan.ClientAuth) {
	for _, a := range was.Outcomes {
		i := slices.IndexFunc(is.Outcomes, func(b scan.ClientOutcome) bool { return b.Certificate == a.Certificate })
		if i < 0 {
			continue
		}
		b := is.Outcomes[i]
		made := a.Certificate == scan.ClientNone || a.Certificate == scan.ClientForeign
		known := a.Outcome != scan.OutcomeUnknown && b.Outcome != scan.OutcomeUnknown
		if known && (made || a.SHA256 == b.SHA256) {
			c.differs(report.ClientAuthChanged, p.id, "certificate/"+a.Certificate, taken(a), taken(b))
		}
	}
}

func taken(o scan.ClientOutcome) string {
	if o.Outcome == scan.OutcomeAccepted {
		return "accepted"
	}
	return "refused"
}
