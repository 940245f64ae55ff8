package assess

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Case is one endpoint with all that it is judged by. Rules read it and change nothing.
type Case struct {
	Endpoint *report.Endpoint           // as observed, and joined: see Join
	Expect   *report.Expectation        // nil for an ad hoc scan: good practice only
	Rings    map[string]*certchain.Ring // by the names that the expectation uses
	Alone    bool                       // the ring is judged by itself: its files are all that it has, and any may be served
	At       time.Time                  // validity is judged as of then

	ssl2     speakersOfSSL2     // of all endpoints of the run, for Join
	siblings []*report.Endpoint // all addresses of the listener, of the first of them; nil for the others
	profiled []report.Finding   // what internal/profile found about the endpoint

	revocation map[string][]report.RevocationCheck // what was said about certificates, by SHA-256
}

// tls says whether the endpoint speaks TLS, so that there is something to judge beyond its state.
func (c *Case) tls() bool {
	return c.Endpoint.State == scan.StateTLS || c.Endpoint.State == scan.StateStartTLS
}

// wantsTLS says whether the listener is to speak TLS.
func (c *Case) wantsTLS() bool {
	return c.Expect != nil && (c.Expect.Expect == report.ExpectTLS || c.Expect.Expect == report.ExpectStartTLS)
}

// judged says whether what the expectation says about versions, suites, certificates and so on applies: the listener
// speaks TLS, and it may.
func (c *Case) judged() bool {
	return c.tls() && (c.wantsTLS() || c.Expect != nil && c.Expect.Expect == report.ExpectAny)
}

// queryMonitor says whether the listener has a role of Query Monitor.
func (c *Case) queryMonitor() bool {
	switch c.role() {
	case "", report.RoleGeneric:
		return false
	}
	return true
}

// serverOwnTLS says whether the CAE server itself, a Java program, does the TLS: no AT-TLS rule applies to it.
func (c *Case) serverOwnTLS() bool {
	return c.role() == report.RoleCAEWeb || c.role() == report.RoleCAEServerTLS
}

func (c *Case) role() string {
	if c.Expect != nil && c.Expect.Role != "" {
		return c.Expect.Role
	}
	return c.Endpoint.Role
}

// Remedy is what a rule advises for an endpoint's platform. The expectation is nil for an ad hoc scan.
func Remedy(r Rule, e *report.Endpoint, x *report.Expectation) string {
	return (&Case{Endpoint: e, Expect: x}).remedy(r)
}

// remedy picks the advice for the endpoint's platform.
func (c *Case) remedy(r Rule) string {
	switch {
	case c.serverOwnTLS() && r.CAEServer != "":
		return r.CAEServer
	case c.queryMonitor(), c.Expect != nil && (c.Expect.ZOSRelease != "" || c.Expect.Policy != nil): // AT-TLS is z/OS's alone
		return r.Remediation
	}
	return r.Elsewhere
}

// versions returns the versions that suites and groups are judged in: those which the listener supports and may. A version
// that it should not support at all has a finding of its own.
func (c *Case) versions() []cipher.Version {
	var out []cipher.Version
	for _, v := range cipher.Versions() {
		if c.Endpoint.Protocol(v).Supported == scan.Yes && c.mayHave(v) {
			out = append(out, v)
		}
	}
	return out
}

func (c *Case) mayHave(v cipher.Version) bool {
	if c.Expect == nil || len(c.Expect.Versions) == 0 {
		return v >= cipher.TLSv10
	}
	return slices.Contains(c.Expect.Versions, v)
}

// unknown is a question that an expectation asks and that has no answer. The keywords pick the reason out of the
// observation's list of what was not tested.
func (c *Case) unknown(question string, keywords ...string) report.Finding {
	return unanswered(question, c.why(keywords...))
}

// unanswered is NOT-ASSESSED for a question and the reason why it has no answer.
func unanswered(question, why string) report.Finding {
	return report.Finding{ID: NotAssessed, Detail: "could not be assessed: " + question + " (" + why + ")"}
}

// why finds the reasons for which the questions with these words were not tested.
func (c *Case) why(keywords ...string) string {
	return WhyNotTested(c.Endpoint.NotTested, func(question string) bool {
		question = strings.ToLower(question)
		return slices.ContainsFunc(keywords, func(k string) bool { return strings.Contains(question, strings.ToLower(k)) })
	})
}

// WhyNotTested joins the reasons for which the questions that are about something were not tested; without any, those for which nothing
// more was asked at all.
func WhyNotTested(all []scan.NotTested, about func(question string) bool) string {
	var exact, general []string
	for _, n := range all {
		switch {
		case about(n.Question):
			exact = append(exact, n.Why)
		case n.Question == "all", n.Question == "the rest":
			general = append(general, n.Why)
		}
	}
	if len(exact) == 0 {
		exact = general
	}
	if len(exact) == 0 {
		return "the scan did not ask, or got no answer that counts"
	}
	slices.Sort(exact)
	return strings.Join(slices.Compact(exact), "; ")
}

// exchanges returns the ids of the first few exchanges: the evidence for what a listener is.
func (c *Case) exchanges() []string {
	const most = 4
	var out []string
	for _, x := range c.Endpoint.Evidence[:min(most, len(c.Endpoint.Evidence))] {
		out = append(out, x.ID)
	}
	return out
}

// evidenceOf collects the exchanges on which the facts of versions rest.
func (c *Case) evidenceOf(versions ...cipher.Version) []string {
	var out []string
	for _, v := range versions {
		p := c.Endpoint.Protocol(v)
		out = append(out, p.Evidence...)
		if p.Supported == scan.No && p.Refused != nil {
			out = append(out, p.Refused.Evidence...)
		}
	}
	return distinct(out)
}

// refusals collects the exchanges on which the refusals within versions rest.
func (c *Case) refusals(versions ...cipher.Version) []string {
	out := c.evidenceOf(versions...)
	for _, v := range versions {
		if p := c.Endpoint.Protocol(v); p.Refused != nil {
			out = append(out, p.Refused.Evidence...)
		}
	}
	return distinct(out)
}

// distinct drops repetitions and puts exchange ids in the order in which they were made: e2 before e10.
func distinct(ids []string) []string {
	out := slices.Clone(ids)
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(out)
}

func versionNames(versions []cipher.Version) string {
	var out []string
	for _, v := range versions {
		out = append(out, v.String())
	}
	return strings.Join(out, ", ")
}

// versionKeywords and suiteKeywords are the beginnings of the probes' questions about versions and their suites.
func versionKeywords(versions []cipher.Version) []string {
	var out []string
	for _, v := range versions {
		out = append(out, "versions/"+v.String())
	}
	return out
}

func suiteKeywords(versions []cipher.Version) []string {
	var out []string
	for _, v := range versions {
		out = append(out, "suites/"+v.String())
	}
	return out
}
