package attls

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// PortRange is one entry of a port condition; both ends belong to it.
type PortRange struct {
	From, To uint16
	At       report.Location
}

// PortSet is the ports that a condition of a rule takes.
type PortSet = Set[uint16, PortRange]

// String is "8443" or "9000-9010".
func (r PortRange) String() string {
	if r.From == r.To {
		return strconv.Itoa(int(r.From))
	}
	return fmt.Sprintf("%d-%d", r.From, r.To)
}

// span is the range. Port 0, alone or up to the last port, is any port.
func (r PortRange) span() (span, bool) {
	return span{point{lo: uint64(r.From)}, point{lo: uint64(r.To)}}, r.From == 0 && (r.To == 0 || r.To == math.MaxUint16)
}

func (r PortRange) meaningless() bool { return false }

func (r PortRange) point(port uint16) point { return point{lo: uint64(port)} }

// ParsePorts reads the value of a port parameter: n, n-m, n:m, or n m. What follows is ignored, as Policy Agent does.
func ParsePorts(value string) (PortRange, error) {
	digits := func(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }
	value = strings.TrimSpace(value)
	from := digits(value)
	rest := strings.TrimSpace(value[len(from):])
	delimited := rest != "" && strings.ContainsAny(rest[:1], "-:")
	if delimited {
		rest = strings.TrimSpace(rest[1:])
	}
	to := digits(rest)
	glued := len(value) > len(from) && !delimited && strings.TrimSpace(value[len(from):]) == value[len(from):]
	if to == "" && !delimited {
		to = from
	}
	a, okA := port(from)
	b, okB := port(to)
	switch {
	case !okA || !okB || glued:
		return PortRange{}, fmt.Errorf("%s is no port or range of ports: want 0 to 65535, such as 8443 or 5000-5010", text(value))
	case a > b:
		return PortRange{}, fmt.Errorf("the range %s-%s has no ports: want the lower port first", from, to)
	}
	return PortRange{From: a, To: b}, nil
}

func port(s string) (uint16, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil
}

func portsOf(a *syntax.Attribute) (PortRange, error) {
	r, err := ParsePorts(a.Value)
	r.At = a.At
	return r, err
}
