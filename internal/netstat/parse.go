package netstat

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// Parse reads NETSTAT output. It never fails: what cannot be read is in Problems.
func Parse(path string, data []byte, collected time.Time) *Output {
	r := &reader{out: &Output{Path: path, Collected: collected}, byID: map[string]int{}}
	for line := range strings.Lines(r.decode(data)) {
		r.number++
		r.line(strings.TrimRight(line, " \t\r\n\x00"))
	}
	r.flush()
	for _, c := range r.out.Connections {
		if c.State == Established && !c.Local.IsValid() {
			r.out.Problems = append(r.out.Problems, Problem{c.At, "the connection has no sockets; want those that NETSTAT shows below it: is the listing cut?"})
		}
	}
	if len(r.out.Headers)+len(r.out.Connections)+len(r.out.Groups) == 0 {
		r.fault(0, "", "this is no NETSTAT output; want that of NETSTAT CONN, ALL or TTLS")
	}
	return r.out
}

// reader is one Parse.
type reader struct {
	out    *Output
	number int
	now    Connection // the one that the lines are about
	open   bool
	groups bool           // the lines are a table of groups
	byID   map[string]int // where in out.Connections an id is
}

func (r *reader) at(byteColumn int, line string) report.Location {
	return report.Location{File: r.out.Path, Line: max(1, r.number), Column: 1 + utf8.RuneCountInString(line[:byteColumn])}
}

func (r *reader) fault(byteColumn int, line, message string) {
	r.out.Problems = append(r.out.Problems, Problem{r.at(byteColumn, line), message})
}

func (r *reader) line(line string) {
	if strings.Contains(line, "NETSTAT CS") {
		r.header(line)
		return
	}
	if all := pairs(line); len(all) > 0 {
		for i, p := range all {
			if !r.open {
				r.now.At = r.at(p.from, line)
			}
			setters[p.name](r, valueOf(line, all, i))
			r.open = true
		}
		return
	}
	fields := strings.Fields(line)
	if len(fields) > 0 && isMessage(fields[0]) {
		fields = fields[1:]
	}
	switch {
	case len(fields) < 3:
	case strings.Contains(line, ".."):
		r.row(line, fields)
	case isID(fields[len(fields)-2]) && isState(fields[len(fields)-1]):
		r.start(line, fields[len(fields)-3], fields[len(fields)-2], fields[len(fields)-1])
	case strings.EqualFold(fields[0], "TTLSGRPACTION"):
		r.groups = true
	case r.groups && len(fields) == 3 && isID(fields[1]):
		r.group(line, fields)
	case strings.HasPrefix(strings.ToUpper(line), "REPORT TRUNCATED"), cutShort(fields):
		r.out.Truncated = true
	}
}

// cutShort says whether "n OF m RECORDS DISPLAYED" says that some are missing.
func cutShort(fields []string) bool {
	if len(fields) < 4 || !strings.EqualFold(fields[1], "OF") || !strings.EqualFold(fields[3], "RECORDS") {
		return false
	}
	shown, err1 := strconv.Atoi(fields[0])
	all, err2 := strconv.Atoi(fields[2])
	return err1 == nil && err2 == nil && shown < all
}

// header reads the line that names release, stack and time.
func (r *reader) header(line string) {
	r.flush()
	r.groups = false
	h := Header{At: r.at(len(line)-len(strings.TrimLeft(line, " ")), line)}
	_, rest, _ := strings.Cut(line, "NETSTAT CS")
	fields := strings.Fields(rest)
	for i, word := range fields {
		switch {
		case i == 0:
			h.Release = word
		case strings.EqualFold(word, "Name:") && i+1 < len(fields):
			h.Stack = fields[i+1]
		case i == 1 && !strings.Contains(rest, "Name:") && !strings.Contains(word, ":"): // the console
			h.Stack = word
		case len(word) == 8 && word[2] == ':' && word[5] == ':':
			h.Clock = word
		}
	}
	r.out.Headers = append(r.out.Headers, h)
}

// row reads a connection that stands on one line: the words around its two sockets.
func (r *reader) row(line string, fields []string) {
	for i := 2; i+1 < len(fields); i++ {
		local, ok1 := parseSocket(fields[i])
		foreign, ok2 := parseSocket(fields[i+1])
		if !ok1 || !ok2 || !isHex(fields[i-1]) {
			continue
		}
		state := ""
		if i+2 < len(fields) {
			state = fields[i+2]
		} else {
			r.fault(0, line, "the connection has no state; want the one that NETSTAT shows: is the line cut?")
		}
		r.start(line, fields[i-2], fields[i-1], state)
		r.now.Local, r.now.Foreign = local, foreign
		return
	}
	if strings.Contains(line, ". .") || strings.Contains(line, "...") {
		return // a leader of dots
	}
	r.fault(0, line, "this is no connection; want user id, connection id, two sockets ADDRESS..PORT and the state")
}

func (r *reader) group(line string, fields []string) {
	n, err := strconv.Atoi(fields[2])
	if err != nil {
		return
	}
	r.out.Groups = append(r.out.Groups, Group{fields[0], strings.ToUpper(fields[1]), n, r.at(strings.Index(line, fields[0]), line)})
}
