package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// featureGREASE is RFC 8701.
const featureGREASE = "grease-tolerance"

// greasing finds whether a listener ignores values that it does not know, in one hello of its newest version with reserved values in every list. Only where that
// is refused each list is asked about by itself.
type greasing struct{}

// Name returns "grease".
func (greasing) Name() string { return "grease" }

const greaseQuestion = "grease"

// greaseValue is one of the reserved values, and greaseName of the protocol names (RFC 8701 section 2).
const (
	greaseValue = 0x5A5A
	greaseName  = "\x5a\x5a"
)

// greased is one list of a hello, and how a reserved value is put in front of it.
type greased struct {
	name   string
	oldest cipher.Version
	add    func(*hello.ClientHello)
}

// greaseLists are the lists of a version. The protocols are those that the listener is known to take: one that takes none of those offered may refuse the
// hello for that.
func greaseLists(t scan.Target, log *scan.Log, v cipher.Version) []greased {
	out := []greased{
		{"cipher suites", cipher.SSLv3, func(h *hello.ClientHello) { h.Suites = append(grease(1), h.Suites...) }},
		{"extensions", cipher.TLSv10, func(h *hello.ClientHello) {
			h.More = append(h.More, hello.Extension{ID: greaseValue}, hello.Extension{ID: greaseValue + 0x1010, Data: []byte{0}})
		}},
		{"groups", cipher.TLSv10, func(h *hello.ClientHello) { h.Groups = append([]cipher.Group{greaseValue}, h.Groups...) }},
		{"signature algorithms", cipher.TLSv12, func(h *hello.ClientHello) {
			h.SignatureSchemes = append([]cipher.SignatureScheme{greaseValue}, h.SignatureSchemes...)
		}},
		{"versions", cipher.TLSv13, func(h *hello.ClientHello) { h.MoreVersions = []uint16{greaseValue} }},
	}
	if h, ok := alpnHunt(t, log); ok && log.Asked(h.id(0)) {
		if c := h.run(log); c.full && len(c.accepted) > 0 {
			out = append(out, greased{"application protocols", cipher.TLSv10, func(h *hello.ClientHello) {
				h.ALPN = append([]string{greaseName}, c.accepted...)
			}})
		}
	}
	return slices.DeleteFunc(out, func(g greased) bool { return v < g.oldest })
}

// Next asks once, when the application protocols are known; and about each list where that was refused.
func (greasing) Next(t scan.Target, log *scan.Log) []scan.Question {
	v := newestSpoken(log, cipher.TLSv13)
	h, ok := spoken(t, log, v)
	if protocols, open := alpnHunt(t, log); !ok || open && log.Asked(protocols.id(0)) && protocols.run(log).next != nil {
		return nil
	}
	lists := greaseLists(t, log, v)
	put := func(id string, lists ...greased) []scan.Question {
		return pursue(log, id, func() scan.Question {
			with := h
			for _, g := range lists {
				g.add(&with)
			}
			return question(log, id, with, hello.Answered)
		})
	}
	out := put(greaseQuestion, lists...)
	if _, no, _ := refused(log, greaseQuestion); no {
		for _, g := range lists {
			out = append(out, put(greaseQuestion+"/"+g.name, g)...)
		}
	}
	return out
}

// Derive writes the feature; its values are the lists in which a reserved value is not ignored.
func (greasing) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	v := newestSpoken(log, cipher.TLSv13)
	if !log.Asked(greaseQuestion) {
		return
	}
	_, f, ok := goesOn(log, featureGREASE, greaseQuestion)
	if ok && f.Answer == scan.No {
		for _, g := range greaseLists(t, log, v) {
			_, part, asked := goesOn(log, featureGREASE, greaseQuestion+"/"+g.name)
			if asked && part.Answer == scan.No {
				f.Values = append(f.Values, g.name)
				f.Evidence = append(f.Evidence, part.Evidence...)
			}
		}
		slices.Sort(f.Values)
	}
	o.Features = append(o.Features, f)
}
