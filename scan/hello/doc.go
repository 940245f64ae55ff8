// Package hello makes ClientHellos and reads what servers answer: bytes in, bytes out. It knows SSLv2, SSLv3 and TLS 1.0
// to 1.3, opens a TLS 1.3 server flight with its handshake traffic secret, and needs no TLS library, so that suites and
// certificates that no library takes are facts all the same.
//
// Limits: it dials nothing, keeps no clock and judges nothing. It completes no handshake and verifies no signature. Of a
// server's answer it reads at most MaxReceived bytes; what goes beyond a limit is named in Flight.Err, never dropped in
// silence. Parsed slices point into the bytes that were given: do not change those afterwards.
package hello

import "errors"

// The caps on what is read of one answer. A real flight has 2 to 10 KiB; 1,000 CA names of a CertificateRequest about 120.
const (
	MaxReceived     = 256 << 10 // bytes of one answer
	MaxMessage      = 128 << 10 // bytes of one handshake message, after reassembly
	MaxCertificates = 64        // certificates of one flight
	MaxRecords      = 1 << 16   // records of one answer
	maxRecordBody   = 1<<14 + 2048
	maxPlaintext    = 1 << 14
)

// ErrIncomplete says that the bytes end inside a record or a handshake message and were well formed so far.
var ErrIncomplete = errors.New("the answer ends inside a record or a message")

// Record types, RFC 8446 section B.1.
const (
	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplicationData  = 23
)

// Handshake message types, RFC 5246 section 7.4, RFC 6066 section 8 and RFC 8446 section B.3.
const (
	msgHelloRequest        = 0
	msgClientHello         = 1
	msgServerHello         = 2
	msgEncryptedExtensions = 8
	msgCertificate         = 11
	msgServerKeyExchange   = 12
	msgCertificateRequest  = 13
	msgServerHelloDone     = 14
	msgNewSessionTicket    = 4
	msgCertificateVerify   = 15
	msgFinished            = 20
	msgCertificateStatus   = 22
	msgCompressed          = 25 // CompressedCertificate, RFC 8879
)

// Extension types, IANA's TLS ExtensionType Values.
const (
	extServerName           = 0
	extStatusRequest        = 5
	extSupportedGroups      = 10
	extPointFormats         = 11
	extSignatureAlgorithms  = 13
	extALPN                 = 16
	extSCT                  = 18
	extPadding              = 21
	extEarlyData            = 42
	extExtendedMasterSecret = 23
	extSupportedVersions    = 43
	extPSKModes             = 45
	extAuthorities          = 47
	extKeyShare             = 51
	extRenegotiationInfo    = 0xff01
)
