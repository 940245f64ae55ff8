package parts

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Joiner puts documents together, one after the other: what one has in common with those before it is not asked for again. It is for one
// goroutine.
type Joiner struct {
	get   Get
	lists remembered[list]
	texts remembered[[]byte]
	out   []byte
}

// list is one that is read, with the texts that it refers to.
type list struct {
	ops  []op
	size int // of its texts, in octets
}

// NewJoiner returns a joiner. Get says what is stored.
func NewJoiner(get Get) *Joiner { return &Joiner{get: get} }

// Join puts a document together again, and returns its SHA-256 too. The document stands until the next call. Errors are those of Join.
func (j *Joiner) Join(own []byte) (doc []byte, sum [sha256.Size]byte, err error) {
	h, texts, err := unpack(own)
	if err != nil {
		return nil, sum, err
	}
	lists, size, err := j.all(h.root)
	if err != nil {
		return nil, sum, err
	}
	for _, text := range texts {
		size += len(text)
	}
	j.lists.enough, j.texts.enough = max(j.lists.enough, size), max(j.texts.enough, size)
	w := joining{lists: lists, own: texts, length: h.length, out: slices.Grow(j.out[:0], min(h.length, size))}
	err = w.list(h.root, 0)
	j.out = w.out
	if err != nil {
		return nil, sum, err
	}
	if sum = sha256.Sum256(w.out); len(w.out) != h.length || len(w.own) > 0 || sum != h.sum {
		return nil, sum, fmt.Errorf("%w: they make another report", ErrDamaged)
	}
	return w.out, sum, nil
}

// all returns all lists that a document has, and how much text they refer to. It gets those that are not known, those of a depth at a time.
func (j *Joiner) all(root Hash) (lists map[Hash]list, size int, err error) {
	lists = map[Hash]list{}
	want := []Hash{root}
	for depth := 0; depth < maxDepth && len(want) > 0; depth++ {
		if err := j.follow(want, lists); err != nil {
			return nil, 0, err
		}
		var next []Hash
		for _, hash := range want {
			size += lists[hash].size
			for _, o := range lists[hash].ops {
				if _, known := lists[o.hash]; o.kind == opList && !known {
					next = append(next, o.hash)
				}
			}
		}
		want = distinct(next)
	}
	return lists, size, nil
}

// follow reads lists with their texts.
func (j *Joiner) follow(want []Hash, lists map[Hash]list) error {
	var missing []Hash
	for _, hash := range want {
		l, known := j.lists.get(hash)
		if !known {
			missing = append(missing, hash)
		}
		lists[hash] = l
	}
	found, err := fetch(missing, j.get)
	if err != nil {
		return err
	}
	var refer []Hash
	for _, hash := range missing {
		ops, err := decodeList(found[hash])
		if err != nil {
			return err
		}
		lists[hash] = list{ops: ops}
		for _, o := range ops {
			if o.kind == opText {
				refer = append(refer, o.hash)
			}
		}
	}
	texts, err := j.read(distinct(refer))
	if err != nil {
		return err
	}
	for _, hash := range missing {
		l := lists[hash]
		for i, o := range l.ops {
			if o.kind == opText {
				l.ops[i].text = texts[o.hash]
			}
			l.size += len(l.ops[i].text)
		}
		lists[hash] = l
		j.lists.put(hash, l, l.size)
	}
	return nil
}

// read reads texts.
func (j *Joiner) read(hashes []Hash) (map[Hash][]byte, error) {
	out := make(map[Hash][]byte, len(hashes))
	var unread []Hash
	for _, hash := range hashes {
		if text, known := j.texts.get(hash); known {
			out[hash] = text
		} else {
			unread = append(unread, hash)
		}
	}
	found, err := fetch(unread, j.get)
	if err != nil {
		return nil, err
	}
	for _, hash := range unread {
		out[hash] = found[hash]
		j.texts.put(hash, found[hash], len(found[hash]))
	}
	return out, nil
}

// fetch gets parts, all of which must be there. None is empty.
func fetch(hashes []Hash, get Get) (map[Hash][]byte, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	found, err := get(hashes)
	if err != nil {
		return nil, fmt.Errorf("get parts of a report: %w", err)
	}
	for _, hash := range hashes {
		if len(found[hash]) == 0 {
			return nil, fmt.Errorf("%w: part %x is missing", ErrDamaged, hash)
		}
	}
	return found, nil
}

func distinct(hashes []Hash) []Hash {
	slices.SortFunc(hashes, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(hashes)
}

// joining writes a document from its parts.
type joining struct {
	lists  map[Hash]list
	own    [][]byte // those that are not yet used
	length int
	out    []byte
}

// list writes what a list refers to. No text is empty and no list has no entry, so that there are at most maxDepth steps a byte.
func (j *joining) list(hash Hash, depth int) error {
	if depth == maxDepth {
		return fmt.Errorf("%w: lists in lists, more than %d deep", ErrDamaged, maxDepth)
	}
	for _, o := range j.lists[hash].ops {
		text := o.text
		switch o.kind {
		case opList:
			if err := j.list(o.hash, depth+1); err != nil {
				return err
			}
			continue
		case opOwn:
			if len(j.own) == 0 {
				return fmt.Errorf("%w: too few of its own texts", ErrDamaged)
			}
			text, j.own = j.own[0], j.own[1:]
		}
		if len(text) > j.length-len(j.out) {
			return fmt.Errorf("%w: they make more than its %d bytes", ErrDamaged, j.length)
		}
		j.out = append(j.out, text...)
	}
	return nil
}
