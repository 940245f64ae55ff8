package byhand

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"fmt"
	"hash"
	"math/big"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

// Session is a session of TLS 1.0 to 1.2 of which the client's side is done by hand (RFC 2246, 4346, 5246), with RSA or ECDHE key exchange and AES
// or triple DES. Its keys follow from what went over the wire and a seed, so that who replays a scan has them again.
type Session struct {
	version        cipher.Version
	protection     protection
	client, server direction // before their first record
	master         []byte
	flight         []byte // the client's, up to ChangeCipherSpec
	transcript     []byte
}

// Certificate is what a key exchange needs of the server's: its RSA key, where it has one.
type Certificate func() (modulus, exponent *big.Int, ok bool)

// Continue makes the session of a hello, with whatever was sent behind it, and the server's first flight. The error says what this package cannot do.
func Continue(sent []byte, f hello.Flight, received []byte, leaf Certificate, seed string) (*Session, error) {
	if f.ServerHello == nil || !f.Done || f.ServerHello.Version < cipher.TLSv10 || f.ServerHello.Version > cipher.TLSv12 {
		return nil, fmt.Errorf("no first flight of TLS 1.0 to 1.2")
	}
	v := f.ServerHello.Version
	client, err := hello.ParseClientHello(sent)
	if err != nil {
		return nil, err
	}
	p, ok := protectionOf(f.ServerHello.Suite, v)
	if !ok {
		return nil, fmt.Errorf("cipher suite %v is not done by hand", f.ServerHello.Suite)
	}
	exchange, secret, err := keyExchange(f, client.Version, leaf, seed)
	if err != nil {
		return nil, err
	}
	s := &Session{version: v, protection: p, transcript: slices.Concat(upTo(clientHello, sent), upTo(serverHelloDone, received))}
	if f.CertificateRequest != nil {
		s.say(NoCertificate(v))
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
	client := s.client
	return slices.Concat(s.flight, ChangeCipherSpec(s.version), s.finished(&client))
}

// finished is the client's first record behind ChangeCipherSpec.
func (s *Session) finished(client *direction) []byte {
	verify := s.expand(s.master, "client finished", s.digest(), 12)
	return s.seal(client, HandshakeRecord, append([]byte{finishedMessage, 0, 0, 12}, verify...))
}

// digest is of the transcript: by the PRF's hash, and before TLS 1.2 by MD5 and SHA-1 (RFC 2246 section 7.4.9).
func (s *Session) digest() []byte {
	if s.version == cipher.TLSv12 {
		h := s.protection.prf()
		h.Write(s.transcript)
		return h.Sum(nil)
	}
	first, second := md5.Sum(s.transcript), sha1.Sum(s.transcript)
	return append(first[:], second[:]...)
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
	s.client.mac, s.server.mac = take(p.macSize()), take(p.macSize())
	s.client.key, s.server.key = take(p.keySize), take(p.keySize)
	s.client.iv, s.server.iv = take(p.ivSize), take(p.ivSize)
}

// expand is the PRF of RFC 5246 section 5, and before TLS 1.2 that of RFC 2246 section 5: each half of the secret, which share the octet between
// them, by a hash of its own.
func (s *Session) expand(secret []byte, label string, seed []byte, size int) []byte {
	seed = slices.Concat([]byte(label), seed)
	if s.version == cipher.TLSv12 {
		return expandBy(s.protection.prf, secret, seed, size)
	}
	half := (len(secret) + 1) / 2
	out := expandBy(md5.New, secret[:half], seed, size)
	subtle.XORBytes(out, out, expandBy(sha1.New, secret[len(secret)-half:], seed, size))
	return out
}

// expandBy is P_hash of RFC 5246 section 5.
func expandBy(newHash func() hash.Hash, secret, seed []byte, size int) []byte {
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(newHash, secret)
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
	for len(records) >= recordHeader {
		size := recordHeader + (int(records[3])<<8 | int(records[4]))
		if records[0] == ChangeCipherSpecRecord || size > len(records) {
			break
		}
		if records[0] == HandshakeRecord {
			out = append(out, records[recordHeader:size]...)
		}
		records = records[size:]
	}
	return out
}

// upTo is a side's handshake messages up to the first of a kind, whatever has come behind it since.
func upTo(kind byte, records []byte) []byte {
	all := handshakeBodies(records)
	for at := 0; at+4 <= len(all); {
		this := all[at]
		at += 4 + (int(all[at+1])<<16 | int(all[at+2])<<8 | int(all[at+3]))
		if this == kind {
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
