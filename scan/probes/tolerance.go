package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

const (
	featureVersionTolerance       = "version-tolerance"
	featureRecordVersionTolerance = "record-version-tolerance"
	featureRecordFragmentation    = "record-fragmentation"
	featureLongHellos             = "long-hello-tolerance"
)

// tolerance finds whether a listener goes on with hellos that are lawful and unusual: of versions that are yet to come, and in several records.
type tolerance struct{}

// Name returns "tolerance".
func (tolerance) Name() string { return "tolerance" }

const (
	version13Question     = "tolerance/legacy-version-0304"
	versionsQuestion      = "tolerance/versions"
	versionFutureQuestion = "tolerance/legacy-version-03FF"
	recordVersionQuestion = "tolerance/record-version"
	fragmentQuestion      = "tolerance/fragments"
)

// The versions of hellos: of TLS 1.3 and of none that there is.
const (
	version13     = uint16(cipher.TLSv13)
	versionFuture = 0x03FF
)

// fragment is how many octets of the hello a record holds: many more records than any client makes, and none of less than a message header.
const fragment = 64

// oddity is a hello that is changed in one way.
type oddity struct {
	id     string
	change func(*hello.ClientHello)
}

// Next asks with each legacy_version that no version has (RFC 5246 appendix E.1: the server answers with its own), the second together with such a version
// of the record, and by itself only where both were refused; and with a hello in many records (RFC 5246 section 6.2.1).
func (tolerance) Next(t scan.Target, log *scan.Log) []scan.Question {
	legacy := func(v uint16) func(*hello.ClientHello) { return func(h *hello.ClientHello) { h.LegacyVersion = v } }
	record := func(h *hello.ClientHello) { h.RecordVersion = versionFuture }
	older, newest := newestSpoken(log, cipher.TLSv12), newestSpoken(log, cipher.TLSv13)
	out := askOdd(t, log, newest, oddity{fragmentQuestion, func(h *hello.ClientHello) { h.Fragment = fragment }})
	if older == 0 {
		return append(out, askOdd(t, log, newest, oddity{recordVersionQuestion, record})...)
	}
	out = append(out, askOdd(t, log, older, oddity{version13Question, legacy(version13)}, oddity{versionsQuestion, func(h *hello.ClientHello) {
		h.LegacyVersion, h.RecordVersion = versionFuture, versionFuture
	}})...)
	if _, no, _ := refused(log, versionsQuestion); no {
		out = append(out, askOdd(t, log, older, oddity{versionFutureQuestion, legacy(versionFuture)}, oddity{recordVersionQuestion, record})...)
	}
	return out
}

func askOdd(t scan.Target, log *scan.Log, v cipher.Version, odd ...oddity) []scan.Question {
	h, ok := spoken(t, log, v)
	if !ok {
		return nil
	}
	var out []scan.Question
	for _, odd := range odd {
		out = append(out, pursue(log, odd.id, func() scan.Question {
			with := h
			odd.change(&with)
			return question(log, odd.id, with, hello.Answered)
		})...)
	}
	return out
}

// goesOn reads whether a listener goes on with a hello, in whatever version; not ok where it was not asked.
func goesOn(log *scan.Log, name, id string) (r reading, f scan.Feature, ok bool) {
	if !log.Asked(id) {
		return r, f, false
	}
	r, _ = settled(log, id)
	if r.outcome() == answered {
		return r, scan.Feature{Name: name, Answer: scan.Yes, Evidence: []string{r.ID}}, true
	}
	if ref, no, _ := refused(log, id); no {
		return r, scan.Feature{Name: name, Answer: scan.No, Basis: ref.words(r), Evidence: ref.evidence}, true
	}
	return r, unanswered(name, 0, r), true
}

// Derive writes the features. That of versions has the values that are not tolerated.
func (tolerance) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	if f, ok := versionTolerance(log); ok {
		o.Features = append(o.Features, f)
	}
	for _, f := range []struct{ name, first, alone string }{
		{featureRecordVersionTolerance, versionsQuestion, recordVersionQuestion}, {featureRecordFragmentation, fragmentQuestion, fragmentQuestion},
	} {
		if f, ok := either(log, f.name, f.first, f.alone); ok {
			o.Features = append(o.Features, f)
		}
	}
}

// either reads the question that asks about one thing alone, where it was put, or the one that asks about several.
func either(log *scan.Log, name, several, alone string) (scan.Feature, bool) {
	if _, f, ok := goesOn(log, name, alone); ok {
		return f, true
	}
	_, f, ok := goesOn(log, name, several)
	if f.Answer == scan.No && alone != several {
		f.Answer, f.Basis = scan.Unknown, "refused together with something else, and not asked any further"
	}
	return f, ok
}

func versionTolerance(log *scan.Log) (scan.Feature, bool) {
	f, ok := either(log, featureVersionTolerance, versionsQuestion, versionFutureQuestion)
	_, second, asked := goesOn(log, featureVersionTolerance, version13Question)
	if !ok || !asked {
		return f, false
	}
	for version, one := range map[string]scan.Feature{"03FF": f, "0304": second} {
		if one.Answer == scan.No {
			f.Values = append(f.Values, version)
		}
	}
	slices.Sort(f.Values)
	f.Evidence = append(slices.Clone(f.Evidence), second.Evidence...)
	if f.Answer == scan.Yes || second.Answer == scan.No && f.Answer != scan.No {
		f.Answer, f.Basis = second.Answer, second.Basis
	}
	return f, true
}
