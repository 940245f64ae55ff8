package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// base is an earlier run that endpoints are compared with: for each endpoint, the one that looked at it last. So a change is found once, in
// whatever order runs of the whole estate and of parts of it follow each other.
type base struct {
	run  history.Run
	owns map[string]bool // endpoints; that of the whole estate owns what has no endpoint, and what no longer is
	main bool
}

func (b base) ids() []string { return slices.Collect(maps.Keys(b.owns)) }

// mostBases is how many earlier reports a run is compared with at most: the newest.
const mostBases = 6

// bases are the runs to compare with, newest first; none for the first run.
func (r *Runs) bases(ctx context.Context, j *job, targets []scan.Target) ([]base, error) {
	asked, done := ask(ctx, storeWithin)
	defer done()
	listeners, err := r.Store.Listeners(asked, j.head.Estate)
	if err != nil {
		return nil, fmt.Errorf("what the last runs showed: %w", err)
	}
	selected := map[string]bool{}
	for _, t := range targets {
		selected[t.ID] = true
	}
	owns := map[string]map[string]bool{}
	for _, l := range listeners {
		if !selected[l.ID] {
			continue
		}
		if owns[l.LastRun] == nil {
			owns[l.LastRun] = map[string]bool{}
		}
		owns[l.LastRun][l.ID] = true
	}
	var out []base
	for id, endpoints := range owns {
		head, err := r.Store.Run(asked, id)
		if err != nil && !errors.Is(err, history.ErrNotFound) {
			return nil, fmt.Errorf("run %s: %w", id, err)
		}
		if err == nil && head.State == history.Finished && !head.Pruned {
			out = append(out, base{run: *head, owns: endpoints})
		}
	}
	newest, err := r.Store.Last(asked, j.head.Estate, false)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return nil, fmt.Errorf("the last run of the whole estate: %w", err)
	}
	return ordered(out, newest), nil
}

// ordered puts the newest first, and lets the last run of the whole estate stand for the estate itself.
func ordered(out []base, whole *history.Run) []base {
	if whole != nil && !whole.Pruned {
		i := slices.IndexFunc(out, func(b base) bool { return b.run.ID == whole.ID })
		if i < 0 {
			i = len(out)
			out = append(out, base{run: *whole, owns: map[string]bool{}})
		}
		out[i].main = true
	}
	slices.SortFunc(out, func(a, b base) int { return cmp.Compare(b.run.Seq, a.run.Seq) })
	return out[:min(len(out), mostBases)]
}

// changes is what is no longer as the bases have it.
func (r *Runs) changes(ctx context.Context, j *job, rep *report.Report) (all []report.Change, err error) {
	for _, b := range j.bases {
		old, err := r.report(ctx, b.run.ID)
		if errors.Is(err, history.ErrPruned) || errors.Is(err, history.ErrNotFound) {
			continue // retention came between
		}
		if err != nil {
			return nil, err
		}
		found := b.mine(diff.Compare(old, rep).Changes, j.bases)
		if asksLess(b.run.Probes, j.head.Probes) {
			more, err := r.deeper(ctx, j, b, old, rep)
			if err != nil {
				return nil, err
			}
			found = append(found, without(b.mine(more, j.bases), found)...)
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b report.Change) int { return cmp.Compare(a.Endpoint, b.Endpoint) })
	return all, nil
}

// mine takes the changes that are the base's to tell.
func (b base) mine(changes []report.Change, bases []base) []report.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c report.Change) bool {
		if b.owns[c.Endpoint] {
			return false
		}
		owned := slices.ContainsFunc(bases, func(other base) bool { return other.owns[c.Endpoint] })
		return owned || !b.main
	})
}

// deeper compares with the last run that asked as much as this one, where the base asked less: what the base could not have seen.
func (r *Runs) deeper(ctx context.Context, j *job, b base, shallow, rep *report.Report) ([]report.Change, error) {
	asked, done := ask(ctx, storeWithin)
	defer done()
	recent, _, err := r.Store.List(asked, history.RunQuery{Estate: j.head.Estate, States: []history.State{history.Finished}, Page: history.Page{Limit: 200}})
	if err != nil {
		return nil, fmt.Errorf("earlier runs: %w", err)
	}
	i := slices.IndexFunc(recent, func(h history.Run) bool {
		alike := !h.Narrowed || h.Schedule == j.head.Schedule && h.Schedule != ""
		return alike && !h.Pruned && h.Seq < b.run.Seq && !asksLess(h.Probes, j.head.Probes)
	})
	if i < 0 {
		return nil, nil
	}
	old, err := r.report(ctx, recent[i].ID)
	if err != nil {
		return nil, err
	}
	return without(diff.Compare(old, rep).Changes, diff.Compare(old, shallow).Changes), nil
}

// without takes the changes out that are about the same as others.
func without(changes, others []report.Change) []report.Change {
	type about struct{ kind, endpoint, what string }
	told := map[about]bool{}
	for _, c := range others {
		told[about{c.Kind, c.Endpoint, c.What}] = true
	}
	return slices.DeleteFunc(slices.Clone(changes), func(c report.Change) bool { return told[about{c.Kind, c.Endpoint, c.What}] })
}

// report reads a stored report.
func (r *Runs) report(ctx context.Context, id string) (*report.Report, error) {
	asked, done := ask(ctx, writeWithin)
	defer done()
	doc, err := r.Store.Report(asked, id)
	if err != nil {
		return nil, fmt.Errorf("the report of run %s: %w", id, err)
	}
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, fmt.Errorf("the report of run %s: %w", id, err)
	}
	return rep, nil
}
