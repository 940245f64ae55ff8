package parts

// remembered holds parts that were read: as many octets of them as the largest document has, twice. What was not asked for while as much was read is
// let go.
type remembered[V any] struct {
	recent, older map[Hash]sized[V]
	size, enough  int // of recent
}

// least is the least that is enough, in octets.
const least = 32 << 20

type sized[V any] struct {
	is   V
	size int
}

func (r *remembered[V]) get(hash Hash) (is V, known bool) {
	s, known := r.recent[hash]
	if !known {
		if s, known = r.older[hash]; known {
			r.put(hash, s.is, s.size)
		}
	}
	return s.is, known
}

func (r *remembered[V]) put(hash Hash, is V, size int) {
	if _, known := r.recent[hash]; known {
		return
	}
	if r.size > max(least, r.enough) || r.recent == nil {
		r.recent, r.older, r.size = map[Hash]sized[V]{}, r.recent, 0
	}
	r.recent[hash] = sized[V]{is, size}
	r.size += size
}
