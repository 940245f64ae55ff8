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

// packer compresses many documents: what that takes is large, and made once.
type packer struct{ w *flate.Writer }

// pack compresses a document, unless that makes it longer.
func (p *packer) pack(doc []byte) ([]byte, error) {
	out := bytes.NewBuffer([]byte{compressed})
	if p.w == nil {
		w, err := flate.NewWriter(out, flate.DefaultCompression)
		if err != nil {
			return nil, err
		}
		p.w = w
	}
	p.w.Reset(out)
	if _, err := p.w.Write(doc); err != nil {
		return nil, err
	}
	if err := p.w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > len(doc) {
		return append([]byte{plain}, doc...), nil
	}
	return out.Bytes(), nil
}

// unpacker is packer's reverse.
type unpacker struct{ r io.ReadCloser }

// unpack is pack's reverse. No document is larger than the largest report.
func (u *unpacker) unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errUnpack
	}
	var r io.Reader = bytes.NewReader(packed[1:])
	switch packed[0] {
	case plain:
	case compressed:
		if u.r == nil {
			u.r = flate.NewReader(r)
		} else if err := u.r.(flate.Resetter).Reset(r, nil); err != nil { // NewReader: it is one
			return nil, err
		}
		r = u.r
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

// unpack is unpacker's for one document.
func unpack(packed []byte) ([]byte, error) { return new(unpacker).unpack(packed) }
