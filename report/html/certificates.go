package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
)

// certificate is a line of the list of certificates.
type certificate struct {
	Subject, Issuer, Key, Signature string
	Names, Serial, SHA256, Note     string
	From, To                        string
	Left                            word
	Revoked                         []string // what was said about that
	Where                           []link   // served as leaf
	Roles                           []string // otherwise: sent in a chain, on rings
}

// byEnd are the certificates, those first that end first.
func (p *page) byEnd() []*report.Certificate {
	out := make([]*report.Certificate, 0, len(p.rep.Certificates))
	for i := range p.rep.Certificates {
		out = append(out, &p.rep.Certificates[i])
	}
	slices.SortStableFunc(out, func(a, b *report.Certificate) int {
		return cmp.Or(a.NotAfter.Compare(b.NotAfter), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.SHA256, b.SHA256))
	})
	return out
}

// Certificates are the certificates that were sent or are on rings, those first that end first.
func (p *page) Certificates() []certificate {
	served, roles := p.uses()
	var out []certificate
	for _, c := range p.byEnd()[:len(p.rep.Certificates)-p.CertificatesLeftOut()] {
		out = append(out, certificate{Subject: clean(c.Subject), Issuer: clean(c.Issuer), Key: clean(c.Key), Signature: clean(c.Signature), Names: join(c.Names),
			Serial: clean(c.Serial), SHA256: clean(c.SHA256), Note: clean(c.Note), From: day(c.NotBefore), To: day(c.NotAfter), Left: p.left(c),
			Revoked: p.revoked(c.SHA256), Where: p.links(served[c.SHA256]), Roles: roles[c.SHA256]})
	}
	return out
}

// revoked are what sources say about whether a certificate is revoked.
func (p *page) revoked(sha256 string) []string {
	out := facts.Revocation(p.rep, sha256)
	for i := range out {
		out[i] = clean(out[i])
	}
	return out
}

// CertificatesLeftOut counts the certificates that are not on the page: they end last.
func (p *page) CertificatesLeftOut() int { return max(0, len(p.rep.Certificates)-shownRows) }

// uses says where each certificate is served, and what else it is there for.
func (p *page) uses() (served, roles map[string][]string) {
	served, roles = map[string][]string{}, map[string][]string{}
	add := func(to map[string][]string, sum, what string) {
		if !slices.Contains(to[sum], what) {
			to[sum] = append(to[sum], what)
		}
	}
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		for _, sent := range e.Presented {
			if list := served[sent.Leaf]; len(list) == 0 || list[len(list)-1] != e.ID {
				served[sent.Leaf] = append(list, e.ID)
			}
			for _, sum := range sent.Sent {
				if sum != sent.Leaf {
					add(roles, sum, "sent in a chain")
				}
			}
		}
	}
	for _, k := range p.rep.Keyrings {
		for _, sum := range k.Anchors {
			add(roles, sum, "trusted by ring "+clean(k.Name))
		}
		for _, sum := range k.Personal {
			add(roles, sum, "on ring "+clean(k.Name))
		}
	}
	return served, roles
}

// Measures of the timeline, in its own units. It shows a year before and two years after the time of judgement.
const (
	mostBars                                 = 40
	barsFrom, barsWidth, barHeight, barsHead = 300, 620, 22, 34
	daysBefore, daysAfter                    = 365, 730
)

// timeline draws until when certificates are valid.
type timeline struct {
	Width, Height, Top, Bottom int
	Now, NowLabel              int
	At                         string
	Bars                       []bar
	Ticks                      []tick
	Left                       int // certificates that are not drawn
	Words                      string
}

type bar struct {
	X, Y, W, TextY int
	Name, End      string
	EndX           int
	Kind           words.Kind
	Beyond         bool // it goes on past the edge
}

type tick struct {
	X    int
	Text string
}

// Timeline draws the certificates that end first; nil without any.
func (p *page) Timeline() *timeline {
	all := p.byEnd()
	if len(all) == 0 {
		return nil
	}
	served, _ := p.uses()
	shown := all[:min(mostBars, len(all))]
	t := &timeline{Width: barsFrom + barsWidth + 100, Top: barsHead - 8, Bottom: barsHead + barHeight*len(shown), At: day(p.known.Judged), Left: len(all) - len(shown)}
	t.Height = t.Bottom + 8
	start := p.known.Judged.AddDate(0, 0, -daysBefore)
	at := func(when time.Time) int {
		days := min(max(when.Sub(start).Hours()/24, 0), daysBefore+daysAfter)
		return barsFrom + int(days*barsWidth/(daysBefore+daysAfter))
	}
	t.Now = at(p.known.Judged)
	t.NowLabel = t.Now
	for when := time.Date(start.Year(), time.January, 1, 0, 0, 0, 0, time.UTC); when.Before(start.AddDate(0, 0, daysBefore+daysAfter)); when = when.AddDate(0, 6, 0) {
		if x := at(when); x > barsFrom && max(x-t.Now, t.Now-x) > 70 {
			t.Ticks = append(t.Ticks, tick{x, when.Format("2006-01")})
		}
	}
	ended := 0
	for i, c := range shown {
		y := barsHead + barHeight*i
		from, to := at(c.NotBefore), at(c.NotAfter)
		left := p.left(c)
		if left.Text == "expired" {
			ended++
		}
		beyond := c.NotAfter.After(start.AddDate(0, 0, daysBefore+daysAfter))
		t.Bars = append(t.Bars, bar{X: from, Y: y + 4, W: max(to-from, 3), TextY: y + 15, Name: cut(nameOf(c, served[c.SHA256]), 42), End: day(c.NotAfter), EndX: to + 6,
			Kind: left.Kind, Beyond: beyond})
	}
	t.Words = "Validity of " + text.Count(len(shown), "certificate") + ", those that end first on top; " + text.Count(ended, "certificate") + " expired at " + t.At +
		". The table below has the same dates."
	return t
}

// nameOf is what a bar is called: the common name, and where the certificate is served.
func nameOf(c *report.Certificate, served []string) string {
	name := commonName(c.Subject)
	switch {
	case len(served) == 1:
		name = served[0] + ": " + name
	case len(served) > 1:
		name = fmt.Sprintf("%s and %d more: %s", served[0], len(served)-1, name)
	}
	return name
}

// commonName is the common name of a subject, and the whole subject where it has none.
func commonName(subject string) string {
	for part := range strings.SplitSeq(subject, ",") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(part), "CN="); ok && name != "" {
			return name
		}
	}
	return subject
}
