package revocation

import (
	"bytes"
	"cmp"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan/probes"
)

// mostURLs is how many responders, and how many lists, of one certificate are asked: whoever presents it decides where we connect to.
const mostURLs = 4

// Question is what one source is asked about one certificate.
type Question struct {
	Certificate *certchain.Certificate
	Issuer      *certchain.Certificate // nil: not known
	By, URL     string
	Request     []byte                    // to a responder
	Problem     *report.RevocationFailure // why it cannot be asked; nil: it can

	staple probes.Staple
}

// Key is what is fetched: questions with the same key have one answer.
func (q Question) Key() string { return q.URL + "\n" + string(q.Request) }

// Questions are those about the certificates that endpoints present, sorted by certificate and source. The endpoints' Certificates and evidence must be
// there; known are the certificates among which issuers are looked for.
func Questions(endpoints []report.Endpoint, known map[string]*certchain.Certificate) []Question {
	list := make([]*certchain.Certificate, 0, len(known))
	for _, sum := range slices.Sorted(maps.Keys(known)) {
		list = append(list, known[sum])
	}
	stapled := staples(endpoints)
	var out []Question
	for _, c := range presented(endpoints) {
		issuer := certchain.IssuerOf(c, list)
		out = append(out, named(c, issuer)...)
		for _, s := range stapled[c.SHA256] {
			out = append(out, Question{Certificate: c, Issuer: issuer, By: report.ByStaple, staple: s})
		}
	}
	return out
}

// presented are the certificates that endpoints send, each once, but for those that nobody else issued.
func presented(endpoints []report.Endpoint) []*certchain.Certificate {
	all := map[string]*certchain.Certificate{}
	for _, e := range endpoints {
		for _, p := range e.Presented {
			for _, c := range e.Chain(p) {
				if !c.SelfIssued() || c.SelfSigned() == certchain.No {
					all[c.SHA256] = c
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *certchain.Certificate) int { return cmp.Compare(a.SHA256, b.SHA256) })
}

// staples are what listeners stapled, by leaf, each answer once, with when it first came.
func staples(endpoints []report.Endpoint) map[string][]probes.Staple {
	out := map[string][]probes.Staple{}
	for i := range endpoints {
		for _, s := range probes.Staples(&endpoints[i].Observation) {
			at := slices.IndexFunc(out[s.Leaf], func(have probes.Staple) bool { return bytes.Equal(have.DER, s.DER) })
			switch {
			case at < 0:
				out[s.Leaf] = append(out[s.Leaf], s)
			case s.At.Before(out[s.Leaf][at].At):
				out[s.Leaf][at] = s
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b probes.Staple) int { return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.DER, b.DER)) })
	}
	return out
}

// named are the questions to the sources that a certificate names.
func named(c, issuer *certchain.Certificate) []Question {
	var out []Question
	add := func(by string, urls []string) {
		urls = slices.Compact(slices.Sorted(slices.Values(urls)))
		for i, u := range urls {
			q := Question{Certificate: c, Issuer: issuer, By: by, URL: u}
			if q.Problem = unsupported(u); q.Problem == nil && i >= mostURLs {
				q.Problem = &report.RevocationFailure{Kind: "too-many", Message: "the certificate names more sources than are asked"}
			}
			if q.Problem == nil && issuer == nil {
				q.Problem = &report.RevocationFailure{Kind: "issuer-unknown", Message: "the certificate of its issuer is neither presented nor in a key ring"}
			}
			if q.Problem == nil && by == report.ByOCSP {
				var err error
				if q.Request, err = certchain.OCSPRequest(c, issuer); err != nil {
					q.Problem = &report.RevocationFailure{Kind: "unreadable", Message: err.Error()}
				}
			}
			out = append(out, q.placed())
		}
	}
	add(report.ByCRL, c.CRLURLs)
	add(report.ByOCSP, c.OCSPServers)
	if len(out) == 0 {
		none := Question{Certificate: c, Issuer: issuer, By: report.ByNone, Problem: &report.RevocationFailure{Kind: "no-source",
			Message: "the certificate names neither a responder nor a list"}}
		out = append(out, none.placed())
	}
	return out
}

// placed gives a problem its stage.
func (q Question) placed() Question {
	if q.Problem != nil {
		q.Problem.Stage = report.RevocationSource
	}
	return q
}

func unsupported(text string) *report.RevocationFailure {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return &report.RevocationFailure{Kind: "unreadable", Message: "its URL cannot be read"}
	case u.Scheme != "http" && u.Scheme != "https":
		return &report.RevocationFailure{Kind: "unsupported", Message: "only http and https are supported, not " + cmp.Or(u.Scheme, "a URL without a scheme")}
	case u.Hostname() == "":
		return &report.RevocationFailure{Kind: "unreadable", Message: "its URL has no host"}
	}
	return nil
}

// Hosts are the hosts that would be asked about certificates, as far as these name them, sorted.
func Hosts(certificates []*certchain.Certificate) []string {
	hosts := map[string]bool{}
	for _, c := range certificates {
		for _, q := range named(c, c) {
			if u, err := url.Parse(q.URL); err == nil && u.Host != "" && unsupported(q.URL) == nil {
				hosts[u.Host] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(hosts))
}

// stapled is the answer of a listener, which needs no asking.
func (q Question) stapled() report.RevocationCheck {
	c := q.Answer(q.staple.At, q.staple.DER)
	c.DER = nil // the evidence has it
	return c
}

// Unasked is the check of a question that is not put to anybody: because it cannot be, or because the answer came with the certificate.
func (q Question) Unasked(at time.Time) (report.RevocationCheck, bool) {
	switch {
	case q.By == report.ByStaple:
		return q.stapled(), true
	case q.Problem != nil:
		return q.Failed(at, *q.Problem), true
	}
	return report.RevocationCheck{}, false
}
