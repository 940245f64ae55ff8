package probes

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// outcome is what became of a question.
type outcome uint8

const (
	notAsked outcome = iota
	answered         // a ServerHello, a HelloRetryRequest or an SSLv2 SERVER-HELLO
	alerted          // a fatal alert, and no ServerHello
	closed           // the peer's FIN without an answer
	reset            // a reset without an answer
	silent           // the time ran out without an answer
	strange          // bytes that are no answer
	failed           // no connection, or no STARTTLS
)

// reading is an exchange with its parsed flight.
type reading struct {
	scan.Exchange
	flight hello.Flight
	secret []byte // server_handshake_traffic_secret, when the flight was opened
	opened error  // why a TLS 1.3 flight could not be opened
}

// read returns what became of a question, parsed once.
func read(log *scan.Log, question string) (reading, bool) {
	x, ok := log.Get(question)
	if !ok {
		return reading{}, false
	}
	return scan.Memo(log, "flight/"+question, func() reading { return parse(log, x) }), true
}

// readAll returns every exchange behind the target's own start-up, parsed, in the order asked.
func readAll(log *scan.Log) []reading {
	return scan.MemoNow(log, "all", func() []reading {
		out := make([]reading, 0, len(log.All()))
		for _, x := range log.All() {
			if aboutStartUp(x.Question) {
				continue
			}
			r, _ := read(log, x.Question)
			out = append(out, r)
		}
		return out
	})
}

func parse(log *scan.Log, x scan.Exchange) reading {
	r := reading{Exchange: x, flight: hello.Parse(x.Received)}
	sh := r.flight.ServerHello
	if sh == nil || sh.HelloRetryRequest || sh.Version != cipher.TLSv13 || !r.flight.Encrypted {
		return r
	}
	secret := x.Secret
	if secret == nil {
		keys := keysOf(log, origin(x.Question))
		if secret, r.opened = r.flight.HandshakeSecret(x.Sent, keys); r.opened != nil {
			return r
		}
	}
	if r.opened = r.flight.Open(x.Received, secret); r.opened == nil || len(r.flight.Certificates) > 0 {
		r.secret = secret
	}
	return r
}

// origin is the question that a repeat puts again: the octets, and so the keys, are the same.
func origin(id string) string {
	first, _, _ := strings.Cut(id, "#")
	return first
}

// outcome says what became of the question.
func (r reading) outcome() outcome {
	_, alert := r.End.Alert()
	switch {
	case r.Question == "":
		return notAsked
	case r.Failure != nil:
		return failed
	case r.flight.ServerHello != nil, r.flight.SSL2 != nil:
		return answered
	case alert, r.flight.Alert != nil, r.flight.SSL2Error != nil:
		return alerted
	case len(r.Received) > 0 && hello.FirstBytes(r.Received) == hello.KindOther:
		return strange
	case r.End == scan.EndReset:
		return reset
	case r.End == scan.EndClose:
		return closed
	case r.End == scan.EndTimeout:
		return silent
	}
	return strange
}

// refusesName says whether an alert is unrecognized_name (RFC 6066 section 3): the server knows the version, and has no
// certificate for that name.
func (r reading) refusesName() bool {
	const unrecognizedName = 112
	return r.flight.Alert != nil && r.flight.Alert.Description == unrecognizedName
}

// chosen returns the version and suite that an answer selected.
func (r reading) chosen() (cipher.Version, cipher.ID) {
	if r.flight.ServerHello == nil {
		return 0, 0
	}
	return r.flight.ServerHello.Version, r.flight.ServerHello.Suite
}

// offered says whether the version and suite of an answer were among those of the hello.
func (r reading) offered() bool {
	version, suite := r.chosen()
	h, err := hello.ParseClientHello(r.Sent)
	return err == nil && version != 0 && version <= h.Version && slices.Contains(h.Suites, suite)
}

// spokeTLS says whether any TLS or SSLv2 record came back.
func (r reading) spokeTLS() bool {
	kind := hello.FirstBytes(r.Received)
	return len(r.Received) > 0 && (kind == hello.KindTLS || kind == hello.KindSSL2)
}

// keysOf are the keys of a question's hello. They come from its id alone: so the same question is the same bytes, all targets share its keys,
// and whoever has the exchange can open it.
func keysOf(log *scan.Log, id string) *hello.Keys {
	return scan.MemoCommon(log, "keys/"+id, func() *hello.Keys { return hello.NewKeys(id) })
}

// question builds a raw question.
func question(log *scan.Log, id string, h hello.ClientHello, enough func([]byte) (string, bool)) scan.Question {
	h.Keys = keysOf(log, id)
	sent, err := h.Marshal()
	if err != nil {
		panic("probes: " + id + ": " + err.Error()) // a hello of ours that cannot be written is a fault of ours
	}
	if enough == nil {
		enough = hello.Flight13Done(h.Keys, sent)
	}
	return scan.Question{ID: id, Send: sent, Enough: func(b []byte) (scan.End, bool) {
		end, done := enough(b)
		return scan.End(end), done
	}}
}

// flightDone returns what ends a version's full answer: the end of the server's flight.
func flightDone(v cipher.Version) func([]byte) (string, bool) {
	if v == cipher.TLSv13 {
		return nil // question fills in Flight13Done, which must know what was sent
	}
	return hello.FlightDone
}
