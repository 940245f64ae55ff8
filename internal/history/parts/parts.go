package parts

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// MaxSize is the largest document, in bytes: that of report/json.
const MaxSize = 256 << 20

// mostOwn is how many bytes of a document may be its own; of more, the rest is kept as what is shared.
const mostOwn = 16 << 20

// ErrDamaged is what errors about parts wrap that do not make the document that was split.
var ErrDamaged = errors.New("the stored parts of the report are damaged")

// Hash is the SHA-256 of a part, by which it is kept.
type Hash [sha256.Size]byte

// Part is what reports may share.
type Part struct {
	Hash Hash
	Data []byte // may lie in the document
	List bool   // of references to other parts: Refs reads it
}

// Parts is a document in parts.
type Parts struct {
	Own    []byte // the document's own; compressed
	Shared []Part // each once; a list comes behind all that it refers to
}

// Split takes a document apart, which must be a JSON object.
func Split(doc []byte) (*Parts, error) {
	if len(doc) > MaxSize {
		return nil, fmt.Errorf("report of %d bytes: want at most %d", len(doc), MaxSize)
	}
	pieces, err := cut(doc)
	if err != nil {
		return nil, fmt.Errorf("take a report apart: %w", err)
	}
	b := builder{seen: map[Hash]bool{}}
	var own [][]byte
	var ops []op
	room := mostOwn
	for _, p := range pieces {
		switch {
		case p.own && room >= len(p.text):
			room -= len(p.text)
			own = append(own, p.text)
			ops = append(ops, op{kind: opOwn})
		case len(p.text) < leastShared:
			ops = append(ops, op{kind: opInline, text: p.text})
		default:
			ops = append(ops, op{kind: opText, hash: b.put(p.text, false)})
		}
	}
	root := b.root(ops)
	packed, err := pack(header{length: len(doc), sum: sha256.Sum256(doc), root: root}, own)
	if err != nil {
		return nil, err
	}
	return &Parts{Own: packed, Shared: b.parts}, nil
}

// Root is the list that a document begins with, by the document's own part.
func Root(own []byte) (Hash, error) {
	h, _, err := readHeader(own)
	return h.root, err
}

// Get returns parts by their hashes. One that is not there is absent.
type Get func(hashes []Hash) (map[Hash][]byte, error)

// Join puts a document together again. It asks for each part once, in a few large portions. Errors wrap ErrDamaged, or are those of get.
func Join(own []byte, get Get) ([]byte, error) {
	doc, _, err := NewJoiner(get).Join(own)
	return doc, err
}
