package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// Record and message types (RFC 8446 sections 4 and 5.1).
const (
	recordChange      = 20
	recordAlert       = 21
	recordHandshake   = 22
	recordData        = 23
	messageCert       = 11
	messageHeader     = 4
	recordHeaderOctet = 5
)

// completeHandshake compares what a library said of a handshake with its bytes. What is encrypted under keys that nobody keeps (the
// client's certificate under TLS 1.3, alerts and data after the handshake) stays the library's word; only that there are such bytes can be
// seen.
func completeHandshake(q scan.Question, x scan.Exchange, deviate deviate) {
	h := x.Handshake
	if h == nil {
		if x.End != scan.EndReset || len(x.Sent) > 0 { // a listener may reset before connect has returned
			deviate("handshake", nothing, "how the handshake went")
		}
		return
	}
	if len(x.Sent) > 0 {
		sentHello(q, x, deviate)
	}
	f := hello.Parse(x.Received)
	if len(x.Secret) > 0 {
		if err := f.Open(x.Received, x.Secret); err != nil && h.Completed == scan.Yes {
			deviate("secret", "a handshake traffic secret", "another: "+err.Error())
		}
	}
	switch h.Completed {
	case scan.Yes:
		completed(x, f, q.Handshake.Keep || q.Handshake.Talk != nil, deviate)
	default:
		if h.CertificateRequested == scan.Yes && f.CertificateRequest == nil {
			deviate("handshake/certificate_requested", "yes", "no CertificateRequest in the flight")
		}
		if h.Version != 0 || h.Suite != nil || h.After != "" {
			deviate("handshake/version", shown(h), "nothing: the handshake was not completed")
		}
	}
	if h.Injected != scan.Unknown && (h.Completed != scan.Yes || q.Handshake.Talk == nil || !has(x.Received, recordData)) {
		deviate("handshake/injected", h.Injected.String(), "nothing: no answer inside TLS was waited for, or none came")
	}
	alerts(x, f, deviate)
	clientCertificate(x, f, deviate)
}

// sentHello wants the hello of the library to be one for the question.
func sentHello(q scan.Question, x scan.Exchange, deviate deviate) {
	sent, err := hello.ParseClientHello(x.Sent)
	switch {
	case err != nil:
		deviate("sent", "bytes", "a ClientHello: "+err.Error())
	case sent.ServerName != q.Handshake.ServerName:
		deviate("sent", "server name "+sent.ServerName, "server name "+q.Handshake.ServerName)
	case q.Handshake.MaxVersion != 0 && sent.Version > q.Handshake.MaxVersion:
		deviate("sent", "up to "+sent.Version.String(), "up to "+q.Handshake.MaxVersion.String())
	}
}

// completed wants a handshake that was completed to show: version, suite, request for a certificate, and both sides' last messages.
func completed(x scan.Exchange, f hello.Flight, waits bool, deviate deviate) {
	h := x.Handshake
	if f.ServerHello == nil {
		deviate("handshake/completed", "yes", "no ServerHello")
		return
	}
	if h.Version != f.ServerHello.Version {
		deviate("handshake/version", h.Version.String(), f.ServerHello.Version.String())
	}
	if h.Suite == nil || *h.Suite != f.ServerHello.Suite {
		deviate("handshake/cipher_suite", shown(h.Suite), f.ServerHello.Suite.String())
	}
	if asked := scan.FactOf(f.CertificateRequest != nil); h.CertificateRequested != asked {
		deviate("handshake/certificate_requested", h.CertificateRequested.String(), asked.String())
	}
	if h.Version == cipher.TLSv13 {
		if !f.Finished || !has(x.Sent, recordData) {
			deviate("handshake/completed", "yes", "no Finished of both sides")
		}
	} else if !has(x.Received, recordChange) || !has(x.Sent, recordChange) {
		deviate("handshake/completed", "yes", "no Finished of both sides")
	}
	if h.After == scan.AfterData && countRecords(x.Received, recordData) == 0 && h.Version == cipher.TLSv13 {
		deviate("handshake/after", string(h.After), "no record after the handshake")
	}
	if h.CertificateRequested != scan.Yes && h.After != "" && !waits {
		deviate("handshake/after", string(h.After), "nothing: it is waited for behind a request for a certificate, for a ticket, or for an answer")
	}
}

