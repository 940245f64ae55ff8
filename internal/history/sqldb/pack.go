package sqldb

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"

	reportjson "github.com/portseal/portseal/report/json"
)

// How a document is packed: its first octet.
const (
	plain      = 0
	compressed = 1 // RFC 1951
)

// errUnpack says that what is stored was not packed by pack.
var errUnpack = errors.New("it cannot be unpacked")

// pack compresses a document, unless that makes it longer.
func pack(doc []byte) ([]byte, error) {
	out := bytes.NewBuffer([]byte{compressed})
	w, err := flate.NewWriter(out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(doc); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > len(doc) {
		return append([]byte{plain}, doc...), nil
	}
	return out.Bytes(), nil
}

// unpack is pack's reverse. No document is larger than the largest report.
func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errUnpack
	}
	var r io.Reader = bytes.NewReader(packed[1:])
	switch packed[0] {
	case plain:
	case compressed:
		r = flate.NewReader(r)
	default:
		return nil, errUnpack
	}
	doc, err := io.ReadAll(io.LimitReader(r, reportjson.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpack, err)
	}
	if len(doc) > reportjson.MaxSize {
		return nil, fmt.Errorf("%w: it is larger than %d octets", errUnpack, reportjson.MaxSize)
	}
	return doc, nil
}
