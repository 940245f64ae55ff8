package probes

import (
	"fmt"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// featureCertificateCompression is RFC 8879.
const featureCertificateCompression = "certificate-compression"

// compressedCertificates finds by which algorithms a listener compresses its certificates under TLS 1.3, by elimination. How a compressed certificate
// reads is not looked at: the other questions bring it as it is.
type compressedCertificates struct{}

// Name returns "certificate-compression".
func (compressedCertificates) Name() string { return "certificate-compression" }

// certificateCompressions are the algorithms of RFC 8879 section 7.3.
func certificateCompressions() []uint16 { return []uint16{2, 3, 1} }

func certificateCompressionNames(list []uint16) []string {
	var out []string
	for _, a := range list {
		name, ok := map[uint16]string{1: "zlib", 2: "brotli", 3: "zstd"}[a]
		if !ok {
			name = fmt.Sprintf("%04X", a)
		}
		out = append(out, name)
	}
	return out
}

func compressionHunt(t scan.Target, log *scan.Log) (hunt[uint16], bool) {
	h, ok := spoken(t, log, cipher.TLSv13)
	if !ok {
		return hunt[uint16]{}, false
	}
	return hunt[uint16]{all: certificateCompressions(), version: cipher.TLSv13, id: func(n int) string { return "certificate-compression/" + strconv.Itoa(n) },
		ask: func(id string, list []uint16) scan.Question {
			data := []byte{byte(2 * len(list))}
			for _, a := range list {
				data = append(data, byte(a>>8), byte(a))
			}
			with := h
			with.More = []hello.Extension{{ID: extCompressCert, Data: data}}
			return question(log, id, with, nil)
		},
		pick:   func(r reading) (uint16, bool) { return r.flight.Compressed, r.flight.Compressed != 0 },
		unread: sealed,
	}, true
}

// Next asks the next step.
func (compressedCertificates) Next(t scan.Target, log *scan.Log) []scan.Question {
	if h, ok := compressionHunt(t, log); ok {
		return h.questions(log)
	}
	return nil
}

// Derive writes the feature, with the algorithms in the order that the listener chose them in.
func (compressedCertificates) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if h, ok := compressionHunt(t, log); ok && log.Asked(h.id(0)) {
		o.Features = append(o.Features, h.run(log).feature(featureCertificateCompression, cipher.TLSv13, certificateCompressionNames))
	}
}
