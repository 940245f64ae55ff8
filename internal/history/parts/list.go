package parts

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// How lists are made. Changing these numbers shares less with reports of before, and does no other harm.
const (
	leastShared = 96  // bytes: a shorter text stands in the list itself
	listEnds    = 64  // one reference in so many ends a list
	longestList = 512 // entries
	maxDepth    = 32  // of lists in lists: with two entries in each at least, more than MaxSize needs
)

// Kinds of entries. The numbers are stored.
const (
	opInline = 1 // length, bytes
	opText   = 2 // hash
	opList   = 3 // hash
	opOwn    = 4
)

// op is an entry of a list.
type op struct {
	kind byte
	text []byte // of opInline; of opText, once it is read
	hash Hash   // of opText, opList
}

// ends says whether a list may end behind the entry: by what it refers to alone, so that a change elsewhere moves no end.
func (o op) ends() bool {
	return (o.kind == opText || o.kind == opList) && binary.BigEndian.Uint16(o.hash[:])%listEnds == 0
}

// builder collects parts.
type builder struct {
	parts []Part
	seen  map[Hash]bool
}

func (b *builder) put(data []byte, list bool) Hash {
	hash := Hash(sha256.Sum256(data))
	if !b.seen[hash] {
		b.seen[hash] = true
		b.parts = append(b.parts, Part{hash, data, list})
	}
	return hash
}

// root makes lists, and lists of those, until one is enough.
func (b *builder) root(ops []op) Hash {
	for {
		var above []op
		for len(ops) > 0 {
			n := listLength(ops)
			above = append(above, op{kind: opList, hash: b.put(encodeList(ops[:n]), true)})
			ops = ops[n:]
		}
		if len(above) == 1 {
			return above[0].hash
		}
		ops = above
	}
}

// listLength is how many entries the next list takes: two at least, where there are two.
func listLength(ops []op) int {
	const least = 2
	for n := least; n < min(len(ops), longestList); n++ {
		if ops[n-1].ends() {
			return n
		}
	}
	return min(len(ops), longestList)
}

func encodeList(ops []op) []byte {
	var out []byte
	for _, o := range ops {
		out = append(out, o.kind)
		switch o.kind {
		case opInline:
			out = binary.AppendUvarint(out, uint64(len(o.text)))
			out = append(out, o.text...)
		case opText, opList:
			out = append(out, o.hash[:]...)
		}
	}
	return out
}

// decodeList reads a list. An empty one, or an entry that stands for nothing, is an error.
func decodeList(in []byte) ([]op, error) {
	if len(in) == 0 {
		return nil, fmt.Errorf("%w: a list without entries", ErrDamaged)
	}
	var out []op
	for len(in) > 0 {
		o := op{kind: in[0]}
		in = in[1:]
		switch o.kind {
		case opInline:
			n, size := binary.Uvarint(in)
			if size <= 0 || n == 0 || n > uint64(len(in)-size) {
				return nil, fmt.Errorf("%w: a list whose text does not end", ErrDamaged)
			}
			o.text, in = in[size:size+int(n)], in[size+int(n):]
		case opText, opList:
			if len(in) < len(o.hash) {
				return nil, fmt.Errorf("%w: a list that ends in a reference", ErrDamaged)
			}
			in = in[copy(o.hash[:], in):]
		case opOwn:
		default:
			return nil, fmt.Errorf("%w: a list with an entry of kind %d", ErrDamaged, o.kind)
		}
		out = append(out, o)
	}
	return out, nil
}

// Refs returns what a list refers to: lists and texts. A reference that stands there twice is returned twice.
func Refs(list []byte) (lists, texts []Hash, err error) {
	ops, err := decodeList(list)
	for _, o := range ops {
		switch o.kind {
		case opList:
			lists = append(lists, o.hash)
		case opText:
			texts = append(texts, o.hash)
		}
	}
	return lists, texts, err
}
