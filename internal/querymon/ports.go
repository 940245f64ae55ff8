package querymon

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostPorts bounds what one value may name: more is a mistake, and nothing that anyone could scan.
const mostPorts = 1000

// errNoPort says that a value names no ports in a form that is known; it does not repeat the value.
var errNoPort = errors.New("want port numbers from 1 to 65535, ranges such as 5610-5612, or a list of these")

// ParsePorts reads the ports of a value: numbers and ranges (a-b, a:b), in a list with commas or blanks. They come sorted, each once.
func ParsePorts(value string) ([]uint16, error) {
	spaced := strings.NewReplacer(",", " ", " - ", "-", " -", "-", "- ", "-", " : ", ":", " :", ":", ": ", ":").Replace(value)
	var out []uint16
	for word := range strings.FieldsSeq(spaced) {
		from, to, isRange := strings.Cut(strings.Replace(word, ":", "-", 1), "-")
		if !isRange {
			to = from
		}
		low, err1 := strconv.ParseUint(from, 10, 16)
		high, err2 := strconv.ParseUint(to, 10, 16)
		if err1 != nil || err2 != nil || low == 0 || high < low {
			return nil, errNoPort
		}
		if int(high-low)+len(out) >= mostPorts {
			return nil, fmt.Errorf("more than %d ports; want fewer", mostPorts)
		}
		for p := low; p <= high; p++ {
			out = append(out, uint16(p)) // ParseUint keeps it within 16 bits
		}
	}
	if len(out) == 0 {
		return nil, errNoPort
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
