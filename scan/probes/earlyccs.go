package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// earlyCCS sends ChangeCipherSpec before the key exchange, twice. A listener that checks refuses the first with unexpected_message. OpenSSL
// before 0.9.8za, 1.0.0m and 1.0.1h took it, with keys made of nothing (OpenSSL security advisory of 5 June 2014): then it tries to
// decrypt the second one, and fails with bad_record_mac or decryption_failed. Any other end may be about the first or the second: a
// single ChangeCipherSpec, to which a listener that took it says nothing, tells which.
type earlyCCS struct{}

// Name returns "ccs-injection".
func (earlyCCS) Name() string { return scan.FeatureCCSInjection }

const (
	ccsQuestion       = "ccs-injection"
	singleCCSQuestion = "ccs-injection/single"
)

// Next asks once, and once more where the first answer does not decide.
func (earlyCCS) Next(t scan.Target, log *scan.Log) []scan.Question {
	v, _ := askable(t, log, scan.FeatureCCSInjection)
	h, ok := spoken(t, log, v)
	if !ok {
		return nil
	}
	early := func(id string, times int) func() scan.Question {
		return func() scan.Question {
			return dialogue(log, id, h, func(f hello.Flight) (out []byte) {
				for range times {
					out = append(out, byhand.ChangeCipherSpec(f.ServerHello.Version)...)
				}
				return out
			})
		}
	}
	if r, asked := read(log, ccsQuestion); asked {
		if _, decided := readEarlyCCS(r); decided {
			return nil
		}
		return ask(log, singleCCSQuestion, early(singleCCSQuestion, 1))
	}
	return []scan.Question{early(ccsQuestion, 2)()}
}

// readEarlyCCS reads the answer to two of them. decided is false where a single one must tell.
func readEarlyCCS(r reading) (a answer, decided bool) {
	const unexpectedMessage, badRecordMAC, decryptionFailed = 10, 20, 21
	said, ok := r.spokeOn()
	switch alert := r.flight.Alert; {
	case !ok, r.End == scan.EndTimeout:
		return noAnswer(r), true
	case alert != nil && alert.Description == unexpectedMessage:
		return answer{scan.No, "an early ChangeCipherSpec is refused: " + said, []string{r.ID}}, true
	case alert != nil && (alert.Description == badRecordMAC || alert.Description == decryptionFailed):
		return answer{scan.Yes, "an early ChangeCipherSpec is taken, and what follows is decrypted: " + said, []string{r.ID}}, true
	}
	return answer{}, false
}

// Derive writes the feature.
func (earlyCCS) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if !spokeTLSAtAll(log) {
		return
	}
	v, f := askable(t, log, scan.FeatureCCSInjection)
	if v != 0 {
		f = deriveEarlyCCS(t, log, v).feature(f.Name)
	}
	o.Features = append(o.Features, f)
}

func deriveEarlyCCS(t scan.Target, log *scan.Log, v cipher.Version) answer {
	r, asked := read(log, ccsQuestion)
	if !asked {
		return notPutInHello(t, log, v)
	}
	a, decided := readEarlyCCS(r)
	if decided {
		return a
	}
	single, asked := read(log, singleCCSQuestion)
	if said, ok := single.spokeOn(); asked && ok && single.End != scan.EndTimeout && (single.flight.Alert != nil || !accidents(log)) {
		return answer{scan.No, "a single early ChangeCipherSpec is refused: " + said, []string{r.ID, single.ID}}
	}
	said, _ := r.spokeOn()
	return answer{scan.Unknown, "two early ChangeCipherSpec: " + said + "; a single one has no answer", []string{r.ID}}
}
