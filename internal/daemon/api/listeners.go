package api

import (
	"slices"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ListenerList is a page of listeners, by id.
type ListenerList struct {
	Listeners []history.Listener `json:"listeners"`
	Next      string             `json:"next,omitempty"`
}

// Listener is a listener with the last look at it.
type Listener struct {
	history.Listener
	Path         string               `json:"path"`
	Endpoint     *report.Endpoint     `json:"endpoint,omitempty"` // as its report has it
	ShownBy      string               `json:"shown_by,omitempty"` // the run that made the look
	Certificates []report.Certificate `json:"certificates,omitempty"`
}

// SpanList is a page of what a listener was, newest first.
type SpanList struct {
	Spans []history.Span `json:"spans"`
	Next  string         `json:"next,omitempty"`
}

// FindingList is a page of findings, worst first.
type FindingList struct {
	Findings []history.Finding `json:"findings"`
	Next     string            `json:"next,omitempty"`
}

// ChangeList is a page of changes, newest first.
type ChangeList struct {
	Changes []history.Change `json:"changes"`
	Next    string           `json:"next,omitempty"`
}

// CertificateList is a page of certificates, by their end.
type CertificateList struct {
	Certificates []history.Certificate `json:"certificates"`
	Next         string                `json:"next,omitempty"`
}

func (a *API) listListeners(c *call) (*answer, error) {
	all, err := a.Store.Listeners(c.Context(), a.estate(c))
	if err != nil {
		return nil, err
	}
	system, state, rc4 := one(c.query, "system", ""), one(c.query, "state", ""), one(c.query, "rc4", false)
	all = slices.DeleteFunc(all, func(l history.Listener) bool {
		return system != "" && l.System != system || state != "" && string(l.State) != state || rc4 && !l.RC4
	})
	items, next, err := cut(c, all, func(l history.Listener) string { return l.ID })
	return &answer{value: ListenerList{items, next}}, err
}

// listener is the id of the listener in the path. It is looked up, and nothing else.
func (c *call) listener() string { return c.path["system"] + "/" + c.path["listener"] }

func (a *API) getListener(c *call) (*answer, error) {
	id, estate := c.listener(), a.estate(c)
	all, err := a.Store.Listeners(c.Context(), estate)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(l history.Listener) bool { return l.ID == id })
	if i < 0 {
		return nil, missing("listener", id)
	}
	out := Listener{Listener: all[i], Path: c.URL.EscapedPath()}
	shown, err := a.Store.Shown(c.Context(), estate, []string{id})
	if last, there := shown[id]; there {
		out.Endpoint, out.ShownBy, out.Certificates = &last.Endpoint, last.Run, last.Certificates
	}
	return &answer{value: out}, err
}

func (a *API) listSpans(c *call) (*answer, error) {
	all, err := a.Store.Spans(c.Context(), a.estate(c), c.listener())
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	items, next, err := cut(c, all, func(s history.Span) string { return s.FirstRun })
	return &answer{value: SpanList{items, next}}, err
}

// known says whether there is or was the listener of the path.
func (a *API) known(c *call) error {
	_, err := a.Store.Spans(c.Context(), a.estate(c), c.listener())
	return err
}

func (a *API) listenerFindings(c *call) (*answer, error) {
	if err := a.known(c); err != nil {
		return nil, err
	}
	return a.findings(c, c.listener())
}

func (a *API) listFindings(c *call) (*answer, error) {
	return a.findings(c, one(c.query, "listener", ""))
}

func (a *API) findings(c *call, listener string) (*answer, error) {
	q := history.FindingQuery{Estate: a.estate(c), Endpoint: listener, ID: one(c.query, "id", ""),
		Least: one(c.query, "least", report.SeverityUnknown), Closed: one(c.query, "closed", false)}
	items, next, err := page(c, func(p history.Page) ([]history.Finding, string, error) {
		q.Page = p
		return a.Store.Findings(c.Context(), q)
	})
	return &answer{value: FindingList{items, next}}, err
}

func (a *API) listenerChanges(c *call) (*answer, error) {
	if err := a.known(c); err != nil {
		return nil, err
	}
	return a.changes(c, c.listener())
}

func (a *API) listChanges(c *call) (*answer, error) {
	return a.changes(c, one(c.query, "listener", ""))
}

func (a *API) changes(c *call, listener string) (*answer, error) {
	items, next, err := page(c, func(p history.Page) ([]history.Change, string, error) {
		return a.Store.Changes(c.Context(), a.estate(c), one(c.query, "run", ""), listener, p)
	})
	return &answer{value: ChangeList{items, next}}, err
}

func (a *API) listCertificates(c *call) (*answer, error) {
	all, err := a.Store.Certificates(c.Context(), a.estate(c))
	if err != nil {
		return nil, err
	}
	if by := one(c.query, "ends_before", time.Time{}); !by.IsZero() {
		all = slices.DeleteFunc(all, func(h history.Certificate) bool { return !h.NotAfter.Before(by) })
	}
	items, next, err := cut(c, all, func(h history.Certificate) string { return h.SHA256 })
	return &answer{value: CertificateList{items, next}}, err
}

func states() []string {
	var out []string
	for _, s := range []scan.State{scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateOpen, scan.StateClosed, scan.StateFiltered,
		scan.StateUnreachable, scan.StateError, scan.StateSkipped} {
		out = append(out, string(s))
	}
	return out
}
