package sqldb

import (
	"context"
	"database/sql"
	"errors"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/reread"
	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/parts"
	"github.com/portseal/portseal/report"
	clean "github.com/portseal/portseal/report/text"
)

// replay stores all runs once more.
type replay struct {
	*held
	log    *logStore
	tx     conn
	tell   func(done, of int)
	joiner *parts.Joiner
	reader *reread.Reader[alone]
	known  *known
}

func newReplay(h *held, log *logStore, tx conn, tell func(done, of int)) *replay {
	return &replay{held: h, log: log, tx: tx, tell: tell, joiner: parts.NewJoiner(unpacking(log.parts)), reader: reread.New(aloneOf), known: newKnown()}
}

// turn is a run that is ready to be stored once more.
type turn struct {
	record runlog.Record
	index  int64
	adding *adding // nil: its report is not there
	err    error
}

// all checks the log, and stores all runs once more as the check reads their reports. It returns the records too.
func (r *replay) all(ctx context.Context, empty *Store, o runlog.Checking) (result *runlog.Result, records []runlog.Record, err error) {
	records, removable, err := r.records()
	if err != nil {
		return nil, nil, err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	turns := make(chan turn, 1)
	o.Read = func(index int64, record runlog.Record) (*runlog.Stored, error) {
		stored, t, err := r.read(index, record)
		if err == nil && index < int64(len(records)) {
			select {
			case turns <- t:
			case <-ctx.Done():
			}
		}
		return stored, err
	}
	go func() {
		defer close(turns)
		var err error
		if result, err = runlog.New(r.log).Check(ctx, o); err != nil && !errors.Is(err, runlog.ErrNone) {
			fail(err)
		}
	}()
	err = empty.prepared(ctx, "derive the tables anew", func(to conn) error { return r.again(ctx, to, records, removable, turns) })
	if err != nil {
		fail(err)
	}
	for range turns { // until the check has ended
	}
	return result, records, context.Cause(ctx)
}

// again stores the runs of the records. Those of which no turn comes have no report.
func (r *replay) again(ctx context.Context, to conn, records []runlog.Record, removable map[int]bool, turns <-chan turn) error {
	next := turn{index: -1}
	for i, record := range records {
		for next.index < int64(i) {
			var more bool
			if next, more = <-turns; !more {
				next.index = int64(len(records))
			}
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		t := turn{record: record, index: int64(i)}
		if next.index == t.index {
			t = next
		}
		if t.err != nil {
			return t.err
		}
		if err := r.turn(ctx, to, t, removable[i]); err != nil {
			return err
		}
		if r.tell != nil {
			r.tell(i+1, len(records))
		}
	}
	return nil
}

// read reads the report of a record.
func (r *replay) read(index int64, record runlog.Record) (*runlog.Stored, turn, error) {
	t := turn{record: record, index: index}
	doc, sum, err := r.log.join(r.joiner, record.Digest)
	if err != nil {
		return nil, t, err
	}
	stored := &runlog.Stored{Bytes: doc, SHA256: sum}
	said, err := r.reader.Read(doc)
	if err != nil {
		stored.Sealed, stored.None = evidence.VerifyJSON(doc), err
		return stored, t, nil
	}
	stored.Sealed, stored.Says = said.Sealed, runlog.Says(said.Report)
	if said.Report.Run.ID != record.Run {
		return stored, t, nil
	}
	if t.adding, t.err = newAdding(said.Report, begunAs(record.Beside), history.Storing{}, said.Follows); t.err == nil {
		t.adding.known, t.adding.packer.plain = r.known, true
	}
	return stored, t, nil
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
