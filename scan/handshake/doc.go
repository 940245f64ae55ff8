// Package handshake makes complete TLS handshakes behind scan's Handshaker, with crypto/tls, or with zcrypto's tls for what
// crypto/tls does not speak (finite-field DHE). It is the one place with TLS libraries, and none of their types leave it.
//
// It gets a connection and never dials, checks no certificate and judges nothing. Of the keys it hands out the TLS 1.3
// server handshake traffic secret alone, which opens the server's flight and nothing else. When the peer asks for a client
// certificate it sends the named identity, or an empty list. An Identity's private key never leaves: nothing returns it, and
// it is in no result, error or printed form.
//
// Limits: TLS 1.0 to 1.3, the suites of the two libraries, and certificates that the library in use can parse: a handshake
// that the library gives up for a reason of its own is Completed Unknown, never No. zcrypto offers no extended master secret
// and TLS 1.2 at most here. Importing zcrypto sets GODEBUG=rsa1024min=0 for the process, so that keys under 1024 bits work in
// both libraries.
package handshake
