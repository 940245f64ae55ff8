package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// MaxRestored caps what Restore rebuilds of one exchange, in bytes: a report may name one large certificate many times.
const MaxRestored = 16 << 20

// Span is where a certificate's DER lies in an answer.
type Span struct {
	At  int // offset of the first byte
	Len int // bytes
}

// Finder returns where certificates lie in the clear in the bytes that a peer sent, in order. It is pure, and returns none
// for bytes that it cannot read.
type Finder func(received []byte) []Span

// Store returns a certificate's DER by its SHA-256 in lower-case hex, or nil when it does not have it.
type Store func(sha256 string) []byte

// StoreOf is the Store of a report's certificates.
func StoreOf(certificates []report.Certificate) Store {
	index := make(map[string][]byte, len(certificates))
	for _, c := range certificates {
		index[c.SHA256] = c.DER
	}
	return func(sha256 string) []byte { return index[sha256] }
}

// Slim takes the certificates that store has out of the endpoint's recorded answers, and notes where each was. A
// certificate that store does not have stays where it is. The bytes of the exchanges are not written to: each slimmed
// answer is a new slice. Bytes that an earlier exchange has sent too, as the repeat of a question does, are replaced by its id.
func Slim(e *report.Endpoint, find Finder, store Store) {
	e.Evidence = slices.Clone(e.Evidence)
	first := map[string]string{}
	for i := range e.Evidence {
		x := slim(e.Evidence[i], find, store)
		if id, ok := first[string(x.Sent)]; ok && len(x.Sent) > 0 {
			x.SentAs, x.Sent = id, nil
		} else if x.SentAs == "" {
			first[string(x.Sent)] = x.ID
		}
		e.Evidence[i] = x
	}
}

// Restore returns the exchanges of one endpoint as they were before Slim. The errors name the exchange.
func Restore(exchanges []scan.Exchange, store Store) ([]scan.Exchange, error) {
	out := make([]scan.Exchange, 0, len(exchanges))
	sent := map[string][]byte{}
	for _, x := range exchanges {
		x, err := restore(x, store)
		if err != nil {
			return nil, err
		}
		if x.SentAs != "" {
			same, ok := sent[x.SentAs]
			if !ok {
				return nil, fmt.Errorf("exchange %s: sent the same as %q, which is no earlier exchange", x.ID, x.SentAs)
			}
			x.Sent, x.SentAs = same, ""
		}
		sent[x.ID] = x.Sent
		out = append(out, x)
	}
	return out, nil
}

func slim(x scan.Exchange, find Finder, store Store) scan.Exchange {
	if len(x.Cut) > 0 || len(x.Received) == 0 {
		return x
	}
	var rest []byte
	var cuts []scan.CutCertificate
	done := 0 // how much of Received was looked at
	for _, span := range find(x.Received) {
		if span.At < done || span.Len <= 0 || span.Len > len(x.Received)-span.At {
			continue // not in order, or not inside: nothing is cut on the word of a wrong span
		}
		hash := sha256.Sum256(x.Received[span.At : span.At+span.Len])
		name := hex.EncodeToString(hash[:])
		if !holds(store(name), hash) {
			continue
		}
		rest = append(rest, x.Received[done:span.At]...)
		cuts = append(cuts, scan.CutCertificate{At: len(rest), SHA256: name})
		done = span.At + span.Len
	}
	if len(cuts) > 0 {
		x.Received, x.Cut = append(rest, x.Received[done:]...), cuts
	}
	return x
}

// restore returns the exchange with its certificates put back, and no cuts. It is an error when store lacks one or has
// other bytes under its name, when offsets are not in order or not inside the answer, and beyond MaxRestored.
func restore(x scan.Exchange, store Store) (scan.Exchange, error) {
	var whole []byte
	done := 0
	for _, cut := range x.Cut {
		if cut.At < done || cut.At > len(x.Received) {
			return scan.Exchange{}, fmt.Errorf("exchange %s: certificate cut at %d: want an offset from %d to %d",
				x.ID, cut.At, done, len(x.Received))
		}
		der := store(cut.SHA256)
		if der == nil {
			return scan.Exchange{}, fmt.Errorf("exchange %s: certificate %s is not in the report", x.ID, cut.SHA256)
		}
		if hash := sha256.Sum256(der); hex.EncodeToString(hash[:]) != cut.SHA256 {
			return scan.Exchange{}, fmt.Errorf("exchange %s: certificate %s: its bytes have the SHA-256 %x", x.ID, cut.SHA256, hash)
		}
		whole = append(append(whole, x.Received[done:cut.At]...), der...)
		if len(whole) > MaxRestored {
			return scan.Exchange{}, fmt.Errorf("exchange %s: answer is over %d bytes with its certificates", x.ID, MaxRestored)
		}
		done = cut.At
	}
	if len(x.Cut) > 0 {
		x.Received, x.Cut = append(whole, x.Received[done:]...), nil
	}
	return x, nil
}

func holds(der []byte, hash [sha256.Size]byte) bool { return der != nil && sha256.Sum256(der) == hash }
