package html

import (
	"slices"
	"strings"
)

// step is something to do, and where.
type step struct {
	Text  string
	Where []link
	More  int
}

// Steps are what to do next, each once, those of the worst findings first.
func (p *page) Steps() []step {
	var out []step
	at := map[string]int{}
	for i := range p.rep.Findings {
		f := &p.rep.Findings[i]
		if f.Remediation == "" || f.Waived != nil {
			continue
		}
		k, seen := at[f.Remediation]
		if !seen {
			k = len(out)
			at[f.Remediation] = k
			out = append(out, step{Text: shorten(clean(f.Remediation), stepLength)})
		}
		where := link{Name: place(f.Location)}
		if f.Endpoint != "" {
			where = p.link(f.Endpoint)
		}
		switch s := &out[k]; {
		case where.Name == "" || slices.Contains(s.Where, where):
		case len(s.Where) < 4:
			s.Where = append(s.Where, where)
		default:
			s.More++
		}
	}
	return out
}

// FirstSteps are those of the first page.
func (p *page) FirstSteps() []step { s := p.Steps(); return s[:min(firstSteps, len(s))] }

// MoreSteps counts the others.
func (p *page) MoreSteps() int { return max(0, len(p.Steps())-firstSteps) }

// shorten leaves whole sentences away at the end; a first sentence that is too long is cut between two words.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := 0
	for i := range limit - 1 {
		if strings.ContainsRune(".?!", rune(s[i])) && s[i+1] == ' ' {
			end = i + 1
		}
	}
	if end > 0 {
		return s[:end]
	}
	if at := strings.LastIndexByte(s[:limit], ' '); at > 0 {
		return s[:at] + " ..."
	}
	return cut(s, limit)
}
