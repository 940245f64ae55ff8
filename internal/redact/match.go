package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// matcher finds names in sentences. A name stands there when no letter or digit is next to it; the longest one counts.
type matcher struct {
	aliens  map[string]string
	lengths map[string][]int // of the names that begin with a word, longest first
}

func newMatcher(aliens map[string]string) matcher {
	m := matcher{aliens, map[string][]int{}}
	for name := range aliens {
		first := firstWord(name)
		if !slices.Contains(m.lengths[first], len(name)) {
			m.lengths[first] = append(m.lengths[first], len(name))
		}
	}
	for _, l := range m.lengths {
		slices.Sort(l)
		slices.Reverse(l)
	}
	return m
}

// prose replaces the names in a sentence. A name that is an ordinary word of such sentences, as "web" of a listener, is left: there it
// tells nothing.
func (m matcher) prose(s string) string { return m.each(s, ordinary) }

// id replaces the names in an endpoint's id. Of a glob the parts that are whole names are replaced, and the others hidden.
func (m matcher) id(s string) string {
	parts := strings.Split(s, "/")
	for i, part := range parts {
		if parts[i] = m.each(part, func(string) bool { return false }); part != "*" && glob(part) {
			parts[i] = word
		}
	}
	return strings.Join(parts, "/")
}

// glob says whether a part of an id stands for several names; an IPv6 address has brackets too.
func glob(part string) bool {
	return strings.ContainsAny(part, "*?") || strings.LastIndexByte(part, '[') > 0
}

func (m matcher) each(s string, skip func(lower string) bool) string {
	lower := fold(s)
	var out strings.Builder
	for i := 0; i < len(s); {
		if n := m.at(lower, i, skip); n > 0 {
			out.WriteString(m.aliens[lower[i:i+n]])
			i += n
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		out.WriteString(s[i : i+size])
		i += size
	}
	return out.String()
}

// at is the length of the longest name at an offset, 0 for none.
func (m matcher) at(lower string, i int, skip func(string) bool) int {
	if before, _ := utf8.DecodeLastRuneInString(lower[:i]); i > 0 && letter(before) {
		if after, _ := utf8.DecodeRuneInString(lower[i:]); letter(after) {
			return 0
		}
	}
	for _, n := range m.lengths[firstWord(lower[i:])] {
		end := i + n
		if end > len(lower) {
			continue
		}
		name := lower[i:end]
		last, _ := utf8.DecodeLastRuneInString(name)
		next, _ := utf8.DecodeRuneInString(lower[end:])
		if end < len(lower) && letter(last) && letter(next) {
			continue
		}
		if _, ok := m.aliens[name]; ok && !skip(name) {
			return n
		}
	}
	return 0
}

// firstWord is the letters and digits that a text begins with, or the one sign.
func firstWord(s string) string {
	for i, r := range s {
		if letter(r) {
			continue
		}
		if i == 0 {
			_, size := utf8.DecodeRuneInString(s)
			return s[:size]
		}
		return s[:i]
	}
	return s
}

// fold is a text in lower case, octet for octet where it was: a letter that has another length in lower case, as a Turkish capital I with
// its dot, stays as it is, and so does what is no UTF-8.
func fold(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if lower := unicode.ToLower(r); lower != r && utf8.RuneLen(lower) == size {
			out = utf8.AppendRune(out, lower)
		} else {
			out = append(out, s[i:i+size]...)
		}
		i += size
	}
	return string(out)
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// ordinary says whether a word stands in sentences of portseal's for itself: the words of roles, protocols and parties, numbers, and
// single signs. As the name of a listener or a ring such a word identifies nobody.
func ordinary(s string) bool {
	s = fold(s)
	if len(s) < 2 || strings.Trim(s, "0123456789") == "" {
		return true
	}
	return slices.Contains(words, s)
}

var words = strings.Fields(`web agent agents server servers client clients ispf tls ssl rc4 cae tn3270 ftp ldap smtp imap pop3 http https db2 port ports
	ring rings key keys local system systems listener listeners host hosts job label rule rules certificate certificates root roots none any all
	in out on off of to at by is it its no not has have with and or the an for from that which whose this own other before after file files
	policy policies default trust trusted agent-tls agent-rc4 server-tls server-rc4 z/os tcp/ip system.ssl e.g i.e at-tls`)
