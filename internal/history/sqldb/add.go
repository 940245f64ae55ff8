package sqldb

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/report"
)

// adding is one report on its way into the history.
type adding struct {
	rep   *report.Report
	doc   []byte
	split *splitReport
	run   history.Run // as it will be stored
	there bool        // it has a row
	with  history.Storing

	packer    packer
	endpoints []*look
	current   bool // it is not older than what is known of the estate

	looked       map[string]*report.Endpoint // those whose state of before it replaces
	gone         map[string]bool             // endpoints that the estate no longer has
	certificates map[string]int64            // their rows, by SHA-256

	known *known
}

// known is what one transaction knows of the rows that it wrote: whoever stores many runs in one need not read them for each.
type known struct {
	certificates map[string]int64                   // by SHA-256
	listeners    map[string]map[string]*listenerRow // by estate, by endpoint
	open         map[string][]life.Open             // findings, by estate
}

func newKnown() *known {
	return &known{map[string]int64{}, map[string]map[string]*listenerRow{}, map[string][]life.Open{}}
}

// Add stores the sealed report of a run.
func (s *Store) Add(ctx context.Context, doc []byte, begun history.Run, with history.Storing) (*history.Run, error) {
	rep, err := sign.Sealed(doc)
	if err != nil {
		return nil, fmt.Errorf("store a report: %w", err)
	}
	switch {
	case rep.Run.ID == "":
		return nil, errors.New("store a report: its run has no id")
	case begun.ID != "" && begun.ID != rep.Run.ID:
		return nil, fmt.Errorf("store the report of run %s: it is that of run %s", begun.ID, rep.Run.ID)
	case begun.ID != "" && begun.Estate != rep.Run.Estate:
		return nil, fmt.Errorf("store the report of run %s of %q: it is of %q", begun.ID, begun.Estate, rep.Run.Estate)
	}
	a, err := newAdding(rep, begun, with, nil)
	what := "store the report of run " + rep.Run.ID
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	a.doc = doc
	if a.split, err = s.split(ctx, doc); err != nil {
		return nil, s.fault(what, err)
	}
	err = s.change(ctx, what, func(tx conn) error { return a.store(ctx, s, tx) })
	if err != nil {
		return nil, err
	}
	return &a.run, nil
}

// newAdding makes a report ready to be stored, but for its parts. Follows is what follows from each of its endpoints alone; nil where that is not known.
func newAdding(rep *report.Report, begun history.Run, with history.Storing, follows []alone) (*adding, error) {
	a := &adding{rep: rep, run: finished(rep, begun), with: with, known: newKnown(),
		looked: map[string]*report.Endpoint{}, gone: map[string]bool{}, certificates: map[string]int64{}}
	return a, a.prepare(follows)
}

// finished is the run of a report as it is stored where it was not begun here.
func finished(rep *report.Report, begun history.Run) history.Run {
	r := begun
	r.ID, r.Estate, r.State = rep.Run.ID, rep.Run.Estate, history.Finished
	r.Trigger = cmp.Or(r.Trigger, history.ByImport)
	r.Probes = rep.Run.Probes
	r.Narrowed = begun.Narrowed || !whole(rep)
	r.Started = rep.Run.Started.UTC()
	end := rep.Run.Finished.UTC()
	r.Finished, r.Verdict, r.Digest, r.Summary, r.Pruned = &end, rep.Summary.Verdict, rep.Digest, &rep.Summary, false
	r.Message = cut(r.Message)
	return r
}

// whole says whether a report is about all of its estate.
func whole(rep *report.Report) bool {
	return rep.Run.Estate != "" && rep.Run.Scope.Selected >= rep.Run.Scope.Declared
}

// store does all that Add does, in a transaction.
func (a *adding) store(ctx context.Context, s *Store, tx conn) error {
	if err := a.begun(ctx, tx); err != nil {
		return err
	}
	ledger, err := headOf(ctx, tx)
	if err != nil {
		return err
	}
	beside, err := besideOf(a.run, a.with.Changes, ledger)
	if err != nil {
		return err
	}
	added, err := runlog.New(s.within(ctx, tx, a.split.keep)).AddSealed(ctx, a.rep, a.doc,
		runlog.Adding{Key: a.with.Key, Origin: a.with.Origin, MadeUp: madeUpOrigin(), At: a.with.At, Beside: beside})
	if err != nil {
		return err
	}
	if added.Already {
		a.run, err = runOf(ctx, tx, a.rep.Run.ID)
		return err
	}
	a.run.Record = &added.Index
	return a.derive(ctx, tx)
}

// derive brings all that is known up to date with what the run showed. What it stores follows from the runs that it was called for, in their
// order, and from nothing else: Verify holds the tables against that.
func (a *adding) derive(ctx context.Context, tx conn) error {
	if err := putEstate(ctx, tx, a.run.Estate); err != nil {
		return err
	}
	for _, step := range []func(context.Context, conn) error{a.putRun, a.newest, a.putCertificates, a.looks, a.keyrings, a.findings, a.changes} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// madeUpOrigin is a name for a log that no other has.
func madeUpOrigin() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand
	return "portseal/" + hex.EncodeToString(id[:])
}

// begun looks for the run's row. One that was begun keeps what was said when it began, whatever has become of it since: a report is worth more
// than the belief that its service was dead.
func (a *adding) begun(ctx context.Context, tx conn) error {
	before, err := runOf(ctx, tx, a.run.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	before.Message = a.run.Message
	a.run, a.there = finished(a.rep, before), true
	return err
}

// putRun stores the run's row.
func (a *adding) putRun(ctx context.Context, tx conn) error {
	is := a.run
	if !a.there {
		if err := insertRun(ctx, tx, is); err != nil {
			return err
		}
		return tx.row(ctx, "SELECT seq FROM run WHERE id = ?", text(is.ID)).Scan(&a.run.Seq)
	}
	summary, err := summaryOf(is)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE run SET state = ?, probes = ?, narrowed = ?, started = ?, finished = ?, at = ?, verdict = ?, digest = ?, summary = ?,
		message = ?, record = ? WHERE seq = ?`, string(is.State), text(is.Probes), is.Narrowed, micros(is.Started), maybe(is.Finished), micros(trendAt(is)),
		string(is.Verdict), text(is.Digest), summary, text(is.Message), is.Record, is.Seq)
	return err
}

// newest makes the run the newest of its estate; an imported one that is older than that is not.
func (a *adding) newest(ctx context.Context, tx conn) error {
	a.current = true
	columns := []string{"newest"}
	if !a.run.Narrowed {
		columns = append(columns, "whole")
	}
	for _, column := range columns {
		var end sql.NullInt64
		err := tx.row(ctx, "SELECT finished FROM run WHERE seq = (SELECT "+column+" FROM estate WHERE name = ?)", text(a.run.Estate)).Scan(&end)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if a.run.Trigger == history.ByImport && end.Valid && end.Int64 > micros(*a.run.Finished) {
			a.current = false
			continue
		}
		if _, err := tx.exec(ctx, "UPDATE estate SET "+column+" = ? WHERE name = ?", a.run.Seq, text(a.run.Estate)); err != nil {
			return err
		}
	}
	return nil
}
