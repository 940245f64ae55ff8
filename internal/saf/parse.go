package saf

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/portseal/portseal/report"
)

// section is the listing that a line belongs to.
type section int

const (
	inNothing section = iota
	inRing
	inCertificate
	inChain
)

// parser reads a file line by line.
type parser struct {
	out    *Output
	fields map[string]field
	line   int
	raw    string // the line without its end
	text   string // without the blanks around it
	where  section
	owner  string // of the certificates that are listed
	open   bool   // the last certificate may get more fields
	fresh  bool   // it has none yet
	last   field  // the field whose value may go on in the next lines
	rest   string // a value that was begun with ">" and not ended
	echo   bool   // a command goes on in the next line
	depth  int    // its open parentheses
	told   int    // the last line that belongs to a message
	lost   int    // lines in a row that were not understood; the last problem counts them
}

// Parse reads decoded text. The path is what positions name.
func Parse(path, text string) *Output {
	p := &parser{out: &Output{Path: path}, fields: fields()}
	for raw := range strings.SplitSeq(text, "\n") {
		p.line++
		p.raw = strings.TrimRight(raw, "\r")
		p.text = strings.TrimSpace(p.raw)
		p.step()
	}
	p.close()
	p.tellLost()
	return p.out
}

// step reads one line.
func (p *parser) step() {
	if p.text == "" {
		p.endCommand()
		return
	}
	lost := p.lost
	switch {
	case p.where == inRing && p.connection():
	case p.header(), p.noise(), p.message():
	case p.where == inRing && p.ringLine():
	case p.where == inCertificate && p.certificateLine():
	case p.where == inChain && p.chainLine():
	case p.messageGoesOn():
	default:
		p.notUnderstood()
	}
	if p.lost == lost {
		p.tellLost()
	}
}

// at is the place of the line's first character that is no blank.
func (p *parser) at() report.Location { return p.atText(p.text) }

// atText is the place of a part of the line.
func (p *parser) atText(part string) report.Location {
	column := 1
	if i := strings.Index(p.raw, part); i > 0 {
		column += utf8.RuneCountInString(p.raw[:i])
	}
	return report.Location{File: p.out.Path, Line: p.line, Column: column}
}

func (p *parser) problem(at report.Location, format string, args ...any) {
	p.tellLost()
	p.out.Problems = append(p.out.Problems, Problem{at, fmt.Sprintf(format, args...)})
}

// notUnderstood keeps the first line of several in a row, so that a file of something else is one problem.
func (p *parser) notUnderstood() {
	if p.lost++; p.lost == 1 {
		p.out.Problems = append(p.out.Problems, Problem{p.at(), "not understood: " + quote(p.text)})
	}
}

// tellLost says of how many lines the last problem is, once another line was read.
func (p *parser) tellLost() {
	if p.lost > 1 {
		said := " and the line after it"
		if p.lost > 2 {
			said = fmt.Sprintf(" and the %d lines after it", p.lost-1)
		}
		p.out.Problems[len(p.out.Problems)-1].Message += said
	}
	p.lost = 0
}

// quote shortens what a message shows of a line.
func quote(text string) string {
	const most = 60
	if runes := []rune(text[:min(len(text), 4*most+4)]); len(runes) > most {
		text = string(runes[:most]) + "..."
	}
	return fmt.Sprintf("%q", text)
}

// header reads the lines that begin a listing.
func (p *parser) header() bool {
	if rest, ok := cutPrefix(p.text, "Digital ring information for "); ok {
		p.endCommand()
		p.close()
		p.where, p.owner = inRing, userOf(rest)
		return true
	}
	if rest, ok := cutPrefix(p.text, "Digital certificate information for "); ok {
		p.endCommand()
		p.where, p.owner = inCertificate, ownerOf(rest)
		if p.open && p.fresh {
			p.certificate().Owner = p.owner // the number of a chain's certificate stood above
			return true
		}
		p.close()
		return true
	}
	if number, ok := cutPrefix(p.text, "Certificate "); ok && isNumber(strings.TrimSuffix(number, ":")) {
		p.numbered(number == "1:" || number == "1")
		return true
	}
	if strings.EqualFold(strings.TrimSuffix(p.text, ":"), "Chain information") {
		p.close()
		p.where = inChain
		if len(p.out.Chains) == 0 || p.out.Chains[len(p.out.Chains)-1].ended() {
			p.out.Chains = append(p.out.Chains, Chain{})
		}
		p.chain().At = p.at()
		return true
	}
	return false
}

func (p *parser) endCommand() { p.echo, p.depth = false, 0 }

// ended says whether the summary of the chain was read.
func (c *Chain) ended() bool { return c.At.Line > 0 }

func (p *parser) chain() *Chain { return &p.out.Chains[len(p.out.Chains)-1] }

// numbered begins a certificate of a chain.
func (p *parser) numbered(first bool) {
	p.close()
	p.where = inCertificate
	if first || len(p.out.Chains) == 0 || p.chain().ended() {
		p.out.Chains = append(p.out.Chains, Chain{})
	}
	p.begin()
	c := p.chain()
	c.Certificates = append(c.Certificates, len(p.out.Certificates)-1)
}

// userOf reads "user NAME:" or "NAME:".
func userOf(text string) string {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ":"))
	if name, ok := cutPrefix(text, "user "); ok {
		return strings.TrimSpace(name)
	}
	return text
}

// ownerOf reads an owner as LISTRING writes it.
func ownerOf(text string) string {
	switch user := userOf(text); strings.ToUpper(user) {
	case ownerCertAuth, ownerSite:
		return strings.ToUpper(user)
	default:
		return "ID(" + user + ")"
	}
}

// The owners that are no users.
const (
	ownerCertAuth = "CERTAUTH"
	ownerSite     = "SITE"
)

// cutPrefix is strings.CutPrefix without regard to case.
func cutPrefix(text, prefix string) (string, bool) {
	if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
		return text[len(prefix):], true
	}
	return "", false
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
