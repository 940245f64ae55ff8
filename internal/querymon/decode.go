package querymon

import (
	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/report"
)

// decode makes lines of a file's bytes; of what is no text none.
func (f *File) decode(data []byte) []line {
	text, encoding, err := ebcdic.Decode(data)
	f.Encoding = encoding
	if err != nil {
		f.problem(Unreadable, report.Location{File: f.Path, Line: 1, Column: 1}, "", err.Error())
	}
	return split(text)
}
