package parts

import "encoding/binary"

// A text is its shape and its words: those with a digit in them. Texts of one shape differ in these words alone, and of all texts the words
// that stand at the same place of the same shape are one column: years with years, ports with ports. So a column compresses to little more
// than what is new in it.
//
//	count of shapes; of each: count of its literals (one more than words), each as length and bytes
//	count of texts; of each: the number of its shape
//	for each shape, for each of its places, for each of its texts: the word, and a line feed

// wordEnd ends a word of a column. It is no letter or digit.
const wordEnd = '\n'

// words are those of the texts of one shape: by place, by text.
type words [][][]byte

// split cuts a text into literals and words.
func split(text []byte) (literals, words [][]byte) {
	done := 0
	for at := 0; at < len(text); {
		if !alphanumeric(text[at]) {
			at++
			continue
		}
		begin, digit := at, false
		for ; at < len(text) && alphanumeric(text[at]); at++ {
			digit = digit || text[at] <= '9'
		}
		if digit {
			literals, words, done = append(literals, text[done:begin]), append(words, text[begin:at]), at
		}
	}
	return append(literals, text[done:]), words
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func toColumns(texts [][]byte) []byte {
	var shapes []words
	var order, table []byte
	index := map[string]int{}
	for _, text := range texts {
		literals, found := split(text)
		var key []byte
		for _, l := range literals {
			key = append(binary.AppendUvarint(key, uint64(len(l))), l...)
		}
		n, ok := index[string(key)]
		if !ok {
			n = len(shapes)
			index[string(key)] = n
			shapes = append(shapes, make(words, len(found)))
			table = append(binary.AppendUvarint(table, uint64(len(literals))), key...)
		}
		for place, word := range found {
			shapes[n][place] = append(shapes[n][place], word)
		}
		order = binary.AppendUvarint(order, uint64(n))
	}
	out := binary.AppendUvarint(nil, uint64(len(shapes)))
	out = append(out, table...)
	out = binary.AppendUvarint(out, uint64(len(texts)))
	out = append(out, order...)
	for _, s := range shapes {
		for _, column := range s {
			for _, word := range column {
				out = append(append(out, word...), wordEnd)
			}
		}
	}
	return out
}
