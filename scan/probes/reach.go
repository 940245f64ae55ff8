package probes

import (
	"math"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// reached is how far the questions got so far.
type reached uint8

const (
	reachNothing reached = iota // no connection, or an answer that is no TLS: nothing more to ask
	reachSilent                 // connections stand, and nothing is said, or not all of it in time
	reachMore                   // TLS records, or a listener that closes or resets: the next version may be welcome
)

// reach says whether it makes sense to go on asking.
func reach(log *scan.Log) reached {
	best := reachNothing
	for _, r := range readAll(log) {
		switch r.outcome() {
		case answered, alerted, closed, reset:
			return reachMore
		case silent:
			best = reachSilent
		}
	}
	return best
}

// deriveState writes the state, and what is known of a listener that is not TLS.
func deriveState(t scan.Target, log *scan.Log, o *scan.Observation) {
	all := readAll(log)
	if len(all) == 0 {
		o.State = scan.StateSkipped
		return
	}
	for _, r := range all {
		if r.spokeTLS() {
			o.State = scan.StateTLS
			if t.StartTLS != "" {
				o.State = scan.StateStartTLS
			}
			return
		}
	}
	for _, r := range all {
		if r.Connected() {
			deriveOpen(all, o)
			return
		}
	}
	o.Failure = all[0].Failure
	switch f := o.Failure; {
	case f.Stage == scan.StageStartTLS && f.Kind != scan.KindRefused:
		o.State = scan.StateError // busy, another protocol, or silence: nothing is known of TLS
	case f.Stage == scan.StageStartTLS:
		o.State = scan.StateNonTLS
		o.NonTLS = nonTLS("plaintext", all[0].Preamble)
	case f.Kind == scan.KindRefused:
		o.State = scan.StateClosed
	case f.Kind == scan.KindTimeout:
		o.State = scan.StateFiltered
	case f.Kind == scan.KindUnreachable:
		o.State = scan.StateUnreachable
	default:
		o.State = scan.StateError
	}
}

// deriveOpen describes a port that accepts connections and never sent a TLS record.
func deriveOpen(all []reading, o *scan.Observation) {
	o.State = scan.StateNonTLS
	var kind string
	for _, r := range all {
		if !r.Connected() {
			continue
		}
		switch {
		case r.Question == connectQuestion:
			o.State = scan.StateOpen
			return
		case len(r.Received) > 0 && hello.FirstBytes(r.Received) == hello.KindUndecided:
			o.State = scan.StateError
			o.Failure = &scan.Failure{Stage: scan.StageHello, Kind: kindOf(r.End),
				Message: "the answer began like a TLS record and ended inside it"}
			return
		case len(r.Received) > 0:
			o.NonTLS = nonTLS(describe(r.Received), r.Received)
			return
		case r.End == scan.EndReset && kind == "":
			kind = "resets"
		case r.End == scan.EndClose && kind == "":
			kind = "closes"
		case kind == "":
			kind = "silent"
		}
	}
	o.NonTLS = nonTLS(kind, nil)
}

func kindOf(e scan.End) scan.FailureKind {
	switch e {
	case scan.EndTimeout:
		return scan.KindTimeout
	case scan.EndReset:
		return scan.KindReset
	}
	return scan.KindProtocol
}

const bannerMax = 256 // octets of a banner that are kept as a fact; the evidence has all

func nonTLS(kind string, first []byte) *scan.NonTLS {
	n := &scan.NonTLS{Kind: kind}
	if len(first) > 0 {
		n.Banner = first[:min(len(first), bannerMax)]
		n.Entropy = math.Round(entropy(first)*100) / 100
	}
	return n
}

// describe tells bytes that are no TLS record apart: a banner is text that a protocol opens with (or telnet's IAC), plaintext is
// other text, such as an HTTP error, opaque is everything else.
func describe(b []byte) string {
	const telnetIAC = 0xFF
	if b[0] == telnetIAC && len(b) > 1 && b[1] >= 0xF0 {
		return "banner"
	}
	for _, c := range b[:min(len(b), bannerMax)] {
		if (c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c >= 0x7F {
			return "opaque"
		}
	}
	if (b[0] >= '1' && b[0] <= '5' && len(b) > 3 && (b[3] == ' ' || b[3] == '-')) || hasPrefix(b, "SSH-", "+OK", "* OK", "RFB ") {
		return "banner"
	}
	return "plaintext"
}

func hasPrefix(b []byte, prefixes ...string) bool {
	for _, p := range prefixes {
		if len(b) >= len(p) && string(b[:len(p)]) == p {
			return true
		}
	}
	return false
}

// entropy is Shannon's, in bits an octet. A short answer cannot show much: eight octets have at most 3 bits.
func entropy(b []byte) float64 {
	var count [256]int
	for _, c := range b {
		count[c]++
	}
	h := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(b))
			h -= p * math.Log2(p)
		}
	}
	return h
}
