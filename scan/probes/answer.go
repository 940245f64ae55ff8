package probes

import (
	"strconv"

	"github.com/portseal/portseal/scan"
)

// answer is what a probe has found about one feature.
type answer struct {
	fact     scan.Fact
	basis    string
	evidence []string
}

// noAnswer is of a question that got none that counts.
func noAnswer(r reading) answer {
	f := unanswered("", 0, r)
	return answer{f.Answer, f.Basis, f.Evidence}
}

// feature is the answer under a feature's name.
func (a answer) feature(name string) scan.Feature {
	return scan.Feature{Name: name, Answer: a.fact, Basis: a.basis, Evidence: a.evidence}
}

// alertName is an alert as people look it up: "unexpected_message (10)".
func alertName(code uint8) string {
	names := map[uint8]string{0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow", 40: "handshake_failure",
		47: "illegal_parameter", 50: "decode_error", 51: "decrypt_error", 70: "protocol_version", 80: "internal_error", 90: "user_canceled"}
	if name := names[code]; name != "" {
		return name + " (" + strconv.Itoa(int(code)) + ")"
	}
	return strconv.Itoa(int(code))
}
