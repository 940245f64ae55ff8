package sqldb

import (
	"context"
	"strings"

	"github.com/portseal/portseal/internal/history/life"
	"github.com/portseal/portseal/scan"
)

// derived is a table whose rows follow from the runs that were stored, as Verify reads it: without numbers that only the database gives.
type derived struct {
	name  string
	query string
	keys  int    // so many columns in front name a row; the others are what it says
	words string // in front of the key, for people
	noted bool   // its rows follow from the entries of the ledger, and not from the reports

	// absent says that a row may be there though the reports that are kept do not give it: what it rests on is no longer kept.
	absent func(h *held, is row) bool
	// loose says that a column may differ, for the same reason.
	loose func(h *held, column string, is, want row) bool
}

// row is one row, each column as text. Documents are as they are stored, until they are compared with others: see plainly.
type row map[string]string

// tablesDerived lists them all. What is not in it: sessions, notices and what was told, when a token was used, and runs that are on their way.
func tablesDerived() []derived {
	return []derived{
		{name: "estate", keys: 1, words: "estate", query: `SELECT e.name, n.id AS newest, w.id AS whole FROM estate e
			LEFT JOIN run n ON n.seq = e.newest LEFT JOIN run w ON w.seq = e.whole WHERE e.newest IS NOT NULL OR e.whole IS NOT NULL`},
		{name: "run", keys: 1, words: "run", query: `SELECT id, estate, state, cause, by_user, schedule, due, probes, narrowed, started, finished, at, verdict, digest,
			summary, message, record, pruned FROM run WHERE state = 'finished' OR record IS NOT NULL OR digest <> ''`},
		{name: "listener", keys: 2, words: "listener", absent: lastSeenBefore, loose: looseListener,
			query: `SELECT l.estate, l.endpoint, l.system, l.listener, l.role, l.expect, l.state, l.not_after, l.failures, l.facts, l.first_run, l.since, l.gone,
			r.id AS last_run, seen.runs FROM listener l LEFT JOIN seen ON seen.listener = l.id LEFT JOIN run r ON r.seq = seen.run`},
		{name: "span", keys: 2, words: "an earlier state of listener", absent: func(h *held, is row) bool { return h.pruned[is["first_run"]] }, loose: looseSpan,
			query: `SELECT l.estate, l.endpoint, p.state, p.first_run, p.since, p.last_run, p.seen, p.runs FROM span p JOIN listener l ON l.id = p.listener`},
		{name: "shown", keys: 2, words: "the last look at", absent: lastSeenBefore,
			query: `SELECT l.estate, l.endpoint, s.run, s.sum, s.doc AS look, l.state AS _state, r.id AS _last FROM shown s JOIN listener l ON l.id = s.listener
			LEFT JOIN seen ON seen.listener = l.id LEFT JOIN run r ON r.seq = seen.run`},
		{name: "certificate", keys: 1, words: "certificate", absent: func(h *held, _ row) bool { return len(h.pruned) > 0 },
			query: `SELECT sha256, not_after, doc AS certificate FROM certificate`},
		{name: "presented", keys: 4, words: "what is presented by", absent: func(h *held, is row) bool { return lastSeenBefore(h, is) || len(h.pruned) > 0 && unknown(is) },
			query: `SELECT l.estate, l.endpoint, c.sha256, p.place, l.state AS _state, r.id AS _last FROM presented p JOIN listener l ON l.id = p.listener
			JOIN certificate c ON c.id = p.certificate LEFT JOIN seen ON seen.listener = l.id LEFT JOIN run r ON r.seq = seen.run`},
		{name: "keyring", keys: 3, words: "a certificate of key ring", query: `SELECT k.estate, k.name, c.sha256 FROM keyring k JOIN certificate c ON c.id = k.certificate`,
			absent: func(h *held, _ row) bool { return len(h.pruned) > 0 }},
		{name: "finding", keys: 5, words: "finding", absent: func(h *held, is row) bool { return h.pruned[is["last_run"]] }, loose: looseFinding,
			query: `SELECT estate, endpoint, rule, item, file, rank, counts, waived, doc AS finding, first_run, opened, last_run, probes, closed FROM finding`},
		{name: "change", keys: 1, words: "a change that was found by run", query: `SELECT run, estate, endpoint, at, doc AS change FROM change`},
		{name: "deed", keys: 1, words: "line of the audit log", noted: true, query: "SELECT " + deedColumns + " FROM deed"},
		{name: "account", keys: 1, words: "user", noted: true, query: "SELECT name, role, made, disabled, hash AS secret FROM account"},
		{name: "token", keys: 1, words: "token", noted: true, query: "SELECT id, name, account, role, made, expires, key AS secret FROM token"},
		{name: "waiver", keys: 1, words: "waiver", noted: true, query: "SELECT id, estate, doc AS waiver, by_user, made, expired, expired_by FROM waiver"},
		{name: "run without a report", keys: 1, words: "run", noted: true, query: `SELECT id, estate, state, cause, by_user, schedule, due, probes, narrowed, started, finished, at, verdict,
			summary, message, pruned FROM run WHERE ` + withoutReport},
	}
}

// none and say are for people: who gives no such row, and who says what is in one.
func (d derived) none() string {
	if d.noted {
		return "no entry of the ledger"
	}
	return "no report"
}

func (d derived) say() string {
	if d.noted {
		return "the ledger says"
	}
	return "the reports say"
}

func lastSeenBefore(h *held, is row) bool { return h.pruned[is["last_run"]] || h.pruned[is["_last"]] }

func unknown(is row) bool { return !life.Known(scan.State(is["state"] + is["_state"])) }

// A listener whose span began before the first report that is kept.
func looseListener(h *held, column string, is, want row) bool {
	if len(h.pruned) == 0 {
		return false
	}
	switch column {
	case "first_run", "since", "runs", "facts":
		return h.pruned[is["first_run"]] || h.first[want["estate"]+"\x00"+want["endpoint"]] == want["first_run"]
	case "not_after":
		return unknown(is)
	}
	return false
}

func looseSpan(h *held, column string, is, want row) bool {
	switch column {
	case "first_run", "since", "runs":
		return h.pruned[is["first_run"]] || len(h.pruned) > 0 && h.first[want["estate"]+"\x00"+want["endpoint"]] == want["first_run"]
	}
	return false
}

func looseFinding(h *held, column string, is, _ row) bool {
	return (column == "first_run" || column == "opened") && h.pruned[is["first_run"]]
}

// title names a row for people.
func (d derived) title(columns []string, r row) string {
	var words []string
	for _, c := range columns[:d.keys] {
		if v := r[c]; v != "" && c != "estate" {
			words = append(words, v)
		}
	}
	out := d.words + " " + strings.Join(words, " ")
	if e := r["estate"]; e != "" && d.keys > 1 {
		out += " of " + e
	}
	return out
}

// read reads all rows of a table.
func (d derived) read(ctx context.Context, c conn) (columns []string, out []row, err error) {
	rows, err := c.QueryContext(ctx, c.dialect.args(d.query))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	values, pointers := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return nil, nil, err
		}
		r := make(row, len(columns))
		for i, column := range columns {
			r[column] = said(column, values[i])
		}
		out = append(out, r)
	}
	return columns, out, rows.Err()
}
