package syntax

import (
	"strings"
	"unicode/utf8"
)

// lines splits the text, leaves out what is no part of the policy (prose around Markdown fences, sequence numbers), and
// reports what it left out.
func (p *parser) lines(text string) []line {
	out := make([]line, 0, strings.Count(text, "\n")+1)
	for len(text) > 0 {
		end := strings.IndexByte(text, '\n')
		rest := end + 1
		if end < 0 {
			end, rest = len(text), len(text)
		}
		out = append(out, line{number: len(out) + 1, text: text[:end]})
		text = text[rest:]
	}
	return p.unnumbered(p.unfenced(out))
}

const fence = "```"

// unfenced keeps what stands between Markdown fences, of those that hold a statement, when there is a pair of fences.
func (p *parser) unfenced(lines []line) []line {
	var fences []int
	for i, l := range lines {
		if strings.HasPrefix(firstWord(l.text), fence) {
			fences = append(fences, i)
		}
	}
	if len(fences) < 2 {
		return lines
	}
	var out []line
	for i := 0; i < len(fences); i += 2 {
		end := len(lines)
		if i+1 < len(fences) {
			end = fences[i+1]
		}
		if inside := lines[fences[i]+1 : end]; hasStatement(inside) {
			out = append(out, inside...)
		}
	}
	p.report(Fence, lines[fences[0]].at(p.file.Path, 0),
		"the file is Markdown: %d of its %d lines stand between fences (%s) and were read as policy, the rest was left out; "+
			"Policy Agent knows no fences, so install only what stands between them", len(out), len(lines), fence)
	return out
}

func hasStatement(lines []line) bool {
	for _, l := range lines {
		if b, ok := LookupBlock(canonical(firstWord(l.text))); ok && b.Global {
			return true
		}
	}
	return false
}

// Fixed records of 80 columns carry sequence numbers in the last eight.
const (
	recordLength  = 80
	sequenceStart = 72
)

// unnumbered cuts off sequence numbers when at least half of the lines that are not empty have one.
func (p *parser) unnumbered(lines []line) []line {
	numbered, filled := 0, 0
	for _, l := range lines {
		if strings.TrimFunc(l.text, blank) != "" {
			filled++
		}
		if sequenceAt(l.text) >= 0 {
			numbered++
		}
	}
	if numbered == 0 || numbered*2 < filled {
		return lines
	}
	reported := false
	for i, l := range lines {
		cut := sequenceAt(l.text)
		if cut < 0 {
			continue
		}
		if !reported {
			p.report(Sequence, l.at(p.file.Path, cut), "columns 73 to 80 hold sequence numbers, here and on %d lines in all; "+
				"Policy Agent reads them as text: it is ignored after a value, and wrong after a brace", numbered)
			reported = true
		}
		lines[i].text, lines[i].sequence = l.text[:cut], l.text[cut:]
	}
	return lines
}

// sequenceAt is the offset of the sequence number of a line that has exactly 80 columns, or -1.
func sequenceAt(text string) int {
	cut := len(text) - (recordLength - sequenceStart)
	if cut < sequenceStart || text[cut-1] != ' ' || strings.Trim(text[cut:], "0123456789") != "" {
		return -1
	}
	if utf8.RuneCountInString(text) != recordLength {
		return -1
	}
	return cut
}
