package querymon

import (
	"strings"
)

// ParseServer reads the CAE server's parameters: the lines of STDENV, or the JCL that they stand in.
func ParseServer(path string, data []byte) *File {
	f := &File{Path: path}
	lines := f.decode(data)
	if isJCL(lines) {
		lines = f.instream(lines, "STDENV")
	}
	for _, l := range lines {
		f.serverLine(l)
	}
	f.review()
	return f
}

// serverLine reads NAME=value. Environment variables are told apart by case (z/OS UNIX).
func (f *File) serverLine(l line) {
	start := l.firstAfter(0)
	if start == len(l.text) || l.text[start] == '#' {
		return
	}
	text := string(l.text[start:])
	name, value, assigns := strings.Cut(text, "=")
	at := l.at(f.Path, start)
	if !assigns || !isName(name) {
		f.problem(Unreadable, at, "", "this is no parameter; want NAME=value")
		return
	}
	valueStart := l.firstAfter(start + len(name) + 1)
	p := Parameter{Name: name, Value: strings.TrimSpace(value), At: at, ValueAt: l.at(f.Path, valueStart), Ignored: start > 0}
	f.Parameters = append(f.Parameters, p)
	if p.Ignored {
		f.problem(LeadingBlank, l.at(f.Path, 0), name, name+" is ignored, since its line begins with a blank; want it to begin in column 1")
	}
	for _, known := range []string{ServerTLSPort, ServerRC4Port} {
		if name != known && strings.EqualFold(name, known) {
			f.problem(Unreadable, at, name, name+" is another name than "+known+": environment variables are told apart by case")
		}
	}
}

// isName says whether a text is the name of a parameter; one in characters beyond ASCII is none, so that its length is its columns.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '_' || c == '@' || c == '#' || c == '$'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
