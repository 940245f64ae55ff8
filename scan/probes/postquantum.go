package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// postQuantumQuestion is the hello of TLS 1.3 once more, with the post-quantum groups. The first one names none of them: a listener that likes them best
// would ask for a second hello each time (RFC 8446 section 4.1.4). One that takes nothing else refuses the first.
const postQuantumQuestion = "versions/TLSv1.3/post-quantum"

const x25519MLKEM768 cipher.Group = 0x11EC

// askPostQuantum asks where TLS 1.3 was refused as a listener refuses that shares no group with the client: by handshake_failure or
// insufficient_security (RFC 8446 section 4.1.1). An older listener refuses the version, by protocol_version.
func askPostQuantum(t scan.Target, log *scan.Log) []scan.Question {
	const handshakeFailure, insufficientSecurity = 40, 71
	r, asked := read(log, versionQuestion(cipher.TLSv13))
	if alert, ok := r.End.Alert(); !asked || r.outcome() != alerted || !ok || alert != handshakeFailure && alert != insufficientSecurity {
		return nil
	}
	return pursue(log, postQuantumQuestion, func() scan.Question {
		outside, inside := partition(t, log, cipher.TLSv13)
		return question(log, postQuantumQuestion, withPostQuantum(firstOffer(t, cipher.TLSv13, slices.Concat(outside, inside))), flightDone(cipher.TLSv13))
	})
}

func withPostQuantum(h hello.ClientHello) hello.ClientHello {
	h.Groups = slices.Concat(h.Groups, cipher.PostQuantumGroups())
	h.KeyShares = []cipher.Group{x25519MLKEM768}
	return h
}

// postQuantumOnly says whether that hello was answered: every later hello of TLS 1.3 must then name these groups.
func postQuantumOnly(log *scan.Log) bool {
	r, asked := read(log, postQuantumQuestion)
	got, _ := r.chosen()
	return asked && r.outcome() == answered && got == cipher.TLSv13
}

// controlOffer is the hello of a version that the listener has answered, with another list of suites.
func controlOffer(t scan.Target, log *scan.Log, v cipher.Version, list []cipher.ID) hello.ClientHello {
	h := firstOffer(t, v, list)
	if v == cipher.TLSv13 && postQuantumOnly(log) {
		return withPostQuantum(h)
	}
	return h
}
