package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// What the probes for vulnerabilities share. Each writes one feature, named after the vulnerability; its answer is yes where the listener
// is vulnerable. What follows from other facts is package assess's.

// Why a vulnerability was not asked about.
const (
	whySpared  = "not asked of a listener of Query Monitor without --intrusive"
	whyNotRSA  = "no suite with RSA key exchange is accepted"
	whyOnly13  = "no version below TLS 1.3 is spoken"
	whyNoTLS12 = "no version from TLS 1.0 to 1.2 is known to be spoken"
)

// askable is the version in which the listener is asked: the newest from TLS 1.0 to 1.2 that it speaks. Without one, or where the plan
// spares the listener, f says so.
func askable(t scan.Target, log *scan.Log, name string) (v cipher.Version, f scan.Feature) {
	f.Name = name
	if !t.Plan.Vulnerabilities {
		f.Basis = whySpared
		return 0, f
	}
	if v = newestSpoken(log, cipher.TLSv12); v >= cipher.TLSv10 {
		return v, f
	}
	if onlyTLS13(log) {
		f.Answer, f.Basis = scan.No, whyOnly13
	} else {
		f.Basis = whyNoTLS12
	}
	return 0, f
}

// notPut is the answer to a question that was not put: because it could not be, or because the look ended before, as when its budget was used up.
func notPut(could bool, why string) answer {
	if could {
		why = "not asked any further"
	}
	return answer{basis: why}
}

// notPutInHello is that of a question that goes with a hello which the listener answers.
func notPutInHello(t scan.Target, log *scan.Log, v cipher.Version) answer {
	_, could := spoken(t, log, v)
	return notPut(could, "not asked: no suite is known with which the listener answers")
}

func onlyTLS13(log *scan.Log) bool {
	for _, v := range cipher.Versions() {
		if fact, _ := supports(log, v); v != cipher.SSLv2 && fact != scan.FactOf(v == cipher.TLSv13) {
			return false
		}
	}
	return true
}

// spokeTLSAtAll says whether there is a listener of TLS to say anything about.
func spokeTLSAtAll(log *scan.Log) bool {
	for _, r := range readAll(log) {
		if r.spokeTLS() {
			return true
		}
	}
	return false
}

// dialogue is a question that, once the server's first flight is there, says one thing more and waits for what that brings. What it says may
// rest on the flight; nothing at all ends the dialogue at the flight's end.
func dialogue(log *scan.Log, id string, h hello.ClientHello, say func(f hello.Flight) []byte) scan.Question {
	q := question(log, id, h, hello.Ended)
	ended, first := q.Enough, len(q.Send)
	q.Follow = func(sent, received []byte) []byte {
		if len(sent) > first {
			return nil
		}
		if f := hello.Parse(received); f.Done {
			return say(f)
		}
		return nil
	}
	q.Enough = func(received []byte) (scan.End, bool) {
		if end, done := ended(received); done {
			return end, done
		}
		f := hello.Parse(received)
		if f.Encrypted || f.Done && len(say(f)) == 0 || f.ServerHello != nil && f.ServerHello.Version == cipher.TLSv13 {
			return scan.EndCut, true
		}
		return "", false
	}
	return q
}

// spokeOn says whether a dialogue came to its second part, and what the listener had to say to that: "alert 20", "close", "reset" or "timeout".
func (r reading) spokeOn() (said string, ok bool) {
	if r.Failure != nil || !r.flight.Done {
		return "", false
	}
	if r.flight.Alert != nil {
		return "alert " + alertName(r.flight.Alert.Description), true
	}
	return string(r.End), r.End != scan.EndCut
}

// withoutCertificate is put before what a client says to a server that asks for its certificate.
func withoutCertificate(f hello.Flight) []byte {
	if f.CertificateRequest == nil {
		return nil
	}
	return byhand.NoCertificate(f.ServerHello.Version)
}
