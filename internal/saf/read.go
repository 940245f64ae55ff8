package saf

import (
	"fmt"

	"github.com/portseal/portseal/internal/ebcdic"
)

// Read reads a file as it was collected, in whatever code page. The error says that the file is no text, or that nothing in it
// is a listing; the path is what positions name.
func Read(path string, data []byte) (*Output, error) {
	text, _, err := ebcdic.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := Parse(path, text)
	if len(out.Rings)+len(out.Certificates) > 0 {
		return out, nil
	}
	const want = "want the output of RACDCERT LISTRING, and of LIST for its certificates"
	if len(out.Messages) > 0 {
		m := out.Messages[0]
		return nil, fmt.Errorf("%s:%d:%d: no key ring and no certificate is listed: %s; %s", path, m.At.Line, m.At.Column, m.Text, want)
	}
	return nil, fmt.Errorf("%s: no key ring and no certificate is listed; %s", path, want)
}
