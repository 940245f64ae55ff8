package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// line reads one line: a comment, or keyword and value, or a brace, or the mistake of several of these.
func (p *parser) line(l line) {
	p.last = l.at(p.file.Path, 0)
	hash := l.comment()
	comment := strings.TrimRightFunc(l.text[hash:], blank)
	start, end := trim(l.text, 0, hash)
	if len(l.text) > maxLine {
		p.report(LongLine, l.at(p.file.Path, min(start, end)), "the line has %d characters; is a line end missing?", len(l.text))
	}
	if start == end {
		p.empty(l, hash, comment)
		return
	}
	at := l.at(p.file.Path, start)
	for pieces := 1; start < end; pieces++ {
		piece := p.cut(l, start, end)
		next, _ := trim(l.text, piece, end)
		if pieces == 2 {
			p.report(Brace, at, "a brace must be alone on its line: Policy Agent ignores what stands beside it")
		}
		last := ""
		if next >= end {
			last = comment
		}
		p.piece(strings.TrimRightFunc(l.text[start:piece], blank), at, last)
		at.Column += utf8.RuneCountInString(l.text[start:next])
		start = next
	}
	if code := l.text[:hash]; l.sequence != "" && strings.Trim(code, " {}") == "" {
		p.report(SequenceBrace, l.at(p.file.Path, 0), "a brace must be alone on its line, and the sequence number %s stands beside it", l.sequence)
	}
}

// empty is a line without code: a comment, or nothing.
func (p *parser) empty(l line, hash int, comment string) {
	if comment != "" {
		p.add(&Comment{Text: comment, At: l.at(p.file.Path, hash)})
		return
	}
	body := *p.body()
	if len(body) > 0 {
		if _, again := body[len(body)-1].(*Blank); again {
			return
		}
	}
	p.add(&Blank{At: l.at(p.file.Path, 0)})
}

// cut is where the piece of a line ends that begins at an offset: after a brace, or before the next one that is a word or
// ends one. A certificate label may have words that end in a brace.
func (p *parser) cut(l line, start, end int) int {
	if isBrace(l.text[start]) {
		return start + 1
	}
	if !strings.ContainsAny(l.text[start:end], "{}") {
		return end
	}
	param, _ := Lookup(p.block(), l.text[start:wordEnd(l.text[:end], start)])
	for from := start; from < end; {
		to := wordEnd(l.text[:end], from)
		word := l.text[from:to]
		kept := strings.TrimRight(word, "{}")
		if kept == "" || len(kept) < len(word) && param.Kind != KindText {
			return from + len(kept)
		}
		from, _ = trim(l.text, to, end)
	}
	return end
}

func isBrace(b byte) bool { return b == '{' || b == '}' }

// piece reads a brace, or a keyword with what follows it.
func (p *parser) piece(text string, at report.Location, comment string) {
	if p.deep > 0 {
		switch text {
		case "{":
			p.deep++
		case "}":
			p.deep--
		}
		return
	}
	switch text {
	case "{":
		p.opening(at, comment)
	case "}":
		p.closing(at, comment)
	default:
		p.entry(text, at, comment)
	}
}
