package attls

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
	"slices"
)

// Every condition of a rule is a set of intervals over numbers of 128 bits: an address is its 16 bytes (IPv4 as
// ::ffff:a.b.c.d, which AT-TLS itself does not take, so that the two never mix), a port is itself, a name is its up to 16
// bytes. So one arithmetic says which connections a rule takes and which it leaves to the rules below.

type point struct{ hi, lo uint64 }

func (p point) compare(q point) int { return cmp.Or(cmp.Compare(p.hi, q.hi), cmp.Compare(p.lo, q.lo)) }

func last() point { return point{math.MaxUint64, math.MaxUint64} }

// next is the number above; the last one has none and stays.
func (p point) next() point {
	if p == last() {
		return p
	}
	lo, carry := bits.Add64(p.lo, 1, 0)
	return point{p.hi + carry, lo}
}

// prev is the number below; zero has none and stays.
func (p point) prev() point {
	if p == (point{}) {
		return p
	}
	lo, borrow := bits.Sub64(p.lo, 1, 0)
	return point{p.hi - borrow, lo}
}

func addrPoint(a netip.Addr) point {
	b := a.As16()
	return point{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

type span struct{ from, to point }

// spans are sorted, and neither overlap nor touch. None: no number at all.
type spans []span

func everything() spans { return spans{{point{}, last()}} }

// normal sorts intervals and joins those that overlap or touch.
func normal(in []span) spans {
	slices.SortFunc(in, func(a, b span) int { return a.from.compare(b.from) })
	var out spans
	for _, s := range in {
		if n := len(out); n > 0 && (s.from.compare(out[n-1].to) <= 0 || s.from == out[n-1].to.next()) {
			if s.to.compare(out[n-1].to) > 0 {
				out[n-1].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

func (s spans) intersect(t spans) spans {
	var out spans
	for i, j := 0, 0; i < len(s) && j < len(t); {
		from, to := s[i].from, s[i].to
		if t[j].from.compare(from) > 0 {
			from = t[j].from
		}
		if t[j].to.compare(to) < 0 {
			to = t[j].to
		}
		if from.compare(to) <= 0 {
			out = append(out, span{from, to})
		}
		if s[i].to.compare(t[j].to) < 0 {
			i++
		} else {
			j++
		}
	}
	return out
}

func (s spans) minus(t spans) spans {
	var gaps spans
	at, open := point{}, true
	for _, x := range t {
		if x.from.compare(at) > 0 {
			gaps = append(gaps, span{at, x.from.prev()})
		}
		at, open = x.to.next(), x.to != last()
	}
	if open {
		gaps = append(gaps, span{at, last()})
	}
	return s.intersect(gaps)
}

func (s spans) contains(p point) bool {
	_, found := slices.BinarySearchFunc(s, p, func(x span, p point) int {
		switch {
		case x.to.compare(p) < 0:
			return -1
		case x.from.compare(p) > 0:
			return 1
		}
		return 0
	})
	return found
}
