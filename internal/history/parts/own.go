package parts

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
)

// version is the form of a document's own part.
const version = 1

// header stands before a document's own texts.
type header struct {
	length int
	sum    [32]byte
	root   Hash
}

// pack writes header and texts.
func pack(h header, own [][]byte) ([]byte, error) {
	out := binary.AppendUvarint([]byte{version}, uint64(h.length))
	out = append(append(out, h.sum[:]...), h.root[:]...)
	var buf bytes.Buffer
	buf.Write(out)
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if _, err := w.Write(toColumns(own)); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return buf.Bytes(), nil
}

func readHeader(in []byte) (h header, rest []byte, err error) {
	if len(in) == 0 || in[0] != version {
		return h, nil, fmt.Errorf("%w, or of a newer version", ErrDamaged)
	}
	n, size := binary.Uvarint(in[1:])
	in = in[1+max(size, 0):]
	if size <= 0 || n > MaxSize || len(in) < len(h.sum)+len(h.root) {
		return h, nil, fmt.Errorf("%w: no header", ErrDamaged)
	}
	h.length = int(n)
	in = in[copy(h.sum[:], in):]
	in = in[copy(h.root[:], in):]
	return h, in, nil
}

// unpack reads header and texts.
func unpack(in []byte) (header, [][]byte, error) {
	h, rest, err := readHeader(in)
	if err != nil {
		return h, nil, err
	}
	const limit = 4*mostOwn + 1<<10 // columns are longer than their texts by less than four octets for each word and text
	packed := bytes.NewReader(rest)
	columns, err := io.ReadAll(io.LimitReader(flate.NewReader(packed), limit+1))
	if err != nil || int64(len(columns)) > limit {
		return h, nil, fmt.Errorf("%w: its own texts cannot be read", ErrDamaged)
	}
	if packed.Len() > 0 { // flate reads an io.ByteReader no further than to the end of what is compressed
		return h, nil, fmt.Errorf("%w: %d octets stand behind its own texts", ErrDamaged, packed.Len())
	}
	texts, err := fromColumns(columns, h.length)
	return h, texts, err
}
