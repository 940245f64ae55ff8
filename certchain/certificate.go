package certchain

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// The values of Certificate.ParsedBy: the strictest parser that accepts the encoding.
const (
	ParsedByStd     = "crypto/x509"
	ParsedByZcrypto = "zcrypto"
	ParsedByLenient = "lenient" // only our own reader; ParseNote says why the others refuse it
	ParsedByNone    = "none"    // some fields at most could be read
)

// Certificate is a neutral view of one certificate (RFC 5280 section 4.1). It is not changed after Parse.
type Certificate struct {
	Raw       []byte // as received
	SHA256    string // of Raw, lower-case hex
	ParsedBy  string
	ParseNote string // why stricter parsers refuse it, and what is odd about it; "" when nothing is

	Version    int    // 1, 2 or 3 (or what it says); 0 when unreadable
	Serial     string // lower-case hex with a leading "-" when it is negative; "" when unreadable
	Subject    string // RFC 4514
	Issuer     string
	RawSubject []byte // DER of the Name
	RawIssuer  []byte
	CommonName string    // the most specific CN of the subject
	NotBefore  time.Time // UTC; zero when unreadable
	NotAfter   time.Time
	Key        Key
	SPKISHA256 string // of the SubjectPublicKeyInfo, lower-case hex
	Signature  Signature

	HasSAN         bool // a subjectAltName extension is there, readable or not
	DNSNames       []string
	IPAddresses    []string
	EmailAddresses []string
	URIs           []string
	OtherNames     []string // "type:hex" of the kinds that are none of the above, or are malformed

	IsCA        Answer   // unknown for a version 1 or 2 certificate, which has no way to say
	MaxPathLen  int      // -1 when there is none
	HasKeyUsage bool     // a keyUsage extension is there
	KeyUsage    []string // RFC 5280 section 4.2.1.3 names
	HasEKU      bool
	ExtKeyUsage []string // RFC 5280 names, OIDs for the rest

	SubjectKeyID       string // hex
	AuthorityKeyID     string
	OCSPServers        []string
	IssuerURLs         []string // caIssuers of authorityInfoAccess
	CRLURLs            []string
	HasNameConstraints bool
	TLSFeatures        []uint16 // TLS extensions that the server must answer (RFC 7633): 5 is status_request, "must-staple"
	Timestamps         []byte   // SignedCertificateTimestampList (RFC 6962 section 3.3); nil for none
	UnknownCritical    []string // OIDs of critical extensions that no rule here knows

	tbs            []byte // signed octets
	signatureValue []byte
	signatureInner []byte // the AlgorithmIdentifier inside the signed part, and the one outside: they must be the same
	signatureOuter []byte
	signatureParam []ber.Element
	spkiBits       []byte // subjectPublicKey, without the algorithm
	publicKey      any    // *zrsa.PublicKey, *ecdsa.PublicKey, *zdsa.PublicKey, ed25519.PublicKey, or nil
	std            *x509.Certificate
	subjectKey     string // canonical forms of the two Names
	issuerKey      string
	selfSigned     Answer
	knownCause     string // why the key can be computed, however long it is
}

// Names returns the names of the subjectAltName extension: DNS, IP, e-mail, URI. The common name is not among them.
func (c *Certificate) Names() []string {
	return slices.Concat(c.DNSNames, c.IPAddresses, c.EmailAddresses, c.URIs)
}

// SelfIssued says whether subject and issuer are the same Name.
func (c *Certificate) SelfIssued() bool {
	return len(c.RawSubject) > 0 && (bytes.Equal(c.RawSubject, c.RawIssuer) || c.subjectKey == c.issuerKey)
}

// SelfSigned says whether the certificate is signed by its own key. It is Unknown when no library can check it.
func (c *Certificate) SelfSigned() Answer { return c.selfSigned }

// Equal says whether two certificates have the same octets.
func (c *Certificate) Equal(other *Certificate) bool { return other != nil && c.SHA256 == other.SHA256 }

func (c *Certificate) title() string {
	if c.Subject == "" {
		return "certificate " + c.SHA256[:16]
	}
	return c.Subject
}
