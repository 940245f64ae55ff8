package diff

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// answers says whether an endpoint answers all that a rule asks. The other report, where the rule found something, says what of it a
// frugal look may not have seen.
func (c *comparison) answers(id string, in *side, p *pair, there, here *report.Endpoint) bool {
	if yes, known := Answers(id, in.rep, there); known {
		return yes || aboutState(id) && here.State == scan.StateClosed
	}
	switch family, _, _ := strings.Cut(id, "-"); family {
	case "VULN":
		if id == assess.VulnLogjam && !everySuite(there) && !triedSuites(there, here) {
			return false
		}
	case "CERT", "CHAIN", "RING":
		return speaks(there) && c.shows(p, there, here)
	case "QM":
		return len(in.rep.QueryMonitor) > 0
	case "ATTLS":
		if id != assess.ATTLSWireDiffers {
			return p.oldX != nil && p.nowX != nil && p.oldX.Policy != nil && p.nowX.Policy != nil
		}
	}
	return c.old.rep.Run.Probes == c.now.rep.Run.Probes && slices.Equal(open(p.old), open(p.now))
}

// Answers says whether a report's look at an endpoint answers all that a rule asks. It is not known for rules where only a comparison with the look
// that found something tells.
func Answers(id string, rep *report.Report, e *report.Endpoint) (yes, known bool) {
	if aboutState(id) {
		return e.State != scan.StateOpen, true
	}
	switch id {
	case assess.ProtocolInsecure, assess.ProtocolUnexpected, assess.ProtocolMissing:
		return speaks(e) && versionsKnown(e), true
	case assess.RC4SuiteAccepted, assess.SuiteInsecure, assess.SuiteUnexpected, assess.SuiteMissing:
		return speaks(e) && versionsKnown(e) && suitesKnown(e), true
	case assess.GroupUnexpected, assess.GroupMissing:
		return speaks(e) && groupsKnown(e), true
	case assess.ClientAuthMismatch:
		return speaks(e) && e.ClientAuth != nil && e.ClientAuth.Requested != scan.Unknown && e.ClientAuth.Required != scan.Unknown, true
	case assess.PlaintextAccepted:
		return slices.ContainsFunc(e.StartUps, func(s scan.StartUp) bool { return s.Way == scan.WayClear && s.Accepted != scan.Unknown }), true
	case assess.CertRevocationInvalid, assess.CertRevocationUnknown:
		return rep.Run.Revocation && len(e.Presented) > 0, true
	case assess.CertRevoked:
		return rep.Run.Revocation && len(e.Presented) > 0 && revocationKnown(rep, e), true
	case assess.CertLint, assess.CertMustStaple:
		return assess.Deep(e) && len(e.Presented) > 0, true
	}
	for _, v := range e.Vulnerabilities {
		if v.Finding == id {
			return v.Vulnerable != scan.Unknown, true
		}
	}
	return false, false
}

// revocationKnown says whether every certificate of an endpoint that somebody was asked about has an answer.
func revocationKnown(rep *report.Report, e *report.Endpoint) bool {
	asked, answered := map[string]bool{}, map[string]bool{}
	for _, r := range rep.Revocation {
		asked[r.Certificate] = true
		answered[r.Certificate] = answered[r.Certificate] || r.Revoked != scan.Unknown
	}
	return !slices.ContainsFunc(e.Presented, func(p scan.Presented) bool {
		return slices.ContainsFunc(p.Sent, func(c string) bool { return asked[c] && !answered[c] })
	})
}

// triedSuites says whether a look has an answer about every suite below TLS 1.3 that the other look saw accepted: groups of Diffie-Hellman are seen in
// passing, with a suite.
func triedSuites(there, here *report.Endpoint) bool {
	return !slices.ContainsFunc(here.Protocols, func(p scan.Protocol) bool {
		other := there.Protocol(p.Version)
		if p.Version == cipher.TLSv13 || other.Supported == scan.No {
			return false
		}
		tried := slices.Concat(other.CipherSuites, other.RefusedSuites)
		return slices.ContainsFunc(p.CipherSuites, func(s scan.CipherSuite) bool {
			return !slices.ContainsFunc(tried, func(o scan.CipherSuite) bool { return o.Code == s.Code })
		})
	})
}

// aboutState says whether a rule asks no more than what the endpoint is.
func aboutState(id string) bool {
	switch id {
	case assess.TLSNotSpoken, assess.RC4ListenerOpen, assess.PortOpenUnexpected, assess.PortClosed, assess.TLSUnexpected, assess.StartTLSRefused:
		return true
	}
	return false
}

// open are the questions that got no answer.
func open(e *report.Endpoint) []string {
	var out []string
	for _, n := range e.NotTested {
		out = append(out, n.Question)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func versionsKnown(e *report.Endpoint) bool {
	return !slices.ContainsFunc(cipher.Versions(), func(v cipher.Version) bool { return e.Protocol(v).Supported == scan.Unknown })
}

func suitesKnown(e *report.Endpoint) bool {
	return !slices.ContainsFunc(e.Protocols, func(p scan.Protocol) bool {
		return p.Supported == scan.Yes && p.Enumeration != scan.EnumerationFull && p.Enumeration != scan.EnumerationOutsideRefused
	})
}

func groupsKnown(e *report.Endpoint) bool {
	return len(e.Groups) > 0 && !slices.ContainsFunc(e.Groups, func(g scan.GroupFact) bool { return g.Supported == scan.Unknown })
}

// shows says whether a look at a listener has shown every chain that the other look has, or what took its place.
func (c *comparison) shows(p *pair, there, here *report.Endpoint) bool {
	if len(there.Presented) == 0 || p.old.Target.SNI != p.now.Target.SNI {
		return false
	}
	thereSide, hereSide := c.old, c.now
	if there == p.now {
		thereSide, hereSide = c.now, c.old
	}
	shown, wanted := thereSide.leaves(there), hereSide.leaves(here)
	for kind, certificates := range wanted {
		if shown[kind] == nil {
			if !askedForKey(there, kind) {
				return false
			}
			continue
		}
		for sum, chains := range certificates {
			other, same := shown[kind][sum]
			replaced := !same && slices.ContainsFunc(keysOf(shown[kind]), func(s string) bool { return certificates[s] == nil })
			missing := same && len(other) < len(chains) && contained(other, chains)
			if missing || !same && !replaced {
				return false
			}
		}
	}
	return true
}

func keysOf(m map[string][]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

// contained says whether all of some is in all.
func contained(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