// alerts compares the alert of a handshake. One in the clear is read; of one that is encrypted only the record can be seen.
func alerts(x scan.Exchange, f hello.Flight, deviate deviate) {
	h := x.Handshake
	description, ended := x.End.Alert()
	switch {
	case ended != (h.Alert != nil) || ended && description != *h.Alert:
		deviate("handshake/alert", shown(h.Alert), "the alert of the answer's end, "+string(x.End))
	case f.Alert != nil && f.Alert.Description != 0 && (h.Alert == nil || *h.Alert != f.Alert.Description) && h.Completed == scan.No:
		deviate("handshake/alert", shown(h.Alert), fmt.Sprint(f.Alert.Description))
	case h.Alert != nil && f.Alert == nil && !has(x.Received, recordAlert) && !has(x.Received, recordData):
		deviate("handshake/alert", fmt.Sprint(*h.Alert), "no record that can be an alert")
	}
}

// clientCertificate compares the certificate that was presented, which is in the clear below TLS 1.3.
func clientCertificate(x scan.Exchange, f hello.Flight, deviate deviate) {
	if f.ServerHello == nil || f.ServerHello.Version == cipher.TLSv13 || x.Handshake.CertificateRequested != scan.Yes {
		if x.Handshake.CertificateRequested != scan.Yes && x.Handshake.ClientCertificate != "" {
			deviate("handshake/client_certificate", x.Handshake.ClientCertificate, "nothing: none was asked for")
		}
		return
	}
	sent, ok := presentedByClient(x.Sent)
	if stated := x.Handshake.ClientCertificate; ok && stated != sent && (stated != "" || x.Handshake.Completed != scan.Unknown) {
		deviate("handshake/client_certificate", stated, sent)
	}
}

// presentedByClient finds the first certificate of a client's Certificate message: its SHA-256, or "" for an empty list.
func presentedByClient(sent []byte) (sum string, ok bool) {
	var stream []byte
	for kind, body := range records(sent) {
		if kind != recordHandshake {
			break
		}
		stream = append(stream, body...)
	}
	for len(stream) >= messageHeader {
		n := int(stream[1])<<16 | int(stream[2])<<8 | int(stream[3])
		if len(stream)-messageHeader < n {
			return "", false
		}
		body := stream[messageHeader : messageHeader+n]
		if stream[0] != messageCert {
			stream = stream[messageHeader+n:]
			continue
		}
		const lengths = 3
		if len(body) < 2*lengths {
			return "", len(body) == lengths
		}
		size := int(body[3])<<16 | int(body[4])<<8 | int(body[5])
		if len(body)-2*lengths < size {
			return "", false
		}
		hash := sha256.Sum256(body[2*lengths : 2*lengths+size])
		return hex.EncodeToString(hash[:]), true
	}
	return "", false
}

// records walks over the records of a stream, as far as they are whole.
func records(stream []byte) func(yield func(kind uint8, body []byte) bool) {
	return func(yield func(uint8, []byte) bool) {
		for len(stream) >= recordHeaderOctet {
			n := int(stream[3])<<8 | int(stream[4])
			if len(stream)-recordHeaderOctet < n || !yield(stream[0], stream[recordHeaderOctet:recordHeaderOctet+n]) {
				return
			}
			stream = stream[recordHeaderOctet+n:]
		}
	}
}

func has(stream []byte, kind uint8) bool { return countRecords(stream, kind) > 0 }

func countRecords(stream []byte, kind uint8) int {
	n := 0
	for k := range records(stream) {
		if k == kind {
			n++
		}
	}
	return n
}
