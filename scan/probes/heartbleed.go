package probes

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// heartbleed sends a heartbeat request that says it has more payload than it has. RFC 6520 section 4 has it discarded in silence; OpenSSL
// 1.0.1 to 1.0.1f answered with that much of its memory (OpenSSL security advisory of 7 April 2014). Behind the request stands a fatal alert,
// so a listener that discards it has nothing to wait for and closes. That it would read too far is proven by the length in the header of its
// answer: no octet of the answer's body is kept. A listener that is known not to negotiate the extension is not asked, and one that turns out not to is left at
// its ServerHello.
type heartbleed struct{}

// Name returns "heartbleed".
func (heartbleed) Name() string { return scan.FeatureHeartbleed }

const (
	heartbleedQuestion = "heartbleed"
	heartbeatExtension = 15     // RFC 6520 section 2
	claimedPayload     = 0x2000 // more than the 4096 octets that OpenSSL holds back in a handshake
	honestHeartbeat    = 3 + 16 // a heartbeat without payload, with its least padding
)

// Next asks once, unless the extension is known not to be negotiated; and once more where the connection was closed without a word: what was closed may
// also be the way of an answer.
func (heartbleed) Next(t scan.Target, log *scan.Log) []scan.Question {
	v, _ := askable(t, log, scan.FeatureHeartbleed)
	h, ok := spoken(t, log, v)
	if beats, _ := heartbeats(log, v); !ok || !log.Asked(offersQuestion(v)) || beats == scan.No {
		return nil
	}
	build := func() scan.Question {
		h.More = append(h.More, hello.Extension{ID: heartbeatExtension, Data: []byte{1}}) // peer_allowed_to_send
		q := dialogue(log, heartbleedQuestion, h, func(f hello.Flight) []byte {
			if !negotiatesHeartbeat(f) {
				return nil
			}
			return append(byhand.Heartbeat(f.ServerHello.Version, claimedPayload), byhand.Farewell(f.ServerHello.Version)...)
		})
		q.Keep = heartbeatHeader
		enough := q.Enough
		q.Enough = func(received []byte) (scan.End, bool) {
			if _, _, answered := hello.Heartbeat(received); answered {
				return scan.EndCut, true
			}
			if f := hello.Parse(received); f.ServerHello != nil && !negotiatesHeartbeat(f) {
				return scan.EndCut, true
			}
			return enough(received)
		}
		return q
	}
	if r, asked := read(log, heartbleedQuestion); asked && closedOnHeartbeat(r) {
		return onceMore(log, r, build)
	}
	return ask(log, heartbleedQuestion, build)
}

// closedOnHeartbeat says whether the connection was closed behind a heartbeat, without an alert.
func closedOnHeartbeat(r reading) bool {
	_, _, beat := hello.Heartbeat(r.Received)
	return !beat && negotiatesHeartbeat(r.flight) && r.flight.Done && r.flight.Alert == nil && r.End == scan.EndClose
}

// heartbeats says whether the extension was negotiated when it was offered among others.
func heartbeats(log *scan.Log, v cipher.Version) (scan.Fact, reading) {
	r, _ := settled(log, offersQuestion(v))
	if got, _ := r.chosen(); r.outcome() != answered || got != v {
		return scan.Unknown, r
	}
	return scan.FactOf(negotiatesHeartbeat(r.flight)), r
}

func negotiatesHeartbeat(f hello.Flight) bool {
	if f.ServerHello == nil {
		return false
	}
	_, ok := f.ServerHello.Extension(heartbeatExtension)
	return ok
}

// heartbeatHeader keeps an answer up to the header of the first heartbeat record.
func heartbeatHeader(received []byte) int {
	if at, _, ok := hello.Heartbeat(received); ok {
		return at
	}
	return len(received)
}

// Derive writes the feature.
func (heartbleed) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if !spokeTLSAtAll(log) {
		return
	}
	v, f := askable(t, log, scan.FeatureHeartbleed)
	if v != 0 {
		f = readHeartbleed(t, log, v).feature(f.Name)
	}
	o.Features = append(o.Features, f)
}

func readHeartbleed(t scan.Target, log *scan.Log, v cipher.Version) answer {
	const notNegotiated = "the heartbeat extension is not negotiated"
	r, asked := read(log, heartbleedQuestion)
	if beats, by := heartbeats(log, v); !asked && beats == scan.No {
		return answer{scan.No, notNegotiated, []string{by.ID}}
	}
	if !asked {
		return notPutInHello(t, log, v)
	}
	evidence := []string{r.ID}
	second, twice := read(log, heartbleedQuestion+again)
	lasts := twice && closedOnHeartbeat(second) && lasting(log, r.Exchange, second.Exchange)
	if twice {
		if evidence = append(evidence, second.ID); !lasts {
			r = second
		}
	}
	_, length, beat := hello.Heartbeat(r.Received)
	said, _ := r.spokeOn()
	switch {
	case r.outcome() != answered:
		return noAnswer(r)
	case !negotiatesHeartbeat(r.flight):
		return answer{scan.No, notNegotiated, evidence}
	case beat && length > honestHeartbeat:
		return answer{scan.Yes, fmt.Sprintf("a heartbeat request without payload was answered with a record of %d octets", length), evidence}
	case beat:
		return answer{scan.Unknown, fmt.Sprintf("a malformed heartbeat request was answered, with %d octets", length), evidence}
	case r.flight.Done && r.flight.Alert != nil, lasts:
		return answer{scan.No, "a malformed heartbeat request is not answered: " + said, evidence}
	}
	return noAnswer(r)
}
