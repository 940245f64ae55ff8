package api

import (
	"context"

	"github.com/portseal/portseal/internal/history"
)

// The store's methods that the API uses, each of which fails when it is told to.

func (f *failing) List(ctx context.Context, q history.RunQuery) ([]history.Run, string, error) {
	if err := f.broken(); err != nil {
		return nil, "", err
	}
	return f.Store.List(ctx, q)
}

func (f *failing) Run(ctx context.Context, id string) (*history.Run, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	r, err := f.Store.Run(ctx, id)
	if err == nil && id == f.pruned {
		r.Pruned = true
	}
	return r, err
}

func (f *failing) Report(ctx context.Context, id string) ([]byte, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	if doc, there := f.docs[id]; there {
		return doc, nil
	}
	return f.Store.Report(ctx, id)
}

func (f *failing) Last(ctx context.Context, estate string, narrowed bool) (*history.Run, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Last(ctx, estate, narrowed)
}

func (f *failing) Listeners(ctx context.Context, estate string) ([]history.Listener, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Listeners(ctx, estate)
}

func (f *failing) Spans(ctx context.Context, estate, endpoint string) ([]history.Span, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Spans(ctx, estate, endpoint)
}

func (f *failing) Findings(ctx context.Context, q history.FindingQuery) ([]history.Finding, string, error) {
	if err := f.broken(); err != nil {
		return nil, "", err
	}
	return f.Store.Findings(ctx, q)
}

func (f *failing) Changes(ctx context.Context, estate, run, endpoint string, p history.Page) ([]history.Change, string, error) {
	if err := f.broken(); err != nil {
		return nil, "", err
	}
	return f.Store.Changes(ctx, estate, run, endpoint, p)
}

func (f *failing) Certificates(ctx context.Context, estate string) ([]history.Certificate, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Certificates(ctx, estate)
}

func (f *failing) Trend(ctx context.Context, estate string, n int) ([]history.Point, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Trend(ctx, estate, n)
}

func (f *failing) Waivers(ctx context.Context, estate string) ([]history.Waiver, error) {
	if err := f.broken(); err != nil {
		return nil, err
	}
	return f.Store.Waivers(ctx, estate)
}

func (f *failing) AddWaiver(ctx context.Context, estate string, w history.Waiver) (int64, error) {
	if err := f.broken(); err != nil {
		return 0, err
	}
	return f.Store.AddWaiver(ctx, estate, w)
}

func (f *failing) Deeds(ctx context.Context, p history.Page) ([]history.Deed, string, error) {
	if err := f.broken(); err != nil {
		return nil, "", err
	}
	return f.Store.Deeds(ctx, p)
}

func (f *failing) Notices(ctx context.Context, p history.Page) ([]history.Notice, string, error) {
	if err := f.broken(); err != nil {
		return nil, "", err
	}
	return f.Store.Notices(ctx, p)
}
