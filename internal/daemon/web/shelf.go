package web

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/migration"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// shelfSize is how many reports, and how many comparisons, are kept at hand.
const shelfSize = 4

// shelf keeps what was made from whole reports for the last few of them. One is read at a time, since a report may be large.
type shelf struct {
	store history.Store
	read  sync.Mutex // held while a report is read

	mu    sync.Mutex
	items []*item // the one that was used last comes first
	drift []*compared
}

// item is a report without its evidence, and what is made from it when someone asks.
type item struct {
	digest    string
	rep       *report.Report
	migration func() *report.Migration
	policies  func() []policySystem
}

func newShelf(store history.Store) *shelf { return &shelf{store: store} }

func newItem(rep *report.Report) *item {
	light := *rep
	light.Endpoints = slices.Clone(rep.Endpoints)
	for i := range light.Endpoints {
		light.Endpoints[i].Evidence = nil
	}
	i := &item{digest: rep.Digest, rep: &light}
	i.migration = sync.OnceValue(func() *report.Migration { return migration.Of(i.rep) })
	i.policies = sync.OnceValue(func() []policySystem { return policySystems(i.rep) })
	return i
}

// of is the report of a finished run.
func (s *shelf) of(ctx context.Context, run *history.Run) (*item, error) {
	if i := s.find(run.Digest); i != nil {
		return i, nil
	}
	s.read.Lock()
	defer s.read.Unlock()
	if i := s.find(run.Digest); i != nil {
		return i, nil
	}
	rep, err := s.whole(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	i := newItem(rep)
	s.put(i)
	return i, nil
}

// whole reads a report.
func (s *shelf) whole(ctx context.Context, id string) (*report.Report, error) {
	doc, err := s.store.Report(ctx, id)
	if err != nil {
		return nil, err
	}
	rep, err := reportjson.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, fmt.Errorf("report of run %s: %w", id, err)
	}
	return rep, nil
}

// find looks for a report by its digest, and nil for one that is not at hand.
func (s *shelf) find(digest string) *item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return use(s.items, func(i *item) bool { return i.digest == digest })
}

func (s *shelf) put(i *item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = keep(s.items, i)
}

// use brings what was asked for to the front; nil when it is not there.
func use[T any](list []*T, is func(*T) bool) *T {
	at := slices.IndexFunc(list, is)
	if at < 0 {
		return nil
	}
	found := list[at]
	copy(list[1:at+1], list[:at])
	list[0] = found
	return found
}

// keep puts something to the front, and lets go of the one that was not used for longest.
func keep[T any](list []*T, v *T) []*T {
	list = slices.Insert(list, 0, v)
	return list[:min(len(list), shelfSize)]
}

// Stored takes a report that was just stored, so that nobody waits for it to be read again. It keeps no hold of its evidence.
func (p *Pages) Stored(rep *report.Report) { p.stored.put(newItem(rep)) }
