// Package ber reads ASN.1 values leniently: definite and indefinite lengths, long forms that are not minimal, trailing
// bytes and truncation are facts about an element, not errors (X.690 sections 8.1 and 10).
//
// It only splits octets into elements; it knows no types and copies nothing. Nesting of indefinite lengths is capped.
package ber

import (
	"errors"
	"fmt"
)

// Universal tag numbers that callers compare with (X.680 section 8.6).
const (
	TagBoolean         = 1
	TagInteger         = 2
	TagBitString       = 3
	TagOctetString     = 4
	TagNull            = 5
	TagOID             = 6
	TagUTF8String      = 12
	TagSequence        = 16
	TagSet             = 17
	TagNumericString   = 18
	TagPrintableString = 19
	TagT61String       = 20
	TagIA5String       = 22
	TagUTCTime         = 23
	TagGeneralizedTime = 24
	TagVisibleString   = 26
	TagUniversalString = 28
	TagBMPString       = 30
)

// Tag classes (X.690 section 8.1.2.2).
const (
	ClassUniversal       = 0
	ClassApplication     = 1
	ClassContextSpecific = 2
	ClassPrivate         = 3
)

const maxDepth = 32

// ErrTruncated says that the input ends before the element does. The element that comes with it holds what there is.
var ErrTruncated = errors.New("the input ends inside an element")

// Element is one value: its identifier, its contents and all its octets.
type Element struct {
	Class       int
	Tag         int
	Constructed bool
	Full        []byte // identifier, length and contents, and the end-of-contents octets of an indefinite form
	Body        []byte // the contents alone
	Indefinite  bool   // the length was written in the indefinite form (BER only)
	LongLength  bool   // the length was written in more octets than it needs (BER only)
}

// Is says whether the element has this universal tag.
func (e Element) Is(tag int) bool { return e.Class == ClassUniversal && e.Tag == tag }

// IsContext says whether the element has this context-specific tag.
func (e Element) IsContext(tag int) bool { return e.Class == ClassContextSpecific && e.Tag == tag }

// Read takes the first element off in.
// ErrTruncated comes with the element as far as it goes; any other error comes without one.
func Read(in []byte) (e Element, rest []byte, err error) { return read(in, 0) }

func read(in []byte, depth int) (Element, []byte, error) {
	if depth > maxDepth {
		return Element{}, nil, errors.New("values are nested too deeply")
	}
	e, pos, err := identifier(in)
	if err != nil {
		return Element{}, nil, err
	}
	length, used, err := e.length(in[pos:])
	if err != nil {
		return Element{}, nil, err
	}
	start := pos + used
	if e.Indefinite {
		return e.indefinite(in, start, depth)
	}
	if length > len(in)-start {
		e.Full, e.Body = in, in[start:]
		return e, nil, ErrTruncated
	}
	e.Full, e.Body = in[:start+length], in[start:start+length]
	return e, in[start+length:], nil
}

func identifier(in []byte) (Element, int, error) {
	if len(in) == 0 {
		return Element{}, 0, errors.New("no element where one is expected")
	}
	e := Element{Class: int(in[0] >> 6), Constructed: in[0]&0x20 != 0, Tag: int(in[0] & 0x1F)}
	if e.Tag != 0x1F {
		return e, 1, nil
	}
	e.Tag = 0
	for pos := 1; pos < len(in) && pos <= 4; pos++ {
		e.Tag = e.Tag<<7 | int(in[pos]&0x7F)
		if in[pos]&0x80 == 0 {
			return e, pos + 1, nil
		}
	}
	return Element{}, 0, errors.New("a tag number is too long or cut off")
}

// length reads the length octets; it returns the length and how many octets it took.
func (e *Element) length(in []byte) (length, used int, err error) {
	if len(in) == 0 {
		return 0, 0, errors.New("the length of an element is missing")
	}
	first := in[0]
	switch {
	case first < 0x80:
		return int(first), 1, nil
	case first == 0x80:
		if !e.Constructed {
			return 0, 0, errors.New("a primitive element has an indefinite length")
		}
		e.Indefinite = true
		return 0, 1, nil
	}
	n := int(first & 0x7F)
	if n > len(in)-1 {
		return 0, 0, errors.New("the length of an element is cut off")
	}
	digits := in[1 : 1+n]
	e.LongLength = digits[0] == 0 || n == 1 && digits[0] < 0x80
	for _, d := range digits {
		if length > 1<<22 {
			return 0, 0, fmt.Errorf("the length of an element takes %d octets, too much to be real", n)
		}
		length = length<<8 | int(d)
	}
	return length, 1 + n, nil
}

func (e Element) indefinite(in []byte, start, depth int) (Element, []byte, error) {
	rest := in[start:]
	for {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			end := len(in) - len(rest)
			e.Full, e.Body = in[:end+2], in[start:end]
			return e, rest[2:], nil
		}
		if len(rest) == 0 {
			e.Full, e.Body = in, in[start:]
			return e, nil, ErrTruncated
		}
		var err error
		_, rest, err = read(rest, depth+1)
		if errors.Is(err, ErrTruncated) {
			e.Full, e.Body = in, in[start:]
			return e, nil, ErrTruncated
		}
		if err != nil {
			return Element{}, nil, err
		}
	}
}

// Children splits the contents into elements. What could be read before an error is returned with it.
func (e Element) Children() ([]Element, error) {
	var out []Element
	for rest := e.Body; len(rest) > 0; {
		child, after, err := Read(rest)
		if err != nil && !errors.Is(err, ErrTruncated) {
			return out, err
		}
		out = append(out, child)
		if err != nil {
			return out, err
		}
		rest = after
	}
	return out, nil
}

// Octets returns the value of an OCTET STRING: the contents, or the joined parts of a constructed one (X.690 8.7.3).
func (e Element) Octets() ([]byte, error) { return e.octets(0) }

func (e Element) octets(depth int) ([]byte, error) {
	if !e.Constructed {
		return e.Body, nil
	}
	if depth > maxDepth {
		return nil, errors.New("a string is nested too deeply")
	}
	parts, err := e.Children()
	if err != nil {
		return nil, err
	}
	out := []byte{} // an empty constructed string is empty, not absent
	for _, p := range parts {
		b, err := p.octets(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
