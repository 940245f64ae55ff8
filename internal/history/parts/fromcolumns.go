package parts

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// reader reads what toColumns has written. After a fault all that it reads is empty.
type reader struct {
	in  []byte
	bad bool
}

// number reads one of at most so much.
func (r *reader) number(most int) int {
	n, size := binary.Uvarint(r.in)
	if size <= 0 || most < 0 || n > uint64(most) {
		r.in, r.bad = nil, true
		return 0
	}
	r.in = r.in[size:]
	return int(n)
}

// text reads a length and so many bytes.
func (r *reader) text() []byte {
	n := min(r.number(len(r.in)), len(r.in))
	out := r.in[:n]
	r.in = r.in[n:]
	return out
}

// word reads up to the end of a word.
func (r *reader) word() []byte {
	out, rest, ok := bytes.Cut(r.in, []byte{wordEnd})
	r.in, r.bad = rest, r.bad || !ok
	return out
}

// form is a shape that is being read.
type form struct {
	literals []byte  // as they are written
	columns  []int32 // by place: where the next word begins
	texts    int
}

// fromColumns is the opposite of toColumns: texts of at most so many bytes.
func fromColumns(in []byte, most int) ([][]byte, error) {
	r := &reader{in: in}
	var forms []form
	for n := r.number(len(in)); len(forms) < n && !r.bad; {
		literals := r.number(len(r.in))
		whole := r.in
		for range literals {
			r.text()
		}
		r.bad = r.bad || literals == 0
		if !r.bad {
			forms = append(forms, form{literals: whole[:len(whole)-len(r.in)], columns: make([]int32, literals-1)})
		}
	}
	var order []int
	for n := r.number(len(r.in)); len(order) < n && !r.bad; {
		order = append(order, r.number(len(forms)-1))
	}
	if r.bad {
		return nil, fmt.Errorf("%w: the shapes of its own texts cannot be read", ErrDamaged)
	}
	for _, n := range order {
		forms[n].texts++
	}
	for _, f := range forms {
		for place := range f.columns {
			f.columns[place] = int32(len(in) - len(r.in))
			for n := 0; n < f.texts && !r.bad; n++ {
				r.word()
			}
		}
	}
	if r.bad || len(r.in) > 0 {
		return nil, fmt.Errorf("%w: the words of its own texts cannot be read", ErrDamaged)
	}
	return assemble(in, forms, order, most)
}

// assemble makes the texts, in their order.
func assemble(in []byte, forms []form, order []int, most int) ([][]byte, error) {
	out := make([][]byte, 0, len(order))
	for _, n := range order {
		literals := reader{in: forms[n].literals}
		text := bytes.Clone(literals.text())
		for place, at := range forms[n].columns {
			words := reader{in: in[at:]}
			word := words.word()
			forms[n].columns[place] += int32(len(word)) + 1
			text = append(append(text, word...), literals.text()...)
			if len(text) > most {
				break
			}
		}
		if most -= len(text); most < 0 || len(text) == 0 {
			return nil, fmt.Errorf("%w: its own texts are longer than it, or empty", ErrDamaged)
		}
		out = append(out, text)
	}
	return out, nil
}
