package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// cells returns the cells of the trust matrix for some rings, in the order of the rings. A cell that nobody filled in is
// unknown.
func (c *Case) cells(rings []string) []report.ChainVerdict {
	var out []report.ChainVerdict
	for _, ring := range rings {
		for _, leaf := range c.leafHashes() {
			found := false
			for _, v := range c.Endpoint.Chains {
				if v.Keyring == ring && v.Leaf == leaf {
					out, found = append(out, v), true
				}
			}
			if !found {
				out = append(out, report.ChainVerdict{Leaf: leaf, Keyring: ring, Reason: "not judged"})
			}
		}
	}
	return out
}

func (c *Case) leafHashes() []string {
	var out []string
	for _, p := range c.Endpoint.Presented {
		if !slices.Contains(out, p.Leaf) {
			out = append(out, p.Leaf)
		}
	}
	return out
}

// trustFindings makes of the cells that a predicate picks one finding a server certificate: many rings that lack the same
// root are one difference. State what stands in Expected and Observed before the names of the rings.
func (c *Case) trustFindings(cells []report.ChainVerdict, expected, observed string) []report.Finding {
	var out []report.Finding
	for _, leaf := range c.cellLeaves(cells) {
		var rings, reasons, why []string
		for _, v := range cells {
			if v.Leaf == leaf && !slices.Contains(rings, v.Keyring) {
				rings = append(rings, v.Keyring)
				reasons = append(reasons, v.Keyring+": "+reason(v))
				if v.Reason != "" && !slices.Contains(why, v.Reason) {
					why = append(why, v.Reason)
				}
			}
		}
		seen := observed + " " + list(rings)
		if len(why) == 1 {
			seen += ": " + why[0] // of several reasons the detail says which is whose
		}
		out = append(out, report.Finding{
			Expected: expected + " " + list(rings),
			Observed: seen,
			Detail:   c.leafName(leaf) + ": " + list(reasons),
			Evidence: c.leafEvidence(leaf),
		})
	}
	return out
}

// trustUnknown is NOT-ASSESSED for the cells without an answer.
func (c *Case) trustUnknown(cells []report.ChainVerdict) []report.Finding {
	var out []report.Finding
	for _, leaf := range c.cellLeaves(cells) {
		var rings, reasons []string
		for _, v := range cells {
			if v.Leaf == leaf {
				rings = append(rings, v.Keyring)
				reasons = append(reasons, v.Keyring+": "+reason(v))
			}
		}
		f := unanswered("whether "+c.leafName(leaf)+" is trusted by "+list(rings), list(reasons))
		f.Evidence = c.leafEvidence(leaf)
		out = append(out, f)
	}
	return out
}

func (c *Case) cellLeaves(cells []report.ChainVerdict) []string {
	var out []string
	for _, v := range cells {
		if !slices.Contains(out, v.Leaf) {
			out = append(out, v.Leaf)
		}
	}
	return out
}

func reason(v report.ChainVerdict) string {
	if v.Reason != "" {
		return v.Reason
	}
	return "no reason is known"
}

func (c *Case) leafName(sha256 string) string {
	if cert := c.Endpoint.Certificates[sha256]; cert != nil {
		return certificateName(cert)
	}
	return "certificate " + short(sha256)
}

func (c *Case) leafEvidence(sha256 string) []string {
	var out []string
	for _, p := range c.Endpoint.Presented {
		if p.Leaf == sha256 {
			out = append(out, p.Evidence...)
		}
	}
	return distinct(out)
}

// saidElsewhere says whether a cell is "no" for a fault of a certificate that the listener sent, and that a finding of its
// own names: expired, not valid yet, weak.
func (c *Case) saidElsewhere(v report.ChainVerdict) bool {
	for _, s := range c.sentCertificates() {
		if !slices.Contains(v.Path, s.SHA256) {
			continue
		}
		switch certchain.Reason(v.Code) {
		case certchain.ReasonExpired:
			if expired(s.Certificate, c.At) && len(dated([]sent{s})) > 0 {
				return true
			}
		case certchain.ReasonNotYetValid:
			if notYetValid(s.Certificate, c.At) && len(dated([]sent{s})) > 0 {
				return true
			}
		case certchain.ReasonWeakKey:
			if len(certchain.Sent([]*certchain.Certificate{s.Certificate}).WeakKeys) > 0 {
				return true
			}
		case certchain.ReasonWeakSignature:
			if len(certchain.Sent([]*certchain.Certificate{s.Certificate}).WeakSignatures) > 0 {
				return true
			}
		}
	}
	return false
}

// breaksOff says where the chain that was sent with a leaf ends, when nobody signed for the rest. A root need not be sent.
func (c *Case) breaksOff(leaf string) string {
	for _, p := range c.Endpoint.Presented {
		if p.Leaf != leaf {
			continue
		}
		if name := certchain.Sent(c.Endpoint.Chain(p)).IssuerNotSent; name != "" && !c.knownRoot(name) {
			return "; the listener did not send a certificate of the issuer " + name
		}
	}
	return ""
}

// knownRoot says whether some ring has a root of that name.
func (c *Case) knownRoot(name string) bool {
	for _, ring := range c.Rings {
		if slices.ContainsFunc(ring.Entries, func(e certchain.Entry) bool { return e.SelfIssued() && e.Subject == name }) {
			return true
		}
	}
	return false
}

// listingOf is where the first of the cells' rings that has a listing is listed; nil when none has.
func (c *Case) listingOf(cells []report.ChainVerdict, leaf string) *report.Location {
	for _, v := range cells {
		if ring := c.Rings[v.Keyring]; v.Leaf == leaf && ring != nil && ring.Listing != nil {
			return listedAt(ring.Listing.At)
		}
	}
	return nil
}
