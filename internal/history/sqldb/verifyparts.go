package sqldb

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/history/parts"
)

// partRow is what the row of a part says beside its body, whose hash is checked when a report is put together.
type partRow struct {
	list bool
	refs int
}

// partRows are the parts that are stored, and those that reports and lists refer to.
type partRows struct{ stored, referred map[parts.Hash]partRow }

func (p *partRows) refer(hashes []parts.Hash, list bool) {
	slices.SortFunc(hashes, compareHashes)
	for _, hash := range slices.Compact(hashes) {
		r := p.referred[hash]
		r.refs++
		r.list = r.list || list
		p.referred[hash] = r
	}
}

func compareHashes(a, b parts.Hash) int { return bytes.Compare(a[:], b[:]) }

// parts counts what refers to each part of the reports, and finds those that nothing refers to.
func (h *held) parts(ctx context.Context, tx conn) error {
	p := &partRows{map[parts.Hash]partRow{}, map[parts.Hash]partRow{}}
	err := tx.each(ctx, "SELECT own FROM report", nil, func(scan func(...any) error) error {
		var own []byte
		if err := scan(&own); err != nil {
			return err
		}
		if root, err := parts.Root(own); err == nil { // where it cannot be read, the log's check says so
			p.refer([]parts.Hash{root}, true)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.each(ctx, "SELECT hash, list, refs, CASE WHEN list THEN body END FROM part", nil, func(scan func(...any) error) error {
		var hash, body []byte
		var r partRow
		if err := scan(&hash, &r.list, &r.refs, &body); err != nil {
			return err
		}
		if len(hash) != len(parts.Hash{}) {
			h.problem("a part of a report has a hash of %d octets: it was put in", len(hash))
			return nil
		}
		p.stored[parts.Hash(hash)] = r
		if !r.list {
			return nil
		}
		list, err := unpack(body)
		if err != nil {
			return nil //nolint:nilerr // the report cannot be put together, and the log's check says so
		}
		if lists, texts, err := parts.Refs(list); err == nil {
			p.refer(lists, true)
			p.refer(texts, false)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, hash := range slices.SortedFunc(maps.Keys(p.stored), compareHashes) {
		is, want := p.stored[hash], p.referred[hash]
		switch {
		case want.refs == 0:
			h.problem("part %x of reports: nothing refers to it: it was put in, or what referred to it was taken out", hash[:8])
		case is != want:
			h.problem("part %x of reports: its row was changed: list %t with %d references, and the reports have list %t with %d", hash[:8], is.list, is.refs, want.list, want.refs)
		default:
			h.rows++
		}
	}
	return nil
}
