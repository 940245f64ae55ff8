package table

import (
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// versions lists what is accepted, without the prefix that all share, and what is not known, with a question mark.
func versions(r row) cell {
	if !words.Spoke(r.Endpoint) {
		return cell{text: "-"}
	}
	var accepted, open []string
	for _, p := range r.Protocols {
		name := strings.TrimPrefix(p.Version.String(), "TLSv")
		switch p.Supported {
		case scan.Yes:
			accepted = append(accepted, name)
		case scan.Unknown:
			open = append(open, name+"?")
		}
	}
	switch {
	case len(accepted)+len(open) == 0:
		return cell{text: "none"}
	case len(open) == len(r.Protocols):
		return cell{text: "?"} // TLS, and the versions were not asked or not answered
	}
	return cell{text: strings.Join(append(accepted, open...), " ")}
}

// suites counts the suites of each accepted version; "+" marks a list that may not be complete.
func suites(r row) cell {
	var parts []string
	for _, p := range r.Protocols {
		if p.Supported != scan.Yes {
			continue
		}
		more := ""
		if p.Enumeration != scan.EnumerationFull && p.Enumeration != scan.EnumerationOutsideRefused {
			more = "+"
		}
		parts = append(parts, fmt.Sprintf("%s:%d%s", strings.TrimPrefix(p.Version.String(), "TLSv"), len(p.CipherSuites), more))
	}
	if len(parts) == 0 {
		return cell{text: "-"}
	}
	return cell{text: strings.Join(parts, " ")}
}

// left says how long a certificate is still valid, as short as a column whose title is Expiry may.
func (p *page) left(c *report.Certificate) cell {
	left := words.Left(c, p.facts.Judged)
	out := cell{text: strings.NewReplacer(" left", "", " valid", "").Replace(left.Text), style: styleOf(left)}
	if left.Kind == words.Good {
		out.style = plain
	}
	return out
}

func (p *page) certificateLeft(r row) cell {
	if c := p.facts.Leaf(r.Endpoint); c != nil {
		return p.left(c)
	}
	return cell{text: missing(r.Endpoint)}
}

func (p *page) certificateEnds(r row) cell {
	if c := p.facts.Leaf(r.Endpoint); c != nil {
		return cell{text: c.NotAfter.UTC().Format(time.DateOnly)}
	}
	return cell{text: missing(r.Endpoint)}
}

// missing stands for a fact that a TLS listener would have: not known there, not applicable elsewhere.
func missing(e *report.Endpoint) string {
	if words.Spoke(e) {
		return unknown
	}
	return "-"
}

// trusted counts the rings that trust every chain they should, of those that were asked; rings that must not trust the
// listener are findings or nothing.
func (p *page) trusted(r row) cell {
	yes, open, all := p.facts.Trusting(r.Endpoint)
	switch said := fmt.Sprintf("%d of %d", yes, all); {
	case all == 0:
		return cell{text: "-"}
	case yes+open < all:
		return cell{said, bad}
	case open > 0:
		return cell{fmt.Sprintf("%s, %d?", said, open), warning}
	default:
		return cell{said, good}
	}
}

func served(r row) cell {
	if r.ServedBy == nil {
		return cell{text: "-"}
	}
	return answer(r.ServedBy.Match)
}

// answer shows yes or no where yes is right.
func answer(a certchain.Answer) cell {
	switch a {
	case certchain.Yes:
		return cell{a.String(), good}
	case certchain.No:
		return cell{"NO", bad}
	}
	return cell{a.String(), warning}
}

func clientCertificate(r row) cell {
	c := r.ClientAuth
	switch {
	case c == nil:
		return cell{text: missing(r.Endpoint)}
	case c.Required == scan.Yes:
		return cell{text: "required"}
	case c.Requested == scan.Yes && c.Required == scan.No:
		return cell{text: "requested"}
	case c.Requested == scan.Yes:
		return cell{text: "maybe required"}
	case c.Requested == scan.No:
		return cell{text: "no"}
	}
	return cell{text: unknown}
}
