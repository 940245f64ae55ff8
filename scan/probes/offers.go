package probes

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// Names of features that are offered in a hello, and answered or not.
const (
	featureCompression       = "compression"
	featureHeartbeat         = "heartbeat"
	featureEncryptThenMAC    = "encrypt-then-mac"
	featureMaxFragmentLength = "max-fragment-length"
	featureTruncatedHMAC     = "truncated-hmac"
)

// offers finds which extensions and compression methods a listener takes. One hello of the newest version below TLS 1.3 and one of TLS 1.3
// offer all that a healthy client may; only where one is refused they are offered one by one.
type offers struct{}

// Name returns "extensions".
func (offers) Name() string { return "extensions" }

// offering is one thing that is offered.
type offering struct {
	name           string
	oldest, newest cipher.Version // that it may be offered in
	mac            bool           // shows only with a suite that has a MAC of its own, no AEAD
	add            func(*hello.ClientHello)
	read           func(*scan.Log, reading, *scan.Feature) // fills in what an answer shows
}

// Extension numbers, of IANA's TLS ExtensionType Values.
const (
	extMaxFragmentLength = 1
	extTruncatedHMAC     = 4
	extHeartbeat         = 15
	extEncryptThenMAC    = 22
	extCompressCert      = 27
	extSignaturesCert    = 50
)

// deflate is compression method 1 (RFC 3749 section 2).
const deflate = 1

// offerings is what is offered. The heartbeat is peer_allowed_to_send (RFC 6520 section 2), the fragment length 4096 octets (RFC 6066 section 4).
func offerings() []offering {
	status := func(h *hello.ClientHello) { h.StatusRequest = true }
	return []offering{
		{name: featureCompression, oldest: cipher.SSLv3, newest: cipher.TLSv12,
			add: func(h *hello.ClientHello) { h.Compressions = []uint8{deflate} }, read: readCompression},
		extension(featureHeartbeat, cipher.TLSv13, false, extHeartbeat, 1),
		extension(featureEncryptThenMAC, cipher.TLSv12, true, extEncryptThenMAC),
		extension(featureMaxFragmentLength, cipher.TLSv13, false, extMaxFragmentLength, 4),
		extension(featureTruncatedHMAC, cipher.TLSv12, true, extTruncatedHMAC),
		{name: featureStaple, oldest: cipher.TLSv10, newest: cipher.TLSv13, add: status, read: readStaple},
		{name: featureTimestampsStaple, oldest: cipher.TLSv10, newest: cipher.TLSv13, add: status, read: readStapleTimestamps},
		{name: featureTimestampsExtension, oldest: cipher.TLSv10, newest: cipher.TLSv13,
			add: func(h *hello.ClientHello) { h.SCT = true }, read: readExtensionTimestamps},
	}
}

func extension(name string, newest cipher.Version, mac bool, id uint16, data ...byte) offering {
	return offering{name: name, oldest: cipher.TLSv10, newest: newest, mac: mac,
		add: func(h *hello.ClientHello) { h.More = append(h.More, hello.Extension{ID: id, Data: data}) },
		read: func(_ *scan.Log, r reading, f *scan.Feature) {
			_, clear := r.flight.ServerHello.Extension(id)
			f.Answer = scan.FactOf(clear || slices.ContainsFunc(r.flight.EncryptedExtensions, func(e hello.Extension) bool { return e.ID == id }))
		}}
}

func readCompression(_ *scan.Log, r reading, f *scan.Feature) {
	method := r.flight.ServerHello.Compression
	f.Answer = scan.FactOf(method != 0)
	if method == deflate {
		f.Values = []string{"DEFLATE"}
	}
}

// offerVersions are the versions that are asked: the newest below TLS 1.3, and TLS 1.3.
func offerVersions(log *scan.Log) []cipher.Version {
	var out []cipher.Version
	for _, v := range []cipher.Version{newestSpoken(log, cipher.TLSv12), newestSpoken(log, cipher.TLSv13)} {
		if v != 0 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func offersQuestion(v cipher.Version) string { return "extensions/" + v.String() }

func (o offering) question(v cipher.Version) string { return offersQuestion(v) + "/" + o.name }

// offeringsIn are those that a version has.
func offeringsIn(v cipher.Version) []offering {
	return slices.DeleteFunc(offerings(), func(o offering) bool { return v < o.oldest || v > o.newest })
}

// Next asks for all at once, and one by one where that was refused.
func (offers) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range offerVersions(log) {
		h, ok := spoken(t, log, v)
		if !ok {
			continue
		}
		h.Suites = macSuites(h.Suites)
		offer := func(id string, list ...offering) []scan.Question {
			return pursue(log, id, func() scan.Question {
				with := h
				for _, o := range list {
					o.add(&with)
				}
				return question(log, id, with, flightDone(v))
			})
		}
		more := offer(offersQuestion(v), offeringsIn(v)...)
		if _, no, _ := refused(log, offersQuestion(v)); no {
			for _, o := range offeringsIn(v) {
				more = append(more, offer(o.question(v), o)...)
			}
		}
		out = append(out, more...)
	}
	return out
}

// macSuites returns the suites of a list that have a MAC of their own; all where there are none. What else is offered does not depend on the suite.
func macSuites(list []cipher.ID) []cipher.ID {
	if with := slices.DeleteFunc(slices.Clone(list), func(id cipher.ID) bool { return !hasMAC(id) }); len(with) > 0 {
		return with
	}
	return list
}

// hasMAC says whether a suite is of a block cipher in CBC mode: the extensions about MACs apply to it (RFC 7366 section 3).
func hasMAC(id cipher.ID) bool {
	s := cipher.Describe(id)
	return s.Known && !s.AEAD && strings.Contains(s.Encryption, "_CBC")
}

// Derive writes a feature for each offer and version.
func (offers) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	for _, v := range offerVersions(log) {
		for _, offer := range offeringsIn(v) {
			id := offer.question(v)
			if !log.Asked(id) {
				id = offersQuestion(v)
			}
			if !log.Asked(id) {
				continue
			}
			r, f, ok := reply(log, offer.name, v, id)
			if _, suite := r.chosen(); ok && offer.mac && !hasMAC(suite) {
				continue
			}
			if why := sealed(r); ok && why != "" {
				ok, f.Basis = false, why
			}
			if ok {
				offer.read(log, r, &f)
			}
			o.Features = append(o.Features, f)
		}
	}
}
