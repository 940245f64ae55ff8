package syntax

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// lines splits the text, leaves out what is no part of the policy (prose around Markdown fences, sequence numbers), and
// reports what it left out.
func (p *parser) lines(text string) iter.Seq[line] {
	lines := split(text)
	if strings.Contains(text, fence) {
		lines = slices.Values(p.unfenced(slices.Collect(lines)))
	}
	return p.unnumbered(lines)
}

// split yields the lines of a text. Those of a large file all at once would be as large as the file.
func split(text string) iter.Seq[line] {
	return func(yield func(line) bool) {
		number := 0
		for one := range strings.Lines(text) {
			number++
			if !yield(line{number: number, text: strings.TrimSuffix(one, "\n")}) {
				return
			}
		}
	}
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
func (p *parser) unnumbered(lines iter.Seq[line]) iter.Seq[line] {
	numbered, filled := 0, 0
	var first report.Location
	for l := range lines {
		if strings.TrimFunc(l.text, blank) != "" {
			filled++
		}
		if cut := sequenceAt(l.text); cut >= 0 {
			if numbered++; numbered == 1 {
				first = l.at(p.file.Path, cut)
			}
		}
	}
	if numbered == 0 || numbered*2 < filled {
		return lines
	}
	p.report(Sequence, first, "columns 73 to 80 hold sequence numbers, here and on %d of the lines in all; "+
		"Policy Agent reads them as text: it is ignored after a value, and wrong after a brace", numbered)
	return func(yield func(line) bool) {
		for l := range lines {
			if cut := sequenceAt(l.text); cut >= 0 {
				l.text, l.sequence = l.text[:cut], l.text[cut:]
			}
			if !yield(l) {
				return
			}
		}
	}
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
