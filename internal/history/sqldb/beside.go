package sqldb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// mostMessage is how much of a message is kept, in octets: a record of the log holds it.
const mostMessage = 4 << 10

func cut(message string) string {
	if len(message) <= mostMessage {
		return message
	}
	for message = message[:mostMessage]; !utf8.ValidString(message) && len(message) > mostMessage-utf8.UTFMax; {
		message = message[:len(message)-1]
	}
	return message
}

// besideOf is what the log holds of a run that its report does not say, and of the ledger.
func besideOf(r history.Run, changes []report.Change, ledger ledgerHead) (runlog.Beside, error) {
	b := runlog.Beside{Trigger: string(r.Trigger), By: text(r.By), Schedule: text(r.Schedule), Narrowed: r.Narrowed, Message: text(r.Message), Ledger: ledger.String()}
	if r.Due != nil {
		b.Due = r.Due.UTC().Truncate(time.Microsecond) // as the database has it
	}
	var err error
	if b.Head, err = headSum(r); err != nil {
		return b, err
	}
	docs, err := docsOf(changes)
	b.Changes = changesSum(docs)
	return b, err
}

// begunAs is the run as it was begun.
func begunAs(b runlog.Beside) history.Run {
	r := history.Run{Trigger: history.Trigger(b.Trigger), By: b.By, Schedule: b.Schedule, Narrowed: b.Narrowed, Message: b.Message}
	if !b.Due.IsZero() {
		r.Due = &b.Due
	}
	return r
}

// headSum is a hash of what a run's row has of its report, and the log's record has not: it is checked where the report is no longer kept.
func headSum(r history.Run) (string, error) {
	return sumOf(struct {
		Probes  string
		Started int64
		Summary *report.Summary
	}{text(r.Probes), micros(r.Started), r.Summary})
}

// changesSum is a hash of the changes of one run, in their order.
func changesSum(docs [][]byte) string {
	if len(docs) == 0 {
		return ""
	}
	sum := sha256.Sum256(bytes.Join(docs, []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// docsOf writes changes as they are stored.
func docsOf(changes []report.Change) (docs [][]byte, err error) {
	for _, c := range changes {
		doc, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func sumOf(v any) (string, error) {
	doc, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:]), nil
}

// changesOf reads the changes of a run in the order in which they were stored, and their sum.
func changesOf(ctx context.Context, tx conn, run string) (out []report.Change, sum string, err error) {
	var docs [][]byte
	err = tx.each(ctx, "SELECT doc FROM change WHERE run = ? ORDER BY id", []any{text(run)}, func(scan func(...any) error) error {
		var doc []byte
		var c report.Change
		if err := scan(&doc); err != nil {
			return err
		}
		if json.Unmarshal(doc, &c) != nil { // no change that was stored is like that: the sum differs
			c = report.Change{}
		}
		docs, out = append(docs, doc), append(out, c)
		return nil
	})
	return out, changesSum(docs), err
}
