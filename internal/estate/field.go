package estate

// textField is a key whose value is any text.
func textField[T any](name, doc string, to func(*T) *string) field[T] {
	return field[T]{name, doc, textShape(), func(d *decoder, n *node, into *T) {
		if s, ok := d.text(name, n); ok {
			*to(into) = s
		}
	}}
}

// proseField is a key whose value is text for people, perhaps over several lines.
func proseField[T any](name, doc string, to func(*T) *string) field[T] {
	return field[T]{name, doc, textShape(), func(d *decoder, n *node, into *T) {
		if s, ok := d.prose(name, n); ok {
			*to(into) = s
		}
	}}
}

// nameField is a key whose value names something.
func nameField[T any](name, doc string, to func(*T) *string) field[T] {
	return field[T]{name, doc, textShape(), func(d *decoder, n *node, into *T) {
		if s, ok := d.name(name, n); ok {
			*to(into) = s
		}
	}}
}

// wordField is a key whose value is one of a few words.
func wordField[T any](name, doc string, words []string, to func(*T) *string) field[T] {
	return field[T]{name, doc, enumShape(words...), func(d *decoder, n *node, into *T) {
		if s, ok := d.oneOf(name, n, words); ok {
			*to(into) = s
		}
	}}
}

// dateField is a key whose value is a day.
func dateField[T any](name, doc string, to func(*T) *string) field[T] {
	return field[T]{name, doc, shape{"type": "string", "format": "date"}, func(d *decoder, n *node, into *T) {
		if s, ok := d.date(name, n); ok {
			*to(into) = s
		}
	}}
}

// nodeField is a key whose value is read later, when all files are there.
func nodeField[T any](name, doc string, s shape, to func(*T) **node) field[T] {
	return field[T]{name, doc, s, func(_ *decoder, n *node, into *T) { *to(into) = n }}
}

// setField is a key whose value is a list without repetition, each item read by one.
func setField[T any, V comparable](name, doc string, item shape, one func(*decoder, *node) (V, bool), to func(*T) *[]V) field[T] {
	return field[T]{name, doc, listShape(item), readSet(name, (*decoder).items, one, to)}
}

// anySetField is a setField that may be empty: nothing is said, whatever the defaults say.
func anySetField[T any, V comparable](name, doc string, item shape, one func(*decoder, *node) (V, bool), to func(*T) *[]V) field[T] {
	return field[T]{name, doc, anyListShape(item), readSet(name, (*decoder).anyItems, one, to)}
}

func readSet[T any, V comparable](name string, items func(*decoder, string, *node) []*node, one func(*decoder, *node) (V, bool),
	to func(*T) *[]V) func(*decoder, *node, *T) {
	return func(d *decoder, n *node, into *T) {
		seen := map[V]bool{}
		for _, i := range items(d, name, n) {
			v, ok := one(d, i)
			if !ok {
				continue
			}
			if seen[v] {
				d.fail(i, name, "%q is listed twice; want it once", i.text)
				continue
			}
			seen[v] = true
			*to(into) = append(*to(into), v)
		}
	}
}
