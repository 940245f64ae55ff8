package assess

import (
	"slices"
	"strings"
	"sync"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// vulnerability is one vulnerability that a listener may have. Its finding is the rule of the same id, unless another rule says the same of the
// same facts already, with its own severity: no fact makes two findings.
type vulnerability struct {
	id, name string
	cve      []string
	finding  string // empty: the id
	judge    func(*Case) found
}

// found is what is known of a vulnerability of one endpoint.
type found struct {
	fact     scan.Fact
	basis    string // of yes and no
	why      string // of unknown
	finding  string // where it is another one than usual
	evidence []string
}

// vulnerabilities is the one list of them: those that are tested by probes of their own, then those that follow from other facts.
var vulnerabilities = sync.OnceValue(func() []vulnerability {
	return []vulnerability{
		{id: VulnHeartbleed, name: "Heartbleed", cve: []string{"CVE-2014-0160"}, judge: byFeature(scan.FeatureHeartbleed)},
		{id: VulnCCSInjection, name: "CCS injection", cve: []string{"CVE-2014-0224"}, judge: byFeature(scan.FeatureCCSInjection)},
		{id: VulnTicketbleed, name: "Ticketbleed", cve: []string{"CVE-2016-9244"}, judge: byFeature(scan.FeatureTicketbleed)},
		{id: VulnROBOT, name: "ROBOT", cve: []string{"CVE-2017-13099"}, judge: byFeature(scan.FeatureROBOT)},
		{id: VulnTLSPOODLE, name: "TLS-POODLE", cve: []string{"CVE-2014-8730", "CVE-2019-1559"}, judge: byFeature(scan.FeatureTLSPOODLE)},
		{id: VulnStartTLSInjection, name: "STARTTLS injection", cve: []string{"CVE-2011-0411", "CVE-2021-38371"}, judge: (*Case).startTLSInjection},
		{id: VulnInsecureRenegotiation, name: "insecure renegotiation", cve: []string{"CVE-2009-3555"}, judge: (*Case).insecureRenegotiation},
		{id: VulnCRIME, name: "CRIME", cve: []string{"CVE-2012-4929"}, judge: (*Case).crime},
		{id: "VULN-POODLE", name: "POODLE", cve: []string{"CVE-2014-3566"}, finding: ProtocolInsecure, judge: suitesThat(isCBC, sslv3)},
		{id: VulnSWEET32, name: "SWEET32", cve: []string{"CVE-2016-2183", "CVE-2016-6329"}, judge: sweet32()},
		{id: "VULN-FREAK", name: "FREAK", cve: []string{"CVE-2015-0204"}, finding: SuiteInsecure, judge: suitesThat(isRSAExport)},
		{id: VulnDROWN, name: "DROWN", cve: []string{"CVE-2016-0800"}, judge: (*Case).drown},
		{id: VulnLogjam, name: "Logjam", cve: []string{"CVE-2015-4000"}, judge: logjam()},
		{id: VulnBEAST, name: "BEAST", cve: []string{"CVE-2011-3389"}, judge: beast()},
		{id: "VULN-RC4", name: "RC4", cve: []string{"CVE-2013-2566", "CVE-2015-2808"}, finding: RC4SuiteAccepted, judge: suitesThat(isRC4)},
		{id: "VULN-NULL", name: "no encryption", finding: SuiteInsecure, judge: suitesThat(in("null"))},
		{id: "VULN-ANONYMOUS", name: "no authentication", finding: SuiteInsecure, judge: suitesThat(in("anon"))},
		{id: "VULN-EXPORT", name: "export suites", finding: SuiteInsecure, judge: suitesThat(in("export"))},
	}
})

// vulnerabilities is what is known of each; see report.Vulnerability for which are listed.
func (c *Case) vulnerabilities() []report.Vulnerability {
	asked := Deep(c.Endpoint)
	var out []report.Vulnerability
	for _, v := range vulnerabilities() {
		f := v.judge(c)
		if f.fact != scan.Yes && !asked {
			continue
		}
		one := report.Vulnerability{ID: v.id, Name: v.name, CVE: v.cve, Vulnerable: f.fact, Finding: v.id, Basis: f.basis, Why: f.why,
			Evidence: distinct(f.evidence)}
		for _, other := range []string{v.finding, f.finding} {
			if other != "" {
				one.Finding = other
			}
		}
		out = append(out, one)
	}
	return out
}

// probed says whether a feature is a vulnerability.
func probed(feature string) bool {
	return slices.Contains([]string{scan.FeatureHeartbleed, scan.FeatureCCSInjection, scan.FeatureTicketbleed, scan.FeatureROBOT, scan.FeatureTLSPOODLE,
		scan.FeatureStartTLSInjection}, feature)
}

// Deep says whether an endpoint was looked at with deep probes: those of vulnerabilities answer at that depth alone, and then always.
func Deep(e *report.Endpoint) bool {
	return slices.ContainsFunc(e.Features, func(f scan.Feature) bool { return probed(f.Name) })
}

// vulnerable makes the check of a vulnerability's own rule.
func vulnerable(r Rule, expected string) Rule {
	r.Check = func(c *Case) []report.Finding {
		for _, v := range c.Endpoint.Vulnerabilities {
			if v.Finding == r.ID && v.Vulnerable == scan.Yes {
				return []report.Finding{{Expected: expected, Observed: v.Basis, Evidence: v.Evidence}}
			}
		}
		return nil
	}
	return r
}

// unlessMeant makes no finding where the expectation names what makes the listener vulnerable: whoever wrote it down has decided.
func unlessMeant(r Rule, meant func(*Case) bool) Rule {
	check := r.Check
	r.Check = func(c *Case) []report.Finding {
		if c.Expect != nil && meant(c) {
			return nil
		}
		return check(c)
	}
	return r
}

// byFeature takes the answer of a probe.
func byFeature(name string) func(*Case) found {
	return func(c *Case) found {
		for _, f := range c.Endpoint.Features {
			switch {
			case f.Name != name:
			case f.Answer == scan.Unknown:
				return found{why: f.Basis, evidence: f.Evidence}
			default:
				return found{fact: f.Answer, basis: strings.Join(append(slices.Clone(f.Values), f.Basis), ": "), evidence: f.Evidence}
			}
		}
		return found{why: c.why("vulnerabilities/" + name)}
	}
}
