package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"runtime"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	clean "github.com/portseal/portseal/report/text"
)

// replay stores all runs once more.
type replay struct {
	*held
	log  *logStore
	tx   conn
	tell func(done, of int)
}

// turn is a run that is ready to be stored once more.
type turn struct {
	record runlog.Record
	index  int64
	adding *adding // nil: its report is not there
	err    error
}

func (r *replay) all(ctx context.Context, empty *Store) error {
	records, removable, err := r.records()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	turns, wait := r.ahead(ctx, records)
	defer wait()
	defer stop()
	return empty.change(ctx, "derive the tables anew", func(to conn) error {
		done := 0
		for next := range turns {
			t := <-next
			if t.err != nil {
				return t.err
			}
			if err := r.turn(ctx, to, t, removable[int(t.index)]); err != nil {
				return err
			}
			if done++; r.tell != nil {
				r.tell(done, len(records))
			}
		}
		return ctx.Err()
	})
}

// records are those of the log that can be read.
func (r *replay) records() ([]runlog.Record, map[int]bool, error) {
	note, err := r.log.Checkpoint()
	if err != nil || note == nil {
		return nil, nil, err
	}
	head, err := runlog.ParseCheckpoint(note)
	if err != nil {
		return nil, nil, nil //nolint:nilerr // the log's check says so
	}
	records, err := runlog.ReadRecords(r.log, head.Size)
	if errors.Is(err, runlog.ErrDamaged) { // so it does of this; those before that can be read are none the less what was logged
		err = nil
	}
	return records, runlog.Removable(records), err
}

// turn stores one run once more.
func (r *replay) turn(ctx context.Context, to conn, t turn, removable bool) error {
	if !t.record.Pruned.IsZero() {
		return nil
	}
	run := text(t.record.Run)
	changes, sum, err := r.changes(ctx, run)
	if err != nil {
		return err
	}
	if sum != t.record.Beside.Changes {
		r.problem("run %s: the changes that it found are not those that were stored with it, of which there are %d now", clean.Cut(run, 60), len(changes))
	}
	a := t.adding
	if a == nil {
		if a, err = r.withoutReport(ctx, t, removable); err != nil {
			return err
		}
	}
	a.with.Changes, a.run.Record = changes, &t.index
	if a.rep == nil {
		if err := putEstate(ctx, to, a.run.Estate); err != nil {
			return err
		}
		for _, step := range []func(context.Context, conn) error{a.putRun, a.newest, a.changes} {
			if err := step(ctx, to); err != nil {
				return err
			}
		}
		return nil
	}
	return a.derive(ctx, to)
}

// changes reads those of a run, while nobody else asks: a transaction has one connection.
func (r *replay) changes(ctx context.Context, run string) ([]report.Change, string, error) {
	r.log.query.Lock()
	defer r.log.query.Unlock()
	return changesOf(ctx, r.tx, run)
}

// withoutReport is a run whose report is not there, as its record has it. What the record has as a hash alone is taken from its row.
func (r *replay) withoutReport(ctx context.Context, t turn, removable bool) (*adding, error) {
	r.log.query.Lock()
	is, err := runOf(ctx, r.tx, t.record.Run)
	r.log.query.Unlock()
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	run := begunAs(t.record.Beside)
	end := t.record.Finished
	run.ID, run.Estate, run.State, run.Finished = t.record.Run, t.record.Estate, history.Finished, &end
	run.Verdict, run.Digest, run.Pruned = t.record.Verdict, t.record.Digest, removable
	run.Probes, run.Started, run.Summary = is.Probes, is.Started, is.Summary
	if sum, err := headSum(run); is.ID != "" && (err != nil || sum != t.record.Beside.Head) {
		r.problem("run %s: its probes, when it began or its summary are not what its record vouches for: its row was changed", clean.Cut(run.ID, 60))
	}
	r.pruned[text(run.ID)] = true
	return &adding{run: run}, nil
}

// ahead makes runs ready while others are stored. wait ends when nothing of it runs any more.
func (r *replay) ahead(ctx context.Context, records []runlog.Record) (<-chan chan turn, func()) {
	turns, done := make(chan chan turn, runtime.GOMAXPROCS(0)), make(chan struct{})
	go func() {
		defer close(done)
		defer close(turns)
		for i, record := range records {
			next := make(chan turn, 1)
			select {
			case turns <- next:
			case <-ctx.Done():
				return
			}
			go func() { next <- r.ready(record, int64(i)) }()
		}
	}()
	return turns, func() {
		for next := range turns {
			<-next
		}
		<-done
	}
}

func (r *replay) ready(record runlog.Record, index int64) turn {
	t := turn{record: record, index: index}
	if !record.Pruned.IsZero() {
		return t
	}
	doc, err := r.log.Report(record.Digest)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, runlog.ErrDamaged) { // the log's check says whether it should be there
		return t
	}
	if err != nil {
		t.err = err
		return t
	}
	rep, err := reportjson.Decode(doc)
	if err != nil || rep.Run.ID != record.Run {
		return t
	}
	t.adding, t.err = newAdding(rep, begunAs(record.Beside), history.Storing{})
	return t
}
