package pasearch

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/zos"
)

// title is "TCP/IP pasearch CS 3.1                    Image Name: TCPIP".
var title = regexp.MustCompile(`^TCP/IP pasearch(?:\s+CS\s+(\S+))?`)

func (p *parser) beginImage(first string) {
	p.endRule()
	image := &Image{At: p.line.at(p.line.start())}
	if m := title.FindStringSubmatch(first); m != nil {
		image.CS, image.Release = m[1], release(m[1])
	}
	p.out.Images = append(p.out.Images, image)
	p.in, p.kind = inHeading, ""
	if at := strings.Index(p.line.text, "Image Name:"); at >= 0 {
		f := p.line.piece("Image Name", at, at+len("Image Name:"), len(p.line.text))
		image.Name = f.Value
		image.Fields = append(image.Fields, f)
	}
}

// release reads "3.1", or "V2R5" as releases before 3.1 print it.
func release(cs string) zos.Release {
	cs = strings.TrimPrefix(strings.ToUpper(cs), "V")
	r := zos.Release(strings.Replace(cs, "R", ".", 1))
	if !r.Known() {
		return ""
	}
	return r
}

// instance reads "TTLS Instance Id: n", which heads the policies of one kind.
func (p *parser) instance(f Field) {
	p.endRule()
	p.in = inHeading
	p.kind, _, _ = strings.Cut(f.Key, " ")
	image := p.image()
	image.Fields = append(image.Fields, f)
	if p.kind == "TTLS" && f.Available() {
		image.InstanceID = f.Value
	}
}

// heading reads the lines of an image's heading.
func (p *parser) heading() {
	image := p.image()
	fields := p.line.pairs()
	if len(fields) == 0 {
		p.unknown(p.line.item())
		return
	}
	image.Fields = append(image.Fields, fields...)
	date, clock := find(fields, "Date"), find(fields, "Time")
	if date.Key == "" || !date.Available() {
		return
	}
	for _, layout := range []string{"01/02/2006 15:04:05", "01/02/2006 "} {
		if at, err := time.Parse(layout, date.Value+" "+clock.Value); err == nil {
			image.Date = at
			return
		}
	}
	p.unknown(date)
}

// stamp reads the time of "Policy created" and "Policy updated": local time of the system.
func stamp(s string) (time.Time, bool) {
	at, err := time.Parse(time.ANSIC, s)
	return at, err == nil
}

// other passes over a rule or action of another kind.
func (p *parser) other(f Field) {
	if p.rule != nil && p.dropped { // the actions of a rule that is counted already
		p.in = inOther
		return
	}
	p.in = inOther
	p.image().Others++
}

func sortProblems(problems []syntax.Problem) {
	slices.SortStableFunc(problems, func(a, b syntax.Problem) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
}
