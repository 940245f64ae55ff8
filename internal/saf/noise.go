package saf

import "strings"

// noise passes over what a terminal or a batch job leaves around a listing: prompts, the commands themselves, the edges of an
// ISPF display.
func (p *parser) noise() bool {
	if p.echo || p.command() {
		p.depth += strings.Count(p.text, "(") - strings.Count(p.text, ")")
		p.echo = p.depth > 0 || strings.HasSuffix(p.text, "+") || strings.HasSuffix(p.text, "-")
		p.close()
		return true
	}
	word := strings.ToUpper(p.text)
	switch strings.Trim(word, "`") {
	case "***", "READY", "END", "":
		return true
	}
	if strings.HasPrefix(word, "***") && strings.HasSuffix(word, "***") {
		inner := strings.Trim(word, "* ")
		return strings.HasPrefix(inner, "TOP OF DATA") || strings.HasPrefix(inner, "BOTTOM OF DATA")
	}
	return false
}

func (p *parser) command() bool {
	for _, name := range []string{"RACDCERT ", "SETROPTS ", "SETR ", "TSO RACDCERT "} {
		if _, ok := cutPrefix(p.text, name); ok {
			return true
		}
	}
	return false
}

// message reads a message of RACF, TSO or JES.
func (p *parser) message() bool {
	id, _, _ := strings.Cut(p.text, " ")
	if !isMessageID(id) {
		return false
	}
	p.endField()
	p.out.Messages = append(p.out.Messages, Message{id, p.text, p.at()})
	p.told = p.line
	return true
}

// messageGoesOn takes an indented line after a message that is nothing else.
func (p *parser) messageGoesOn() bool {
	if p.told == 0 || p.told != p.line-1 || p.raw[0] != ' ' {
		return false
	}
	m := &p.out.Messages[len(p.out.Messages)-1]
	if len(m.Text) > maxValue {
		return false
	}
	m.Text += " " + p.text
	p.told = p.line
	return true
}

// isMessageID says whether a word is a z/OS message identifier: three to five letters, three to five digits, a type.
func isMessageID(word string) bool {
	letters := 0
	for letters < len(word) && word[letters] >= 'A' && word[letters] <= 'Z' {
		letters++
	}
	if letters < 3 || letters > 5 || len(word) < letters+4 {
		return false
	}
	digits, kind := word[letters:len(word)-1], word[len(word)-1]
	return isNumber(digits) && len(digits) >= 3 && len(digits) <= 5 && strings.IndexByte("ADEISTW", kind) >= 0
}
