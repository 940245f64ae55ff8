package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// facts is one endpoint with all that its items are judged by.
type facts struct {
	endpoint     *report.Endpoint
	expect       *report.Expectation // nil for an ad hoc scan
	certificates map[string]*certchain.Certificate
	rings        map[string]report.Keyring
	at           time.Time
	suites       suiteSets // shared by all endpoints

	refusals map[cipher.Version]map[cipher.ID]bool // what refused has read
}

// tls says whether the endpoint speaks TLS.
func (f *facts) tls() bool {
	return f.endpoint.State == scan.StateTLS || f.endpoint.State == scan.StateStartTLS
}

// wantsTLS says whether the listener is to speak TLS.
func (f *facts) wantsTLS() bool {
	return f.expect != nil && (f.expect.Expect == report.ExpectTLS || f.expect.Expect == report.ExpectStartTLS)
}

func (f *facts) role() string {
	if f.expect != nil && f.expect.Role != "" {
		return f.expect.Role
	}
	return f.endpoint.Role
}

// applies says why the words of an item do not hold for the endpoint; "" when they do.
func (f *facts) applies(words []string) string {
	for _, w := range words {
		switch {
		case w == appliesAll:
		case w == appliesTLS && !f.tls() && !f.wantsTLS():
			return "it is about listeners that speak TLS; this one is " + string(f.endpoint.State)
		case w == appliesZOS && !f.systemSSL():
			return "it is about listeners of z/OS whose TLS is System SSL's"
		case w == appliesQueryMonitor && (f.role() == "" || f.role() == report.RoleGeneric):
			return "it is about listeners of Query Monitor"
		case (w == appliesTN3270 || w == appliesFTP) && f.startTLS() != w:
			return "it is about listeners of " + strings.ToUpper(w)
		}
	}
	return ""
}

func (f *facts) startTLS() string {
	if f.expect != nil && f.expect.StartTLS != "" {
		return f.expect.StartTLS
	}
	return f.endpoint.Target.StartTLS
}

// unjudgeable says why nothing of the wire can be judged by a check about TLS; "" when it can.
func (f *facts) unjudgeable() string {
	if !f.tls() {
		why := "the listener is " + string(f.endpoint.State) + ", so there is no TLS to judge"
		if f.endpoint.Failure != nil {
			why += " (" + f.endpoint.Failure.Error() + ")"
		}
		return why
	}
	return assess.Unproven(f.endpoint, f.expect)
}

// why finds the reasons for which the questions that begin so were not tested.
func (f *facts) why(beginnings ...string) string {
	return assess.WhyNotTested(f.endpoint.NotTested, func(question string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(question, b) })
	})
}

// status says whether a version accepts a suite. A suite that was neither accepted nor refused is unknown.
func (f *facts) status(p scan.Protocol, id cipher.ID) scan.Fact {
	switch {
	case slices.ContainsFunc(p.CipherSuites, func(s scan.CipherSuite) bool { return s.Code == id }):
		return scan.Yes
	case p.Supported == scan.No, p.Enumeration == scan.EnumerationFull, f.refused(p)[id]:
		return scan.No
	}
	return scan.Unknown
}

// refused are the suites that a version is known to refuse: what the hellos offered that were refused, read from their bytes, and those
// that were asked one by one. A refusal whose hello is not in the evidence shows nothing.
func (f *facts) refused(p scan.Protocol) map[cipher.ID]bool {
	if known, ok := f.refusals[p.Version]; ok {
		return known
	}
	out := map[cipher.ID]bool{}
	for _, s := range p.RefusedSuites {
		out[s.Code] = true
	}
	if p.Refused != nil {
		for _, id := range p.Refused.Evidence {
			for _, suite := range f.offered(id) {
				out[suite] = true
			}
		}
	}
	if f.refusals == nil {
		f.refusals = map[cipher.Version]map[cipher.ID]bool{}
	}
	f.refusals[p.Version] = out
	return out
}

// offered are the suites of the hello of an exchange.
func (f *facts) offered(id string) []cipher.ID {
	for range 2 { // the exchange itself, or the one that sent the same bytes
		i := slices.IndexFunc(f.endpoint.Evidence, func(x scan.Exchange) bool { return x.ID == id })
		if i < 0 {
			return nil
		}
		x := f.endpoint.Evidence[i]
		if x.SentAs != "" {
			id = x.SentAs
			continue
		}
		h, err := hello.ParseClientHello(x.Sent)
		if err != nil {
			return nil
		}
		return h.Suites
	}
	return nil
}

// evidence collects the exchanges on which the facts of versions rest, in the order in which they were made.
func (f *facts) evidence(versions ...cipher.Version) []string {
	var out []string
	for _, v := range versions {
		p := f.endpoint.Protocol(v)
		out = append(out, p.Evidence...)
		if p.Refused != nil {
			out = append(out, p.Refused.Evidence...)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(out)
}

func countOf(n int, what string) string { return fmt.Sprintf("%d %s", n, what) }

func versionNames(versions []cipher.Version) string {
	var out []string
	for _, v := range versions {
		out = append(out, v.String())
	}
	return strings.Join(out, ", ")
}
