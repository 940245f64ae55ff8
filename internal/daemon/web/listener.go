package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
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
	d := &listenerData{ID: id, Who: p.Who(ctx), Run: last.Run, Endpoint: last.Endpoint, Address: words.Address(&last.Endpoint)}
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

// factsOf are the facts of an endpoint beside what is expected; what is neither seen nor expected is left out.
func factsOf(e *report.Endpoint, x *report.Expectation) []fact {
	seen := map[string]string{"expect": stateOf(e), "versions": seenVersions(e), "cipher_suites": strings.Join(words.Suites(e), ", "), "groups": strings.Join(words.Groups(e), ", "),
		"client_auth": words.ClientAuth(e), "served_by": words.ServedBy(e), "starttls": e.Target.StartTLS}
	if x != nil && x.RequiredCipherSuites != nil {
		seen["required_cipher_suites"] = seen["cipher_suites"]
	}
	var out []fact
	for _, asked := range words.Asks(x) {
		if asked.Key == "trusted_by" || asked.Key == "not_trusted_by" {
			continue // the table of rings has it
		}
		if asked.Want != "" || seen[asked.Key] != "" {
			out = append(out, fact{asked.Name, asked.Want, seen[asked.Key]})
		}
	}
	return out
}

// stateOf is what an endpoint turned out to be, and what shows that.
func stateOf(e *report.Endpoint) string {
	state := words.State(e.State)
	if e.NonTLS != nil {
		state += " (" + e.NonTLS.Kind + ")"
	}
	if e.Failure != nil {
		state += ": " + e.Failure.Error()
	}
	return state
}

// seenVersions are the accepted versions, and those that are not known where some are.
func seenVersions(e *report.Endpoint) string {
	said, open := strings.Join(words.Versions(e, scan.Yes), ", "), words.Versions(e, scan.Unknown)
	if len(open) > 0 && len(open) < len(e.Protocols) {
		said += "; not known: " + strings.Join(open, ", ")
	}
	return said
}
