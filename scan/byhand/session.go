package byhand

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"math/big"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// Session is a TLS 1.2 session of which the client's side is done by hand (RFC 5246), with RSA or ECDHE key exchange and AES. Its keys follow
// from what went over the wire and a seed, so that who replays a scan has them again.
type Session struct {
	protection protection
	client     direction
	hash       func() hash.Hash
	master     []byte
	flight     []byte // the client's, up to ChangeCipherSpec
	transcript []byte
}

// direction is the keys of one side.
type direction struct{ mac, key, iv []byte }

// Certificate is what a key exchange needs of the server's: its RSA key, where it has one.
type Certificate func() (modulus, exponent *big.Int, ok bool)

// Continue makes the session of a hello and the server's first flight behind it. The error says what this package cannot do.
func Continue(sent []byte, f hello.Flight, received []byte, leaf Certificate, seed string) (*Session, error) {
	if f.ServerHello == nil || !f.Done || f.ServerHello.Version != cipher.TLSv12 {
		return nil, fmt.Errorf("no first flight of TLS 1.2")
	}
	client, err := hello.ParseClientHello(sent)
	if err != nil {
		return nil, err
	}
	p, ok := protectionOf(f.ServerHello.Suite)
	if !ok {
		return nil, fmt.Errorf("cipher suite %v is not done by hand", f.ServerHello.Suite)
	}
	exchange, secret, err := keyExchange(f, leaf, seed)
	if err != nil {
		return nil, err
	}
	s := &Session{protection: p, hash: p.prf, transcript: slices.Concat(handshakeBodies(sent), firstFlight(received))}
	if f.CertificateRequest != nil {
		s.say(NoCertificate(cipher.TLSv12))
	}
	s.say(exchange)
	if f.ServerHello.ExtendedMasterSecret { // RFC 7627 section 4
		s.master = s.expand(secret, "extended master secret", s.digest(), SecretSize)
	} else {
		s.master = s.expand(secret, "master secret", slices.Concat(client.Random, f.ServerHello.Random), SecretSize)
	}
	s.keys(client.Random, f.ServerHello.Random)
	return s, nil
}

// say adds a handshake record to the client's flight.
func (s *Session) say(record []byte) {
	s.flight = append(s.flight, record...)
	s.transcript = append(s.transcript, handshakeBodies(record)...)
}

// Flight is what the client says to end the handshake: key exchange, ChangeCipherSpec and Finished.
func (s *Session) Flight() []byte {
	verify := s.expand(s.master, "client finished", s.digest(), 12)
	return slices.Concat(s.flight, ChangeCipherSpec(cipher.TLSv12), s.seal(HandshakeRecord, append([]byte{20, 0, 0, 12}, verify...)))
}

func (s *Session) digest() []byte {
	h := s.hash()
	h.Write(s.transcript)
	return h.Sum(nil)
}

// keys divides the key block (RFC 5246 section 6.3).
func (s *Session) keys(client, server []byte) {
	p := s.protection
	block := s.expand(s.master, "key expansion", slices.Concat(server, client), 2*(p.macSize()+p.keySize+p.ivSize))
	take := func(n int) []byte {
		out := block[:n]
		block = block[n:]
		return out
	}
	s.client.mac = take(2 * p.macSize())[:p.macSize()] // the server's half is never needed
	s.client.key = take(2 * p.keySize)[:p.keySize]
	s.client.iv = take(2 * p.ivSize)[:p.ivSize]
}

// expand is the PRF of RFC 5246 section 5.
func (s *Session) expand(secret []byte, label string, seed []byte, size int) []byte {
	seed = slices.Concat([]byte(label), seed)
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(s.hash, secret)
		m.Write(slices.Concat(parts...))
		return m.Sum(nil)
	}
	var out []byte
	for a := sum(seed); len(out) < size; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:size]
}

// prfOf is the hash of a suite's PRF: SHA-384 where its name ends so, else SHA-256.
func prfOf(mac string) func() hash.Hash {
	if mac == "SHA384" {
		return sha512.New384
	}
	return sha256.New
}

// handshakeBodies joins what the handshake records among some records hold, up to the first ChangeCipherSpec.
func handshakeBodies(records []byte) []byte {
	var out []byte
	for len(records) >= 5 {
		size := 5 + (int(records[3])<<8 | int(records[4]))
		if records[0] == ChangeCipherSpecRecord || size > len(records) {
			break
		}
		if records[0] == HandshakeRecord {
			out = append(out, records[5:size]...)
		}
		records = records[size:]
	}
	return out
}

// firstFlight is the server's messages up to ServerHelloDone, whatever has come behind it since.
func firstFlight(received []byte) []byte {
	const serverHelloDone = 14
	all := handshakeBodies(received)
	for at := 0; at+4 <= len(all); {
		kind := all[at]
		at += 4 + (int(all[at+1])<<16 | int(all[at+2])<<8 | int(all[at+3]))
		if kind == serverHelloDone {
			return all[:min(at, len(all))]
		}
	}
	return all
}

// Ticket finds a NewSessionTicket (RFC 5077 section 3.3) that a server sent in the clear.
func Ticket(received []byte) ([]byte, bool) {
	const newSessionTicket = 4
	for b := handshakeBodies(received); len(b) >= 4; {
		size := 4 + (int(b[1])<<16 | int(b[2])<<8 | int(b[3]))
		if size > len(b) {
			break
		}
		if b[0] == newSessionTicket && size > 10 && 10+(int(b[8])<<8|int(b[9])) == size {
			return b[10:size], true
		}
		b = b[size:]
	}
	return nil, false
}
