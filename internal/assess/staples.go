package assess

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// tlsFeatureStatusRequest is status_request among the TLS features that a certificate demands (RFC 7633 section 6): "must-staple".
const tlsFeatureStatusRequest = 5

// stapleFindings makes the findings of one of the rules about staples: one for each server certificate, of the answers that brought it. Listeners
// are asked for staples at depth deep alone.
func (c *Case) stapleFindings(rule, expected string) []report.Finding {
	var out []report.Finding
	for _, s := range c.leaves(c.Endpoint.Presented) {
		var why, evidence []string
		for _, f := range c.Endpoint.Features {
			with := func(id string) bool { return slices.Contains(s.evidence, id) }
			if f.Name != scan.FeatureStaple || !slices.ContainsFunc(f.Evidence, with) {
				continue
			}
			if of, fault := stapleFault(f, s.Certificate); of == rule {
				why, evidence = append(why, f.Version.String()+": "+fault), append(evidence, f.Evidence...)
			}
		}
		if len(why) > 0 {
			out = append(out, report.Finding{Expected: expected, Observed: list(why), Evidence: distinct(evidence),
				Detail: s.role() + " " + certificateName(s.Certificate) + ": " + list(why)})
		}
	}
	return out
}

// stapleFault says which rule a listener's answer breaks, and how; an empty rule for none. What a certificate that demands a staple lacks is one
// finding, whether the staple is absent or of no use.
func stapleFault(f scan.Feature, leaf *certchain.Certificate) (rule, fault string) {
	demanded := slices.Contains(leaf.TLSFeatures, tlsFeatureStatusRequest)
	switch {
	case f.Answer == scan.Yes:
		rule, fault = badStaple(f)
	case f.Answer == scan.No && demanded:
		return CertMustStaple, "no staple is sent"
	}
	if demanded && (rule == StapleInvalid || rule == StapleStale) {
		rule = CertMustStaple
	}
	return rule, fault
}

// badStaple reads what package scan/probes says of a staple. Who signed it is judged only where the issuer was sent; what is unknown is no fault.
func badStaple(f scan.Feature) (rule, fault string) {
	says := func(value string) bool { return slices.Contains(f.Values, value) }
	status := ""
	for _, v := range f.Values {
		if s, ok := strings.CutPrefix(v, "status: "); ok {
			status = s
		}
	}
	switch {
	case says("malformed"):
		return StapleInvalid, "the staple cannot be read: " + f.Basis
	case says("signed by: " + certchain.SignedByOther):
		return StapleInvalid, "the staple is signed by nobody who may"
	case says("of the leaf: no"):
		return StapleInvalid, "the staple is about another certificate"
	case status == "revoked":
		return StapleRevoked, "the staple says that the certificate is revoked (" + f.Basis + ")"
	case status != "good":
		return StapleInvalid, "the staple says nothing of the certificate: " + status
	case says("in date: no"):
		return StapleStale, "the staple is out of date: " + f.Basis
	}
	return "", ""
}
