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
type packer struct {
	w     *flate.Writer
	plain bool // what it packs is of no use for long, and not compressed
}

// pack compresses a document, unless that makes it longer.
func (p *packer) pack(doc []byte) ([]byte, error) {
	if p.plain {
		return append([]byte{plain}, doc...), nil
	}
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
type unpacker struct {
	r   io.ReadCloser
	out bytes.Buffer
}

// unpack is pack's reverse. No document is larger than the largest report.
func (u *unpacker) unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errUnpack
	}
	in := bytes.NewReader(packed[1:])
	var r io.Reader = in
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
	u.out.Reset()
	if _, err := u.out.ReadFrom(io.LimitReader(r, reportjson.MaxSize+1)); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpack, err)
	}
	if u.out.Len() > reportjson.MaxSize {
		return nil, fmt.Errorf("%w: it is larger than %d octets", errUnpack, reportjson.MaxSize)
	}
	if in.Len() > 0 { // flate reads an io.ByteReader no further than to the end of what is compressed
		return nil, fmt.Errorf("%w: %d octets stand behind it", errUnpack, in.Len())
	}
	return bytes.Clone(u.out.Bytes()), nil
}

// unpack is unpacker's for one document.
func unpack(packed []byte) ([]byte, error) { return new(unpacker).unpack(packed) }
