package sqldb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	clean "github.com/portseal/portseal/report/text"
)

// ledger checks the chain of the ledger, holds it against what the log's records say of it, and applies its entries to the empty store, which has the
// runs of the log already.
func (h *held) ledger(ctx context.Context, tx conn, empty *Store, records []runlog.Record) error {
	heads := map[string]bool{ledgerHead{}.String(): true}
	err := empty.prepared(ctx, "apply the ledger anew", func(to conn) error {
		before := ledgerHead{}
		return tx.each(ctx, "SELECT seq, doc, sum FROM ledger ORDER BY seq", nil, func(scan func(...any) error) error {
			var seq int64
			var doc, sum []byte
			if err := scan(&seq, &doc, &sum); err != nil {
				return err
			}
			is := before.next(doc)
			switch {
			case seq != is.seq:
				h.problem("entries of the ledger are missing: behind number %d comes %d", before.seq, seq)
			case !bytes.Equal(sum, is.sum[:]):
				h.problem("entry %d of the ledger was changed, or put in: its sum is not that of what it says", seq)
			default:
				h.rows++
			}
			before.seq = seq
			copy(before.sum[:], sum) // what comes behind may be as it was left
			heads[before.String()] = true
			if err := applyDoc(ctx, to, doc); err != nil {
				h.problem("entry %d of the ledger cannot be: %s", seq, clean.Cut(err.Error(), 200))
			}
			return ctx.Err()
		})
	})
	for i, r := range records {
		if !heads[r.Beside.Ledger] {
			h.problem("the ledger is not that of which record %d, %s, has the sum: an entry up to number %.20s was changed or taken out", i, r.Name(), r.Beside.Ledger)
		}
	}
	return err
}

// applyDoc makes a row what an entry says.
func applyDoc(ctx context.Context, to conn, doc []byte) error {
	var e entry
	if err := json.Unmarshal(doc, &e); err != nil {
		return err
	}
	var err error
	switch {
	case e.Deed != nil:
		d := e.Deed
		_, err = to.exec(ctx, "INSERT INTO deed ("+deedColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)", d.Seq, micros(d.At), d.Who, d.From, d.What, d.Object, d.Detail)
	case e.User != nil:
		e.User.Hash = e.Mark
		err = putUser(ctx, to, *e.User)
	case e.Token != nil:
		t := e.Token
		_, err = to.exec(ctx, "INSERT INTO token ("+tokenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", t.ID, t.Name, []byte(e.Mark), t.User, t.Role, micros(t.Made), maybe(t.Expires))
	case e.Waiver != nil:
		err = applyWaiver(ctx, to, e.Waiver)
	case e.Run != nil:
		err = applyRun(ctx, to, *e.Run)
	case e.Gone != nil && e.Gone.User != "":
		_, err = to.exec(ctx, "DELETE FROM account WHERE name = ?", e.Gone.User)
	case e.Gone != nil:
		_, err = to.exec(ctx, "DELETE FROM token WHERE id = ?", e.Gone.Token)
	default:
		err = errors.New("it says nothing")
	}
	return err
}

func applyWaiver(ctx context.Context, to conn, w *estateWaiver) error {
	doc, err := json.Marshal(w.Waiver.Waiver)
	if err != nil {
		return err
	}
	if err := putEstate(ctx, to, w.Estate); err != nil {
		return err
	}
	_, err = to.exec(ctx, "INSERT INTO waiver (estate, "+waiverColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET expired = excluded.expired, expired_by = excluded.expired_by`,
		w.Estate, w.ID, doc, w.By, micros(w.Made), maybe(w.Expired), w.ExpiredBy)
	return err
}

// applyRun stores a run without a report; one that the log has got one after all.
func applyRun(ctx context.Context, to conn, r history.Run) error {
	logged := false
	if err := to.row(ctx, "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?)", r.ID).Scan(&logged); err != nil || logged {
		return err
	}
	return begin(ctx, to, r)
}
