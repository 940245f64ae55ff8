package estate

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxFile  = 16 << 20 // of an estate file, octets
	maxInput = 64 << 20 // of a file that is hashed and handed on, octets
	maxLine  = 64 << 10 // of a line of an estate file, octets: the YAML parser's time is quadratic in a line
	maxFlow  = 100      // how deep brackets, and lists on one line, may be nested: its time is quadratic there too
)

// source is one estate file as read.
type source struct {
	path  string // as opened: what errors show
	name  string // relative to the first file's folder, with slashes: what reports show
	order int    // in the order of reading
	is    string // what the file should be; empty for an estate file
	text  []byte // without byte order mark, lines ended by LF
}

// dir is the folder that the file's own paths are relative to.
func (s *source) dir() string { return filepath.Dir(s.path) }

// want names what the file should be.
func (s *source) want() string { return cmp.Or(s.is, "an estate file") }

func (s *source) at(line, column int) position { return position{s, line, column} }

// readRegular reads a regular file up to a number of octets. A device or pipe is refused before it is opened, since reading
// it may never end.
func readRegular(path string, limit int64) (data []byte, modified time.Time, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, modified, bare(err)
	case info.IsDir():
		return nil, modified, errors.New("is a folder")
	case !info.Mode().IsRegular():
		return nil, modified, fmt.Errorf("is no regular file (%s)", info.Mode().Type())
	case info.Size() > limit:
		return nil, modified, fmt.Errorf("has %d octets; at most %d are read", info.Size(), limit)
	}
	data, err = os.ReadFile(path)
	if err != nil {
		return nil, modified, bare(err)
	}
	return data, info.ModTime(), nil
}

// bare strips operation and path from a file error, since errors here begin with both.
func bare(err error) error {
	if pathErr, ok := err.(*fs.PathError); ok {
		return pathErr.Err
	}
	return err
}

// normalise checks that the source is text that the YAML parser may be given, and takes BOM and CR away.
func (s *source) normalise(f *faults) bool {
	if bytes.HasPrefix(s.text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(s.text, []byte{0xFE, 0xFF}) {
		f.add(s.at(1, 1), "the file is in UTF-16; save it as UTF-8")
		return false
	}
	s.text = bytes.TrimPrefix(s.text, []byte("\xEF\xBB\xBF"))
	s.text = bytes.ReplaceAll(s.text, []byte("\r\n"), []byte("\n"))
	flow := 0
	for i, line := range bytes.Split(s.text, []byte("\n")) {
		if at, why := badLine(line); why != "" {
			f.add(s.at(i+1, at), "%s", why)
			return false
		}
		if flow = max(0, flow+nesting(line)); flow > maxFlow {
			f.add(s.at(i+1, 1), "brackets are nested more than %d deep; want %s", maxFlow, s.want())
			return false
		}
	}
	return true
}

// badLine returns the column and the fault of a line that is no line of a YAML text, or an empty string.
func badLine(line []byte) (column int, why string) {
	if len(line) > maxLine {
		return 1, fmt.Sprintf("the line has %d octets; want at most %d: write lists over several lines", len(line), maxLine)
	}
	indent := len(line) - len(bytes.TrimLeft(line, " \t"))
	if tab := bytes.IndexByte(line[:indent], '\t'); tab >= 0 && indent < len(line) {
		return tab + 1, "a tab indents the line; YAML wants spaces"
	}
	if strings.Count(string(line[:min(len(line), 4*maxFlow)]), "- ") > maxFlow {
		return 1, fmt.Sprintf("more than %d lists begin on one line; want an estate file", maxFlow)
	}
	column = 1
	for i := 0; i < len(line); column++ {
		r, size := utf8.DecodeRune(line[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return column, fmt.Sprintf("octet 0x%02X is no UTF-8; save the file as UTF-8", line[i])
		case r < ' ' && r != '\t', r == 0x7F:
			return column, fmt.Sprintf("control character 0x%02X: is this a binary file? want a YAML text", r)
		}
		i += size
	}
	return 0, ""
}

// nesting is how many more brackets a line opens than it closes, comments left out and quotes not looked at.
func nesting(line []byte) int {
	text := string(line)
	if i := strings.Index(" "+text, " #"); i >= 0 {
		text = text[:i]
	}
	return strings.Count(text, "[") + strings.Count(text, "{") - strings.Count(text, "]") - strings.Count(text, "}")
}
