package parts

import (
	"bytes"
	"hash/fnv"

	"github.com/portseal/portseal/internal/jsonparts"
)

// Where values are cut that have no rule of their own.
const (
	wholeBelow = 2 << 10 // bytes: a shorter value is not cut inside
	large      = 512     // bytes: an item from this size on is a piece by itself
	smallEnds  = 8       // of smaller ones, one in so many ends a piece
	deepest    = 6       // levels of lists and objects
)

// piece is some bytes of a document.
type piece struct {
	text []byte
	own  bool
}

// cutter cuts a document from its beginning to its end.
type cutter struct {
	doc    []byte
	at     int // the end of the last piece
	pieces []piece
}

// end is the offset behind a part of the document: it lies in the document's memory, which ends where the document's does.
func (c *cutter) end(part []byte) int { return cap(c.doc) - cap(part) + len(part) }

// begin is the offset of a part's first byte.
func (c *cutter) begin(part []byte) int { return cap(c.doc) - cap(part) }

// to ends a piece at an offset.
func (c *cutter) to(end int, own bool) {
	if end > c.at {
		c.pieces = append(c.pieces, piece{c.doc[c.at:end:end], own})
		c.at = end
	}
}

// mine makes a value the document's own. What stands between the piece before it and the value is shared.
func (c *cutter) mine(value []byte) {
	c.to(c.begin(value), false)
	c.to(c.end(value), true)
}

// cut takes a document apart at its members.
func cut(doc []byte) ([]piece, error) {
	c := &cutter{doc: doc}
	members, err := jsonparts.Members(doc)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		switch string(m.Name) {
		case `"run"`:
			c.run(m.Value)
		case `"summary"`, `"drift"`, `"digest"`:
			c.mine(m.Value)
		case `"endpoints"`:
			c.items(m.Value, (*cutter).endpoint)
		case `"findings"`:
			c.items(m.Value, (*cutter).finding)
		default:
			c.value(m.Value, deepest)
		}
		c.to(c.end(m.Value), false)
	}
	c.to(len(doc), false)
	return c.pieces, nil
}

// run: what files were read and what was not looked at seldom changes; the rest does.
func (c *cutter) run(value []byte) {
	members, err := jsonparts.Members(value)
	if err != nil {
		return
	}
	for _, m := range members {
		switch string(m.Name) {
		case `"inputs"`, `"scope"`, `"source_addresses"`, `"arguments"`:
			c.value(m.Value, deepest)
			c.to(c.end(m.Value), false)
		default:
			c.mine(m.Value)
		}
	}
}

// items cuts behind each item of a list, and in it.
func (c *cutter) items(list []byte, inside func(*cutter, []byte)) {
	items, err := jsonparts.Items(list)
	if err != nil {
		return
	}
	for _, item := range items {
		inside(c, item)
		c.to(c.end(item), false)
	}
}

// endpoint: what was seen; and its names, its plan and what rings and log say of it, which depend on more. Of what was not seen in this run only that it was looked
// at is new; an endpoint without evidence has not even old times that are worth sharing.
func (c *cutter) endpoint(item []byte) {
	members, err := jsonparts.Members(item)
	if err != nil {
		return
	}
	bare := true
	for _, m := range members {
		bare = bare && string(m.Name) != `"evidence"`
	}
	seen := true
	for _, m := range members {
		switch string(m.Name) {
		case `"system"`, `"listener"`, `"role"`, `"plan"`, `"chains"`, `"served_by"`, `"logged"`:
			if seen {
				c.to(c.begin(m.Name), false)
			}
			seen = false
		case `"confirmed"`:
			c.mine(m.Value)
		case `"started"`, `"finished"`, `"cost"`:
			if bare {
				c.mine(m.Value)
			}
		}
	}
}

// finding: advice is the same at every listener, and texts that count days are others every day.
func (c *cutter) finding(item []byte) {
	members, err := jsonparts.Members(item)
	if err != nil {
		return
	}
	for _, m := range members {
		switch string(m.Name) {
		case `"title"`, `"detail"`, `"expected"`, `"observed"`:
			if bytes.Contains(m.Value, []byte(" day")) {
				c.mine(m.Value)
			}
		case `"remediation"`:
			c.to(c.begin(m.Name), false)
			c.to(c.end(m.Value), false)
		case `"references"`:
			c.to(c.end(m.Value), false)
		}
	}
}

// value cuts any value that is large: behind its large parts, and behind some of the small ones, which their text picks, so that one that
// comes or goes moves no other cut.
func (c *cutter) value(value []byte, depth int) {
	if len(value) < wholeBelow || depth == 0 {
		return
	}
	inside, err := jsonparts.Items(value)
	if err != nil {
		members, err := jsonparts.Members(value)
		if err != nil {
			return
		}
		for _, m := range members {
			inside = append(inside, m.Value)
		}
	}
	for _, part := range inside {
		c.value(part, depth-1)
		if len(part) >= large || picked(part) {
			c.to(c.end(part), false)
		}
	}
}

func picked(part []byte) bool {
	h := fnv.New32a()
	_, _ = h.Write(part) // never fails
	return h.Sum32()%smallEnds == 0
}
