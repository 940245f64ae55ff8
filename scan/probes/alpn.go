package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// featureALPN is RFC 7301.
const featureALPN = "alpn"

// alpn finds the application protocols of a listener by elimination over IANA's list, in the newest version below TLS 1.3, where the answer is
// not encrypted, or in TLS 1.3.
type alpn struct{}

// Name returns "alpn".
func (alpn) Name() string { return "alpn" }

// protocols are IANA's TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs of 2026-09-29, without those of RFC 8701.
func protocols() []string {
	return []string{
		"h2", "http/1.1", "http/1.0", "http/0.9", "h2c", "h3", "spdy/3", "spdy/2", "spdy/1", "postgresql", "tds/8.0", "ftp", "imap", "pop3", "managesieve",
		"nntp", "nnsp", "irc", "xmpp-client", "xmpp-server", "mqtt", "dot", "doq", "smb", "sunrpc", "sip/2", "stun.turn", "stun.nat-discovery", "webrtc",
		"c-webrtc", "coap", "co", "ntske/1", "dicom", "radius/1.0", "radius/1.1", "acme-tls/1", "netperfmeter/control", "netperfmeter/data", "n-pamp/2",
		"EoQ", "snifq/1",
	}
}

// alpnHunt is the elimination; false where no version that has extensions is spoken.
func alpnHunt(t scan.Target, log *scan.Log) (hunt[string], bool) {
	v := newestSpoken(log, cipher.TLSv12)
	if v < cipher.TLSv10 {
		v = newestSpoken(log, cipher.TLSv13)
	}
	h, ok := spoken(t, log, v)
	if !ok || v < cipher.TLSv10 {
		return hunt[string]{}, false
	}
	return hunt[string]{all: protocols(), version: v, id: func(n int) string { return "alpn/" + strconv.Itoa(n) },
		ask: func(id string, list []string) scan.Question {
			with := h
			with.ALPN = list
			if v == cipher.TLSv13 {
				return question(log, id, with, nil)
			}
			return question(log, id, with, hello.Answered)
		},
		pick: func(r reading) (string, bool) {
			got, _ := r.chosen()
			return r.flight.ALPN, got == v && r.flight.ALPN != ""
		}, unread: sealed}, true
}

// Next asks the next step.
func (alpn) Next(t scan.Target, log *scan.Log) []scan.Question {
	if h, ok := alpnHunt(t, log); ok {
		return h.questions(log)
	}
	return nil
}

// Derive writes the feature, with the protocols in the order that the listener chose them in.
func (alpn) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if h, ok := alpnHunt(t, log); ok && log.Asked(h.id(0)) {
		o.Features = append(o.Features, h.run(log).feature(featureALPN, 0, slices.Clone[[]string]))
	}
}
