package hello

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/portseal/portseal/cipher"
)

// The functions here say whether an answer is complete, so that a reader stops as early as it can. They return done false
// while more bytes may come. end is "cut" when what was asked for is there, or when what came can be no answer; and "alert:N"
// when an alert ended it, close_notify (0) among them.

// Answered is done at a ServerHello, a HelloRetryRequest or an SSLv2 answer: what enumeration needs.
func Answered(received []byte) (end string, done bool) {
	f := Parse(received)
	return f.enough(f.ServerHello != nil)
}

// KeyExchangeDone is done at a ServerKeyExchange too, or where none can come any more: the group or the finite-field
// parameters below TLS 1.3.
func KeyExchangeDone(received []byte) (end string, done bool) {
	f := Parse(received)
	return f.enough(f.ServerKeyExchange != nil || f.CertificateRequest != nil || f.flightDone())
}

// FlightDone is done at the end of the server's first flight below TLS 1.3. A ServerHello of TLS 1.3 ends it as well, since
// the rest cannot be read without a secret: see Flight13Done.
func FlightDone(received []byte) (end string, done bool) {
	f := Parse(received)
	return f.enough(f.flightDone())
}

func (f *Flight) flightDone() bool {
	return f.Done || f.Encrypted || f.version() == cipher.TLSv13
}

// Flight13Done returns a function that is done at the end of the server's flight of TLS 1.3, its Finished, which it opens on
// the way with the keys that the hello was made with; or at the ServerHello when that cannot be done. The function is for one
// connection and not for concurrent use.
func Flight13Done(keys *Keys, sent []byte) func(received []byte) (end string, done bool) {
	var serverHello, secret []byte
	return func(received []byte) (string, bool) {
		f := Parse(received)
		if f.version() != cipher.TLSv13 || f.ServerHello.HelloRetryRequest {
			return f.enough(f.flightDone())
		}
		if secret == nil || !bytes.Equal(serverHello, f.ServerHello.raw) {
			var err error
			if secret, err = f.HandshakeSecret(sent, keys); err != nil {
				return f.enough(true)
			}
			serverHello = bytes.Clone(f.ServerHello.raw)
		}
		if f.Alert == nil {
			_ = f.Open(received, secret) // its error is kept in f.Err, which enough reads
		}
		return f.enough(f.Finished)
	}
}

// enough turns what was read into end and done.
func (f *Flight) enough(reached bool) (end string, done bool) {
	switch {
	case reached:
		return "cut", true
	case f.Alert != nil:
		return "alert:" + strconv.Itoa(int(f.Alert.Description)), true
	case f.SSL2 != nil || f.SSL2Error != nil:
		return "cut", true
	case f.Err != nil && !errors.Is(f.Err, ErrIncomplete):
		return "cut", true
	}
	for _, w := range f.Warnings {
		if w.Description == 0 {
			return "alert:0", true
		}
	}
	return "", false
}
