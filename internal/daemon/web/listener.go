package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// listenerData is the page of one endpoint.
type listenerData struct {
	ID          string
	Who         Who
	Run         string // that looked last
	Endpoint    report.Endpoint
	Address     string
	Rows        []fact
	Expectation *report.Expectation
	Findings    []history.Finding // open
	Closed      []history.Finding
	Rings       []ringRow
	Chains      []chain
	Spans       []history.Span
	Changes     []history.Change
}

// fact is what was seen, beside what was expected.
type fact struct{ Name, Expected, Seen string }

func (p *Pages) listenerPage(r *http.Request) (*view, error) {
	id := r.PathValue("system") + "/" + r.PathValue("name")
	ctx, estate := r.Context(), p.Control.Status().Estate.Name
	shown, err := p.Store.Shown(ctx, estate, []string{id})
	if err != nil {
		return nil, err
	}
	last, ok := shown[id]
	if !ok {
		return nil, notFound("The history knows no listener of this name. It may never have been looked at: the list of listeners has all that were.")
	}
	d := &listenerData{ID: id, Who: p.Who(ctx), Run: last.Run, Endpoint: last.Endpoint, Address: addressOf(&last.Endpoint)}
	if err := p.lifeOf(ctx, estate, d); err != nil {
		return nil, err
	}
	if d.Expectation, err = p.expectationOf(ctx, id); err != nil {
		return nil, err
	}
	d.Rows = factsOf(&d.Endpoint, d.Expectation)
	d.Rings = ringsOf(&d.Endpoint, d.Expectation)
	d.Chains = chainsOf(&d.Endpoint, last.Certificates, p.Now())
	return p.body("listener", d, view{title: id, nav: "/listeners"})
}

// lifeOf reads what became of a listener.
func (p *Pages) lifeOf(ctx context.Context, estate string, d *listenerData) error {
	findings, _, err := p.Store.Findings(ctx, history.FindingQuery{Estate: estate, Endpoint: d.ID, Closed: true, Page: history.Page{Limit: perPage}})
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Closed == nil {
			d.Findings = append(d.Findings, f)
		} else {
			d.Closed = append(d.Closed, f)
		}
	}
	if d.Spans, err = p.Store.Spans(ctx, estate, d.ID); err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	slices.Reverse(d.Spans)
	d.Spans = d.Spans[:min(len(d.Spans), perPage)]
	d.Changes, _, err = p.Store.Changes(ctx, estate, "", d.ID, history.Page{Limit: perPage})
	return err
}

// expectationOf is what the last run expected of an endpoint; nil where its report is gone, or says nothing of it.
func (p *Pages) expectationOf(ctx context.Context, id string) (*report.Expectation, error) {
	run, err := p.Store.Last(ctx, p.Control.Status().Estate.Name, true)
	if err != nil {
		return nil, err
	}
	i, err := p.stored.of(ctx, run)
	if err != nil {
		if errors.Is(err, history.ErrPruned) {
			return nil, nil
		}
		return nil, err
	}
	for n := range i.rep.Expectations {
		if i.rep.Expectations[n].Endpoint == id {
			return &i.rep.Expectations[n], nil
		}
	}
	return nil, nil
}

func addressOf(e *report.Endpoint) string {
	address := e.Target.Address
	if address == "" {
		address = e.Target.Host
	}
	return net.JoinHostPort(address, strconv.Itoa(int(e.Target.Port)))
}

// factsOf are the facts of an endpoint beside what is expected; what is neither seen nor expected is left out.
func factsOf(e *report.Endpoint, x *report.Expectation) []fact {
	if x == nil {
		x = &report.Expectation{}
	}
	state := stateOf(e.State)
	if e.NonTLS != nil {
		state += " (" + e.NonTLS.Kind + ")"
	}
	if e.Failure != nil {
		state += ": " + e.Failure.Error()
	}
	all := []fact{{"State", x.Expect, state},
		{"Versions", each(x.Versions), seenVersions(e)},
		{"Cipher suites", each(x.CipherSuites), seenSuites(e)},
		{"Groups", each(x.Groups), seenGroups(e)},
		{"Client certificate", x.ClientAuth, seenClientAuth(e)},
		{"Served by ring", strings.TrimSpace(x.ServedBy + " " + x.Label), seenServedBy(e)},
		{"Names that the certificate must cover", strings.Join(x.Names, ", "), ""},
		{"To be off after", x.RetireBy, ""}}
	return slices.DeleteFunc(all, func(f fact) bool { return f.Expected == "" && f.Seen == "" })
}

// each joins values that have names: versions, suites, groups.
func each[T interface{ String() string }](list []T) string {
	var out []string
	for _, v := range list {
		out = append(out, v.String())
	}
	return strings.Join(out, ", ")
}

func seenVersions(e *report.Endpoint) string {
	var accepted, open []string
	for _, v := range e.Protocols {
		switch v.Supported {
		case scan.Yes:
			accepted = append(accepted, v.Version.String())
		case scan.Unknown:
			open = append(open, v.Version.String())
		}
	}
	said := strings.Join(accepted, ", ")
	if len(open) > 0 && len(open) < len(e.Protocols) {
		said += "; not known: " + strings.Join(open, ", ")
	}
	return said
}

func seenSuites(e *report.Endpoint) string {
	var out []string
	for _, v := range e.Protocols {
		for _, s := range v.CipherSuites {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	return strings.Join(out, ", ")
}

func seenGroups(e *report.Endpoint) string {
	var out []string
	for _, g := range e.Groups {
		if g.Supported == scan.Yes && !slices.Contains(out, g.Name) {
			out = append(out, g.Name)
		}
	}
	return strings.Join(out, ", ")
}

func seenClientAuth(e *report.Endpoint) string {
	c := e.ClientAuth
	switch {
	case c == nil:
		return ""
	case c.Required == scan.Yes:
		return "required"
	case c.Requested == scan.Yes && c.Required == scan.No:
		return "requested"
	case c.Requested == scan.Yes:
		return "requested, perhaps required"
	case c.Requested == scan.No:
		return "none"
	}
	return "not known"
}

func seenServedBy(e *report.Endpoint) string {
	switch s := e.ServedBy; {
	case s == nil:
		return ""
	case s.Match == certchain.Yes:
		return "its certificate is served"
	case s.Match == certchain.No:
		return "its certificate is not served: " + s.Reason
	default:
		return "not known: " + s.Reason
	}
}

// certificateFacts are what the chain shows of a certificate.
type certificateFacts struct {
	report.Certificate
	Ends word
}

func certificateOf(c report.Certificate, at time.Time) certificateFacts {
	return certificateFacts{c, daysLeft(c, at)}
}
