package api

import (
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
)

// preference is one item of Accept or Accept-Encoding: what, and how much it is wanted (RFC 9110 section 12.4.2).
type preference struct {
	what string // in lower case, without parameters
	q    float64
}

func preferences(headers []string) (out []preference) {
	for _, h := range headers {
		for item := range strings.SplitSeq(h, ",") {
			what, params, _ := strings.Cut(item, ";")
			p := preference{strings.ToLower(strings.TrimSpace(what)), 1}
			for param := range strings.SplitSeq(params, ";") {
				if name, value, _ := strings.Cut(strings.TrimSpace(param), "="); strings.EqualFold(name, "q") {
					q, err := strconv.ParseFloat(value, 64)
					if err != nil || !(q >= 0 && q <= 1) {
						q = 0 // what cannot be read is not wanted
					}
					p.q = q
				}
			}
			if p.what != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// accepts says how much a content coding or media type is wanted; the most specific item counts (RFC 9110 section 12.5.1).
func accepts(headers []string, what string) float64 {
	kind, _, _ := strings.Cut(what, "/")
	best, q := 0, 0.0
	for _, p := range preferences(headers) {
		rank := 0
		switch p.what {
		case what:
			rank = 3
		case kind + "/*":
			rank = 2
		case "*", "*/*":
			rank = 1
		}
		if rank > best {
			best, q = rank, p.q
		}
	}
	return q
}

// pick is the format that a request wants most; the first of those that it wants as much. Without Accept it is the first.
func pick(headers []string, formats []control.Format) (control.Format, bool) {
	if len(preferences(headers)) == 0 {
		return formats[0], true
	}
	var best control.Format
	most := 0.0
	for _, f := range formats {
		media, _, _ := strings.Cut(f.Type, ";")
		if q := accepts(headers, media); q > most {
			best, most = f, q
		}
	}
	return best, most > 0
}
