package saf

import "strings"

// certificate is the one that is being read.
func (p *parser) certificate() *Certificate { return &p.out.Certificates[len(p.out.Certificates)-1] }

// begin begins a certificate.
func (p *parser) begin() {
	p.close()
	p.out.Certificates = append(p.out.Certificates, Certificate{Owner: p.owner, At: p.at()})
	p.open, p.fresh = true, true
}

// close ends the field and the certificate that are being read.
func (p *parser) close() {
	p.endField()
	p.open = false
}

func (p *parser) endField() {
	if !p.open {
		p.last, p.rest = field{}, ""
		return
	}
	if p.rest != "" {
		p.problem(p.certificate().At, "a value of the certificate %s is not closed by \"<\": the listing is cut off", quote(p.certificate().Label))
	}
	if p.last.end != nil {
		p.last.end(p, p.certificate())
	}
	p.last, p.rest = field{}, ""
}

// certificateLine reads a line of LIST.
func (p *parser) certificateLine() bool {
	key, value, keyed := strings.Cut(p.text, ":")
	f, known := p.fields[strings.ToLower(strings.TrimSpace(key))]
	if p.open && p.last.more != nil && !(keyed && known) && p.last.more(p, p.certificate(), p.text) {
		return true
	}
	if !keyed || !known {
		return false
	}
	value = strings.TrimSpace(value)
	p.endField()
	if isLabel := strings.EqualFold(key, "label"); !p.open || isLabel && p.certificate().Label != "" {
		p.begin()
	}
	p.fresh = false
	f.set(p, p.certificate(), value)
	p.last = f
	return true
}

// maxValue is the length above which a value takes no further piece: a name is no longer than a few hundred characters.
const maxValue = 64 << 10

// angled takes ">piece<", which is how LIST writes what may hold blanks; a longer value has several pieces.
func (p *parser) angled(target *string, value string) {
	if len(*target) > maxValue {
		p.rest = ""
		p.notUnderstood()
		return
	}
	inner, opened := strings.CutPrefix(value, ">")
	if !opened && p.rest == "" {
		*target += value // a value without blanks, as a key's label
		return
	}
	piece, closed := strings.CutSuffix(inner, "<")
	*target += piece
	if p.rest = ""; !closed {
		p.rest = piece + " " // anything that is not empty: the next line goes on
	}
}
