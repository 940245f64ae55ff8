package sqldb

import (
	"context"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/history/parts"
)

// A report is kept as package parts takes it apart: its own, and parts that reports share, each once, by its hash. A part counts how many lists
// and reports refer to it, each of them once, so that what Prune removes costs what it removes and not what there is.

// splitReport is a report that is ready to be stored.
type splitReport struct {
	*parts.Parts
	packed map[parts.Hash][]byte // shared parts that were new when it was made ready
	packer packer
}

// split makes a report ready, before the transaction that stores it.
func (s *Store) split(ctx context.Context, doc []byte) (*splitReport, error) {
	p, err := parts.Split(doc)
	if err != nil {
		return nil, err
	}
	out := &splitReport{Parts: p, packed: map[parts.Hash][]byte{}}
	there, err := havePart(ctx, s.reader(), p.Shared)
	if err != nil {
		return nil, err
	}
	for _, part := range p.Shared {
		if there[part.Hash] {
			continue
		}
		if out.packed[part.Hash], err = out.packer.pack(part.Data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// havePart says which parts are stored.
func havePart(ctx context.Context, c conn, shared []parts.Part) (map[parts.Hash]bool, error) {
	there := map[parts.Hash]bool{}
	for some := range slices.Chunk(shared, argumentsAtOnce) {
		keys := make([][]byte, len(some))
		for i := range some {
			keys[i] = some[i].Hash[:]
		}
		marks, args := in(keys)
		err := c.each(ctx, "SELECT hash FROM part WHERE hash IN "+marks, args, func(scan func(...any) error) error {
			var hash []byte
			err := scan(&hash)
			if err == nil && len(hash) == len(parts.Hash{}) {
				there[parts.Hash(hash)] = true
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return there, nil
}

// store stores a report's shared parts that are not there, and counts what refers to what.
func (r *splitReport) store(ctx context.Context, tx conn) error {
	there, err := havePart(ctx, tx, r.Shared)
	if err != nil {
		return err
	}
	root, err := parts.Root(r.Own)
	if err != nil {
		return err
	}
	referred := map[parts.Hash]int{root: 1}
	for _, part := range r.Shared {
		if there[part.Hash] {
			continue
		}
		packed := r.packed[part.Hash]
		if packed == nil { // it was there when the report was made ready, and was removed since
			if packed, err = r.packer.pack(part.Data); err != nil {
				return err
			}
		}
		if _, err := tx.exec(ctx, "INSERT INTO part (hash, list, refs, body) VALUES (?, ?, 0, ?)", part.Hash[:], part.List, packed); err != nil {
			return err
		}
		if !part.List {
			continue
		}
		children, err := children(part.Data)
		if err != nil {
			return err
		}
		for _, child := range children {
			referred[child]++
		}
	}
	return count(ctx, tx, referred, 1)
}

// children are the parts that a list refers to, each once.
func children(list []byte) ([]parts.Hash, error) {
	lists, texts, err := parts.Refs(list)
	set := map[parts.Hash]bool{}
	for _, hash := range slices.Concat(lists, texts) {
		set[hash] = true
	}
	return slices.Collect(maps.Keys(set)), err
}

// count adds to the counts of parts, or takes from them.
func count(ctx context.Context, tx conn, referred map[parts.Hash]int, sign int) error {
	byNumber := map[int][][]byte{}
	for hash, n := range referred {
		byNumber[n] = append(byNumber[n], hash[:])
	}
	for n, keys := range byNumber {
		slices.SortFunc(keys, slices.Compare) // the order in which an index is read
		for some := range slices.Chunk(keys, argumentsAtOnce) {
			marks, args := in(some)
			args = append([]any{n * sign}, args...)
			if _, err := tx.exec(ctx, "UPDATE part SET refs = refs + ? WHERE hash IN "+marks, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropParts takes away one reference to each of these parts, and removes what nothing refers to any more.
func dropParts(ctx context.Context, tx conn, referred map[parts.Hash]int) error {
	for len(referred) > 0 {
		if err := count(ctx, tx, referred, -1); err != nil {
			return err
		}
		below := map[parts.Hash]int{}
		for some := range slices.Chunk(slices.Collect(maps.Keys(referred)), argumentsAtOnce) {
			if err := dropSome(ctx, tx, some, below); err != nil {
				return err
			}
		}
		referred = below
	}
	return nil
}

// dropSome removes those parts that nothing refers to, and counts what they referred to.
func dropSome(ctx context.Context, tx conn, hashes []parts.Hash, below map[parts.Hash]int) error {
	keys := make([][]byte, len(hashes))
	for i := range hashes {
		keys[i] = hashes[i][:]
	}
	marks, args := in(keys)
	err := tx.each(ctx, "SELECT body FROM part WHERE list AND refs <= 0 AND hash IN "+marks, args, func(scan func(...any) error) error {
		var packed []byte
		if err := scan(&packed); err != nil {
			return err
		}
		list, err := unpack(packed)
		if err != nil {
			return err
		}
		children, err := children(list)
		for _, child := range children {
			below[child]++
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "DELETE FROM part WHERE refs <= 0 AND hash IN "+marks, args...)
	return err
}

// getParts reads parts, packed as they are stored.
func getParts(ctx context.Context, c conn, hashes []parts.Hash) (map[parts.Hash][]byte, error) {
	out := make(map[parts.Hash][]byte, len(hashes))
	for some := range slices.Chunk(hashes, argumentsAtOnce) {
		keys := make([][]byte, len(some))
		for i := range some {
			keys[i] = some[i][:]
		}
		marks, args := in(keys)
		err := c.each(ctx, "SELECT hash, body FROM part WHERE hash IN "+marks, args, func(scan func(...any) error) error {
			var hash, packed []byte
			err := scan(&hash, &packed)
			if err == nil && len(hash) == len(parts.Hash{}) {
				out[parts.Hash(hash)] = packed
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unpacking reads parts as they were before they were packed.
func unpacking(get parts.Get) parts.Get {
	var u unpacker
	return func(hashes []parts.Hash) (map[parts.Hash][]byte, error) {
		found, err := get(hashes)
		if err != nil {
			return nil, err
		}
		for hash, packed := range found {
			if found[hash], err = u.unpack(packed); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
}
