package syntax

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// checkValue checks the value of an attribute as far as the table goes.
func (p *parser) checkValue(param Parameter, a *Attribute) {
	word, at := a.Word(0), a.ValueAt()
	bad := func() {
		hint := meant(nearest.Names(word, param.Values))
		if strings.Contains(word, "#") {
			hint = "; a comment begins after a blank"
		}
		p.report(BadValue, at, "%s cannot be %s: want %s%s", a.Keyword, quote(word), param.want(), hint)
	}
	switch param.Kind {
	case KindOneOf:
		if _, ok := param.Canonical(word); !ok {
			bad()
		}
	case KindNumber:
		n, err := strconv.ParseUint(word, 10, 32)
		switch {
		case err == nil && uint32(n) >= param.Min && uint32(n) <= param.Max:
		case err == nil && param.Usual:
			p.report(Unusual, at, "%s is %s: want %s", a.Keyword, quote(word), param.want())
		default:
			bad()
		}
	}
}

// want says what a value must be.
func (p Parameter) want() string {
	switch p.Kind {
	case KindOneOf:
		return either(p.Values)
	case KindNumber:
		if p.Max == math.MaxUint32 {
			return "a number"
		}
		return fmt.Sprintf("a number from %d to %d", p.Min, p.Max)
	case KindRef:
		return "the name of a " + p.To + " statement"
	case KindAddress:
		return "an address, address/prefix, address-address or All"
	case KindPorts:
		return "a port, or a range n-m"
	case KindSuites2, KindSuitesV2:
		return "codes without blanks between them, or one constant"
	case KindSuites4:
		return "4-character codes without blanks between them"
	case KindCurves, KindSignatures:
		return "4-character codes"
	case KindText:
		return "text, up to the end of the line"
	}
	return "one word"
}

// extraKind tells a remark after a value from what was meant as a second value.
func (p Parameter) extraKind(text string) string {
	switch p.Kind {
	case KindAddress, KindPorts, KindSuites2, KindSuites4, KindSuitesV2:
		if strings.ContainsAny(text, "0123456789") {
			return Lost
		}
	}
	return Extra
}
