package hello

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
)

// Flight is what a server's answer to a hello holds, as far as it could be read. Absent messages are nil.
type Flight struct {
	TLS      bool    // a plausible TLS or SSLv2 record header begins the answer
	Alert    *Alert  // the fatal alert that ended it
	Warnings []Alert // alerts that end nothing, such as unrecognized_name (112)

	ServerHello *ServerHello
	Retry       *ServerHello // the HelloRetryRequest, when a ServerHello followed it

	Certificates      [][]byte // DER, in the order sent
	CertificatesAt    []int    // where each stands in the bytes given to Parse; -1 when it is split over records or was encrypted
	CertificateStatus []byte   // OCSP response for the leaf, DER (RFC 6066 section 8)
	SCTs              []byte   // SignedCertificateTimestampList of the ServerHello or the leaf's entry (RFC 6962 section 3.3)

	ServerKeyExchange  *ServerKeyExchange
	CertificateRequest *CertificateRequest
	Ticket             *Ticket // below TLS 1.3, in the clear (RFC 5077 section 3.3)
	Messages           []uint8 // types of all complete handshake messages, in order
	Done               bool    // ServerHelloDone
	Encrypted          bool    // protected records follow, from Rest on

	// Filled by Open, under TLS 1.3 only.
	EncryptedExtensions []Extension
	CertificateVerify   cipher.SignatureScheme // scheme of the server's CertificateVerify; zero when there was none
	Compressed          uint16                 // algorithm of a CompressedCertificate (RFC 8879): Certificates are then not read; zero when there was none
	Finished            bool                   // the server's Finished was read: the flight is complete

	ALPN string // protocol that the server chose

	SSL2      *SSL2ServerHello
	SSL2Error *uint16 // SSLv2 ERROR code: 1 no cipher, 2 no certificate, 4 bad certificate, 6 unsupported certificate type

	Rest int   // offset of the first record that was not read in full, or is protected
	Err  error // why reading stopped: nil at the end of a message, ErrIncomplete, or what is malformed and where

	transcript []byte // the encrypted messages before CertificateVerify, and
	verify     []byte // the body of that, when Open has met it
}

// Alert is an alert (RFC 8446 section 6).
type Alert struct {
	Level       uint8 // 1 warning, 2 fatal, as sent
	Description uint8
}

// ServerHello is a ServerHello or a HelloRetryRequest.
type ServerHello struct {
	Version              cipher.Version // what was selected: supported_versions where present, else LegacyVersion
	LegacyVersion        cipher.Version
	Random               []byte
	SessionID            []byte
	Suite                cipher.ID
	Compression          uint8 // 0 is none, 1 DEFLATE
	Extensions           []Extension
	HelloRetryRequest    bool
	Group                cipher.Group // of key_share: the group used, or the one that a HelloRetryRequest asks for
	KeyShare             []byte       // the server's key_exchange; nil in a HelloRetryRequest
	ExtendedMasterSecret bool
	SecureRenegotiation  bool // renegotiation_info is present

	raw []byte // the whole message, for the transcript hash
}

// Extension returns the data of the first extension of that type.
func (h *ServerHello) Extension(id uint16) ([]byte, bool) { return findExtension(h.Extensions, id) }

// ServerKeyExchange is a ServerKeyExchange message below TLS 1.3.
type ServerKeyExchange struct {
	Kind            string                 // "ecdhe", "dhe", "rsa_export", "psk", "srp", or "unknown": see Raw
	Group           cipher.Group           // ecdhe: the named curve; zero for explicit curves
	CurveType       uint8                  // ecdhe: 3 named, 1 and 2 explicit (RFC 8422 section 5.4)
	DHPrime         []byte                 // dhe, srp: big-endian, without leading zeros
	DHGenerator     []byte                 // dhe, srp
	DHBits          int                    // bits of DHPrime
	RSABits         int                    // rsa_export: bits of the temporary modulus
	PSKHint         []byte                 // psk, and dhe or ecdhe with one
	Signed          bool                   // a signature follows the parameters
	SignatureScheme cipher.SignatureScheme // TLS 1.2 only
	Public          []byte                 // ecdhe, dhe: the server's public value, as sent
	Raw             []byte                 // the whole message body

	signature int // octets of the signature, which ends the message
}

// CertificateRequest is what the server asks of a client's certificate.
type CertificateRequest struct {
	Types            []uint8                  // below TLS 1.3: certificate types
	SignatureSchemes []cipher.SignatureScheme // from TLS 1.2 up
	Authorities      [][]byte                 // distinguished names, DER
}

// Fatal says whether the alert ends the connection: level 2 (or no known level), or a description that is fatal whatever
// level it is sent with (RFC 5246 section 7.2).
func (a Alert) Fatal() bool {
	if a.Level != 1 {
		return true
	}
	switch a.Description {
	case 10, 20, 21, 22, 30, 40, 47, 48, 49, 50, 51, 60, 70, 71, 80, 86, 109, 110, 116, 120:
		return true
	}
	return false
}

// malformed records what is wrong at an offset of the received bytes.
func (f *Flight) malformed(at int, what string) {
	if f.Err == nil {
		f.Err = fmt.Errorf("malformed %s at byte %d", what, at)
	}
}
